// SPDX-License-Identifier: Apache-2.0
import { COPIES_QUERY } from "./openapi/parameters.js";
import { queryCheck } from "./validation/schema-check.js";

const check = queryCheck(COPIES_QUERY.schema);

/** Which readers' copies of a licence a query asks for. */
export function copiesPage(query: unknown): { readonly after?: number; readonly limit?: number } {
  const { after, limit } = check<{ after?: string; limit?: string }>(query);
  return {
    ...(after === undefined ? {} : { after: Number(after) }),
    ...(limit === undefined ? {} : { limit: Number(limit) }),
  };
}
