// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import type { CertificateQuery, SearchRows } from "../../domain/issuance/index.js";
import { ENTRY_COLUMNS, type EntryRow, entryOf } from "./certificate-rows.js";
import type { Database, SqlValue } from "./database.js";

interface Page {
  readonly after?: string;
  readonly limit: number;
}

/** One page of a search, and the place where it ended: issue date and sequence number of its last row. */
export function searchCertificates(database: Database, query: CertificateQuery, { after, limit }: Page): SearchRows {
  if (query.agency === undefined && query.identifier === undefined && query.holderCode === undefined)
    throw new TallyError("request.invalid", "a search names an agency, an identifier or a holder code");
  // One more than asked for tells whether anything comes after.
  const { sql, values } = searchStatement(query, { ...(after === undefined ? {} : { after }), limit: limit + 1 });
  const rows = database.all<EntryRow & { readonly seq: number }>(sql, ...values);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const next = rows.length > limit && last !== undefined ? `${last.issue_date}/${last.seq}` : null;
  return { rows: page.map(entryOf), next };
}

/**
 * The statement of a search. The most selective filter names the index; the rest are tested on its rows. Without one of
 * identifier, holder or number the index also holds the order, so a page costs what it shows and no more.
 */
export function searchStatement(
  query: CertificateQuery,
  { after, limit }: Page,
): { readonly sql: string; readonly values: readonly SqlValue[] } {
  const conditions: string[] = [];
  const values: SqlValue[] = [];
  const where = (condition: string, ...bound: SqlValue[]): void => {
    conditions.push(condition);
    values.push(...bound);
  };

  if (query.holderCode !== undefined) where("h.code = ?", query.holderCode);
  if (query.identifier !== undefined) where("c.id = ?", query.identifier);
  if (query.agency !== undefined) where("c.agency = ?", query.agency);
  if (query.number !== undefined) where("c.number = ?", query.number);
  if (query.typeCode !== undefined) where("c.type_code = ?", query.typeCode);
  if (query.state !== undefined) where("c.state = ?", query.state);
  // The indexes of states leave out the valid ones; SQLite sees that a bound value fits only when it is told.
  if (query.state !== undefined && query.state !== "valid") where("c.state <> 'valid'");
  if (query.issuedFrom !== undefined) where("c.issue_date >= ?", query.issuedFrom);
  if (query.issuedTo !== undefined) where("c.issue_date <= ?", query.issuedTo);
  if (query.held) where("c.held = 1 AND c.state IN ('valid', 'suspended')");
  if (after !== undefined) where("(c.issue_date, c.seq) < (?, ?)", ...placeOf(after));

  const sql = `SELECT c.seq, ${ENTRY_COLUMNS} FROM ${source(query)} LEFT JOIN batches b ON b.id = c.batch_id
    WHERE ${conditions.join(" AND ")} ORDER BY c.issue_date DESC, c.seq DESC LIMIT ?`;
  return { sql, values: [...values, limit] };
}

/** Names the index, so that the planner's statistics cannot turn a page into a scan. */
function source({ holderCode, identifier, number, typeCode, state, held }: CertificateQuery): string {
  if (holderCode !== undefined) return "holders h CROSS JOIN certificates c ON c.seq = h.certificate";
  if (identifier !== undefined) return "certificates c";
  if (number !== undefined) return "certificates c INDEXED BY certificates_number";
  if (held) return "certificates c INDEXED BY certificates_held";
  const isRareState = state !== undefined && state !== "valid";
  if (typeCode !== undefined)
    return `certificates c INDEXED BY ${isRareState ? "certificates_type_state" : "certificates_type"}`;
  return `certificates c INDEXED BY ${isRareState ? "certificates_state" : "certificates_date"}`;
}

function placeOf(text: string): [string, number] {
  const match = /^(\d{4}-\d{2}-\d{2})\/(\d{1,15})$/.exec(text);
  if (match === null) throw new TallyError("request.invalid", "the place is not one where a page ended");
  return [match[1] as string, Number(match[2])];
}
