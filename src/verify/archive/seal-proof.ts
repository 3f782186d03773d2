// SPDX-License-Identifier: Apache-2.0
import { fromUtf8 } from "../../core/bytes.js";
import { canonicalBytes, canonicalize } from "../../core/canonical-json.js";
import { TallyError } from "../../core/errors.js";
import { fromHex, toHex } from "../../core/hex.js";
import type { JsonObject } from "../../core/json.js";
import { MAX_TREE_SIZE } from "../../core/merkle.js";
import { shape } from "../../core/shape.js";
import { parseJson } from "../../core/strict-json.js";
import type { LeafProof } from "../sources.js";

export const SEAL_PROOF_FORMAT = "tigertally-seal-proof";
export const SEAL_PROOF_VERSION = 1;
const MAX_SEAL_PROOF_BYTES = 8_192;
const LONGEST_PATH = 20;

/** Where the digest of the file's seal was anchored; null for a file without a seal, or one whose seal is in no batch. */
export function writeSealProof(proof: LeafProof | null): Uint8Array {
  return canonicalBytes({
    format: SEAL_PROOF_FORMAT,
    formatVersion: SEAL_PROOF_VERSION,
    proof: proof && { ...proof, path: proof.path.map(toHex) },
  });
}

/** Strictly. Throws `json.*`, `format.malformed` and `format.version-unsupported`; whether it proves anything its user finds out. */
export function readSealProof(bytes: Uint8Array): LeafProof | null {
  const value = parseJson(bytes, { maxBytes: MAX_SEAL_PROOF_BYTES, maxDepth: 4 });
  requireKnown(object(value, "", [], "any"));
  const { proof } = object(value, "", ["format", "formatVersion", "proof"]);
  if (canonicalize(value) !== fromUtf8(bytes)) throw fail("", "must be canonical JSON (RFC 8785)");
  if (proof === null) return null;
  const item = object(proof, "/proof", ["index", "path", "region", "root", "size"]);
  return {
    region: matching(item.region, "/proof/region", /^[0-9]{6}$/, "six digits"),
    root: matching(item.root, "/proof/root", DIGEST, "64 lower-case hex digits"),
    size: integer(item.size, "/proof/size", 1, MAX_TREE_SIZE),
    index: integer(item.index, "/proof/index", 0, MAX_TREE_SIZE - 1),
    path: array(item.path, "/proof/path", 0, LONGEST_PATH).map((hash, i) =>
      fromHex(matching(hash, `/proof/path/${i}`, DIGEST, "64 lower-case hex digits")),
    ),
  };
}

const { object, array, integer, matching, fail } = shape("format.malformed");
const DIGEST = /^[0-9a-f]{64}$/;

function requireKnown(value: JsonObject): void {
  if (value.format !== SEAL_PROOF_FORMAT) throw fail("/format", `must be "${SEAL_PROOF_FORMAT}"`);
  if (!Number.isInteger(value.formatVersion)) throw fail("/formatVersion", "must be an integer");
  if (value.formatVersion === SEAL_PROOF_VERSION) return;
  throw new TallyError(
    "format.version-unsupported",
    `the seal proof has format version ${value.formatVersion}, this verifier reads ${SEAL_PROOF_VERSION}: update it`,
    { field: "/formatVersion" },
  );
}
