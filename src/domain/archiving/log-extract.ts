// SPDX-License-Identifier: Apache-2.0
import { concatBytes } from "../../core/bytes.js";
import { TallyError } from "../../core/errors.js";
import type { LogExtract, LoggedEvent, LogRun } from "../../verify/archive/index.js";
import { MAX_LOG_DIGESTS, MAX_LOG_EVENTS } from "../../verify/archive/index.js";
import type { BatchName } from "../anchoring/index.js";
import {
  type AuditAction,
  type AuditStore,
  CHAIN_START,
  eventDigest,
  eventText,
  type RecordedEvent,
} from "../audit/index.js";

/** The log as it is stored, in pages: by sequence, with a greater one than `after`, in order. */
export interface StoredLog {
  auditEvents(
    after: number,
    limit: number,
  ): Promise<readonly { readonly event: RecordedEvent; readonly hash: Uint8Array }[]>;
  auditHeads(
    after: number,
    limit: number,
  ): Promise<readonly { readonly sequence: number; readonly batch: BatchName | null }[]>;
}

/**
 * What only read a licence, or tried to, changed nothing about it, and says who uses what: it stays in the log. Anybody who has a link may try
 * it as often as he likes, so of this there is no end.
 */
const READING: ReadonlySet<AuditAction> = new Set<AuditAction>([
  "certificate-read",
  "certificates-searched",
  "certificate-archived",
  "certificate-printed",
  "pick-up-opened",
  "pick-up-code-wrong",
  "pick-up-locked",
  "pick-up-refused",
  "pick-up-downloaded",
]);

/** That a reader's copy was made or sealed changed nothing either; a licence may have very many. */
const isOfCopy = ({ detail }: RecordedEvent): boolean => detail?.copy !== undefined;

const PAGE = 1_000;
const HEADS = 100;

/** What the log tells of a certificate, oldest first, without mere reading. Throws `archive.refused` when it is more than an extract holds. */
export async function eventsOf(audit: Pick<AuditStore, "list">, identifier: string): Promise<readonly RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for (let beyond = 0; ; ) {
    const page = await audit.list({ object: identifier, beyond, order: "oldest-first", limit: PAGE });
    events.push(...page.filter((event) => !READING.has(event.action) && !isOfCopy(event)));
    if (events.length > MAX_LOG_EVENTS)
      throw new TallyError("archive.refused", `${identifier} has more than ${MAX_LOG_EVENTS} events in the log`);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return events;
    beyond = last.sequence;
  }
}

/**
 * Those events in runs: each up to the first head at or after it whose batch `isAnchored`, or by itself while there is none, or none that is
 * near enough. Reads what lies between; holds 32 bytes of each.
 */
export async function logExtract(
  log: StoredLog,
  { region, object, events }: Pick<LogExtract, "region" | "object"> & { readonly events: readonly RecordedEvent[] },
  isAnchored: (batch: BatchName) => boolean,
): Promise<LogExtract> {
  const runs: LogRun[] = [];
  let room = MAX_LOG_DIGESTS - events.length;
  for (let i = 0; i < events.length; ) {
    const first = events[i]!.sequence;
    const head = await headFrom(log, first, isAnchored);
    const near = head !== null && head - first < room ? head : null;
    const last = near ?? first;
    let end = i;
    while (end < events.length && events[end]!.sequence <= last) end++;
    runs.push(await readRun(log, { first, last, own: events.slice(i, end), anchored: near !== null }));
    room -= last - first;
    i = end;
  }
  return { region, object, runs };
}

/** Sequence of the first anchored head that covers the event. */
async function headFrom(
  log: StoredLog,
  sequence: number,
  isAnchored: (batch: BatchName) => boolean,
): Promise<number | null> {
  for (let after = sequence - 1; ; ) {
    const page = await log.auditHeads(after, HEADS);
    const found = page.find(({ batch }) => batch !== null && isAnchored(batch));
    if (found) return found.sequence;
    const last = page.at(-1);
    if (last === undefined || page.length < HEADS) return null;
    after = last.sequence;
  }
}

async function readRun(
  log: StoredLog,
  {
    first,
    last,
    own,
    anchored,
  }: {
    readonly first: number;
    readonly last: number;
    readonly own: readonly RecordedEvent[];
    readonly anchored: boolean;
  },
): Promise<LogRun> {
  const before = first === 1 ? undefined : (await log.auditEvents(first - 2, 1))[0];
  const digests: Uint8Array[] = [];
  for (let next = first; next <= last; ) {
    const page = await log.auditEvents(next - 1, Math.min(PAGE, last - next + 1));
    for (const { event } of page) {
      if (event.sequence !== next) throw missing(next);
      digests.push(eventDigest(event));
      next += 1;
    }
    if (page.length === 0) throw missing(next);
  }
  if (first > 1 && before?.event.sequence !== first - 1) throw missing(first - 1);
  return {
    first,
    previous: before?.hash ?? CHAIN_START,
    digests: concatBytes(...digests),
    events: own.map((event) => JSON.parse(eventText(event)) as LoggedEvent),
    anchored,
  };
}

function missing(sequence: number): TallyError {
  return new TallyError(
    "archive.refused",
    `event ${sequence} is not in the log; tally doctor --deep says what else is wrong with it`,
  );
}
