// SPDX-License-Identifier: Apache-2.0

/** Contexts of every certificate, in this order; both are bundled and pinned by digest, nothing is fetched. */
export const VC_CONTEXT = "https://www.w3.org/ns/credentials/v2";
export const LICENCE_CONTEXT = "https://tigertally.example/contexts/licence/v1";

/** One holder 持证主体, with the GB/T 36903 interface names. */
export interface CertificateHolder {
  readonly certificateHolder: string;
  readonly certificateHolderCode: string;
  /** Code of Annex A, e.g. "001" (USCC), "111" (citizen ID number). */
  readonly certificateHolderType: string;
}

/** Values of a type's own fields: what JSON Schema can describe. */
export type FaceValue =
  | string
  | number
  | boolean
  | null
  | readonly FaceValue[]
  | { readonly [name: string]: FaceValue };

export interface CertificateSubject {
  readonly certificateIdentifier: string;
  readonly certificateName: string;
  readonly certificateTypeCode: string;
  readonly certificateNumber: string;
  readonly issueDept: string;
  readonly issueDeptCode: string;
  /** YYYY-MM-DD, calendar of Asia/Shanghai. */
  readonly issueDate: string;
  readonly certificateHolder: readonly CertificateHolder[];
  /** GB/T 2260, six digits. */
  readonly certificateAreaCode?: string;
  /** The type's own fields 照面项; JSON literal in the context. */
  readonly face: { readonly [name: string]: FaceValue };
  /** 128 random bits, base64url without padding (22 characters). */
  readonly nonce: string;
}

export interface StatusEntry {
  readonly type: "BitstringStatusListEntry";
  readonly statusPurpose: "revocation" | "suspension";
  /** Position in the list, decimal text, 0…131071. */
  readonly statusListIndex: string;
  /** Which list of the region, from 0. The verifier derives the list from region and this number, never from the URL. */
  readonly statusListNumber: number;
  readonly statusListCredential: string;
}

export interface SchemaReference {
  /** `https://tigertally.example/types/{typeCode}/{version}`: a name; nothing is fetched from it. */
  readonly id: string;
  readonly type: "LicenceTypeDefinition";
  readonly typeVersion: number;
  /** SHA-256 of the canonical JSON of the type definition: `sha256-` and base64 with padding (SRI). */
  readonly digestSRI: string;
}

export interface DataIntegrityProof {
  readonly "@context"?: readonly string[];
  readonly type: "DataIntegrityProof";
  readonly cryptosuite: "eddsa-jcs-2022";
  /** RFC 3339 in UTC, whole seconds. Mandatory here, though optional in the suite. */
  readonly created: string;
  /** The issuer's DID, `#` and the key's Multikey text. */
  readonly verificationMethod: string;
  readonly proofPurpose: "assertionMethod";
  /** Multibase base58-btc of the 64-byte signature. */
  readonly proofValue: string;
}

export interface UnsignedCertificate {
  readonly "@context": readonly [typeof VC_CONTEXT, typeof LICENCE_CONTEXT];
  readonly type: readonly ["VerifiableCredential", "ElectronicLicence"];
  readonly issuer: string;
  /** RFC 3339 with +08:00. */
  readonly validFrom: string;
  /** RFC 3339 with +08:00, 23:59:59 of the printed end date; absent means long-term 长期. */
  readonly validUntil?: string;
  readonly credentialSubject: CertificateSubject;
  readonly credentialSchema: SchemaReference;
  readonly credentialStatus: readonly [StatusEntry, StatusEntry];
  /** Identifier of the certificate that this one follows (renewal, correction, transfer). */
  readonly predecessor?: string;
}

/** The signed record; every other form (PDF, QR, SD-JWT) is derived from it. */
export interface Certificate extends UnsignedCertificate {
  readonly proof: DataIntegrityProof;
}
