// SPDX-License-Identifier: Apache-2.0
import { toBase58 } from "../../core/base58.js";
import { fromUtf8 } from "../../core/bytes.js";
import { parseUtcInstant } from "../../core/calendar.js";
import { canonicalBytes, canonicalize } from "../../core/canonical-json.js";
import type { Crypto } from "../../core/crypto.js";
import { hashData, verifyProof } from "../../core/data-integrity.js";
import { TallyError } from "../../core/errors.js";
import { toHex } from "../../core/hex.js";
import type { JsonObject, JsonValue } from "../../core/json.js";
import type { Multikey } from "../../core/multikey.js";
import { shape } from "../../core/shape.js";
import { parseJson } from "../../core/strict-json.js";
import { didKeyMethod, readDidKeyProof, requireKnownSuite } from "../bundle/envelope.js";
import {
  ARCHIVE_FORMAT,
  ARCHIVE_MEMBERS,
  ARCHIVE_VERSION,
  type ArchiveHead,
  type ArchiveMembers,
  MANIFEST,
  MAX_MANIFEST_BYTES,
} from "./archive-format.js";
import { writeZip } from "./zip.js";

export interface Manifest extends ArchiveHead {
  /** Size and SHA-256 (lower-case hex) of each member, in their order. */
  readonly members: readonly { readonly name: string; readonly sha256: string; readonly size: number }[];
  readonly signer: Multikey;
  /** Whether the proof was made by the key that it names. */
  readonly isSigned: boolean;
}

/** A package on its way to being signed. */
export interface UnsignedArchive {
  readonly toSign: Uint8Array;
  /** The file, with the 64 bytes of the signature over `toSign`. */
  signed(signature: Uint8Array): Uint8Array;
}

/** The other side of `verifyArchive`, in the library so that the format has one home. */
export function unsignedArchive(
  crypto: Crypto,
  head: ArchiveHead,
  members: ArchiveMembers,
  signer: Multikey,
): UnsignedArchive {
  const files = ARCHIVE_MEMBERS.map((name) => ({ name, bytes: members[name] }));
  const document = {
    ...head,
    format: ARCHIVE_FORMAT,
    formatVersion: ARCHIVE_VERSION,
    members: files.map(({ name, bytes }) => ({ name, sha256: toHex(crypto.sha256(bytes)), size: bytes.length })),
  };
  const proof = {
    type: "DataIntegrityProof",
    cryptosuite: "eddsa-jcs-2022",
    created: head.createdAt,
    verificationMethod: didKeyMethod(signer),
    proofPurpose: "assertionMethod",
  };
  return {
    toSign: hashData(crypto, document, proof),
    signed(signature) {
      const signed = { ...document, proof: { ...proof, proofValue: `z${toBase58(signature)}` } };
      return writeZip([{ name: MANIFEST, bytes: canonicalBytes(signed) }, ...files]);
    },
  };
}

/** Strictly. Throws `json.*`, `format.malformed`, `format.version-unsupported` and `format.algorithm-unsupported`. */
export function readManifest(bytes: Uint8Array, crypto: Crypto): Manifest {
  const value = parseJson(bytes, { maxBytes: MAX_MANIFEST_BYTES, maxDepth: 4 });
  requireKnown(object(value, "", [], "any"));
  const members = object(value, "", MEMBERS);
  if (canonicalize(value) !== fromUtf8(bytes)) throw fail("", "must be canonical JSON (RFC 8785)");
  const createdBy = object(members.createdBy, "/createdBy", ["id", "kind"]);
  const createdAt = members.createdAt;
  if (typeof createdAt !== "string" || parseUtcInstant(createdAt) === null)
    throw fail("/createdAt", "must be an RFC 3339 time in UTC, whole seconds");
  const { proof, signer } = readDidKeyProof(members, createdAt);
  const { proof: _, ...document } = members;
  const { proofValue: __, ...configuration } = proof;
  return {
    chainId: integer(members.chainId, "/chainId", 1, Number.MAX_SAFE_INTEGER),
    registry: matching(members.registry, "/registry", /^0x[0-9a-fA-F]{40}$/, "an address"),
    region: matching(members.region, "/region", /^[0-9]{6}$/, "six digits"),
    certificateIdentifier: text(members.certificateIdentifier, "/certificateIdentifier"),
    certificateDigest: matching(members.certificateDigest, "/certificateDigest", DIGEST, "64 lower-case hex digits"),
    createdAt,
    createdBy: { kind: text(createdBy.kind, "/createdBy/kind"), id: text(createdBy.id, "/createdBy/id") },
    members: array(members.members, "/members", ARCHIVE_MEMBERS.length, ARCHIVE_MEMBERS.length).map(readMember),
    signer,
    isSigned: verifyProof(crypto, { proof }, signer.bytes.slice(2), hashData(crypto, document, configuration)),
  };
}

const { object, array, text, integer, matching, fail } = shape("format.malformed");

const DIGEST = /^[0-9a-f]{64}$/;
const MEMBERS = [
  "certificateDigest",
  "certificateIdentifier",
  "chainId",
  "createdAt",
  "createdBy",
  "format",
  "formatVersion",
  "members",
  "proof",
  "region",
  "registry",
];

/** Asked before all else, so that a later format is not called a wrong one. */
function requireKnown(value: JsonObject): void {
  if (value.format !== ARCHIVE_FORMAT) throw fail("/format", `must be "${ARCHIVE_FORMAT}"`);
  if (!Number.isInteger(value.formatVersion)) throw fail("/formatVersion", "must be an integer");
  if (value.formatVersion !== ARCHIVE_VERSION)
    throw new TallyError(
      "format.version-unsupported",
      `the archive package has format version ${value.formatVersion}, this verifier reads ${ARCHIVE_VERSION}: update it`,
      { field: "/formatVersion" },
    );
  requireKnownSuite(value, "archive package");
}

function readMember(value: JsonValue, i: number): Manifest["members"][number] {
  const at = `/members/${i}`;
  const item = object(value, at, ["name", "sha256", "size"]);
  const name = ARCHIVE_MEMBERS[i]!;
  if (item.name !== name) throw fail(`${at}/name`, `must be "${name}"`);
  return {
    name,
    sha256: matching(item.sha256, `${at}/sha256`, DIGEST, "64 lower-case hex digits"),
    size: integer(item.size, `${at}/size`, 0, Number.MAX_SAFE_INTEGER),
  };
}
