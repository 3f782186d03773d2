// SPDX-License-Identifier: Apache-2.0
import { isCalendarDate } from "../../core/calendar.js";
import { LEGAL_STATES } from "../../core/type-definition.js";
import type { Actor } from "../audit/index.js";
import type { FieldProblem } from "../catalogue/index.js";
import { readableAgencyOf, requireTypeInScope } from "./actor-rights.js";
import type { CertificateQuery } from "./certificate-store.js";
import type { IssuanceDependencies } from "./dependencies.js";
import type { SearchPage, SearchRequest } from "./issuance.js";
import { refuse } from "./problems.js";
import { decodeCursor, encodeCursor } from "./search-cursor.js";
import { summaryOf } from "./summaries.js";

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

/** Newest issue date first. An agency finds its own certificates only. */
export async function searchCertificates(
  { certificates, crypto }: Pick<IssuanceDependencies, "certificates" | "crypto">,
  actor: Actor,
  request: SearchRequest,
): Promise<SearchPage> {
  const { limit = DEFAULT_LIMIT, cursor, ...filters } = request;
  const agency = readableAgencyOf(actor) ?? filters.agency;
  refuse("request.invalid", "the search", searchProblems(filters, limit, agency));
  const scope = scopeOf(actor, filters);
  const query: CertificateQuery = { ...filters, ...(agency === undefined ? {} : { agency }), ...scope };

  const after = cursor === undefined ? undefined : decodeCursor(crypto, query, cursor);
  const { rows, next } = await certificates.search(query, { ...(after === undefined ? {} : { after }), limit });
  return { certificates: rows.map(summaryOf), next: next === null ? null : encodeCursor(crypto, query, next) };
}

/** A token of one type sees that type; one of several must say which. */
function scopeOf(actor: Actor, { typeCode }: CertificateQuery): { typeCode?: string } {
  if (actor.types === undefined || actor.types.includes("*")) return {};
  if (typeCode !== undefined) {
    requireTypeInScope(actor, typeCode);
    return {};
  }
  const [only, ...others] = actor.types;
  if (only !== undefined && others.length === 0) return { typeCode: only };
  refuse("request.invalid", "the search", [
    { field: "typeCode", message: `is required, since this token is for ${actor.types.join(", ")} only` },
  ]);
  return {};
}

function searchProblems(
  { agency: asked, identifier, holderCode, issuedFrom, issuedTo, state }: CertificateQuery,
  limit: number,
  agency: string | undefined,
): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (asked !== undefined && asked !== agency)
    problems.push({ field: "agency", message: "must be the agency that asks" });
  if (agency === undefined && identifier === undefined && holderCode === undefined)
    problems.push({ field: "agency", message: "is required without an identifier or a holder code" });
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    problems.push({ field: "limit", message: `must be a whole number from 1 to ${MAX_LIMIT}` });
  for (const [field, date] of Object.entries({ issuedFrom, issuedTo }))
    if (date !== undefined && !isCalendarDate(date))
      problems.push({ field, message: "must be a date that exists, YYYY-MM-DD" });
  if (state !== undefined && !LEGAL_STATES.includes(state))
    problems.push({ field: "state", message: `must be one of ${LEGAL_STATES.join(", ")}` });
  return problems;
}
