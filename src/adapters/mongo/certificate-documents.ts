// SPDX-License-Identifier: Apache-2.0
import type { ClientSession } from "mongodb";
import { TallyError } from "../../core/errors.js";
import type { LegalState } from "../../core/type-definition.js";
import type { CertificateEntry, CertificateRecord, NewCertificate } from "../../domain/issuance/index.js";
import { bytesOf } from "./bytes.js";
import type { MongoDatabase } from "./database.js";
import type { CertificateDocument, HolderDocument, RegisterDocument, StatusIndexDocument } from "./documents.js";

/** `_id` of a certificate: its identifier without the check character, its last. */
export function bodyOf(identifier: string): string {
  return identifier.slice(0, -1);
}

export function certificateDocument(c: NewCertificate, entry: number): CertificateDocument {
  const { identifier, lineage, tokenDigest, leafHash, region, agency, number, certificate, token } = c;
  const signed = { lineage, tokenDigest, leafHash, region, agency, number, certificate, token };
  return { _id: bodyOf(identifier), identifier, ...signed, entry };
}

export function registerDocument(c: NewCertificate, entry: number): RegisterDocument {
  return {
    _id: c.identifier,
    version: c.version,
    digest: c.digest,
    agency: c.agency,
    typeCode: c.typeCode,
    typeVersion: c.typeVersion,
    number: c.number,
    keyDigest: c.keyDigest,
    statusIndex: c.statusIndex,
    issueDate: c.issueDate,
    validFrom: c.validFrom,
    validUntil: c.validUntil,
    predecessor: c.predecessor,
    issuedAt: c.issuedAt,
    entry,
    state: c.state,
    resumeState: "valid",
    successor: null,
    isInForce: true,
    ...(c.state === "valid" ? {} : { isExceptional: true }),
  };
}

/** The update that brings a document of the register into a state, with the fields that its partial indexes look at. */
export function intoState(state: LegalState) {
  const inForce = isInForce(state);
  return {
    $set: {
      state,
      ...(inForce ? { isInForce: true as const } : {}),
      ...(state === "valid" ? {} : { isExceptional: true as const }),
    },
    $unset: {
      ...(inForce ? {} : { isInForce: 1 as const }),
      ...(state === "valid" ? { isExceptional: 1 as const } : {}),
    },
  };
}

export function isInForce(state: LegalState): boolean {
  return state === "valid" || state === "suspended";
}

export function statusIndexDocument({ region, statusIndex, identifier }: NewCertificate): StatusIndexDocument {
  return { _id: `${region}/${statusIndex}`, certificate: identifier };
}

export function holderDocuments(
  { holders, issueDate, identifier, agency, number }: NewCertificate,
  entry: number,
): HolderDocument[] {
  // One certificate may name a holder twice.
  const byCode = new Map(holders.map(({ code, codeType }) => [code, codeType]));
  return [...byCode].map(([code, codeType]) => {
    return { _id: { code, issueDate, entry }, codeType, certificate: identifier, agency, number };
  });
}

export function entryOf(document: RegisterDocument, anchoring: CertificateEntry["anchoring"]): CertificateEntry {
  return {
    identifier: document._id,
    version: document.version,
    digest: bytesOf(document.digest),
    agency: document.agency,
    typeCode: document.typeCode,
    typeVersion: document.typeVersion,
    number: document.number,
    statusIndex: document.statusIndex,
    issueDate: document.issueDate,
    validFrom: document.validFrom,
    validUntil: document.validUntil,
    state: document.state,
    predecessor: document.predecessor,
    successor: document.successor,
    issuedAt: document.issuedAt,
    held: document.held === true,
    anchoring,
  };
}

export function recordOf(
  signed: CertificateDocument,
  document: RegisterDocument,
  anchoring: CertificateEntry["anchoring"],
): CertificateRecord {
  return {
    ...entryOf(document, anchoring),
    lineage: signed.lineage,
    tokenDigest: bytesOf(signed.tokenDigest),
    leafHash: bytesOf(signed.leafHash),
    region: signed.region,
    keyDigest: bytesOf(document.keyDigest),
    resumeState: document.resumeState,
    certificate: bytesOf(signed.certificate),
    token: bytesOf(signed.token),
  };
}

/** Rejects with `certificate.not-found` unless all of them are here. */
export async function requireCertificates(
  database: MongoDatabase,
  identifiers: readonly string[],
  session: ClientSession,
): Promise<void> {
  const found = await database
    .collection("certificates")
    .find({ _id: { $in: identifiers.map(bodyOf) } }, { session, projection: { identifier: 1 } })
    .toArray();
  const here = new Set(found.map(({ identifier }) => identifier));
  const missing = identifiers.find((identifier) => !here.has(identifier));
  if (missing === undefined) return;
  throw new TallyError("certificate.not-found", `there is no certificate ${JSON.stringify(missing)} here`);
}
