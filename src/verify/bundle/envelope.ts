// SPDX-License-Identifier: Apache-2.0
import { concatBytes, utf8 } from "../../core/bytes.js";
import { parseUtcInstant } from "../../core/calendar.js";
import { canonicalBytes } from "../../core/canonical-json.js";
import type { DataIntegrityProof } from "../../core/certificate.js";
import type { Crypto } from "../../core/crypto.js";
import { verifyProof } from "../../core/data-integrity.js";
import { TallyError } from "../../core/errors.js";
import type { JsonObject } from "../../core/json.js";
import { type Multikey, parseMultikey } from "../../core/multikey.js";
import { shape } from "../../core/shape.js";
import { type ParsedJson, parseJson, parseJsonAsWritten } from "../../core/strict-json.js";
import { BUNDLE_FORMAT, BUNDLE_VERSION, type BundleHead, MAX_BUNDLE_BYTES, REVOCATION_LISTS } from "./trust-bundle.js";

/** What stands in front of the state, and the state's bytes, unread. */
export interface Envelope {
  readonly head: BundleHead;
  readonly signer: Multikey;
  readonly proof: DataIntegrityProof;
  /** SHA-256 of the proof without its value, then of the bundle without its proof. */
  readonly toBeSigned: Uint8Array;
  readonly stateBytes: Uint8Array;
  /** The text of the list of revocation lists, unread. */
  readonly revocationListsBytes: Uint8Array;
}

/**
 * Takes a bundle apart without reading its state, so that of a bundle that nobody signed no more than its head is ever parsed.
 * The file is canonical JSON, whose members stand in the order of their names: behind `state` are the revocation lists and nothing else, and the
 * head is short.
 * Throws `json.*`, `format.malformed`, `format.version-unsupported` and `format.algorithm-unsupported`.
 */
export function readEnvelope(bytes: Uint8Array, crypto: Crypto): Envelope {
  if (bytes.length > MAX_BUNDLE_BYTES)
    throw new TallyError("json.too-large", `a trust bundle has at most ${MAX_BUNDLE_BYTES} bytes, not ${bytes.length}`);
  const text = String.fromCharCode(...bytes.subarray(0, LONGEST_HEAD));
  const end = text.indexOf(STATE);
  if (end < 0) throw withoutState(bytes);
  const parsed = parseJsonAsWritten(`${text.slice(0, end)}}`, { maxBytes: LONGEST_HEAD, maxDepth: 4 });
  requireKnown(parsed.value as JsonObject);
  const { head, proof, signer } = readHead(parsed);
  const lists = lastIndexOf(bytes, LISTS);
  if (lists < end || bytes.at(-1) !== CLOSE_BRACE)
    throw fail(`/${REVOCATION_LISTS}`, "must be there, and be the last member");
  const proofText = `,"proof":${parsed.canonicalMembers!.get("proof")}`;
  const at = text.indexOf(proofText);
  const { proofValue: _, ...configuration } = proof;
  const document = crypto.sha256(bytes.subarray(0, at), bytes.subarray(at + proofText.length));
  return {
    head,
    signer,
    proof,
    toBeSigned: concatBytes(crypto.sha256(canonicalBytes(configuration)), document),
    stateBytes: bytes.subarray(end + STATE.length, lists),
    revocationListsBytes: bytes.subarray(lists + LISTS.length, -1),
  };
}

/** Whether the proof was made by the key that it names. */
export function isSigned({ proof, signer, toBeSigned }: Envelope, crypto: Crypto): boolean {
  return verifyProof(crypto, { proof }, signer.bytes.slice(2), toBeSigned);
}

const { object, integer, matching, oneOf, fail } = shape("format.malformed");

const STATE = ',"state":';
/** No string holds this: a quotation mark in one has a backslash before it. */
const LISTS = utf8(`,"${REVOCATION_LISTS}":`);

/** Of the last place where `wanted` stands; -1 where it does not. The lists are much shorter than the state. */
function lastIndexOf(bytes: Uint8Array, wanted: Uint8Array): number {
  for (let at = bytes.length - wanted.length; at >= 0; at--) {
    if (bytes[at] === wanted[0] && wanted.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  return -1;
}

const LONGEST_HEAD = 2_048;
const CLOSE_BRACE = 0x7d;
const HASH = /^0x[0-9a-f]{64}$/;

/** A later version may be laid out differently: it is named, as far as that can be told from something of modest size. */
function withoutState(bytes: Uint8Array): TallyError {
  const value = parseJson(bytes);
  requireKnown(object(value, "", [], "any"));
  return fail("/state", "is missing, or the text is not canonical JSON");
}

/** Asked before all else, so that a later format is not called a wrong one. */
function requireKnown(value: JsonObject): void {
  if (value.format !== BUNDLE_FORMAT) throw fail("/format", `must be "${BUNDLE_FORMAT}"`);
  if (!Number.isInteger(value.formatVersion)) throw fail("/formatVersion", "must be an integer");
  if (value.formatVersion !== BUNDLE_VERSION)
    throw new TallyError(
      "format.version-unsupported",
      `the trust bundle has format version ${value.formatVersion}, this verifier reads ${BUNDLE_VERSION}: update it`,
      { field: "/formatVersion" },
    );
  requireKnownSuite(value, "trust bundle");
}

/** Throws `format.algorithm-unsupported` for a proof of another suite; `what` is signed with it. */
export function requireKnownSuite({ proof }: JsonObject, what: string): void {
  const { cryptosuite } = (proof ?? {}) as JsonObject;
  if (typeof cryptosuite === "string" && cryptosuite !== "eddsa-jcs-2022")
    throw new TallyError(
      "format.algorithm-unsupported",
      `the ${what} is signed with ${cryptosuite.slice(0, 40)}, this verifier knows eddsa-jcs-2022: update it`,
      { field: "/proof/cryptosuite" },
    );
}

function readHead({ value, canonicalMembers }: ParsedJson): Pick<Envelope, "head" | "proof" | "signer"> {
  const members = object(value, "", HEAD_MEMBERS);
  if (canonicalMembers === null) throw fail("", "must be canonical JSON (RFC 8785)");
  const block = object(members.block, "/block", ["hash", "number", "time"]);
  const issuedAt = instant(members.issuedAt, "/issuedAt");
  const head: BundleHead = {
    chainId: integer(members.chainId, "/chainId", 1, Number.MAX_SAFE_INTEGER),
    registry: matching(members.registry, "/registry", /^0x[0-9a-fA-F]{40}$/, "an address"),
    genesis: matching(members.genesis, "/genesis", HASH, "the hash of block 0"),
    block: {
      number: integer(block.number, "/block/number", 0, Number.MAX_SAFE_INTEGER),
      hash: matching(block.hash, "/block/hash", HASH, "0x and 64 lower-case hex digits"),
      time: integer(block.time, "/block/time", 0, Number.MAX_SAFE_INTEGER),
    },
    region: matching(members.region, "/region", /^[0-9]{6}$/, "six digits"),
    sequence: integer(members.sequence, "/sequence", 1, Number.MAX_SAFE_INTEGER),
    issuedAt,
  };
  return { head, ...readDidKeyProof(members, issuedAt) };
}

const HEAD_MEMBERS = [
  "block",
  "chainId",
  "format",
  "formatVersion",
  "genesis",
  "issuedAt",
  "proof",
  "region",
  "registry",
  "sequence",
];

/** The proof among `members` by a `did:key`, made at the time that the document states. Throws `format.malformed` for any other. */
export function readDidKeyProof({ proof: value }: JsonObject, time: string): Pick<Envelope, "proof" | "signer"> {
  const proof = object(value, "/proof", [
    "type",
    "cryptosuite",
    "created",
    "verificationMethod",
    "proofPurpose",
    "proofValue",
  ]);
  oneOf(proof.type, "/proof/type", ["DataIntegrityProof"]);
  oneOf(proof.proofPurpose, "/proof/proofPurpose", ["assertionMethod"]);
  if (proof.created !== time) throw fail("/proof/created", `must be ${time}, as the document states`);
  const method = matching(proof.verificationMethod, "/proof/verificationMethod", METHOD, "a did:key with its key");
  const signer = parseMultikey(method.slice(method.indexOf("#") + 1));
  if (method !== didKeyMethod(signer)) throw fail("/proof/verificationMethod", "must name the same key twice");
  matching(proof.proofValue, "/proof/proofValue", /^z[1-9A-HJ-NP-Za-km-z]{64,90}$/, "'z' and base58-btc");
  return { proof: proof as unknown as DataIntegrityProof, signer };
}

const METHOD = /^did:key:z[1-9A-HJ-NP-Za-km-z]{10,120}#z[1-9A-HJ-NP-Za-km-z]{10,120}$/;

/** The bundle's key as any Data Integrity software finds it: no DID of the region is needed. */
export function didKeyMethod({ text }: Multikey): string {
  return `did:key:${text}#${text}`;
}

function instant(value: unknown, at: string): string {
  if (parseUtcInstant(value) !== null) return value as string;
  throw fail(at, "must be an RFC 3339 time in UTC, whole seconds");
}
