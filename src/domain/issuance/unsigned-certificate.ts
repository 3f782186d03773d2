// SPDX-License-Identifier: Apache-2.0
import { toBase64Url } from "../../core/base64.js";
import {
  type CertificateSubject,
  LICENCE_CONTEXT,
  type UnsignedCertificate,
  VC_CONTEXT,
} from "../../core/certificate.js";
import { STATUS_LIST_LENGTH, schemaId } from "../../core/certificate-reader.js";
import type { Crypto } from "../../core/crypto.js";
import { formatCertificateIdentifier, generateSerial } from "../../core/identifiers/certificate-identifier.js";
import type { Agency, Signer } from "../agencies/index.js";
import type { CompiledType } from "../catalogue/index.js";
import type { CheckedClaims } from "./check-claims.js";
import { validityOf } from "./validity-period.js";

/** Everything a certificate is made from besides its claims. */
export interface PrepareContext {
  readonly crypto: Crypto;
  readonly type: CompiledType;
  readonly agency: Agency;
  readonly signer: Signer;
  /** Milliseconds; becomes the proof's `created` and the token's `iat`, in whole seconds. */
  readonly now: number;
  /** URL under which a list of the region is published, for standard verifiers. */
  readonly statusListUrl: StatusListUrl;
}

export type StatusListUrl = (purpose: "revocation" | "suspension", list: number) => string;

/** Identifier and nonce are chosen here, so that the printed form can be checked before anything is signed. */
export function subjectOf(
  { crypto, type, agency }: Pick<PrepareContext, "crypto" | "type" | "agency">,
  { request, period }: CheckedClaims,
  identifier: string = request.identifier ?? newIdentifier(crypto, type, agency),
): CertificateSubject {
  const { definition } = type;
  return {
    certificateIdentifier: identifier,
    certificateName: definition.name.zh,
    certificateTypeCode: definition.typeCode,
    certificateNumber: request.certificateNumber,
    issueDept: agency.name,
    issueDeptCode: agency.code,
    issueDate: period.issueDate,
    certificateHolder: request.holders,
    certificateAreaCode: request.areaCode ?? agency.areaCode,
    face: request.face,
    nonce: toBase64Url(crypto.randomBytes(16)),
  };
}

function newIdentifier(crypto: Crypto, { definition }: CompiledType, agency: Agency): string {
  const serial = generateSerial(crypto);
  return formatCertificateIdentifier({ typeCode: definition.typeCode, agencyCode: agency.code, serial, version: 1 });
}

export function unsignedCertificate(
  { type, agency, statusListUrl }: PrepareContext,
  { period }: CheckedClaims,
  subject: CertificateSubject,
  statusIndex: number,
  predecessor: string | undefined,
): UnsignedCertificate {
  const { typeCode, version } = type.definition;
  const list = Math.floor(statusIndex / STATUS_LIST_LENGTH);
  const entry = (statusPurpose: "revocation" | "suspension") =>
    ({
      type: "BitstringStatusListEntry",
      statusPurpose,
      statusListIndex: String(statusIndex % STATUS_LIST_LENGTH),
      statusListNumber: list,
      statusListCredential: statusListUrl(statusPurpose, list),
    }) as const;
  return {
    "@context": [VC_CONTEXT, LICENCE_CONTEXT],
    type: ["VerifiableCredential", "ElectronicLicence"],
    issuer: agency.did,
    ...validityOf(period),
    credentialSubject: subject,
    credentialSchema: {
      id: schemaId(typeCode, version),
      type: "LicenceTypeDefinition",
      typeVersion: version,
      digestSRI: type.digestSRI,
    },
    credentialStatus: [entry("revocation"), entry("suspension")],
    ...(predecessor === undefined ? {} : { predecessor }),
  };
}
