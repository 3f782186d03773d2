// SPDX-License-Identifier: Apache-2.0
import { fromBase64Url, toBase64Url } from "../../core/base64.js";
import { equalBytes, fromUtf8 } from "../../core/bytes.js";
import { canonicalBytes, canonicalize } from "../../core/canonical-json.js";
import type { Crypto } from "../../core/crypto.js";
import { auditHeadDigest, auditHeadEntry, nextEventHash } from "../../core/entry.js";
import { TallyError } from "../../core/errors.js";
import { fromHex, toHex } from "../../core/hex.js";
import type { JsonObject, JsonValue } from "../../core/json.js";
import { leafHash } from "../../core/merkle.js";
import { shape } from "../../core/shape.js";
import { parseJson } from "../../core/strict-json.js";

/** What a region's audit log says of one licence, with what leads from there to heads of the log that are anchored. */
export interface LogExtract {
  /** The region of the log: six digits. */
  readonly region: string;
  /** Certificate identifier; each event is about it. */
  readonly object: string;
  /** One after the other, without overlap. */
  readonly runs: readonly LogRun[];
}

/** Consecutive events of the log. */
export interface LogRun {
  /** Sequence of its first event. */
  readonly first: number;
  /** Hash of the event before; 32 zero bytes before the first of the log. */
  readonly previous: Uint8Array;
  /** SHA-256 of each event of the run, 32 bytes each. */
  readonly digests: Uint8Array;
  /** Those that are about the licence, in order. The others remain unsaid. */
  readonly events: readonly LoggedEvent[];
  /** Whether its last event is one of which a head was anchored. */
  readonly anchored: boolean;
}

/** An event of docs/formats/entry.md as JSON. */
export type LoggedEvent = JsonObject & { readonly sequence: number; readonly action: string };

/** Where a head would be recorded: a batch of one entry. */
export interface HeadPlace {
  readonly sequence: number;
  /** Lower-case hex. */
  readonly root: string;
}

export const LOG_FORMAT = "tigertally-log-extract";
export const LOG_VERSION = 1;
export const MAX_LOG_EVENTS = 1_000;
/** Of all runs together: 8 MiB. */
export const MAX_LOG_DIGESTS = 262_144;
export const MAX_LOG_EXTRACT_BYTES = 16 * 2 ** 20;
/** JSON values, objects and arrays among them: of each event and its run some 20, so five times what a log says. */
export const MAX_LOG_VALUES = 100 * MAX_LOG_EVENTS;

export const DIGEST_LENGTH = 32;

export function writeLogExtract({ region, object: about, runs }: LogExtract): Uint8Array {
  return canonicalBytes({
    format: LOG_FORMAT,
    formatVersion: LOG_VERSION,
    region,
    object: about,
    runs: runs.map(({ first, previous, digests, events, anchored }) => ({
      first,
      previous: toHex(previous),
      digests: toBase64Url(digests),
      events,
      anchored,
    })),
  });
}

/** Strictly. Throws `json.*` (`json.too-large` beyond `MAX_LOG_VALUES`), `format.malformed` and `format.version-unsupported`; whether its hashes hold is for `headsOf`. */
export function readLogExtract(bytes: Uint8Array): LogExtract {
  const value = parseJson(bytes, { maxBytes: MAX_LOG_EXTRACT_BYTES, maxDepth: 8, maxValues: MAX_LOG_VALUES });
  requireKnown(object(value, "", [], "any"));
  const members = object(value, "", ["format", "formatVersion", "object", "region", "runs"]);
  if (canonicalize(value) !== fromUtf8(bytes)) throw fail("", "must be canonical JSON (RFC 8785)");
  const about = text(members.object, "/object");
  const runs = array(members.runs, "/runs", 1, MAX_LOG_EVENTS).map((run, i) => readRun(run, `/runs/${i}`, about));
  let [end, digests, events] = [0, 0, 0];
  for (const [i, run] of runs.entries()) {
    if (run.first <= end) throw fail(`/runs/${i}/first`, "must come after the run before");
    end = endOf(run);
    digests += run.digests.length / DIGEST_LENGTH;
    events += run.events.length;
  }
  if (digests > MAX_LOG_DIGESTS) throw fail("/runs", `must have at most ${MAX_LOG_DIGESTS} digests`);
  if (events > MAX_LOG_EVENTS) throw fail("/runs", `must have at most ${MAX_LOG_EVENTS} events`);
  return { region: matching(members.region, "/region", /^[0-9]{6}$/, "six digits"), object: about, runs };
}

/** Sequence of the last event of a run. */
export function endOf({ first, digests }: Pick<LogRun, "first" | "digests">): number {
  return first + digests.length / DIGEST_LENGTH - 1;
}

/**
 * Where each run leads: the batch that its head would be. Null when an event is not the one whose digest stands at its place. That a head is
 * anchored is for the registry to say.
 */
export function headsOf({ region, runs }: LogExtract, crypto: Crypto): readonly HeadPlace[] | null {
  const heads: HeadPlace[] = [];
  for (const run of runs) {
    for (const event of run.events)
      if (!equalBytes(crypto.sha256(canonicalBytes(event)), digestAt(run, event.sequence))) return null;
    let hash = run.previous;
    const sequence = endOf(run);
    for (let at = run.first; at <= sequence; at++) hash = nextEventHash(crypto, hash, digestAt(run, at));
    const digest = auditHeadDigest(crypto, { region, sequence, hash });
    heads.push({ sequence, root: toHex(leafHash(crypto, auditHeadEntry(digest))) });
  }
  return heads;
}

function digestAt({ first, digests }: LogRun, sequence: number): Uint8Array {
  return digests.subarray((sequence - first) * DIGEST_LENGTH, (sequence - first + 1) * DIGEST_LENGTH);
}

const { object, array, text, integer, matching, boolean, oneOf, fail } = shape("format.malformed");

const DIGEST = /^[0-9a-f]{64}$/;

function requireKnown(value: JsonObject): void {
  if (value.format !== LOG_FORMAT) throw fail("/format", `must be "${LOG_FORMAT}"`);
  if (!Number.isInteger(value.formatVersion)) throw fail("/formatVersion", "must be an integer");
  if (value.formatVersion === LOG_VERSION) return;
  throw new TallyError(
    "format.version-unsupported",
    `the log extract has format version ${value.formatVersion}, this verifier reads ${LOG_VERSION}: update it`,
    { field: "/formatVersion" },
  );
}

function readRun(value: JsonValue, at: string, about: string): LogRun {
  const item = object(value, at, ["anchored", "digests", "events", "first", "previous"]);
  const digests = fromBase64Url(
    matching(item.digests, `${at}/digests`, /^[0-9A-Za-z_-]+$/, "base64url without padding"),
    `${at}/digests`,
  );
  if (digests.length % DIGEST_LENGTH !== 0) throw fail(`${at}/digests`, `must be of ${DIGEST_LENGTH} bytes each`);
  const first = integer(item.first, `${at}/first`, 1, Number.MAX_SAFE_INTEGER - MAX_LOG_DIGESTS);
  const previous = fromHex(matching(item.previous, `${at}/previous`, DIGEST, "64 lower-case hex digits"));
  if (first === 1 && previous.some((byte) => byte !== 0)) throw fail(`${at}/previous`, "must be zero before event 1");
  let [from, end] = [first, endOf({ first, digests })];
  const events = array(item.events, `${at}/events`, 1, MAX_LOG_EVENTS).map((event, i) => {
    const found = readEvent(event, `${at}/events/${i}`, about);
    if (found.sequence < from || found.sequence > end)
      throw fail(`${at}/events/${i}/sequence`, "must be of the run, and come after the event before");
    from = found.sequence + 1;
    return found;
  });
  return { first, previous, digests, events, anchored: boolean(item.anchored, `${at}/anchored`) };
}

function readEvent(value: JsonValue, at: string, about: string): LoggedEvent {
  const required = ["action", "actor", "object", "requestId", "result", "sequence", "time"];
  const event = object(value, at, required, ["detail", "digestAfter", "digestBefore", "matter", "purpose"]);
  const actor = object(event.actor, `${at}/actor`, ["id", "kind", "role"], "any");
  for (const name of ["id", "kind", "role"]) text(actor[name], `${at}/actor/${name}`);
  text(event.action, `${at}/action`);
  if (event.object !== about) throw fail(`${at}/object`, "must be the object of the extract");
  oneOf(event.result, `${at}/result`, ["done", "refused"]);
  integer(event.sequence, `${at}/sequence`, 1, Number.MAX_SAFE_INTEGER);
  integer(event.time, `${at}/time`, 0, Number.MAX_SAFE_INTEGER);
  return event as LoggedEvent;
}
