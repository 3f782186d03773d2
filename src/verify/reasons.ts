// SPDX-License-Identifier: Apache-2.0

/**
 * Every reason code of a report, with the check it belongs to before the dot (or `format`, `registry`, for codes that any
 * check may give). docs/reasons.md says for each what the person should do next; pages and CLI translate.
 */
export const REASON_CODES = [
  // The file or text itself.
  "format.unrecognised",
  "format.malformed",
  "format.too-large",
  "format.version-unsupported",
  "format.algorithm-unsupported",
  "format.pdf-refused",
  "format.attachment-missing",
  "format.printed-copy",
  // integrity: signatures, halves, internal agreement.
  "integrity.signature-wrong",
  "integrity.token-signature-wrong",
  "integrity.token-mismatch",
  "integrity.status-out-of-range",
  "integrity.identifier-wrong",
  "integrity.key-refused",
  // type
  "type.digest-mismatch",
  "type.not-published",
  "type.fields-invalid",
  // anchor
  "anchor.pending",
  "anchor.overdue",
  "anchor.evidence-missing",
  "anchor.proof-mismatch",
  "anchor.root-not-recorded",
  "anchor.root-disputed",
  "anchor.root-disowned",
  "anchor.not-in-mirror",
  "anchor.mirror-failed",
  // issuer
  "issuer.key-not-registered",
  "issuer.key-disputed",
  "issuer.key-compromised",
  "issuer.key-retired",
  "issuer.key-not-active",
  "issuer.key-purpose",
  "issuer.method-mismatch",
  "issuer.agency-mismatch",
  "issuer.agency-not-registered",
  "issuer.agency-not-active",
  "issuer.agency-suspended",
  "issuer.agency-struck",
  "issuer.region-suspended",
  "issuer.region-mismatch",
  "issuer.region-not-recognised",
  "issuer.type-not-authorised",
  "issuer.anchor-time-unknown",
  "issuer.not-registered-here",
  // seal
  "seal.absent",
  "seal.malformed",
  "seal.coverage",
  "seal.algorithm-refused",
  "seal.altered",
  "seal.signature-wrong",
  "seal.chain-wrong",
  "seal.chain-disputed",
  "seal.ca-not-registered",
  "seal.other-agency",
  "seal.agency-suspended",
  "seal.region-suspended",
  "seal.outside-validity",
  "seal.time-wrong",
  "seal.time-unproven",
  "seal.revoked",
  "seal.revocation-unknown",
  // content: what is printed against what is signed.
  "content.differs",
  "content.renderer-unknown",
  "content.not-rendered",
  "content.not-compared",
  // copy: a reader's copy of a licence.
  "copy.of-another-licence",
  "copy.signature-wrong",
  "copy.token-mismatch",
  "copy.expired",
  "copy.not-yet-made",
  // status and validity
  "status.revoked",
  "status.suspended",
  "status.unknown",
  "status.not-consulted",
  "validity.expired",
  "validity.not-yet-valid",
  // recognition
  "recognition.not-listed",
  "recognition.no-list",
  "recognition.issuer-unproven",
  // An archive package, beside the licence in it.
  "archive.signature-wrong",
  "archive.member-altered",
  "archive.members-disagree",
  "archive.key-not-pinned",
  "archive.registry-refused",
  "archive.log-broken",
  "archive.log-head-not-recorded",
  // Anything that asks the registry.
  "registry.unreachable",
  "registry.wrong-chain",
  "registry.garbage",
  "registry.disagrees",
  "registry.missing",
  "registry.behind",
  "registry.stale",
] as const;

export type ReasonCode = (typeof REASON_CODES)[number];

/** Remarks change no answer. */
export const REMARK_CODES = [
  "issuer.agency-suspended-since",
  "issuer.region-suspended-since",
  "issuer.key-retired-since",
  "issuer.key-compromised-since",
  "anchor.later-than-stated",
  "anchor.foreign-hints",
  "content.not-compared",
  "seal.revocation-unknown",
  "copy.limited-use",
  "seal.revoked-since",
  "seal.timestamp-not-trusted",
  "token.face-truncated",
  "identifier.check-variant",
  "archive.later-state-unknown",
  "archive.log-not-anchored",
] as const;
export type RemarkCode = (typeof REMARK_CODES)[number];
