// SPDX-License-Identifier: Apache-2.0
import { fromBase64Url, toBase64Url } from "./base64.js";
import { parseUtcInstant } from "./calendar.js";
import { TallyError } from "./errors.js";
import type { AnchoredEvidence, AnchorHint, BatchReference, Evidence, PendingEvidence } from "./evidence.js";
import { fromHex, toHex } from "./hex.js";
import type { JsonObject, JsonValue } from "./json.js";
import type { InclusionProof } from "./merkle.js";
import { MAX_TREE_SIZE } from "./merkle.js";
import { shape } from "./shape.js";
import { MAX_TOKEN_BYTES } from "./token.js";

const must = shape("format.malformed");

/**
 * The evidence that strictly parsed JSON says. Throws `format.version-unsupported` for a later version, else `format.malformed`
 * with the JSON pointer. Whether the path leads anywhere is for `rootAbove` to say.
 */
export function readEvidence(json: JsonValue): Evidence {
  refuseLaterVersion(json);
  const isAnchored = Object.hasOwn(json as JsonObject, "batch");
  const evidence = must.object(json, "", isAnchored ? ANCHORED_MEMBERS : PENDING_MEMBERS);
  readTokenText(evidence.token);
  if (isAnchored) {
    readBatch(evidence.batch);
    must.integer(evidence.index, "/index", 0, MAX_TREE_SIZE - 1);
    for (const [i, hash] of must.array(evidence.path, "/path", 0, MAX_PATH).entries())
      must.matching(hash, `/path/${i}`, HEX_32, "64 lower-case hex digits");
    for (const [i, anchor] of must.array(evidence.anchors, "/anchors", 0, 16).entries())
      readAnchor(anchor, `/anchors/${i}`);
  }
  return evidence as unknown as Evidence;
}

export function isAnchored(evidence: Evidence): evidence is AnchoredEvidence {
  return "batch" in evidence;
}

/** The token's bytes. */
export function tokenOf(evidence: Evidence): Uint8Array {
  return fromBase64Url(evidence.token, "/token");
}

/** The proof in the form that `rootAbove` takes, and the root it claims to reach. */
export function proofOf({ batch, index, path }: AnchoredEvidence): {
  readonly proof: InclusionProof;
  readonly root: Uint8Array;
} {
  return {
    proof: { index, size: batch.size, path: pathOf({ path }) },
    root: fromHex(batch.root, "/batch/root"),
  };
}

/** The hashes from the leaf up. */
export function pathOf({ path }: Pick<AnchoredEvidence, "path">): Uint8Array[] {
  return path.map((hash) => fromHex(hash, "/path"));
}

export function pendingEvidence(token: Uint8Array): PendingEvidence {
  return { version: 1, token: toBase64Url(token) };
}

/** `path` as `MerkleTree.path(index)` gives it. */
export function evidenceFor(
  token: Uint8Array,
  place?: {
    readonly batch: BatchReference;
    readonly index: number;
    readonly path: readonly Uint8Array[];
    readonly anchors: readonly AnchorHint[];
  },
): Evidence {
  if (!place) return pendingEvidence(token);
  const { batch, index, path, anchors } = place;
  return { ...pendingEvidence(token), batch, index, path: path.map(toHex), anchors };
}

const PENDING_MEMBERS = ["version", "token"];
const ANCHORED_MEMBERS = [...PENDING_MEMBERS, "batch", "index", "path", "anchors"];
/** log2 of the largest tree. */
const MAX_PATH = 20;
const HEX_32 = /^[0-9a-f]{64}$/;

function refuseLaterVersion(json: JsonValue): void {
  const version = typeof json === "object" && json !== null ? (json as JsonObject).version : undefined;
  if (typeof version !== "number") throw must.fail("/version", "must be a number");
  if (version !== 1)
    throw new TallyError("format.version-unsupported", `evidence version ${version} is not known to this reader`, {
      field: "/version",
    });
}

function readTokenText(value: JsonValue | undefined): void {
  if (typeof value !== "string" || value === "") throw must.fail("/token", "must be base64url without padding");
  if (value.length > Math.ceil((MAX_TOKEN_BYTES * 4) / 3))
    throw must.fail("/token", `is longer than ${MAX_TOKEN_BYTES} bytes`);
  fromBase64Url(value, "/token");
}

function readBatch(value: JsonValue | undefined): void {
  const batch = must.object(value, "/batch", ["region", "root", "size"]);
  must.matching(batch.region, "/batch/region", /^[0-9]{6}$/, "six digits");
  must.matching(batch.root, "/batch/root", HEX_32, "64 lower-case hex digits");
  must.integer(batch.size, "/batch/size", 1, MAX_TREE_SIZE);
}

function readAnchor(value: JsonValue, at: string): void {
  const anchor = must.object(value, at, ["chainId", "registry", "block", "time", "tx"]);
  must.integer(anchor.chainId, `${at}/chainId`, 1, Number.MAX_SAFE_INTEGER);
  must.matching(anchor.registry, `${at}/registry`, /^0x[0-9a-fA-F]{40}$/, "an address");
  must.integer(anchor.block, `${at}/block`, 0, Number.MAX_SAFE_INTEGER);
  if (parseUtcInstant(anchor.time) === null)
    throw must.fail(`${at}/time`, "must be a time that exists, written YYYY-MM-DDThh:mm:ssZ");
  must.matching(anchor.tx, `${at}/tx`, /^0x[0-9a-f]{64}$/, "a transaction hash");
}
