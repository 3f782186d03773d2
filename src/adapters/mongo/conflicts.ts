// SPDX-License-Identifier: Apache-2.0
import type { ClientSession } from "mongodb";
import { toHex } from "../../core/hex.js";
import type { AddOutcome, NewCertificate } from "../../domain/issuance/index.js";
import { bodyOf, statusIndexDocument } from "./certificate-documents.js";
import type { MongoDatabase } from "./database.js";
import type { AgencyDocument } from "./documents.js";

const STORED: AddOutcome = { stored: true };

/**
 * What stands in the way of each certificate, the ones before it in the list included. Looked for before anything is written: a
 * duplicate key would end the whole transaction. Within a logged transaction nothing can change until it commits.
 */
export async function findConflicts(
  database: MongoDatabase,
  session: ClientSession,
  certificates: readonly NewCertificate[],
): Promise<AddOutcome[]> {
  const agencies = await agenciesOf(database, session, certificates);
  const identifiers = await identifiersAmong(database, session, certificates);
  const numbers = await numbersAmong(database, session, certificates);
  const statusIndices = await statusIndicesAmong(database, session, certificates);
  return certificates.map((certificate) => {
    const issuer = issuerConflict(agencies.get(certificate.agency), certificate);
    if (issuer !== null) return { stored: false, conflict: issuer, existing: null };
    const { identifier } = certificate;
    const taken = (
      [
        ["identifier", identifiers, bodyOf(identifier)],
        ["number", numbers, numberOf(certificate)],
        ["status-index", statusIndices, statusIndexDocument(certificate)._id],
      ] as const
    ).find(([, known, key]) => known.has(key));
    if (taken !== undefined) {
      const [conflict, known, key] = taken;
      return { stored: false, conflict, existing: known.get(key)! };
    }
    identifiers.set(bodyOf(identifier), identifier);
    numbers.set(numberOf(certificate), identifier);
    statusIndices.set(statusIndexDocument(certificate)._id, identifier);
    return STORED;
  });
}

/** What changed at the agency while this was signed. */
function issuerConflict(
  agency: AgencyDocument | undefined,
  { keyDigest, typeCode }: NewCertificate,
): "key" | "agency" | null {
  if (agency === undefined) return null;
  if (agency.suspended || !agency.types.includes(typeCode)) return "agency";
  return agency.keyDigest === toHex(keyDigest) ? null : "key";
}

function numberOf({ agency, typeCode, number }: Pick<NewCertificate, "agency" | "typeCode" | "number">): string {
  return JSON.stringify([agency, typeCode, number]);
}

async function agenciesOf(
  database: MongoDatabase,
  session: ClientSession,
  certificates: readonly NewCertificate[],
): Promise<Map<string, AgencyDocument>> {
  const codes = [...new Set(certificates.map(({ agency }) => agency))];
  const found = await database
    .collection("agencies")
    .find({ _id: { $in: codes } }, { session })
    .toArray();
  return new Map(found.map((agency) => [agency._id, agency]));
}

async function identifiersAmong(
  database: MongoDatabase,
  session: ClientSession,
  certificates: readonly NewCertificate[],
): Promise<Map<string, string>> {
  const bodies = certificates.map(({ identifier }) => bodyOf(identifier));
  const found = await database
    .collection("certificates")
    .find({ _id: { $in: bodies } }, { session, projection: { identifier: 1 } })
    .toArray();
  return new Map(found.map(({ _id, identifier }) => [_id, identifier]));
}

/** Numbers in force, of the same agencies; the type is compared by the key. */
async function numbersAmong(
  database: MongoDatabase,
  session: ClientSession,
  certificates: readonly NewCertificate[],
): Promise<Map<string, string>> {
  const byAgency = new Map<string, string[]>();
  for (const { agency, number } of certificates) {
    const numbers = byAgency.get(agency);
    if (numbers === undefined) byAgency.set(agency, [number]);
    else numbers.push(number);
  }
  const taken = new Map<string, string>();
  for (const [agency, numbers] of byAgency) {
    const found = database
      .collection("register")
      .find(
        { agency, number: { $in: numbers }, isInForce: true },
        { session, projection: { agency: 1, typeCode: 1, number: 1 }, hint: "in_force" },
      );
    for await (const document of found) taken.set(numberOf(document), document._id);
  }
  return taken;
}

async function statusIndicesAmong(
  database: MongoDatabase,
  session: ClientSession,
  certificates: readonly NewCertificate[],
): Promise<Map<string, string>> {
  const ids = certificates.map((certificate) => statusIndexDocument(certificate)._id);
  const found = await database
    .collection("statusIndices")
    .find({ _id: { $in: ids } }, { session })
    .toArray();
  return new Map(found.map(({ _id, certificate }) => [_id, certificate]));
}
