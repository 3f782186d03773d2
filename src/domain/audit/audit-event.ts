// SPDX-License-Identifier: Apache-2.0
import type { Actor } from "./actor.js";

/** Past-tense names of what happened. A new one is added here and documented in docs/issuance-cycle.md. */
export const AUDIT_ACTIONS = [
  "certificate-issued",
  "certificate-renewed",
  "certificate-corrected",
  "certificate-replaced",
  "certificate-suspended",
  "certificate-released",
  "certificate-revoked",
  "certificates-imported",
  "certificate-read",
  "certificates-searched",
  "certificate-sealed",
  "certificate-archived",
  "certificate-printed",
  "certificate-copied",
  "seal-ca-certified",
  "seal-certified",
  "seal-revoked",
  "seal-delegated",
  "seal-delegation-ended",
  "revocation-list-issued",
  "type-published",
  "type-retired",
  "agency-registered",
  "agency-authorised",
  "agency-authorisation-withdrawn",
  "agency-authorisation-announced",
  "agency-key-announced",
  "agency-key-changed",
  "agency-suspended",
  "agency-released",
  "agency-struck",
  "key-created",
  "key-retired",
  "key-compromise-claimed",
  "region-added",
  "region-activation-delay-set",
  "region-suspended",
  "region-released",
  "operator-granted",
  "operator-removed",
  "region-admin-set",
  "guardian-granted",
  "guardian-revoked",
  "revocations-annulled",
  "suspensions-cleared",
  "account-created",
  "root-disowned",
  "act-vetoed",
  "governance-proposed",
  "governance-executed",
  "governance-cancelled",
  "token-created",
  "token-revoked",
  "pick-up-link-made",
  "pick-up-link-revoked",
  "pick-up-opened",
  "pick-up-code-wrong",
  "pick-up-locked",
  "pick-up-refused",
  "pick-up-downloaded",
  "pick-up-key-rotated",
  "batch-anchored",
  "alarm-raised",
  "alarm-cleared",
  "store-restored",
  "block-floor-forgotten",
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** Plain values only. Never a holder's name or code, nor any face field: the object and its digests lead to them. */
export type AuditDetail = Readonly<Record<string, string | number | boolean | null>>;

export interface AuditEvent {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly actor: Pick<Actor, "kind" | "id" | "role">;
  readonly action: AuditAction;
  /** Identifier of what was acted on: certificate identifier, `typeCode/version`, agency USCC, token id. */
  readonly object: string;
  /** Why data was used, and for which matter 事项, where the law asks for them. */
  readonly purpose?: string;
  readonly matter?: string;
  /** Digest of the object before and after; absent where there was or is none. */
  readonly digestBefore?: Uint8Array;
  readonly digestAfter?: Uint8Array;
  readonly requestId: string;
  readonly result: "done" | "refused";
  readonly detail?: AuditDetail;
}

/** An event in its place in the log. */
export interface RecordedEvent extends AuditEvent {
  /** Grows by one or more; a later event never has a smaller one. */
  readonly sequence: number;
}
