// SPDX-License-Identifier: Apache-2.0
import { fromBase64Url, toBase64Url } from "../../core/base64.js";
import { fromUtf8 } from "../../core/bytes.js";
import { canonicalize } from "../../core/canonical-json.js";
import type { Crypto } from "../../core/crypto.js";
import { toHex } from "../../core/hex.js";
import type { JsonObject, JsonValue } from "../../core/json.js";
import { shape } from "../../core/shape.js";
import { parseJsonAsWritten } from "../../core/strict-json.js";
import type { Interval, RetroactiveAct } from "../registry.js";
import { KEY_PURPOSES } from "../registry-records.js";
import { decodeStatusBits } from "./status-bits.js";
import {
  type BundleAgency,
  type BundleAnchor,
  type BundleKey,
  type BundleRegion,
  type BundleState,
  type BundleStatusList,
  type BundleType,
  MAX_BUNDLE_BYTES,
} from "./trust-bundle.js";

/**
 * The state of a bundle, strictly: canonical, every list ascending without repetition, every interval in order, every code that is
 * referred to present. Throws `json.*` and `format.malformed` with a JSON pointer.
 */
export function readState(bytes: Uint8Array, crypto: Crypto): BundleState {
  const { value, canonicalMembers } = parseJsonAsWritten(bytes, { maxBytes: MAX_BUNDLE_BYTES, maxDepth: 8 });
  // What has escapes is canonical only if it is written again the same way.
  if (canonicalMembers === null && canonicalize(value) !== fromUtf8(bytes))
    throw fail(AT, "must be canonical JSON (RFC 8785)");
  const { agencies, keys, regions, types } = object(value, AT, ["agencies", "keys", "regions", "types"]);
  const state: BundleState = {
    agencies: ascending(agencies, `${AT}/agencies`, readAgency, ({ agency }) => agency),
    keys: ascending(keys, `${AT}/keys`, keyReader(crypto), ({ multikey }) => toBase64Url(multikey)),
    regions: ascending(regions, `${AT}/regions`, readRegion, ({ region }) => region),
    types: ascending(types, `${AT}/types`, readType, ({ typeCode, version }) => typeCode + ordered(version)),
  };
  requireReferences(state);
  return state;
}

const AT = "/state";
const { object, array, integer, matching, oneOf, fail } = shape("format.malformed");

/** Far more than the file's own limit lets in; the bound of each list is the file. */
const MANY = MAX_BUNDLE_BYTES;
const REGION = /^[0-9]{6}$/;
const AGENCY = /^[0-9A-Z]{18}$/;
const TYPE = /^[0-9A-Z]{21}$/;
const DIGEST = /^[0-9a-f]{64}$/;
const BASE64URL = /^[0-9A-Za-z_-]*$/;
const MAX_UINT32 = 0xffff_ffff;
const LARGEST_BATCH = 2 ** 20;

type Reader<T> = (value: JsonValue, at: string) => T;

function list<T>(value: JsonValue | undefined, at: string, read: Reader<T>): readonly T[] {
  return array(value, at, 0, MANY).map((item, i) => read(item, `${at}/${i}`));
}

/** Each name greater than the one before it, by UTF-16 code units: nothing twice, and one order only. */
function ascending<T>(
  value: JsonValue | undefined,
  at: string,
  read: Reader<T>,
  nameOf: (item: T) => string,
): readonly T[] {
  let before: string | null = null;
  return list(value, at, (item, place) => {
    const found = read(item, place);
    const name = nameOf(found);
    if (before !== null && name <= before) throw fail(place, "must come after the one before it");
    before = name;
    return found;
  });
}

/** A number as text that sorts as the number does. */
function ordered(value: number): string {
  return value.toString(16).padStart(8, "0");
}

function readAgency(value: JsonValue, at: string): BundleAgency {
  const item = object(value, at, [
    "activeFrom",
    "agency",
    "authorisations",
    "did",
    "region",
    "removedAt",
    "sealDelegations",
    "suspensions",
  ]);
  return {
    agency: matching(item.agency, `${at}/agency`, AGENCY, "an agency's code"),
    region: matching(item.region, `${at}/region`, REGION, "six digits"),
    did: matching(item.did, `${at}/did`, /^did:[!-~]{1,252}$/, "a DID"),
    activeFrom: time(item.activeFrom, `${at}/activeFrom`),
    removedAt: timeOrNull(item.removedAt, `${at}/removedAt`),
    suspensions: intervals(item.suspensions, `${at}/suspensions`),
    authorisations: ascending(
      item.authorisations,
      `${at}/authorisations`,
      readAuthorisation,
      ({ typeCode }) => typeCode,
    ),
    sealDelegations: ascending(
      item.sealDelegations,
      `${at}/sealDelegations`,
      readSealDelegation,
      ({ sealer }) => sealer,
    ),
  };
}

function readSealDelegation(value: JsonValue, at: string): BundleAgency["sealDelegations"][number] {
  const item = object(value, at, ["intervals", "sealer"]);
  const found = intervals(item.intervals, `${at}/intervals`);
  if (found.length === 0) throw fail(`${at}/intervals`, "must not be empty: an agency without any is left out");
  return { sealer: matching(item.sealer, `${at}/sealer`, AGENCY, "an agency's code"), intervals: found };
}

function readAuthorisation(value: JsonValue, at: string): BundleAgency["authorisations"][number] {
  const item = object(value, at, ["intervals", "typeCode"]);
  const found = intervals(item.intervals, `${at}/intervals`);
  if (found.length === 0) throw fail(`${at}/intervals`, "must not be empty");
  return { typeCode: matching(item.typeCode, `${at}/typeCode`, TYPE, "a type code"), intervals: found };
}

function keyReader(crypto: Crypto): Reader<BundleKey> {
  return (value, at) => {
    const item = object(value, at, [
      "activeFrom",
      "agency",
      "compromises",
      "multikey",
      "purpose",
      "region",
      "retiredAt",
    ]);
    const text = matching(item.multikey, `${at}/multikey`, BASE64URL, "base64url without padding");
    const multikey = fromBase64Url(text, `${at}/multikey`);
    if (multikey.length < 33 || multikey.length > 1024) throw fail(`${at}/multikey`, "must have 33 to 1,024 bytes");
    const from = time(item.activeFrom, `${at}/activeFrom`);
    const until = timeOrNull(item.retiredAt, `${at}/retiredAt`);
    // A key that was vetoed never began: its end is its beginning.
    if (until !== null && until < from) throw fail(`${at}/retiredAt`, "must not be before activeFrom");
    return {
      multikey,
      keyDigest: toHex(crypto.sha256(multikey)),
      agency: item.agency === null ? null : matching(item.agency, `${at}/agency`, AGENCY, "an agency's code or null"),
      region: matching(item.region, `${at}/region`, REGION, "six digits"),
      purpose: oneOf(item.purpose, `${at}/purpose`, KEY_PURPOSES),
      interval: { from, until },
      compromises: list(item.compromises, `${at}/compromises`, readCompromise),
    };
  };
}

function readCompromise(value: JsonValue, at: string): RetroactiveAct {
  const [since, effectiveAt] = array(value, at, 2, 2);
  return { since: time(since, `${at}/0`), effectiveAt: time(effectiveAt, `${at}/1`) };
}

function readRegion(value: JsonValue, at: string): BundleRegion {
  const item = object(value, at, ["addedAt", "anchors", "region", "statusLists", "suspensions"]);
  return {
    region: matching(item.region, `${at}/region`, REGION, "six digits"),
    addedAt: time(item.addedAt, `${at}/addedAt`),
    suspensions: intervals(item.suspensions, `${at}/suspensions`),
    anchors: ascending(item.anchors, `${at}/anchors`, readAnchor, ({ root, size }) => root + ordered(size)),
    statusLists: ascending(item.statusLists, `${at}/statusLists`, readStatusList, (each) => ordered(each.list)),
  };
}

function readAnchor(value: JsonValue, at: string): BundleAnchor {
  const [root, size, anchoredAt, effectiveAt] = array(value, at, 3, 4);
  return {
    root: matching(root, `${at}/0`, DIGEST, "64 lower-case hex digits"),
    size: integer(size, `${at}/1`, 1, LARGEST_BATCH),
    anchoredAt: time(anchoredAt, `${at}/2`),
    disowned: effectiveAt === undefined ? null : { effectiveAt: time(effectiveAt, `${at}/3`) },
  };
}

function readStatusList(value: JsonValue, at: string): BundleStatusList {
  const item = object(value, at, ["list", "revoked", "suspended"]);
  const bits = (name: "revoked" | "suspended"): Uint8Array => {
    const packed = fromBase64Url(
      matching(item[name], `${at}/${name}`, BASE64URL, "base64url without padding"),
      `${at}/${name}`,
    );
    decodeStatusBits(packed, `${at}/${name}`);
    return packed;
  };
  const found = {
    list: integer(item.list, `${at}/list`, 0, MAX_UINT32),
    revoked: bits("revoked"),
    suspended: bits("suspended"),
  };
  if (found.revoked.length + found.suspended.length === 0) throw fail(at, "has no bit and must be left out");
  return found;
}

function readType(value: JsonValue, at: string): BundleType {
  const item: JsonObject = object(value, at, ["digest", "publishedAt", "typeCode", "version"]);
  return {
    typeCode: matching(item.typeCode, `${at}/typeCode`, TYPE, "a type code"),
    version: integer(item.version, `${at}/version`, 1, MAX_UINT32),
    digest: matching(item.digest, `${at}/digest`, DIGEST, "64 lower-case hex digits"),
    publishedAt: time(item.publishedAt, `${at}/publishedAt`),
  };
}

/** Half-open, none empty, each beginning after the one before it has ended, the last one open or not. */
function intervals(value: JsonValue | undefined, at: string): readonly Interval[] {
  let end: number | null = 0;
  return list(value, at, (item, place) => {
    const pair = array(item, place, 2, 2);
    const from = time(pair[0], `${place}/0`);
    const until = timeOrNull(pair[1], `${place}/1`);
    if (end === null || from <= end) throw fail(place, "must begin after the one before it has ended");
    if (until !== null && until <= from) throw fail(place, "must end after it begins");
    end = until;
    return { from, until };
  });
}

/** Block times are never 0: the contract says so where nothing is recorded. */
function time(value: JsonValue | undefined, at: string): number {
  return integer(value, at, 1, Number.MAX_SAFE_INTEGER);
}

function timeOrNull(value: JsonValue | undefined, at: string): number | null {
  return value === null ? null : time(value, at);
}

function requireReferences({ agencies, keys, regions }: BundleState): void {
  const regionCodes = new Set(regions.map(({ region }) => region));
  const agencyCodes = new Set(agencies.map(({ agency }) => agency));
  agencies.forEach(({ region, sealDelegations }, i) => {
    if (!regionCodes.has(region)) throw fail(`${AT}/agencies/${i}/region`, "is not one of the regions");
    sealDelegations.forEach(({ sealer }, j) => {
      if (!agencyCodes.has(sealer))
        throw fail(`${AT}/agencies/${i}/sealDelegations/${j}/sealer`, "is not one of the agencies");
    });
  });
  keys.forEach(({ region, agency }, i) => {
    if (!regionCodes.has(region)) throw fail(`${AT}/keys/${i}/region`, "is not one of the regions");
    if (agency !== null && !agencyCodes.has(agency)) throw fail(`${AT}/keys/${i}/agency`, "is not one of the agencies");
  });
}
