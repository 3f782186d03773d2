// SPDX-License-Identifier: Apache-2.0
import { isCalendarDate } from "./calendar.js";
import { canonicalBytes } from "./canonical-json.js";
import { type Certificate, LICENCE_CONTEXT, type UnsignedCertificate, VC_CONTEXT } from "./certificate.js";
import type { Crypto } from "./crypto.js";
import { TallyError } from "./errors.js";
import { isTypeCode, parseCertificateIdentifier } from "./identifiers/certificate-identifier.js";
import { isUscc } from "./identifiers/uscc.js";
import { countValues, isJsonObject, type JsonObject, type JsonValue } from "./json.js";
import { isPhotoText, readPhoto } from "./photo/photo.js";
import { readProof, refuseLaterProof } from "./proof-reader.js";
import { pointerToken, shape } from "./shape.js";
import { readShanghaiTime } from "./signed-time.js";
import { unsafeTextProblem } from "./text.js";

const must = shape("format.malformed");

/** Entries of one status list. */
export const STATUS_LIST_LENGTH = 131_072;

/** Name of a published type definition; nothing is fetched from it. */
export function schemaId(typeCode: string, typeVersion: number): string {
  return `https://tigertally.example/types/${typeCode}/${typeVersion}`;
}

/**
 * The certificate that strictly parsed JSON says. Unknown and missing members, wrong formats, dates that do not exist and members
 * that contradict each other throw `format.malformed` with the JSON pointer; a format or an algorithm of a later version throws
 * `format.version-unsupported` or `format.algorithm-unsupported` before anything else is looked at. The result is the very object
 * that was given, so its canonical form stays the signed one. Signatures are not checked here.
 */
export function readCertificate(json: JsonValue): Certificate {
  if (isJsonObject(json)) refuseLaterVersion(json);
  const certificate = must.object(json, "", SIGNED_MEMBERS, OPTIONAL_MEMBERS);
  readBody(certificate);
  readProof(certificate.proof, {
    issuer: certificate.issuer as string,
    contexts: [VC_CONTEXT, LICENCE_CONTEXT],
  });
  return certificate as unknown as Certificate;
}

/** The same for a certificate before it is signed: what passes here can be read once the proof is attached. */
export function readUnsignedCertificate(json: JsonValue): UnsignedCertificate {
  const certificate = must.object(json, "", MEMBERS, OPTIONAL_MEMBERS);
  readBody(certificate);
  return certificate as unknown as UnsignedCertificate;
}

/** SHA-256 of the canonical JSON of the signed certificate, proof included: its name everywhere. */
export function certificateDigest(crypto: Crypto, certificate: Certificate): Uint8Array {
  return crypto.sha256(canonicalBytes(certificate));
}

/** Position among all lists of the region. */
export function statusIndexOf({ credentialStatus: [revocation] }: UnsignedCertificate): number {
  return revocation.statusListNumber * STATUS_LIST_LENGTH + Number(revocation.statusListIndex);
}

const MEMBERS = [
  "@context",
  "type",
  "issuer",
  "validFrom",
  "credentialSubject",
  "credentialSchema",
  "credentialStatus",
];
const SIGNED_MEMBERS = [...MEMBERS, "proof"];
const OPTIONAL_MEMBERS = ["validUntil", "predecessor"];

/** Says by name that the reader is too old, instead of calling a later certificate broken. */
function refuseLaterVersion(json: JsonObject): void {
  const contexts = json["@context"];
  for (const context of Array.isArray(contexts) ? contexts : [contexts])
    if (typeof context === "string" && isLaterContext(context))
      throw new TallyError(
        "format.version-unsupported",
        `/@context ${context.slice(0, 100)} is of a version this reader does not know`,
        {
          field: "/@context",
        },
      );
  refuseLaterProof(json.proof);
}

function isLaterContext(context: string): boolean {
  if (context === VC_CONTEXT || context === LICENCE_CONTEXT) return false;
  return (
    /^https:\/\/www\.w3\.org\/ns\/credentials\/v[0-9.]+$/.test(context) || context.startsWith(LICENCE_CONTEXT_FAMILY)
  );
}

const LICENCE_CONTEXT_FAMILY = LICENCE_CONTEXT.replace(/v1$/, "v");

function readBody(certificate: JsonObject): void {
  must.tuple(certificate["@context"], "/@context", [VC_CONTEXT, LICENCE_CONTEXT]);
  must.tuple(certificate.type, "/type", ["VerifiableCredential", "ElectronicLicence"]);
  readIssuer(certificate.issuer);
  readPeriod(certificate);
  const typeCode = readSubject(certificate.credentialSubject);
  readSchema(certificate.credentialSchema, typeCode);
  readStatus(certificate.credentialStatus);
  if (certificate.predecessor !== undefined) readIdentifier(certificate.predecessor, "/predecessor");
}

export function readIssuer(value: JsonValue | undefined): void {
  must.matching(value, "/issuer", DID_WEB, "a did:web DID");
}

/** Host (port percent-encoded) and path segments of did:web; bounded, since the registry holds the same text. */
const DID_WEB = /^did:web:(?=.{1,247}$)[A-Za-z0-9.-]+(?:%3A[0-9]{1,5})?(?::[A-Za-z0-9._-]+)*$/;

function readPeriod(certificate: JsonObject): void {
  const from = readShanghaiTime(certificate.validFrom, "/validFrom");
  if (!Object.hasOwn(certificate, "validUntil")) return;
  const until = readShanghaiTime(certificate.validUntil, "/validUntil");
  if (!(certificate.validUntil as string).endsWith("T23:59:59+08:00"))
    throw must.fail("/validUntil", "must be the last second of a day, since the printed end date is inclusive");
  if (until < from) throw must.fail("/validUntil", "must not be before validFrom");
}

const SUBJECT_MEMBERS = [
  "certificateIdentifier",
  "certificateName",
  "certificateTypeCode",
  "certificateNumber",
  "issueDept",
  "issueDeptCode",
  "issueDate",
  "certificateHolder",
  "face",
  "nonce",
];

function readSubject(value: JsonValue | undefined): string {
  const at = "/credentialSubject";
  const subject = must.object(value, at, SUBJECT_MEMBERS, ["certificateAreaCode"]);
  readIdentifier(subject.certificateIdentifier, "/credentialSubject/certificateIdentifier");
  must.text(subject.certificateName, "/credentialSubject/certificateName");
  const typeCode = subject.certificateTypeCode;
  if (!isTypeCode(typeCode))
    throw must.fail("/credentialSubject/certificateTypeCode", "must be a USCC and three digits");
  must.text(subject.certificateNumber, "/credentialSubject/certificateNumber");
  must.text(subject.issueDept, "/credentialSubject/issueDept");
  if (!isUscc(subject.issueDeptCode))
    throw must.fail("/credentialSubject/issueDeptCode", "must be a unified social credit code");
  if (!isCalendarDate(subject.issueDate))
    throw must.fail("/credentialSubject/issueDate", "must be a date that exists, written YYYY-MM-DD");
  if (Object.hasOwn(subject, "certificateAreaCode"))
    must.matching(subject.certificateAreaCode, "/credentialSubject/certificateAreaCode", /^[0-9]{6}$/, "six digits");
  readHolders(subject.certificateHolder);
  readFace(subject.face);
  // 128 bits in 22 characters: the last one has four unused bits, which must be zero so that there is one text only.
  must.matching(subject.nonce, "/credentialSubject/nonce", /^[A-Za-z0-9_-]{21}[AQgw]$/, "128 random bits as base64url");
  return typeCode;
}

export function readIdentifier(value: JsonValue | undefined, at: string): void {
  if (typeof value !== "string") throw must.fail(at, "must be a certificate identifier");
  try {
    parseCertificateIdentifier(value, "lenient", at);
  } catch (cause) {
    throw new TallyError("format.malformed", (cause as Error).message, { field: at, cause });
  }
}

const HOLDER_MEMBERS = ["certificateHolder", "certificateHolderCode", "certificateHolderType"];

function readHolders(value: JsonValue | undefined): void {
  const holders = must.array(value, "/credentialSubject/certificateHolder", 1, 50);
  holders.forEach((each, i) => {
    const at = `/credentialSubject/certificateHolder/${i}`;
    const holder = must.object(each, at, HOLDER_MEMBERS);
    must.text(holder.certificateHolder, `${at}/certificateHolder`);
    must.text(holder.certificateHolderCode, `${at}/certificateHolderCode`);
    must.matching(holder.certificateHolderType, `${at}/certificateHolderType`, /^[0-9]{3}$/, "three digits of Annex A");
  });
}

export const MAX_FACE_DEPTH = 8;
/** Twenty pages have room for some 5,000. Whoever reads what a stranger sent must know how much memory it can take. */
export const MAX_FACE_VALUES = 50_000;

/** Which fields there are is the type definition's to say; here only that every text can be printed as it was signed. */
function readFace(value: JsonValue | undefined): void {
  const face = must.object(value, "/credentialSubject/face", [], "any");
  readFaceValue(face, "/credentialSubject/face", 0);
  const [, second] = Object.keys(face).filter((name) => isPhotoText(face[name]));
  if (second !== undefined) throw must.fail(`/credentialSubject/face/${second}`, "must not be a second photo");
  if (countValues(face) > MAX_FACE_VALUES)
    throw must.fail("/credentialSubject/face", `has more than ${MAX_FACE_VALUES} values`);
}

/** The face itself may have a photo; what it holds may not. */
function faceTextProblem(value: string, depth: number): string | null {
  if (!isPhotoText(value)) return unsafeTextProblem(value, { multiline: true, maxLength: 10_000 });
  if (depth !== 1) return "must not hold a photo: only a whole field is one";
  const read = readPhoto(value);
  return "problem" in read ? read.problem : null;
}

function readFaceValue(value: JsonValue, at: string, depth: number): void {
  if (typeof value === "string") {
    const problem = faceTextProblem(value, depth);
    if (problem !== null) throw must.fail(at, problem);
  } else if (typeof value === "object" && value !== null) {
    if (depth >= MAX_FACE_DEPTH) throw must.fail(at, `is nested deeper than ${MAX_FACE_DEPTH} levels`);
    if (Array.isArray(value)) for (let i = 0; i < value.length; i++) readFaceValue(value[i]!, `${at}/${i}`, depth + 1);
    else for (const name in value) readFaceMember(name, (value as JsonObject)[name]!, at, depth + 1);
  }
}

export const FACE_NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

function readFaceMember(name: string, value: JsonValue, at: string, depth: number): void {
  if (!FACE_NAME.test(name)) throw must.fail(`${at}/${pointerToken(name)}`, "must be named with letters, digits and _");
  readFaceValue(value, `${at}/${name}`, depth);
}

function readSchema(value: JsonValue | undefined, typeCode: string): void {
  const schema = must.object(value, "/credentialSchema", ["id", "type", "typeVersion", "digestSRI"]);
  must.oneOf(schema.type, "/credentialSchema/type", ["LicenceTypeDefinition"]);
  const version = must.integer(schema.typeVersion, "/credentialSchema/typeVersion", 1, MAX_TYPE_VERSION);
  must.oneOf(schema.id, "/credentialSchema/id", [schemaId(typeCode, version)]);
  must.matching(schema.digestSRI, "/credentialSchema/digestSRI", DIGEST_SRI, "sha256- and base64 of 32 bytes");
}

export const MAX_TYPE_VERSION = 0xffff_ffff;
const DIGEST_SRI = /^sha256-[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;

const STATUS_MEMBERS = ["type", "statusPurpose", "statusListIndex", "statusListNumber", "statusListCredential"];
const STATUS_PURPOSES = ["revocation", "suspension"] as const;

function readStatus(value: JsonValue | undefined): void {
  const entries = must.array(value, "/credentialStatus", 2, 2).map((each, i) => {
    const at = `/credentialStatus/${i}`;
    const entry = must.object(each, at, STATUS_MEMBERS);
    must.oneOf(entry.type, `${at}/type`, ["BitstringStatusListEntry"]);
    must.oneOf(entry.statusPurpose, `${at}/statusPurpose`, [STATUS_PURPOSES[i]!]);
    const index = must.matching(
      entry.statusListIndex,
      `${at}/statusListIndex`,
      /^(?:0|[1-9][0-9]{0,5})$/,
      "decimal digits",
    );
    if (Number(index) >= STATUS_LIST_LENGTH)
      throw must.fail(`${at}/statusListIndex`, `must be below ${STATUS_LIST_LENGTH}`);
    must.integer(entry.statusListNumber, `${at}/statusListNumber`, 0, 0xffff_ffff);
    must.matching(
      entry.statusListCredential,
      `${at}/statusListCredential`,
      /^https?:\/\/[!-~]{1,400}$/,
      "an http or https URL",
    );
    return entry;
  });
  for (const name of ["statusListIndex", "statusListNumber"])
    if (entries[0]![name] !== entries[1]![name])
      throw must.fail(`/credentialStatus/1/${name}`, "must equal that of the first entry");
}
