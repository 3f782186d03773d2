// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import { type Actor, eventBy } from "../audit/index.js";
import { type CsvRow, csvRows } from "./csv-rows.js";
import type { IssuanceDependencies } from "./dependencies.js";
import type { ImportResult } from "./issuance.js";
import { GROUP_SIZE, inGroups } from "./issue-certificates.js";
import { issueGroup, type Outcome } from "./issue-group.js";
import { openDesk } from "./issuing-desk.js";
import type { StatusIndices } from "./status-indices.js";

/**
 * Issues every row of a CSV file. Each group of rows is durable before its results are told, so after a crash the results received
 * are right, and sending the file again answers `certificate.exists` for the rows that were already in.
 */
export async function* importCsv(
  deps: IssuanceDependencies & { readonly indices: StatusIndices },
  actor: Actor,
  { typeCode, typeVersion }: { readonly typeCode: string; readonly typeVersion?: number },
  bytes: AsyncIterable<Uint8Array>,
): AsyncIterableIterator<ImportResult> {
  const desk = await openDesk(deps, actor);
  const { definition } = await desk.typeFor(typeCode, typeVersion);
  const counts = { issued: 0, refused: 0 };
  for await (const rows of inGroups(csvRows(definition, typeVersion, bytes), GROUP_SIZE)) {
    for (const result of await importGroup(deps, actor, rows)) {
      if (result.ok) counts.issued++;
      else counts.refused++;
      yield result;
    }
  }
  const object = `${definition.typeCode}/${definition.version}`;
  const detail = { agency: desk.agency.code, ...counts };
  await deps.audit.append(eventBy(actor, { time: deps.now(), action: "certificates-imported", object, detail }));
}

async function importGroup(
  deps: IssuanceDependencies & { readonly indices: StatusIndices },
  actor: Actor,
  rows: readonly CsvRow[],
): Promise<readonly ImportResult[]> {
  const requests = rows.flatMap((row) => ("request" in row ? [row.request] : []));
  const outcomes = await issueGroup(deps, actor, requests);
  let next = 0;
  return rows.map((row) => resultOf(row.line, "error" in row ? row.error : (outcomes[next++] as Outcome)));
}

function resultOf(line: number, outcome: Outcome): ImportResult {
  if (outcome instanceof TallyError) {
    const { code, message, problems } = outcome;
    return { line, ok: false, error: { code, message, ...(problems.length === 0 ? {} : { problems }) } };
  }
  const { certificateIdentifier, warnings } = outcome;
  const told = warnings.length === 0 ? {} : { warnings: warnings.map(({ code, message }) => `${code}: ${message}`) };
  return { line, ok: true, certificateIdentifier, ...told };
}
