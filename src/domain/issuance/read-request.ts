// SPDX-License-Identifier: Apache-2.0
import { MAX_FACE_VALUES } from "../../core/certificate-reader.js";
import { isTypeCode } from "../../core/identifiers/certificate-identifier.js";
import { countValues, type JsonObject } from "../../core/json.js";
import { unsafeTextProblem } from "../../core/text.js";
import { escapePointer, type FieldProblem } from "../catalogue/index.js";
import type { IssueRequest, SuccessorRequest } from "./issue-request.js";
import { refuse } from "./problems.js";

/** What is wrong with the JSON type or the form of one member, or null. Content is judged against the type later. */
type MemberRule = (value: unknown, field: string) => readonly FieldProblem[];

const one = (field: string, message: string): readonly FieldProblem[] => [{ field, message }];
const none: readonly FieldProblem[] = [];

const text =
  (maxLength: number): MemberRule =>
  (value, field) =>
    typeof value !== "string"
      ? one(field, "must be text")
      : value === ""
        ? one(field, "must not be empty")
        : value.length > maxLength
          ? one(field, `is longer than ${maxLength} characters`)
          : none;

const date: MemberRule = (value, field) => (typeof value === "string" ? none : one(field, "must be a date YYYY-MM-DD"));

const REQUEST = {
  typeCode: (value, field) =>
    isTypeCode(value) ? none : one(field, "must be a USCC with valid check characters and three digits"),
  typeVersion: (value, field) =>
    Number.isSafeInteger(value) && (value as number) > 0 ? none : one(field, "must be a whole number from 1"),
  certificateNumber: text(128),
  holders: (value, field) =>
    Array.isArray(value) && value.length > 0
      ? value.flatMap((holder, i) => readMembers(holder, `${field}/${i}`, HOLDER, HOLDER_REQUIRED))
      : one(field, "must be an array with at least one holder"),
  issueDate: date,
  validFrom: date,
  validUntil: (value, field) => (value === null ? none : date(value, field)),
  areaCode: (value, field) =>
    typeof value === "string" && /^\d{6}$/.test(value) ? none : one(field, "must be six digits (GB/T 2260)"),
  face: (value, field) => {
    if (!isObject(value)) return one(field, "must be an object with the fields of the type");
    if (countValues(value as JsonObject) <= MAX_FACE_VALUES) return none;
    return one(field, `has more than the ${MAX_FACE_VALUES} values that a certificate may have: shorten its lists`);
  },
  identifier: text(200),
} satisfies Record<keyof IssueRequest, MemberRule>;

const HOLDER: Readonly<Record<string, MemberRule>> = {
  certificateHolder: text(256),
  certificateHolderCode: text(64),
  certificateHolderType: text(3),
};
const HOLDER_REQUIRED = Object.keys(HOLDER);
const REQUEST_REQUIRED: readonly (keyof IssueRequest)[] = ["typeCode", "certificateNumber", "holders", "face"];

const { typeCode: _typeCode, identifier: _identifier, ...CONTENT } = REQUEST;

const paper =
  (maxLength: number): MemberRule =>
  (value, field) => {
    if (typeof value !== "string" || value === "") return one(field, "must be text, not empty");
    const message = unsafeTextProblem(value, { maxLength });
    return message === null ? none : one(field, message);
  };

const SUCCESSOR = {
  ...CONTENT,
  legalBasis: paper(500),
  documentNumber: paper(100),
} satisfies Record<keyof SuccessorRequest, MemberRule>;

/** Throws `request.invalid` with every unknown, missing or ill-formed member. */
export function readIssueRequest(input: unknown): IssueRequest {
  refuse("request.invalid", "the request", readMembers(input, "", REQUEST, REQUEST_REQUIRED));
  return input as IssueRequest;
}

/** The same for a renewal or a correction, where every member is optional and type and identifier are fixed. */
export function readSuccessorRequest(input: unknown): SuccessorRequest {
  refuse("request.invalid", "the request", readMembers(input, "", SUCCESSOR, []));
  return input as SuccessorRequest;
}

function readMembers(
  value: unknown,
  at: string,
  rules: Readonly<Record<string, MemberRule>>,
  required: readonly string[],
): readonly FieldProblem[] {
  if (!isObject(value)) return one(at, "must be an object");
  const problems: FieldProblem[] = [];
  for (const name of required)
    if (!Object.hasOwn(value, name) || value[name] === undefined)
      problems.push({ field: `${at}/${name}`, message: "is required" });
  for (const name of Object.keys(value)) {
    const field = `${at}/${escapePointer(name)}`;
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule === undefined) problems.push({ field, message: "is not a member of this request" });
    else if (value[name] !== undefined) problems.push(...rule(value[name], field));
  }
  return problems;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
