// SPDX-License-Identifier: Apache-2.0
import type { Layout } from "./type-definition.js";

/**
 * Fields whose texts may have line feeds, as pointers into credentialSubject: every row that prints the field prints several lines. A reader without the
 * type lets line feeds pass in every field, so it reads whatever an issuer may sign.
 */
export function fieldsOfSeveralLines({ rows }: Pick<Layout, "rows">): ReadonlySet<string> {
  const several = new Set<string>();
  const single = new Set<string>();
  for (const { pointer, columns, flow, maxLines } of rows)
    (columns === undefined && (flow === true || maxLines > 1) ? several : single).add(pointer);
  for (const pointer of single) several.delete(pointer);
  return several;
}
