// SPDX-License-Identifier: Apache-2.0
import { canonicalBytes } from "../canonical-json.js";
import { readIdentifier, readIssuer } from "../certificate-reader.js";
import type { Crypto } from "../crypto.js";
import { TallyError } from "../errors.js";
import { isUscc } from "../identifiers/uscc.js";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.js";
import { readProof, refuseLaterProof } from "../proof-reader.js";
import { shape } from "../shape.js";
import { readShanghaiTime } from "../signed-time.js";
import type { CopyStatement, UnsignedCopyStatement } from "./copy-statement.js";
import { copyTextProblem } from "./copy-texts.js";

const must = shape("format.malformed");

/** Longest `copy.json` that is read: its texts at their longest stay below. */
export const MAX_COPY_STATEMENT_BYTES = 8192;

const FORMAT = "tigertally-copy";
const FORMAT_VERSION = 1;

const MEMBERS = [
  "format",
  "formatVersion",
  "issuer",
  "certificateIdentifier",
  "certificateDigest",
  "copyNumber",
  "user",
  "matter",
  "certificateCopyCreator",
  "certificateCopyCreatorCode",
  "certificateCopyCreationTime",
  "certificateCopyCause",
  "certificateCopyExpiringTime",
];

/**
 * The statement that strictly parsed JSON says; the very object that was given. Throws `format.version-unsupported` or
 * `format.algorithm-unsupported` for a later format before anything else is looked at, else `format.malformed` with the JSON pointer.
 * The signature is not checked here.
 */
export function readCopyStatement(json: JsonValue): CopyStatement {
  if (isJsonObject(json)) refuseLater(json);
  const statement = must.object(json, "", [...MEMBERS, "proof"]);
  const made = readBody(statement);
  const signed = readProof(statement.proof, { issuer: statement.issuer as string, contexts: null });
  if (signed !== made) throw must.fail("/certificateCopyCreationTime", "must be the time of the proof");
  return statement as unknown as CopyStatement;
}

/** The same for a statement before it is signed: what passes here can be read once its proof, of the time that it states, is attached. */
export function readUnsignedCopyStatement(json: JsonValue): UnsignedCopyStatement {
  const statement = must.object(json, "", MEMBERS);
  readBody(statement);
  return statement as unknown as UnsignedCopyStatement;
}

/** SHA-256 of the canonical JSON of the signed statement, proof included: what the copy's token says of it. */
export function copyDigest(crypto: Pick<Crypto, "sha256">, statement: CopyStatement): Uint8Array {
  return crypto.sha256(canonicalBytes(statement));
}

function refuseLater(json: JsonObject): void {
  const { format, formatVersion } = json;
  if (format === FORMAT && typeof formatVersion === "number" && formatVersion !== FORMAT_VERSION)
    throw new TallyError("format.version-unsupported", `/formatVersion ${formatVersion} is not known to this reader`, {
      field: "/formatVersion",
    });
  refuseLaterProof(json.proof);
}

/** Returns when the copy was made. */
function readBody(statement: JsonObject): number {
  must.oneOf(statement.format, "/format", [FORMAT]);
  must.oneOf(statement.formatVersion, "/formatVersion", [FORMAT_VERSION]);
  readIssuer(statement.issuer);
  readIdentifier(statement.certificateIdentifier, "/certificateIdentifier");
  must.matching(statement.certificateDigest, "/certificateDigest", /^[0-9a-f]{64}$/, "64 lower-case hex digits");
  // 128 bits in 22 characters: the last one has four unused bits, which must be zero so that there is one text only.
  must.matching(statement.copyNumber, "/copyNumber", /^[A-Za-z0-9_-]{21}[AQgw]$/, "128 random bits as base64url");
  for (const name of ["user", "matter", "certificateCopyCreator", "certificateCopyCause"])
    must.text(statement[name], `/${name}`);
  for (const name of ["user", "matter"]) {
    const problem = copyTextProblem(statement[name] as string);
    if (problem !== null) throw must.fail(`/${name}`, problem);
  }
  if (!isUscc(statement.certificateCopyCreatorCode))
    throw must.fail("/certificateCopyCreatorCode", "must be a unified social credit code");
  const made = readShanghaiTime(statement.certificateCopyCreationTime, "/certificateCopyCreationTime");
  const until = readShanghaiTime(statement.certificateCopyExpiringTime, "/certificateCopyExpiringTime");
  if (until <= made) throw must.fail("/certificateCopyExpiringTime", "must be after certificateCopyCreationTime");
  return made;
}
