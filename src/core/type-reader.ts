// SPDX-License-Identifier: Apache-2.0

import { toBase64 } from "./base64.js";
import { canonicalBytes } from "./canonical-json.js";
import { MAX_TYPE_VERSION } from "./certificate-reader.js";
import type { Crypto } from "./crypto.js";
import { TallyError } from "./errors.js";
import { isTypeCode } from "./identifiers/certificate-identifier.js";
import { isUscc } from "./identifiers/uscc.js";
import { countValues, isJsonObject, type JsonObject, type JsonValue } from "./json.js";
import { pointerTokens } from "./json-pointer.js";
import { isPhotoSchema } from "./photo/photo-field.js";
import { shape } from "./shape.js";
import { MAX_PRINTED_TOKEN_BYTES } from "./token.js";
import { largestTokenBytes } from "./token-budget.js";
import { LAYOUT_PAGES, LAYOUT_PALETTES, LEGAL_STATES, type TypeDefinition } from "./type-definition.js";

const must = shape("type.invalid");

/**
 * The type definition that strictly parsed JSON says. Throws `format.version-unsupported` for a later format, else `type.invalid`
 * with the JSON pointer: unknown and missing members, a pattern that does not compile, a schema that leaves fields open, labels that
 * do not cover the fields, pointers that lead nowhere, a QR budget beyond `MAX_PRINTED_TOKEN_BYTES`.
 */
export function readTypeDefinition(json: JsonValue): TypeDefinition {
  refuseLaterVersion(json);
  if (countValues(json) > MAX_VALUES) throw must.fail("", `has more than ${MAX_VALUES} values`);
  const type = must.object(json, "", MEMBERS);
  must.oneOf(type.format, "/format", ["tigertally-type"]);
  if (!isTypeCode(type.typeCode)) throw must.fail("/typeCode", "must be a USCC and three digits");
  must.integer(type.version, "/version", 1, MAX_TYPE_VERSION);
  readLabel(type.name, "/name");
  readAuthority(type.definingAuthority, type.typeCode);
  must.oneOf(type.sharing, "/sharing", ["unconditional", "conditional", "none"]);
  readHolder(type.holder);
  readNumber(type.number);
  readValidity(type.validity);
  const fields = readFields(type.fields);
  readStates(type.states);
  readQr(type.qr, fields);
  readLayout(type.layout, fields);
  return type as unknown as TypeDefinition;
}

/** SHA-256 of the canonical JSON: what the registry holds for type code and version. */
export function typeDigest(crypto: Crypto, type: TypeDefinition): Uint8Array {
  return crypto.sha256(canonicalBytes(type));
}

/** The digest as `credentialSchema.digestSRI` writes it. */
export function digestSri(digest: Uint8Array): string {
  return `sha256-${toBase64(digest)}`;
}

const MAX_VALUES = 50_000;

const MEMBERS = [
  "format",
  "formatVersion",
  "typeCode",
  "version",
  "name",
  "definingAuthority",
  "sharing",
  "holder",
  "number",
  "validity",
  "fields",
  "states",
  "qr",
  "layout",
];

function refuseLaterVersion(json: JsonValue): void {
  const version = typeof json === "object" && json !== null ? (json as JsonObject).formatVersion : undefined;
  if (typeof version !== "number") throw must.fail("/formatVersion", "must be a number");
  if (version !== 1)
    throw new TallyError(
      "format.version-unsupported",
      `type definition format ${version} is not known to this reader`,
      {
        field: "/formatVersion",
      },
    );
}

function readLabel(value: JsonValue | undefined, at: string): void {
  const label = must.object(value, at, ["zh", "en"]);
  must.text(label.zh, `${at}/zh`);
  must.text(label.en, `${at}/en`);
}

function readOptionalLabels(members: JsonObject, at: string, names: readonly string[]): void {
  for (const name of names) if (Object.hasOwn(members, name)) readLabel(members[name], `${at}/${name}`);
}

/** The first 18 characters of a type code are the authority's USCC. */
function readAuthority(value: JsonValue | undefined, typeCode: string): void {
  const authority = must.object(value, "/definingAuthority", ["code", "name"]);
  if (!isUscc(authority.code)) throw must.fail("/definingAuthority/code", "must be a unified social credit code");
  if (authority.code !== typeCode.slice(0, 18))
    throw must.fail("/definingAuthority/code", "must be the first 18 characters of typeCode");
  readLabel(authority.name, "/definingAuthority/name");
}

function readHolder(value: JsonValue | undefined): void {
  const holder = must.object(value, "/holder", ["codeTypes", "max"]);
  const codeTypes = must.array(holder.codeTypes, "/holder/codeTypes", 1, 30);
  codeTypes.forEach((each, i) => {
    must.matching(each, `/holder/codeTypes/${i}`, /^[0-9]{3}$/, "three digits of Annex A");
  });
  requireDistinct(codeTypes, "/holder/codeTypes");
  must.integer(holder.max, "/holder/max", 1, 50);
}

function readNumber(value: JsonValue | undefined): void {
  const number = must.object(value, "/number", ["pattern", "maxLength", "rule"], ["check", "equalsHolderCode"]);
  const pattern = must.text(number.pattern, "/number/pattern", { maxLength: 300 });
  const problem = patternProblem(pattern);
  if (problem !== null) throw must.fail("/number/pattern", problem);
  must.integer(number.maxLength, "/number/maxLength", 1, 128);
  readLabel(number.rule, "/number/rule");
  if (Object.hasOwn(number, "equalsHolderCode")) must.boolean(number.equalsHolderCode, "/number/equalsHolderCode");
  if (!Object.hasOwn(number, "check")) return;
  const check = must.object(number.check, "/number/check", ["algorithm", "skip"]);
  must.oneOf(check.algorithm, "/number/check/algorithm", [
    "iso7064-mod11-10",
    "iso7064-mod37-36",
    "uscc",
    "citizen-id",
  ]);
  must.integer(check.skip, "/number/check/skip", 0, 64);
}

/**
 * What is wrong with a pattern, or null. Numbers are matched against patterns that an agency wrote, so none may backtrack without
 * end: a group that repeats may hold no repetition, optional part, group or alternative; no back-references, no look-around; at
 * most three repetitions of open length and twelve optional parts.
 */
export function patternProblem(pattern: string): string | null {
  if (pattern.length > MAX_PATTERN) return `is longer than ${MAX_PATTERN} characters`;
  try {
    new RegExp(`^(?:${pattern})$`, "u");
  } catch {
    return "is not a regular expression (ECMAScript, flag u)";
  }
  const bare = pattern
    .replace(/\\(?:[pP]\{[^}]*\}|u\{[0-9a-fA-F]+\}|.)/gu, (escaped) => (/^\\[1-9k]/.test(escaped) ? "\\" : "a"))
    .replace(/\[[^\]]*\]/gu, "a")
    .replaceAll("(?:", "(");
  if (bare.includes("\\")) return "must not use back-references";
  if (bare.includes("(?")) return "must not use look-around or named groups";
  if (repeatsBusyGroup(bare)) return "must not repeat a group that itself repeats, nests or has alternatives";
  if ((bare.match(/[*+]|\{[0-9]+,/g) ?? []).length > 3)
    return "must not have more than three repetitions of open length";
  if (bare.split("?").length > MAX_OPTIONAL + 1) return `must not have more than ${MAX_OPTIONAL} optional parts`;
  return null;
}

/** Types come from strangers too, and are read before anything is known of them. */
const MAX_PATTERN = 1_000;
/** Each can double the work of a match that fails. */
const MAX_OPTIONAL = 12;

/** Whether a group with a repetition, an optional part, an alternative or a group inside is repeated. One pass, groups kept on a stack. */
function repeatsBusyGroup(bare: string): boolean {
  const busy: boolean[] = [false];
  for (let i = 0; i < bare.length; i++) {
    const c = bare[i]!;
    if (c === "(") {
      busy[busy.length - 1] = true;
      busy.push(false);
    } else if (c === ")") {
      if (busy.pop() === true && "*+{".includes(bare[i + 1] ?? " ")) return true;
    } else if ("*+?{|".includes(c)) busy[busy.length - 1] = true;
  }
  return false;
}

function readValidity(value: JsonValue | undefined): void {
  const validity = must.object(value, "/validity", ["endDate"], ["maxYears"]);
  must.oneOf(validity.endDate, "/validity/endDate", ["required", "optional", "none"]);
  if (Object.hasOwn(validity, "maxYears")) must.integer(validity.maxYears, "/validity/maxYears", 1, 100);
}

/** The names of the type's own fields, and which of them is a photo. */
interface Fields {
  readonly names: ReadonlySet<string>;
  readonly photo: string | null;
}

function readFields(value: JsonValue | undefined): Fields {
  const fields = must.object(value, "/fields", ["schema", "labels"]);
  const { names, photo } = readSchema(fields.schema);
  const labelled = must.array(fields.labels, "/fields/labels", 0, 100).map((each, i) => {
    const at = `/fields/labels/${i}`;
    const label = must.object(each, at, ["field", "label"]);
    readLabel(label.label, `${at}/label`);
    const field = label.field;
    if (typeof field !== "string" || !names.has(field))
      throw must.fail(`${at}/field`, "must be a property of the schema");
    return field;
  });
  requireDistinct(labelled, "/fields/labels");
  for (const name of names)
    if (!labelled.includes(name)) throw must.fail("/fields/labels", `must have a label for ${name}`);
  return { names, photo };
}

function readSchema(value: JsonValue | undefined): Fields {
  const at = "/fields/schema";
  const schema = must.object(value, at, ["type", "properties", "additionalProperties"], "any");
  must.oneOf(schema.type, `${at}/type`, ["object"]);
  if (schema.additionalProperties !== false) throw must.fail(`${at}/additionalProperties`, "must be false");
  const { properties } = schema;
  if (!isJsonObject(properties)) throw must.fail(`${at}/properties`, "must be an object");
  const names = Object.keys(properties);
  if (names.length > 100) throw must.fail(`${at}/properties`, "must not be more than 100");
  for (const name of names) {
    if (!/^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(name))
      throw must.fail(
        `${at}/properties`,
        `the name ${JSON.stringify(name.slice(0, 60))} must be letters, digits and _`,
      );
    if (!isJsonObject(properties[name])) throw must.fail(`${at}/properties/${name}`, "must be a schema object");
  }
  const photo = readPhotoField(properties, `${at}/properties`);
  const { properties: _, ...others } = schema;
  refuseOutsideReferences(others, at, 0);
  for (const name of names)
    if (name !== photo) refuseOutsideReferences(properties[name] as JsonValue, `${at}/properties/${name}`, 2);
  return { names: new Set(names), photo };
}

/** One property at most is `{ "type": "string", "format": "photo" }`, and nothing besides: what a photo is, no schema says. */
function readPhotoField(properties: JsonObject, at: string): string | null {
  const [photo = null, second] = Object.keys(properties).filter((name) => isPhotoSchema(properties[name]));
  if (photo === null) return null;
  if (second !== undefined) throw must.fail(`${at}/${second}`, "must not be a second photo");
  const { type, format: _, ...others } = properties[photo] as JsonObject;
  if (type !== "string" || Object.keys(others).length > 0)
    throw must.fail(`${at}/${photo}`, 'must be just { "type": "string", "format": "photo" }');
  return photo;
}

/** Nothing is fetched: `$ref` stays inside the schema; `$id` and dynamic references would change what it means. A photo is a field, no part of one. */
function refuseOutsideReferences(value: JsonValue, at: string, depth: number): void {
  if (typeof value !== "object" || value === null) return;
  if (depth > 16) throw must.fail(at, "is nested too deeply");
  for (const [name, member] of Object.entries(value)) {
    const where = `${at}/${name}`;
    if (name === "$ref" && !(typeof member === "string" && member.startsWith("#")))
      throw must.fail(where, "must stay inside the schema");
    if (name === "$id" || name === "$dynamicRef" || name === "$anchor" || name === "$dynamicAnchor")
      throw must.fail(where, "is not allowed");
    if (name === "format" && member === "photo") throw must.fail(where, "must be that of a whole field");
    if (name === "pattern" && typeof member === "string") {
      const problem = patternProblem(member);
      if (problem !== null) throw must.fail(where, problem);
    }
    refuseOutsideReferences(member as JsonValue, where, depth + 1);
  }
}

function readStates(value: JsonValue | undefined): void {
  const states = must.object(value, "/states", [], LEGAL_STATES);
  for (const [name, each] of Object.entries(states)) {
    const state = must.object(each, `/states/${name}`, ["code", "label"]);
    must.matching(state.code, `/states/${name}/code`, /^[0-9A-Za-z]{1,8}$/, "1 to 8 letters or digits");
    readLabel(state.label, `/states/${name}/label`);
  }
}

const SUBJECT_TEXTS = [
  "certificateIdentifier",
  "certificateName",
  "certificateTypeCode",
  "certificateNumber",
  "issueDept",
  "issueDeptCode",
  "issueDate",
  "certificateAreaCode",
];

/** A pointer into credentialSubject that some certificate of the type can resolve. */
function readPointer(value: JsonValue | undefined, at: string, fields: Fields): void {
  const tokens = typeof value === "string" ? pointerTokens(value) : null;
  const [first, second, third, ...rest] = tokens ?? [];
  const isSubjectText = first !== undefined && second === undefined && SUBJECT_TEXTS.includes(first);
  const isFace = first === "face" && second !== undefined && fields.names.has(second);
  if (isFace && second === fields.photo)
    throw must.fail(at, "must not lead to the photo, which only /layout/photo shows");
  const isHolder =
    first === "certificateHolder" &&
    rest.length === 0 &&
    /^[0-9]$/.test(second ?? "") &&
    ["certificateHolder", "certificateHolderCode", "certificateHolderType"].includes(third ?? "");
  if (!isSubjectText && !isFace && !isHolder)
    throw must.fail(at, "must be a pointer to a member of credentialSubject that this type has");
}

function readQr(value: JsonValue | undefined, fields: Fields): void {
  const qr = must.object(value, "/qr", ["face"]);
  const budgets = must.array(qr.face, "/qr/face", 0, 16).map((each, i) => {
    const at = `/qr/face/${i}`;
    const item = must.object(each, at, ["pointer", "label", "maxBytes"]);
    readPointer(item.pointer, `${at}/pointer`, fields);
    readLabel(item.label, `${at}/label`);
    return must.integer(item.maxBytes, `${at}/maxBytes`, 1, MAX_PRINTED_TOKEN_BYTES);
  });
  const largest = largestTokenBytes(budgets);
  if (largest > MAX_PRINTED_TOKEN_BYTES)
    throw must.fail(
      "/qr/face",
      `allows a token of ${largest} bytes, more than the ${MAX_PRINTED_TOKEN_BYTES} that print readably`,
    );
}

const LAYOUT_EXTRAS = [
  ...["fold", "palette", "subtitle", "heading", "body", "preamble", "photo", "bilingual", "grid", "issuerLabel"],
  "watermark",
];

function readLayout(value: JsonValue | undefined, fields: Fields): void {
  const layout = must.object(value, "/layout", ["layoutVersion", "page", "title", "rows", "qr", "seal"], LAYOUT_EXTRAS);
  if (typeof layout.layoutVersion === "number" && layout.layoutVersion !== 1)
    throw new TallyError(
      "format.version-unsupported",
      `layout version ${layout.layoutVersion} is not known to this reader`,
      {
        field: "/layout/layoutVersion",
      },
    );
  must.oneOf(layout.layoutVersion, "/layout/layoutVersion", [1]);
  const page = must.oneOf(layout.page, "/layout/page", LAYOUT_PAGES);
  for (const name of ["fold", "bilingual"])
    if (Object.hasOwn(layout, name)) must.boolean(layout[name], `/layout/${name}`);
  if (layout.fold === true && !page.endsWith("landscape"))
    throw must.fail("/layout/fold", "must be absent or false on a page that is not landscape");
  if (Object.hasOwn(layout, "palette")) must.oneOf(layout.palette, "/layout/palette", LAYOUT_PALETTES);
  if (Object.hasOwn(layout, "grid")) must.oneOf(layout.grid, "/layout/grid", ["rules", "cells"]);
  readLabel(layout.title, "/layout/title");
  readOptionalLabels(layout, "/layout", ["subtitle", "issuerLabel", "watermark"]);
  for (const name of ["heading", "body"])
    if (Object.hasOwn(layout, name)) readLengths(layout[name], `/layout/${name}`, BOX);
  if (Object.hasOwn(layout, "preamble")) readPreamble(layout.preamble);
  readPhotoBox(layout, fields);
  for (const [i, row] of must.array(layout.rows, "/layout/rows", 1, 40).entries())
    readRow(row, `/layout/rows/${i}`, fields);
  readLengths(layout.qr, "/layout/qr", SQUARE);
  readLengths(layout.seal, "/layout/seal", SQUARE);
}

function readPreamble(value: JsonValue | undefined): void {
  const at = "/layout/preamble";
  const { text, ...box } = must.object(value, at, [...BOX, "text"]);
  readLengths(box, at, BOX);
  const label = must.object(text, `${at}/text`, ["zh", "en"]);
  for (const language of ["zh", "en"]) must.text(label[language], `${at}/text/${language}`, { maxLength: 600 });
}

/** A photo that no page shows would be signed unseen, so box and field need each other. */
function readPhotoBox(layout: JsonObject, { photo }: Fields): void {
  const at = "/layout/photo";
  if (!Object.hasOwn(layout, "photo")) {
    if (photo !== null) throw must.fail(at, `must say where the photo of /face/${photo} stands`);
    return;
  }
  const { pointer, ...box } = must.object(layout.photo, at, [...BOX, "pointer"]);
  if (photo === null || pointer !== `/face/${photo}`)
    throw must.fail(`${at}/pointer`, 'must lead to the field whose schema has "format": "photo"');
  readLengths(box, at, BOX);
}

const ROW_EXTRAS = ["width", "mask", "words", "codes", "flow", "columns"];

function readRow(value: JsonValue, at: string, fields: Fields): void {
  const row = must.object(value, at, ["label", "pointer", "maxLines"], ROW_EXTRAS);
  readLabel(row.label, `${at}/label`);
  const isTable = Object.hasOwn(row, "columns");
  if (row.pointer !== "validity" && !(isTable && row.pointer === "/certificateHolder"))
    readPointer(row.pointer, `${at}/pointer`, fields);
  must.integer(row.maxLines, `${at}/maxLines`, 1, 20);
  if (Object.hasOwn(row, "width")) must.oneOf(row.width, `${at}/width`, ["half", "full"]);
  if (Object.hasOwn(row, "flow")) must.boolean(row.flow, `${at}/flow`);
  // A column has the room of the whole line, and a value that continues elsewhere begins with all of it.
  if (row.width === "half" && (isTable || row.flow === true)) throw must.fail(`${at}/width`, "must be full here");
  if (isTable) {
    if (row.pointer === "validity") throw must.fail(`${at}/pointer`, "must lead to a list");
    for (const name of ["mask", "words", "codes", "flow"])
      if (Object.hasOwn(row, name)) throw must.fail(`${at}/${name}`, "must stand in the columns of a table");
    for (const [i, column] of must.array(row.columns, `${at}/columns`, 1, 8).entries())
      readColumn(column, `${at}/columns/${i}`);
  }
  readFormat(row, at);
}

function readColumn(value: JsonValue, at: string): void {
  const column = must.object(value, at, ["label", "width"], ["member", "mask", "words", "codes"]);
  readLabel(column.label, `${at}/label`);
  must.integer(column.width, `${at}/width`, 1, 100);
  if (Object.hasOwn(column, "member"))
    must.matching(column.member, `${at}/member`, /^[A-Za-z][A-Za-z0-9_]{0,63}$/, "the name of a member");
  readFormat(column, at);
}

function readFormat(format: JsonObject, at: string): void {
  if (Object.hasOwn(format, "mask")) {
    const mask = must.object(format.mask, `${at}/mask`, ["from", "to"], ["holderType"]);
    const from = must.integer(mask.from, `${at}/mask/from`, 0, 200);
    must.integer(mask.to, `${at}/mask/to`, from + 1, 200);
    if (Object.hasOwn(mask, "holderType"))
      must.matching(mask.holderType, `${at}/mask/holderType`, /^[0-9]{3}$/, "three digits of Annex A");
  }
  if (Object.hasOwn(format, "words")) {
    const words = must.object(format.words, `${at}/words`, [], ["true", "false", "null"]);
    readOptionalLabels(words, `${at}/words`, ["true", "false", "null"]);
  }
  if (Object.hasOwn(format, "codes")) {
    const codes = must.object(format.codes, `${at}/codes`, [], "any");
    const names = Object.keys(codes);
    if (names.length > 100) throw must.fail(`${at}/codes`, "must not be more than 100");
    for (const name of names) {
      if (!/^[0-9A-Za-z_.-]{1,32}$/.test(name))
        throw must.fail(`${at}/codes`, "must be named by letters, digits, _, . and -");
      readLabel(codes[name], `${at}/codes/${name}`);
    }
  }
}

const SQUARE = ["x", "y", "size"];
const BOX = ["x", "y", "width", "height"];

/** Millimetres on the longest side of a page, A3; sides are more than 0. */
function readLengths(value: JsonValue | undefined, at: string, names: readonly string[]): void {
  const lengths = must.object(value, at, names);
  for (const name of names) {
    const length = lengths[name];
    if (typeof length !== "number" || length < 0 || length > LONGEST)
      throw must.fail(`${at}/${name}`, `must be millimetres from 0 to ${LONGEST}`);
    if (length === 0 && name !== "x" && name !== "y") throw must.fail(`${at}/${name}`, "must be more than 0");
  }
}

const LONGEST = 420;

function requireDistinct(items: readonly unknown[], at: string): void {
  if (new Set(items).size !== items.length) throw must.fail(at, "must not repeat an item");
}
