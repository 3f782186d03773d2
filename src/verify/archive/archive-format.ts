// SPDX-License-Identifier: Apache-2.0
import { canonicalBytes } from "../../core/canonical-json.js";
import type { Certificate } from "../../core/certificate.js";
import { licenceElements } from "../../core/licence-elements.js";
import { MAX_BUNDLE_BYTES } from "../bundle/trust-bundle.js";
import { MAX_PDF_BYTES } from "../pdf/read-licence-pdf.js";
import { MAX_LOG_EXTRACT_BYTES } from "./log-extract.js";

export const ARCHIVE_FORMAT = "tigertally-archive";
export const ARCHIVE_VERSION = 1;

/** Everything in an archive package but the manifest, in the order in which it is there. */
export const ARCHIVE_MEMBERS = [
  "licence.pdf",
  "certificate.json",
  "evidence.json",
  "type.json",
  "token.cose",
  "seal-proof.json",
  "metadata.json",
  "trust-bundle.json",
  "log.json",
] as const;
export type ArchiveMember = (typeof ARCHIVE_MEMBERS)[number];
export type ArchiveMembers = Readonly<Record<ArchiveMember, Uint8Array>>;

export const MANIFEST = "manifest.json";
export const MAX_MANIFEST_BYTES = 8_192;

/** Room for the largest file, registry and log extract, and for all else that the file carries. */
export const MAX_ARCHIVE_BYTES = MAX_PDF_BYTES + MAX_BUNDLE_BYTES + MAX_LOG_EXTRACT_BYTES + 8 * 2 ** 20;

/** What the manifest says of the package, beside the digests of its members. */
export interface ArchiveHead {
  readonly chainId: number;
  /** EIP-55 or lower-case address. */
  readonly registry: string;
  /** The region whose bundle key signed. */
  readonly region: string;
  readonly certificateIdentifier: string;
  /** Lower-case hex. */
  readonly certificateDigest: string;
  /** RFC 3339 in UTC, whole seconds. */
  readonly createdAt: string;
  /** Who had it made: as the audit log names an actor, never a person's data. */
  readonly createdBy: { readonly kind: string; readonly id: string };
}

/** The metadata of GB/T 36903, as the signed record gives them. */
export function archiveMetadata(certificate: Certificate): Uint8Array {
  return canonicalBytes({ elements: licenceElements(certificate), standard: "GB/T 36903-2018" });
}
