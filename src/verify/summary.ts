// SPDX-License-Identifier: Apache-2.0
import type { CertificateSubject } from "../core/certificate.js";
import type { CopyTokenClaims } from "../core/copy/copy-token.js";
import { toHex } from "../core/hex.js";
import type { TokenClaims } from "../core/token.js";
import type { TypeDefinition } from "../core/type-definition.js";
import type { ReadersCopy } from "./copy/read-copy.js";
import type { CertificateDocument, Form, LicenceDocument, TokenDocument } from "./document.js";
import type { DocumentSummary } from "./report.js";
import { toRfc3339 } from "./time.js";

/** `region` is the registry's word about the issuer; all else is the document's own. */
export function summarise(
  document: LicenceDocument,
  type: TypeDefinition | null,
  region: string | null,
): DocumentSummary {
  return document.form === "token"
    ? summariseToken(document, type, region)
    : summariseCertificate(document, type, region);
}

export function emptySummary(form: Form): DocumentSummary {
  return {
    form,
    certificateDigest: null,
    tokenDigest: null,
    certificateIdentifier: null,
    certificateTypeCode: null,
    certificateNumber: null,
    certificateName: null,
    holders: [],
    issueDept: null,
    issueDeptCode: null,
    region: null,
    validFrom: null,
    validUntil: null,
    seal: null,
    copy: null,
    face: [],
  };
}

function summariseCertificate(
  { form, certificate, certificateDigest, evidence, copy, pdf }: CertificateDocument,
  type: TypeDefinition | null,
  region: string | null,
): DocumentSummary {
  const { credentialSubject: subject, validFrom, validUntil } = certificate;
  const own = copy ? copy.evidence : evidence;
  return {
    form,
    certificateDigest: toHex(certificateDigest),
    tokenDigest: own && toHex(own.tokenDigest),
    certificateIdentifier: subject.certificateIdentifier,
    certificateTypeCode: subject.certificateTypeCode,
    certificateNumber: subject.certificateNumber,
    certificateName: subject.certificateName,
    holders: subject.certificateHolder.map(({ certificateHolder }) => certificateHolder),
    issueDept: subject.issueDept,
    issueDeptCode: subject.issueDeptCode,
    region,
    validFrom,
    validUntil: validUntil ?? null,
    seal: pdf?.seal ? { name: pdf.seal.statement.name, time: pdf.seal.statement.time } : null,
    copy: copy && summariseCopy(copy),
    face: faceOf(subject, type),
  };
}

function summariseCopy({ statement }: ReadersCopy): DocumentSummary["copy"] {
  return {
    number: statement.copyNumber,
    user: statement.user,
    matter: statement.matter,
    cause: statement.certificateCopyCause,
    creator: statement.certificateCopyCreator,
    made: statement.certificateCopyCreationTime,
    until: statement.certificateCopyExpiringTime,
  };
}

/** Labelled fields in the order of the type, then any without a label: nothing that was signed is left out. */
function faceOf({ face }: CertificateSubject, type: TypeDefinition | null): DocumentSummary["face"] {
  const labels = type?.fields.labels ?? [];
  const labelled = labels.filter(({ field }) => Object.hasOwn(face, field));
  const others = Object.keys(face).filter((field) => !labels.some((label) => label.field === field));
  return [
    ...labelled.map(({ field, label }) => ({ field, label, value: face[field] })),
    ...others.map((field) => ({ field, label: null, value: face[field] })),
  ];
}

function summariseToken(document: TokenDocument, type: TypeDefinition | null, region: string | null): DocumentSummary {
  const { claims } = document.token;
  return {
    ...emptySummary("token"),
    certificateDigest: toHex(claims.certificateDigest),
    tokenDigest: toHex(document.tokenDigest),
    certificateIdentifier: claims.certificateIdentifier,
    certificateTypeCode: claims.typeCode,
    issueDeptCode: claims.agencyCode,
    region,
    ...(document.kind === "copy"
      ? { copy: copyInCode(document.token.claims) }
      : licenceInCode(document.token.claims, type)),
  };
}

function licenceInCode({ notBefore, expires, face }: TokenClaims, type: TypeDefinition | null) {
  const fields = type && type.qr.face.length === face.length ? type.qr.face : null;
  return {
    validFrom: toRfc3339(notBefore),
    validUntil: expires === null ? null : toRfc3339(expires),
    face: face.map((value, i) => ({
      field: fields?.[i]?.pointer ?? String(i),
      label: fields?.[i]?.label ?? null,
      value,
    })),
  };
}

/** The code has room for the beginning of a long text, which then ends in an ellipsis here. */
function copyInCode({ user, matter, truncated, issuedAt, expires }: CopyTokenClaims): DocumentSummary["copy"] {
  return {
    number: null,
    user: (truncated & 1) === 0 ? user : `${user}…`,
    matter: (truncated & 2) === 0 ? matter : `${matter}…`,
    cause: null,
    creator: null,
    made: toRfc3339(issuedAt),
    until: toRfc3339(expires),
  };
}
