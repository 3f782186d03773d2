// SPDX-License-Identifier: Apache-2.0
import { type Filter, MaxKey } from "mongodb";
import { TallyError } from "../../core/errors.js";
import type { CertificateQuery, SearchRows } from "../../domain/issuance/index.js";
import { anchoringOf } from "./batch-of-entry.js";
import { bodyOf, entryOf } from "./certificate-documents.js";
import type { MongoDatabase } from "./database.js";
import type { HolderDocument, RegisterDocument } from "./documents.js";

/** Where a page ended: issue date and entry of its last row. */
interface Place {
  readonly issueDate: string;
  readonly entry: number;
}

/** One page of a search, and the place where it ended. */
export async function searchCertificates(
  database: MongoDatabase,
  query: CertificateQuery,
  { after, limit }: { readonly after?: string; readonly limit: number },
): Promise<SearchRows> {
  const { agency, identifier, holderCode } = query;
  if (agency === undefined && identifier === undefined && holderCode === undefined)
    throw new TallyError("request.invalid", "a search names an agency, an identifier or a holder code");
  const place = after === undefined ? null : placeOf(after);
  // One more than asked for tells whether anything comes after.
  const found =
    identifier !== undefined
      ? await byIdentifier(database, query, identifier, place)
      : holderCode !== undefined
        ? await byHolder(database, query, holderCode, place, limit + 1)
        : await inOrder(database, query, place, limit + 1);
  const page = found.slice(0, limit);
  const anchoring = await anchoringOf(database, page);
  const last = page.at(-1);
  const next = found.length > limit && last !== undefined ? `${last.issueDate}/${last.entry}` : null;
  return { rows: page.map((document, i) => entryOf(document, anchoring[i]!)), next };
}

async function byIdentifier(
  database: MongoDatabase,
  query: CertificateQuery,
  identifier: string,
  place: Place | null,
): Promise<RegisterDocument[]> {
  const signed = await database
    .collection("certificates")
    .findOne({ _id: bodyOf(identifier) }, { projection: { identifier: 1, agency: 1, number: 1 } });
  if (signed?.identifier !== identifier) return [];
  const { agency, number } = signed;
  const found = await database.collection("register").findOne({ _id: identifier, agency, number });
  if (found === null || !fits(query, found)) return [];
  const { holderCode: code } = query;
  if (code !== undefined) {
    const { issueDate, entry } = found;
    const held = await database.collection("holders").findOne({ _id: { code, issueDate, entry } });
    if (held === null) return [];
  }
  return place === null || isAfter(found, place) ? [found] : [];
}

/** The holder's certificates in order; what else is asked for is tested on each. */
async function byHolder(
  database: MongoDatabase,
  query: CertificateQuery,
  code: string,
  place: Place | null,
  limit: number,
): Promise<RegisterDocument[]> {
  const { issuedFrom = "", issuedTo } = query;
  const first = { $gte: { code, issueDate: issuedFrom } };
  const last =
    place !== null
      ? { $lt: { code, issueDate: place.issueDate, entry: place.entry } }
      : { $lte: { code, issueDate: issuedTo ?? new MaxKey(), entry: new MaxKey() } };
  const range = { _id: { ...first, ...last } } as unknown as Filter<HolderDocument>;
  const found: RegisterDocument[] = [];
  let group: HolderDocument[] = [];
  const look = async (): Promise<void> => {
    found.push(...(await registered(database, group)).filter((document) => fits(query, document)));
    group = [];
  };
  for await (const holder of database.collection("holders").find(range).sort({ _id: -1 }).batchSize(HOLDER_PAGE)) {
    group.push(holder);
    if (group.length < Math.min(HOLDER_PAGE, limit)) continue;
    await look();
    if (found.length >= limit) break;
  }
  await look();
  return found;
}

const HOLDER_PAGE = 100;

/** In the same order. */
async function registered(database: MongoDatabase, holders: readonly HolderDocument[]): Promise<RegisterDocument[]> {
  if (holders.length === 0) return [];
  const filter = {
    _id: { $in: holders.map(({ certificate }) => certificate) },
    agency: { $in: [...new Set(holders.map(({ agency }) => agency))] },
    number: { $in: [...new Set(holders.map(({ number }) => number))] },
  };
  // The hint keeps the planner from walking through an agency by number.
  const found = await database.collection("register").find(filter).hint("_id_").toArray();
  const byIdentifier = new Map(found.map((document) => [document._id, document]));
  return holders.flatMap(({ certificate }) => byIdentifier.get(certificate) ?? []);
}

/** A walk along an index that has the order; each shape of query has one. */
async function inOrder(
  database: MongoDatabase,
  query: CertificateQuery,
  place: Place | null,
  limit: number,
): Promise<RegisterDocument[]> {
  const { hint, filters } = searchPlan(query, place);
  const found: RegisterDocument[] = [];
  for (const filter of filters) {
    const rest = limit - found.length;
    if (rest === 0) break;
    const cursor = database
      .collection("register")
      .find(filter)
      .sort({ issueDate: -1, entry: -1 })
      .hint(hint)
      .limit(rest);
    found.push(...(await cursor.toArray()));
  }
  return found;
}

/**
 * The index of a query of one agency, and the filters whose answers, one after another, are the answer: after a place those of its
 * own date come first, since a range over two fields at once is none in an index.
 */
export function searchPlan(
  query: CertificateQuery,
  place: Place | null,
): { readonly hint: string; readonly filters: readonly Filter<RegisterDocument>[] } {
  const { agency, number, typeCode, state, held, issuedFrom, issuedTo } = query;
  const isRare = state !== undefined && state !== "valid";
  const filter: Filter<RegisterDocument> = {
    agency: agency as string,
    ...(number === undefined ? {} : { number }),
    ...(typeCode === undefined ? {} : { typeCode }),
    ...(held ? { held: true, state: { $in: heldStates(state) } } : state === undefined ? {} : { state }),
    ...(isRare && !held && number === undefined ? { isExceptional: true } : {}),
  };
  const hint =
    number !== undefined
      ? "number"
      : held
        ? "held"
        : typeCode !== undefined
          ? isRare
            ? "type_state"
            : "type"
          : isRare
            ? "state"
            : "date";
  const from = issuedFrom === undefined ? {} : { $gte: issuedFrom };
  const to = issuedTo === undefined ? {} : { $lte: issuedTo };
  if (place === null) {
    const hasDates = issuedFrom !== undefined || issuedTo !== undefined;
    return { hint, filters: [hasDates ? { ...filter, issueDate: { ...from, ...to } } : filter] };
  }
  const { issueDate, entry } = place;
  const isWithin =
    (issuedFrom === undefined || issueDate >= issuedFrom) && (issuedTo === undefined || issueDate <= issuedTo);
  return {
    hint,
    filters: [
      ...(isWithin ? [{ ...filter, issueDate, entry: { $lt: entry } }] : []),
      { ...filter, issueDate: { ...from, ...to, $lt: issueDate } },
    ],
  };
}

/** Those that still wait to be issued again. */
function heldStates(state: CertificateQuery["state"]): ("valid" | "suspended")[] {
  return (["valid", "suspended"] as const).filter((each) => state === undefined || state === each);
}

/** The filters that no index was asked for. */
function fits(query: CertificateQuery, document: RegisterDocument): boolean {
  const { agency, number, typeCode, state, issuedFrom, issuedTo, held } = query;
  return (
    (agency === undefined || document.agency === agency) &&
    (number === undefined || document.number === number) &&
    (typeCode === undefined || document.typeCode === typeCode) &&
    (state === undefined || document.state === state) &&
    (issuedFrom === undefined || document.issueDate >= issuedFrom) &&
    (issuedTo === undefined || document.issueDate <= issuedTo) &&
    (!held || (document.held === true && document.isInForce === true))
  );
}

function isAfter({ issueDate, entry }: RegisterDocument, place: Place): boolean {
  return issueDate < place.issueDate || (issueDate === place.issueDate && entry < place.entry);
}

function placeOf(text: string): Place {
  const match = /^(\d{4}-\d{2}-\d{2})\/(\d{1,15})$/.exec(text);
  if (match === null) throw new TallyError("request.invalid", "the place is not one where a page ended");
  return { issueDate: match[1] as string, entry: Number(match[2]) };
}
