// SPDX-License-Identifier: Apache-2.0
import { equalBytes, utf8 } from "../../core/bytes.js";
import { canonicalize } from "../../core/canonical-json.js";
import { toHex } from "../../core/hex.js";
import { parseJson } from "../../core/strict-json.js";
import { readTypeDefinition } from "../../core/type-reader.js";
import type { RegistrySnapshot } from "../../verify/registry.js";
import { type Agency, agencyDigest, tokenDigest } from "../agencies/index.js";
import type { PublishedType } from "../catalogue/index.js";
import type { LogFacts } from "./audit-log.js";
import type { KnownType } from "./certificate-content.js";
import { compared, type Discrepancy, fault, guarded, REMEDY } from "./discrepancy.js";
import type { Examined } from "./examined.js";

const NOT_LOGGED = "the log does not tell of it";
const LOGGED_ONLY = "the log tells of it, and it is not there";
const NOT_AS_LOGGED = "is not what the log tells";
const NOT_ON_CHAIN = "is not what the registry says";

/** Agencies against the log and against the registry. */
export async function* examineAgencies(
  { region, agencies, registry }: Pick<Examined, "region" | "agencies" | "registry">,
  { agencies: logged }: Pick<LogFacts, "agencies">,
  count: (agencies: number) => void,
): AsyncGenerator<Discrepancy> {
  const snapshot = await registry.snapshot();
  const stored = await agencies.listAgencies();
  for (const agency of stored) {
    const place = (field: string) => ({ collection: "agencies", key: agency.code, field });
    yield* compared(place("region"), agency.region, region, {
      why: "is not the region served",
      remedy: REMEDY.fromLog,
    });
    yield* await guarded({ collection: "agencies", key: agency.code }, () => onChain(agency, snapshot));
    const types = await agencies.authorisedTypes(agency.code);
    const told = logged.get(agency.code);
    if (told === undefined) {
      yield fault(place("code"), { why: NOT_LOGGED, remedy: REMEDY.restore });
      continue;
    }
    if (told.digest === null || !equalBytes(told.digest, agencyDigest(agency))) {
      const why = "one of them is not what it was registered with (the log keeps a digest)";
      yield fault(place("name, areaCode, region, did"), { why, remedy: REMEDY.fromLog });
    }
    const words = { why: NOT_AS_LOGGED, remedy: REMEDY.fromLog };
    yield* compared(place("keyDigest"), agency.keyDigest, told.keyDigest, words);
    yield* compared(place("suspended"), agency.suspended, told.suspended, words);
    for (const typeCode of new Set([...types, ...told.types])) {
      const at = { collection: "agency_types", key: `${agency.code}, ${typeCode}`, field: "typeCode" };
      yield* compared(at, types.includes(typeCode), told.types.has(typeCode), words);
      if (types.includes(typeCode)) yield* await guarded(at, () => mayIssue(at, snapshot, agency.code, typeCode));
    }
  }
  const here = new Set(stored.map(({ code }) => code));
  for (const key of logged.keys())
    if (!here.has(key)) {
      yield fault({ collection: "agencies", key, field: "record" }, { why: LOGGED_ONLY, remedy: REMEDY.fromLog });
    }
  count(stored.length);
}

async function mayIssue(
  place: Pick<Discrepancy, "collection" | "key" | "field">,
  snapshot: RegistrySnapshot,
  code: string,
  typeCode: string,
): Promise<readonly Discrepancy[]> {
  const intervals = await snapshot.findAuthorisations(code, typeCode);
  if (intervals.some(({ until }) => until === null)) return [];
  const remedy = "tally agency withdraw, and then authorise where it is to issue the type";
  return [fault(place, { why: "the registry does not let it issue the type", remedy })];
}

async function onChain(agency: Agency, snapshot: RegistrySnapshot): Promise<readonly Discrepancy[]> {
  const { code, region, did, keyDigest, suspended } = agency;
  const place = (field: string) => ({ collection: "agencies", key: code, field });
  const record = await snapshot.findAgency(code);
  if (record === null) {
    const remedy = "tally agency add with the same words, if it is to issue here";
    return [fault(place("code"), { why: "the registry does not know the agency", remedy })];
  }
  const words = { why: NOT_ON_CHAIN, remedy: REMEDY.fromChain };
  const found = [
    ...compared(place("region"), region, record.region, words),
    ...compared(place("did"), did, record.did, words),
  ];
  const isSuspended = record.suspensions.some(({ until }) => until === null);
  if (isSuspended && !suspended) {
    const remedy = "tally agency suspend or tally agency release, so that both say the same";
    found.push(fault(place("suspended"), { why: NOT_ON_CHAIN, remedy, stored: suspended, expected: isSuspended }));
  }
  const key = keyDigest === null ? null : await snapshot.findKey(keyDigest);
  const isGood = key !== null && key.agency === code && key.purpose === "certificate" && key.interval.until === null;
  if (keyDigest !== null && !isGood) {
    const why = "the registry does not have it as a good signing key of the agency";
    found.push(fault(place("keyDigest"), { why, remedy: "tally key rotate", stored: keyDigest }));
  }
  return found;
}

/** Type definitions against themselves, the log and the registry. Those that can be read are put into `known`, by `typeCode/version`. */
export async function* examineTypes(
  { types, records, registry, crypto }: Pick<Examined, "types" | "records" | "registry" | "crypto">,
  { types: logged }: Pick<LogFacts, "types">,
  known: Map<string, KnownType>,
  count: (types: number) => void,
): AsyncGenerator<Discrepancy> {
  const snapshot = await registry.snapshot();
  const stored = await types.listTypes();
  const digests = new Map<string, Uint8Array>();
  for (const type of stored) {
    const { typeCode, version, definition, retiredAt } = type;
    const key = `${typeCode}/${version}`;
    const place = (field: string) => ({ collection: "type_definitions", key, field });
    const digest = crypto.sha256(definition);
    digests.set(key, digest);
    yield* compared(place("digest"), type.digest, digest, {
      why: "is not that of the definition",
      remedy: REMEDY.restore,
    });
    const read = readDefinition(type);
    if ("definition" in read) known.set(key, { definition: read.definition, digest });
    else yield fault(place("definition"), { why: read.why, remedy: REMEDY.restore });
    const told = logged.get(key);
    if (told === undefined) yield fault(place("typeCode"), { why: NOT_LOGGED, remedy: REMEDY.restore });
    else {
      yield* compared(place("definition"), digest, told.digest, { why: NOT_AS_LOGGED, remedy: REMEDY.restore });
      yield* compared(place("retiredAt"), retiredAt, told.retiredAt, { why: NOT_AS_LOGGED, remedy: REMEDY.fromLog });
    }
    yield* await guarded({ collection: "type_definitions", key }, async () => {
      const record = await snapshot.findTypeDefinition(typeCode, version);
      const remedy = record === null ? "tally type publish with the same file" : REMEDY.restore;
      const words = { why: NOT_ON_CHAIN, remedy };
      return compared(place("definition"), toHex(digest), record?.digest ?? null, words);
    });
  }
  for (const key of logged.keys())
    if (!digests.has(key)) {
      const place = { collection: "type_definitions", key, field: "record" };
      yield fault(place, { why: LOGGED_ONLY, remedy: "tally type publish with the same file" });
    }
  for (const { typeCode, version, digest, arrived } of await records.mirroredTypes()) {
    const place = (field: string) => ({ collection: "mirrored_types", key: `${typeCode}/${version}`, field });
    yield* await guarded({ collection: "mirrored_types", key: `${typeCode}/${version}` }, async () => {
      const record = await snapshot.findTypeDefinition(typeCode, version);
      const words = { why: NOT_ON_CHAIN, remedy: REMEDY.fromChain };
      return compared(place("digest"), toHex(digest), record?.digest ?? null, words);
    });
    const here = digests.get(`${typeCode}/${version}`);
    if (arrived && here === undefined) {
      const why = "the mirror says that the definition is here, and the catalogue does not have it";
      yield fault(place("arrived"), { why, remedy: "put it back to 0, and the mirror fetches it again", stored: true });
    }
  }
  count(stored.length);
}

function readDefinition({ typeCode, version, definition: bytes }: PublishedType) {
  try {
    const definition = readTypeDefinition(parseJson(bytes));
    if (definition.typeCode !== typeCode || definition.version !== version)
      return { why: "it is the definition of another type or version" };
    if (!equalBytes(utf8(canonicalize(definition)), bytes)) return { why: "it is not canonical JSON" };
    return { definition };
  } catch (error) {
    return { why: `it cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** API tokens against the log, which keeps a digest of all that a token may do. */
export async function* examineTokens(
  { tokens }: Pick<Examined, "tokens">,
  { tokens: logged }: Pick<LogFacts, "tokens">,
  count: (tokens: number) => void,
): AsyncGenerator<Discrepancy> {
  const stored = await tokens.listTokens();
  for (const token of stored) {
    const { id: key, agency, role, types, createdAt, revokedAt } = token;
    const place = (field: string) => ({ collection: "api_tokens", key, field });
    const told = logged.get(key);
    if (told === undefined) {
      yield fault(place("id"), { why: NOT_LOGGED, remedy: `tally token revoke ${key}` });
      continue;
    }
    const words = { why: NOT_AS_LOGGED, remedy: `tally token revoke ${key}, and make another` };
    yield* compared(place("agency"), agency, told.detail.agency, words);
    yield* compared(place("role"), role, told.detail.role, words);
    yield* compared(place("types"), types.join(" "), told.detail.types, words);
    yield* compared(place("createdAt"), createdAt, told.createdAt, words);
    yield* compared(place("revokedAt"), revokedAt, told.revokedAt, words);
    if (told.digest === null || !equalBytes(told.digest, tokenDigest(token))) {
      const why = "one of its fields is not what it was made with (the log keeps a digest)";
      yield fault(place("secretHash, label, expiresAt, agency, role, types, createdAt"), { why, remedy: words.remedy });
    }
  }
  const here = new Set(stored.map(({ id }) => id));
  for (const [key, { revokedAt }] of logged)
    if (!here.has(key) && revokedAt === null) {
      yield fault(
        { collection: "api_tokens", key, field: "record" },
        { why: LOGGED_ONLY, remedy: "make another token" },
      );
    }
  count(stored.length);
}

/** An alarm is in the log within this time; two clocks of two machines may lie between. */
const ALARM_MS = 600_000;
const MOST_ALARMS = 100_000;

export async function* examineAlarms(
  { anchoring }: Pick<Examined, "anchoring">,
  { alarms: logged, clearedAlarms }: Pick<LogFacts, "alarms" | "clearedAlarms">,
  count: (alarms: number) => void,
): AsyncGenerator<Discrepancy> {
  const stored = await anchoring.alarms({ includeCleared: true, limit: MOST_ALARMS });
  const remedy = REMEDY.fromLog;
  const nameOf = ({ kind, object }: { readonly kind: string; readonly object: string }) => `${kind} ${object}`;
  const byName = new Map(stored.map((alarm) => [nameOf(alarm), alarm]));
  const told = new Set(logged.map(nameOf));
  for (const { kind, object, time } of logged) {
    const place = (field: string) => ({ collection: "alarms", key: `${kind} ${object}`, field });
    const alarm = byName.get(nameOf({ kind, object }));
    if (alarm === undefined) {
      yield fault(place("kind, object"), { why: LOGGED_ONLY, remedy });
      continue;
    }
    if (Math.abs(alarm.time - time) > ALARM_MS)
      yield fault(place("time"), { why: NOT_AS_LOGGED, remedy, stored: alarm.time, expected: time });
    const isCleared = alarm.clearedAt !== null;
    if (isCleared !== clearedAlarms.has(alarm.seq)) {
      const why = isCleared
        ? "it is closed, and the log does not tell who closed it"
        : "the log tells that it was closed; the command may have been cut off";
      const weight = isCleared ? "failed" : "warning";
      yield fault(place("clearedAt"), {
        why,
        weight,
        remedy: "look into it, then tally alarm clear",
        stored: alarm.clearedAt,
      });
    }
  }
  for (const { kind, object, time } of stored)
    if (!told.has(nameOf({ kind, object }))) {
      const place = { collection: "alarms", key: `${kind} ${object}`, field: "kind, object" };
      const why = `${NOT_LOGGED} (raised at ${new Date(time).toISOString()}; the log may have failed then)`;
      yield fault(place, { why, remedy, weight: "warning" });
    }
  count(stored.length);
}
