// SPDX-License-Identifier: Apache-2.0

/** The published verification library: `import { verifyCertificate } from "tigertally/verify"`. */
export { type Multikey, parseMultikey } from "../core/multikey.js";
export { looksLikeZip } from "./archive/looks-like-zip.js";
export {
  type BundleRegistryOptions,
  bundleAge,
  bundleRegistry,
  bundleRevocationLists,
  isNewer,
  MAX_BUNDLE_BYTES,
  nextPins,
  type ReadBundleOptions,
  readTrustBundle,
  refuseOlder,
  type TrustBundle,
} from "./bundle/index.js";
export type { DocumentInput } from "./document.js";
export { type JsonRpcRegistryOptions, jsonRpcRegistry } from "./json-rpc.js";
export { samePdfContent } from "./pdf/compare.js";
export { type LicencePdf, readLicencePdf } from "./pdf/read-licence-pdf.js";
export type { PdfSeal, SealStatement } from "./pdf/read-seal-field.js";
export { REASON_CODES, REMARK_CODES, type ReasonCode, type RemarkCode } from "./reasons.js";
export {
  type AgencyRecord,
  type AnchorRecord,
  type Head,
  type Interval,
  type KeyPurpose,
  type KeyRecord,
  type RegionRecord,
  type RegistryAccess,
  RegistryError,
  type RegistryFailure,
  type RegistrySnapshot,
  type RetroactiveAct,
  type StatusWord,
  type TypeDefinitionRecord,
} from "./registry.js";
export type {
  Authenticity,
  CheckName,
  CheckResult,
  DocumentSummary,
  Recognition,
  Remark,
  Report,
  Standing,
  Verdict,
} from "./report.js";
export { type HttpRevocationListsOptions, httpRevocationLists } from "./seal/http-revocation-lists.js";
export type { LeafProof, ProofSource, Rerender, RevocationListSource, SealCaKey, TypeSource } from "./sources.js";
export type { Purpose, RecognitionRule, Trust } from "./trust.js";
export { type VerifyOptions, verifyCertificate } from "./verify-certificate.js";
