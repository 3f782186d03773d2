// SPDX-License-Identifier: Apache-2.0
import type { AlarmKind, AnchorOnChain, AuditHead, BatchName } from "./ports.js";

interface Staged extends BatchName {
  readonly batchId: number;
  /** How many of its entries are certificates. */
  readonly certificates: number;
  /** When the batch holds neither certificates nor seals but a head of the audit log. */
  readonly auditHead?: AuditHead;
}

/** What the background work tells whoever watches it: one structured line in the log each. Nothing personal. */
export type AnchoringEvent =
  /** `oldestAt`: arrival of the oldest entry, or event of the log, milliseconds. */
  | ({ readonly event: "batch-staged"; readonly oldestAt: number | null } & Staged)
  | ({ readonly event: "batch-submitted"; readonly tx: string } & Staged)
  | ({ readonly event: "batch-anchored" } & Staged & AnchorOnChain)
  | ({ readonly event: "anchor-vanished"; readonly batchId: number } & BatchName)
  | ({ readonly event: "anchor-moved"; readonly batchId: number } & BatchName & AnchorOnChain)
  /** Others have had the lease whenever this instance asked for it, since `forMs` ago. */
  | { readonly event: "lease-refused"; readonly lease: string; readonly forMs: number }
  | { readonly event: "stage-refused"; readonly reason: "lease-lost" | "changed" }
  | { readonly event: "status-submitted"; readonly changes: number; readonly words: number; readonly tx: string }
  | { readonly event: "status-refused"; readonly changes: number; readonly error: unknown }
  | { readonly event: "status-confirmed"; readonly changes: number }
  | { readonly event: "status-vanished"; readonly changes: number; readonly list: number; readonly word: number }
  | { readonly event: "alarm-raised"; readonly kind: AlarmKind; readonly object: string; readonly detail: string }
  /** At the start of a process. */
  | { readonly event: "alarm-open"; readonly kind: AlarmKind; readonly object: string; readonly detail: string }
  | {
      readonly event: "batch-mirrored";
      readonly from: string;
      readonly region: string;
      readonly root: string;
      readonly size: number;
    }
  | { readonly event: "type-mirrored"; readonly from: string; readonly typeCode: string; readonly version: number }
  | { readonly event: "revocation-list-mirrored"; readonly from: string; readonly ca: string; readonly region: string }
  | { readonly event: "peer-failed"; readonly peer: string; readonly code: string; readonly message: string }
  | {
      readonly event: "pass-failed";
      readonly loop: string;
      readonly failures: number;
      readonly retryInMs: number;
      readonly error: unknown;
    };

export type OnEvent = (event: AnchoringEvent) => void;

export const ignoreEvents: OnEvent = () => {};
