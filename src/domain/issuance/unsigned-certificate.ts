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
  // In the order of canonical JSON, as all of a certificate here: what is in order is written several times faster.
  return {
    certificateAreaCode: request.areaCode ?? agency.areaCode,
    certificateHolder: request.holders.map(inOrder),
    certificateIdentifier: identifier,
    certificateName: definition.name.zh,
    certificateNumber: request.certificateNumber,
    certificateTypeCode: definition.typeCode,
    face: inOrder(request.face),
    issueDate: period.issueDate,
    issueDept: agency.name,
    issueDeptCode: agency.code,
    nonce: toBase64Url(crypto.randomBytes(16)),
  };
}

/** The same members by name; the very object when it has them so. */
function inOrder<T extends object>(members: T): T {
  const names = Object.keys(members);
  const isInOrder = names.every((name, i) => i === 0 || (names[i - 1] as string) < name);
  if (isInOrder) return members;
  return Object.fromEntries(names.sort().map((name) => [name, members[name as keyof T]])) as T;
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
      statusListCredential: statusListUrl(statusPurpose, list),
      statusListIndex: String(statusIndex % STATUS_LIST_LENGTH),
      statusListNumber: list,
      statusPurpose,
      type: "BitstringStatusListEntry",
    }) as const;
  return {
    "@context": [VC_CONTEXT, LICENCE_CONTEXT],
    credentialSchema: {
      digestSRI: type.digestSRI,
      id: schemaId(typeCode, version),
      type: "LicenceTypeDefinition",
      typeVersion: version,
    },
    credentialStatus: [entry("revocation"), entry("suspension")],
    credentialSubject: subject,
    issuer: agency.did,
    ...(predecessor === undefined ? {} : { predecessor }),
    type: ["VerifiableCredential", "ElectronicLicence"],
    ...validityOf(period),
  };
}
