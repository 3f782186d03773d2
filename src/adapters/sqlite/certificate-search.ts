// SPDX-License-Identifier: Apache-2.0
import type { CertificateQuery, SearchPlace } from "../../domain/issuance/index.js";
import { ENTRY_COLUMNS } from "./certificate-rows.js";
import type { SqlValue } from "./database.js";

export interface SearchStatement {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/**
 * The statement of a search. The most selective filter names the index; the rest are tested on its rows. Without one of
 * identifier, holder or number the index also holds the order, so a page costs what it shows and no more.
 */
export function searchStatement(
  query: CertificateQuery,
  { after, limit }: { after?: SearchPlace; limit: number },
): SearchStatement {
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
  if (query.issuedFrom !== undefined) where("c.issue_date >= ?", query.issuedFrom);
  if (query.issuedTo !== undefined) where("c.issue_date <= ?", query.issuedTo);
  if (after !== undefined) where("(c.issue_date, c.id) < (?, ?)", after.issueDate, after.identifier);

  const sql = `SELECT ${ENTRY_COLUMNS} FROM ${source(query)} LEFT JOIN batches b ON b.id = c.batch_id
    WHERE ${conditions.join(" AND ")} ORDER BY c.issue_date DESC, c.id DESC LIMIT ?`;
  return { sql, values: [...values, limit] };
}

/** Names the index, so that the planner's statistics cannot turn a page into a scan. */
function source(query: CertificateQuery): string {
  if (query.holderCode !== undefined) return "holders h CROSS JOIN certificates c ON c.id = h.certificate_id";
  if (query.identifier !== undefined) return "certificates c";
  if (query.number !== undefined) return "certificates c INDEXED BY certificates_number";
  if (query.typeCode !== undefined && query.state !== undefined)
    return "certificates c INDEXED BY certificates_type_state";
  if (query.typeCode !== undefined) return "certificates c INDEXED BY certificates_type";
  if (query.state !== undefined) return "certificates c INDEXED BY certificates_state";
  return "certificates c INDEXED BY certificates_date";
}
