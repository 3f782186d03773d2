// SPDX-License-Identifier: Apache-2.0
import type { CertificateHolder, CertificateSubject, FaceValue } from "../../core/certificate.js";
import { formatCertificateIdentifier } from "../../core/identifiers/certificate-identifier.js";
import { generateCitizenId } from "../../core/identifiers/citizen-id.js";
import { generateUscc } from "../../core/identifiers/uscc.js";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/json.js";
import { compileNumberRule } from "../../core/number-rule.js";
import type { TypeDefinition } from "../../core/type-definition.js";
import type { Validity } from "../text/printed-date.js";
import { SAMPLE_PHOTO } from "./sample-photo.js";
import { sampleText } from "./sample-text.js";

export interface Sample {
  readonly subject: CertificateSubject;
  readonly validity: Validity;
}

/** Regions nobody has (GB/T 2260 has none that begins with 99), so that no code belongs to anybody. */
const REGION = "990000";
const ISSUED = "2026-01-01";
const AGENCY = generateUscc({ department: "1", category: "1", region: REGION, body: "TAMPLE00" });

/**
 * An invented licence of a type, always the same one: it keeps the rules of number, holder and validity and fills every field of the schema
 * with something that its kind allows, so that a layout can be looked at before anything is issued.
 */
export function sampleSubject(type: TypeDefinition): Sample {
  const holders = sampleHolders(type);
  const { endDate, maxYears = 5 } = type.validity;
  const lastYear = 2026 + Math.min(maxYears, 5);
  return {
    subject: {
      certificateIdentifier: formatCertificateIdentifier({
        typeCode: type.typeCode,
        agencyCode: AGENCY,
        serial: "SAMPLE00000000000000",
        version: 1,
      }),
      certificateName: type.name.zh,
      certificateTypeCode: type.typeCode,
      certificateNumber: sampleNumber(type, holders[0] as CertificateHolder),
      issueDept: "样例市示范局",
      issueDeptCode: AGENCY,
      issueDate: ISSUED,
      certificateHolder: holders,
      certificateAreaCode: REGION,
      face: sampleFace(type),
      nonce: "A".repeat(22),
    },
    validity: {
      validFrom: `${ISSUED}T00:00:00+08:00`,
      ...(endDate === "required" ? { validUntil: `${lastYear - 1}-12-31T23:59:59+08:00` } : {}),
    },
  };
}

/** As many holders as a table can be judged by, of all the kinds that the type allows. */
function sampleHolders({ holder: { codeTypes, max } }: TypeDefinition): CertificateHolder[] {
  return Array.from({ length: Math.min(max, MAX_HOLDERS) }, (_, i) => {
    const certificateHolderType = codeTypes[i % codeTypes.length] as string;
    return { ...holderOf(certificateHolderType, i), certificateHolderType };
  });
}

const MAX_HOLDERS = 3;
const PERSONS = ["样本甲", "样本乙", "样本丙"];

function holderOf(codeType: string, i: number): Pick<CertificateHolder, "certificateHolder" | "certificateHolderCode"> {
  if (codeType === "001")
    return {
      certificateHolder: `样例市示范${["商贸", "餐饮", "置业"][i]}有限公司`,
      certificateHolderCode: generateUscc({ department: "9", category: "1", region: REGION, body: `MA00000${i}` }),
    };
  const certificateHolder = PERSONS[i] as string;
  if (codeType === "111")
    return {
      certificateHolder,
      certificateHolderCode: generateCitizenId({ region: REGION, birthDate: "1990-01-01", sequence: `00${i + 1}` }),
    };
  return { certificateHolder, certificateHolderCode: `SAMPLE00${i}` };
}

function sampleNumber({ number }: TypeDefinition, holder: CertificateHolder): string {
  if (number.equalsHolderCode === true) return holder.certificateHolderCode;
  const rule = compileNumberRule(number);
  const text = sampleText(number.pattern).slice(0, number.maxLength);
  if (rule(text, undefined) === null) return text;
  for (const check of CHECK_CHARACTERS) {
    const candidate = text.slice(0, -1) + check;
    if (rule(candidate, undefined) === null) return candidate;
  }
  return text;
}

const CHECK_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

function sampleFace({ fields, layout }: TypeDefinition): Record<string, FaceValue> {
  const schema = fields.schema as JsonObject;
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  const face: Record<string, FaceValue> = {};
  for (const { field, label } of fields.labels) {
    const row = layout.rows.find(({ pointer }) => pointer === `/face/${field}`);
    const about = { name: label.zh, isLong: (row?.maxLines ?? 1) > 2 };
    face[field] = sampleValue(properties[field], about, 0);
  }
  return face;
}

interface About {
  readonly name: string;
  readonly isLong: boolean;
}

function sampleValue(value: JsonValue | undefined, about: About, depth: number): FaceValue {
  if (!isJsonObject(value) || depth > MAX_DEPTH) return null;
  if (value.const !== undefined) return value.const as FaceValue;
  if (Array.isArray(value.enum)) return (value.enum[0] ?? null) as FaceValue;
  const kind = Array.isArray(value.type) ? value.type.find((each) => each !== "null") : value.type;
  if (kind === "boolean") return true;
  if (kind === "integer" || kind === "number") return typeof value.minimum === "number" ? value.minimum : 1;
  if (kind === "array") return sampleList(value, about, depth);
  if (kind === "object") return sampleObject(value, about, depth);
  return kind === "string" ? sampleString(value, about) : null;
}

const MAX_DEPTH = 4;

/** Distinct entries where an enumeration offers them, as lists of categories want it. */
function sampleList({ items, minItems }: JsonObject, about: About, depth: number): FaceValue[] {
  const count = Math.min(10, Math.max(1, typeof minItems === "number" ? minItems : 2));
  const options = isJsonObject(items) && Array.isArray(items.enum) ? items.enum : null;
  if (options) return options.slice(0, count) as FaceValue[];
  return Array.from({ length: count }, () => sampleValue(items, about, depth + 1));
}

function sampleObject({ properties }: JsonObject, about: About, depth: number): FaceValue {
  if (!isJsonObject(properties)) return {};
  const members = Object.entries(properties).map(([name, schema]) => [name, sampleValue(schema, about, depth + 1)]);
  return Object.fromEntries(members) as FaceValue;
}

function sampleString({ format, pattern, minLength, maxLength }: JsonObject, { name, isLong }: About): string {
  if (format === "date") return "2026-01-31";
  if (format === "photo") return SAMPLE_PHOTO;
  if (typeof pattern === "string") return sampleText(pattern);
  const text = isLong ? `此处为“${name}”的样本文字，仅供查看版式，不是任何证照的内容。`.repeat(2) : `${name}样本`;
  const shortest = typeof minLength === "number" ? minLength : 0;
  const longest = typeof maxLength === "number" ? maxLength : text.length;
  return text.padEnd(Math.min(shortest, MAX_SHORTEST), "样本").slice(0, longest);
}

const MAX_SHORTEST = 1_000;
