// SPDX-License-Identifier: Apache-2.0
import { type ErrorCode, TallyError } from "../core/errors.js";
import type { Form, Unreadable } from "./document.js";
import type { ReasonCode } from "./reasons.js";

type FormatReason = Extract<ReasonCode, `format.${string}`>;

/** What this module's readers find wrong themselves; those of core throw `TallyError`. */
export class FormatProblem extends Error {
  override readonly name = "FormatProblem";
  constructor(
    readonly reason: FormatReason,
    message: string,
  ) {
    super(message);
  }
}

/**
 * A later version is nothing wrong with the document: the verifier must be updated. Nor is a printed copy, whose file says nothing. Everything
 * else is not one of ours.
 */
export function unreadable(form: Form, error: unknown): Unreadable {
  const reason = reasonOf(error);
  // Anything else is an error of this library and must not pass for a property of the document.
  if (reason === null) throw error;
  return { form, outcome: UNDECIDED.has(reason) ? "unknown" : "fail", reason, detail: (error as Error).message };
}

const UNDECIDED: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  "format.version-unsupported",
  "format.algorithm-unsupported",
  "format.printed-copy",
]);

function reasonOf(error: unknown): ReasonCode | null {
  if (error instanceof FormatProblem) return error.reason;
  if (!(error instanceof TallyError)) return null;
  return (
    MALFORMED_FIELDS.find(({ field }) => error.code === "format.malformed" && field.test(error.field ?? ""))?.reason ??
    REASONS[error.code] ??
    "format.malformed"
  );
}

const REASONS: Partial<Record<ErrorCode, ReasonCode>> = {
  "json.too-large": "format.too-large",
  "format.version-unsupported": "format.version-unsupported",
  "format.algorithm-unsupported": "format.algorithm-unsupported",
  "key.refused": "integrity.key-refused",
  "pdf.refused": "format.pdf-refused",
};

/** Fields of a certificate whose contradictions have a name of their own. */
const MALFORMED_FIELDS: readonly { readonly field: RegExp; readonly reason: ReasonCode }[] = [
  { field: /^\/credentialStatus\/[01]\/statusList(Index|Number)$/, reason: "integrity.status-out-of-range" },
  { field: /^\/credentialSubject\/certificateIdentifier$/, reason: "integrity.identifier-wrong" },
  { field: /^\/proof\/verificationMethod$/, reason: "issuer.method-mismatch" },
];
