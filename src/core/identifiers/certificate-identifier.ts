// SPDX-License-Identifier: Apache-2.0
import type { Crypto } from "../crypto.js";
import { TallyError } from "../errors.js";
import { BASE36, mod37Over36, mod37Over36VariantA11 } from "./iso7064.js";
import { isUscc } from "./uscc.js";

/** Certificate identifier 证照标识, coded after the structure of GB/T 36904-2018. */
export interface CertificateIdentifier {
  readonly text: string;
  readonly typeCode: string;
  readonly agencyCode: string;
  readonly serial: string;
  readonly version: number;
  readonly check: string;
  /** `a11`: the check character is that of the widespread variant that counts A as 11. Only in lenient parsing. */
  readonly checkRule: "standard" | "a11";
}

export interface IdentifierParts {
  readonly typeCode: string;
  readonly agencyCode: string;
  readonly serial: string;
  /** 1…999. */
  readonly version: number;
}

export const IDENTIFIER_ROOT = "1.2.156.3005.2";
const SHAPE = /^1\.2\.156\.3005\.2\.([0-9A-Z]{21})\.([0-9A-Z]{1,32})\.([0-9A-Z]{1,64})\.([0-9]{3})\.([0-9A-Z])$/;
const SERIAL_LENGTH = 20;

/**
 * `strict` is for what we issue: USCCs that check on both sides, version from 001, the standard's check character. `lenient` is for
 * foreign identifiers: a region code may stand for the agency, and the A = 11 variant is recognised and named. Throws
 * `identifier.malformed`, or `identifier.check-character` when neither rule gives the last character.
 */
export function parseCertificateIdentifier(
  text: string,
  mode: "strict" | "lenient" = "strict",
  field = "certificateIdentifier",
): CertificateIdentifier {
  if (mode === "lenient" && text === readLast?.text) return readLast;
  const match = SHAPE.exec(text);
  if (!match)
    throw new TallyError(
      "identifier.malformed",
      `${field} ${show(text)} is not ${IDENTIFIER_ROOT}.type.agency.serial.version.check`,
      { field },
    );
  const [, typeCode, agencyCode, serial, version, check] = match as unknown as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const body = typeCode + agencyCode + serial + version;
  const checkRule = mod37Over36(body) === check ? "standard" : mod37Over36VariantA11(body) === check ? "a11" : null;
  if (checkRule === null)
    throw new TallyError("identifier.check-character", `${field} ${text}: the last character does not check`, {
      field,
    });
  if (mode === "strict") requireStrict({ typeCode, agencyCode, version, checkRule }, text, field);
  readLast = { text, typeCode, agencyCode, serial, version: Number(version), check, checkRule };
  return readLast;
}

/** The readers and the checks of one document ask for the same identifier one after another; all of it is read-only. */
let readLast: CertificateIdentifier | null = null;

function requireStrict(
  parts: { typeCode: string; agencyCode: string; version: string; checkRule: string },
  text: string,
  field: string,
): void {
  if (parts.checkRule !== "standard")
    throw new TallyError(
      "identifier.check-character",
      `${field} ${text}: the last character fits only the A=11 variant`,
      { field },
    );
  if (!isTypeCode(parts.typeCode))
    throw new TallyError("identifier.malformed", `${field} ${text}: the type code is not a USCC and three digits`, {
      field,
    });
  if (!isUscc(parts.agencyCode))
    throw new TallyError("identifier.malformed", `${field} ${text}: the agency code is not a USCC`, { field });
  if (parts.version === "000")
    throw new TallyError("identifier.malformed", `${field} ${text}: versions start at 001`, { field });
}

/** Type code 证照类型代码: USCC of the defining authority and three digits. */
export function isTypeCode(text: unknown): text is string {
  return (
    typeof text === "string" && text.length === 21 && /^[0-9]{3}$/.test(text.slice(18)) && isUscc(text.slice(0, 18))
  );
}

/** Writes a strict identifier with its check character; throws as strict parsing does. */
export function formatCertificateIdentifier(parts: IdentifierParts): string {
  return certificateIdentifierOf(parts).text;
}

/** The strict identifier that has these parts; throws as strict parsing does. */
export function certificateIdentifierOf({
  typeCode,
  agencyCode,
  serial,
  version,
}: IdentifierParts): CertificateIdentifier {
  if (!Number.isInteger(version) || version < 1 || version > 999)
    throw new TallyError("identifier.malformed", `version ${version} is not within 1…999`, { field: "version" });
  const digits = String(version).padStart(3, "0");
  const check = checkCharacter(typeCode + agencyCode + serial + digits);
  return parseCertificateIdentifier(`${IDENTIFIER_ROOT}.${typeCode}.${agencyCode}.${serial}.${digits}.${check}`);
}

/** MOD 37,36 over type, agency, serial and version, without root and dots. Throws `identifier.malformed` for other characters. */
export function checkCharacter(body: string): string {
  const check = mod37Over36(body);
  if (check === null)
    throw new TallyError("identifier.malformed", `${show(body)} has characters other than 0-9 and A-Z`);
  return check;
}

/** 20 random characters, over 100 bits, that tell nothing about holder or order. */
export function generateSerial(crypto: Crypto): string {
  let serial = "";
  while (serial.length < SERIAL_LENGTH)
    // 252 = 7 × 36: larger bytes would make the first characters likelier.
    for (const byte of crypto.randomBytes(SERIAL_LENGTH + 8))
      if (byte < 252 && serial.length < SERIAL_LENGTH) serial += BASE36[byte % 36];
  return serial;
}

/** What all versions of one certificate share: the identifier without version and check character. */
export function lineageOf(identifier: string): string {
  return parseCertificateIdentifier(identifier, "lenient").text.replace(/\.[0-9]{3}\.[0-9A-Z]$/, "");
}

/** The identifier with the next version number and its check character. Throws `identifier.malformed` after 999. */
export function nextVersionOf(identifier: string): string {
  const { typeCode, agencyCode, serial, version } = parseCertificateIdentifier(identifier, "lenient");
  if (version >= 999)
    throw new TallyError("identifier.malformed", `${identifier} has no next version`, { field: "version" });
  const digits = String(version + 1).padStart(3, "0");
  const check = checkCharacter(typeCode + agencyCode + serial + digits);
  return `${IDENTIFIER_ROOT}.${typeCode}.${agencyCode}.${serial}.${digits}.${check}`;
}

function show(text: string): string {
  return JSON.stringify(String(text).slice(0, 160));
}
