// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import { type Actor, eventBy } from "../audit/index.js";
import { type CsvRow, csvRows } from "./csv-rows.js";
import type { IssuanceDependencies } from "./dependencies.js";
import { GROUP_SIZE, inGroups } from "./in-groups.js";
import type { ImportResult } from "./issuance.js";
import { type Outcome, type PreparedGroup, prepareGroup, storeGroup } from "./issue-group.js";
import { openDesk } from "./issuing-desk.js";
import type { StatusIndices } from "./status-indices.js";

/**
 * Issues every row of a CSV file. Each group of rows is durable before its results are told, so after a crash the results received
 * are right, and sending the file again answers `certificate.exists` for the rows that were already in. While a group is stored the
 * next one is read and signed, so a store on another machine costs no time of this one's.
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
  const groups = preparedGroups(deps, actor, inGroups(csvRows(definition, typeVersion, bytes), GROUP_SIZE));
  try {
    let group = await groups.next();
    while (!group.done) {
      // Both settle before anything is told: a group that cannot be read must not hide what was stored of the one before.
      const [stored, following] = await Promise.allSettled([storeRows(deps, group.value), groups.next()]);
      if (stored.status === "rejected") throw stored.reason;
      for (const result of stored.value) {
        if (result.ok) counts.issued++;
        else counts.refused++;
        yield result;
      }
      if (following.status === "rejected") throw following.reason;
      group = following.value;
    }
  } finally {
    // Who listens no longer leaves the file half read.
    await groups.return(undefined);
  }
  const object = `${definition.typeCode}/${definition.version}`;
  const detail = { agency: desk.agency.code, ...counts };
  await deps.audit.append(eventBy(actor, { time: deps.now(), action: "certificates-imported", object, detail }));
}

interface PreparedRows {
  readonly rows: readonly CsvRow[];
  readonly prepared: PreparedGroup;
}

async function* preparedGroups(
  deps: IssuanceDependencies & { readonly indices: StatusIndices },
  actor: Actor,
  groups: AsyncIterable<readonly CsvRow[]>,
): AsyncGenerator<PreparedRows, void, undefined> {
  for await (const rows of groups) {
    const requests = rows.flatMap((row) => ("request" in row ? [row.request] : []));
    yield { rows, prepared: await prepareGroup(deps, actor, requests) };
  }
}

async function storeRows(
  deps: Pick<IssuanceDependencies, "certificates">,
  { rows, prepared }: PreparedRows,
): Promise<readonly ImportResult[]> {
  const outcomes = await storeGroup(deps, prepared);
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
