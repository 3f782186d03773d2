// SPDX-License-Identifier: Apache-2.0

/**
 * Every code an error of this project can carry. Dotted, stable, documented in docs/errors.md; one code means one thing.
 * `http/` maps each to a status, so a new code without a row there does not compile.
 */
export const ERROR_CODES = [
  // Bytes that are not what they should be.
  "json.malformed",
  "json.duplicate-key",
  "json.lone-surrogate",
  "json.number-unsafe",
  "json.too-deep",
  "json.too-large",
  "format.version-unsupported",
  "format.algorithm-unsupported",
  "format.malformed",
  "identifier.malformed",
  "identifier.check-character",
  "key.refused",
  "inflate.too-large",
  "inflate.malformed",
  "pdf.refused",
  "tree.empty",
  "tree.index-out-of-range",
  // Requests that cannot be carried out.
  "request.invalid",
  "request.too-large",
  "request.timeout",
  "request.unauthenticated",
  "request.forbidden",
  "request.not-found",
  "request.method-not-allowed",
  "request.conflict",
  "request.idempotency-mismatch",
  "request.rate-limited",
  "request.overloaded",
  "request.unsupported-media-type",
  "type.unknown",
  "type.retired",
  "type.invalid",
  "type.immutable",
  "certificate.not-found",
  "certificate.claims-invalid",
  "certificate.exists",
  "certificate.state-conflict",
  "certificate.not-renderable",
  "copy.terms-invalid",
  "copy.not-found",
  "copy.limit-reached",
  "agency.unknown",
  "agency.not-authorised",
  "agency.invalid",
  "key.unknown",
  "key.locked",
  "key.retired",
  "token.invalid",
  "batch.not-found",
  "status-list.unavailable",
  // Links with which holders pick their licences up.
  "pick-up.unknown",
  "pick-up.code-wrong",
  "pick-up.locked",
  "pick-up.opened",
  "pick-up.expired",
  "pick-up.revoked",
  "pick-up.superseded",
  "pick-up.session-over",
  "archive.refused",
  // Trust bundles.
  "bundle.wrong-chain",
  "bundle.key-not-pinned",
  "bundle.signature-wrong",
  "bundle.signer-unfit",
  "bundle.older",
  "bundle.contradicts",
  "bundle.not-ready",
  "clock.behind",
  // The world outside.
  "chain.unreachable",
  "chain.wrong-chain",
  "chain.garbage",
  "chain.disagrees",
  "chain.reverted",
  "chain.registry-missing",
  "chain.journal-corrupt",
  "timestamp.unavailable",
  "store.failed",
  "peer.unreachable",
  "peer.lied",
  "config.invalid",
  "internal",
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export interface ErrorDetails {
  /** JSON pointer or plain name of the field at fault. */
  readonly field?: string;
  /** Several problems at once, each with its own field. */
  readonly problems?: readonly { readonly field: string; readonly message: string }[];
  readonly cause?: unknown;
}

/** The one error class. `message` names the field, what is wrong with the value and the way out. */
export class TallyError extends Error {
  override readonly name = "TallyError";
  readonly field: string | undefined;
  readonly problems: readonly { readonly field: string; readonly message: string }[];

  constructor(
    readonly code: ErrorCode,
    message: string,
    { field, problems = [], cause }: ErrorDetails = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.field = field;
    this.problems = problems;
  }
}
