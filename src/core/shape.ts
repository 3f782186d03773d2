// SPDX-License-Identifier: Apache-2.0
import { type ErrorCode, TallyError } from "./errors.js";
import type { JsonObject, JsonValue } from "./json.js";
import { type TextRules, unsafeTextProblem } from "./text.js";

/** Strict structural checks over parsed JSON. Each throws the shape's code with the JSON pointer `at` as field. */
export interface Shape {
  /** An object with all of `required`, any of `optional`, and nothing else; with `"any"`, whatever else it has. */
  object(
    value: JsonValue | undefined,
    at: string,
    required: readonly string[],
    optional?: readonly string[] | "any",
  ): JsonObject;
  array(value: JsonValue | undefined, at: string, min: number, max: number): readonly JsonValue[];
  /** An array of just these texts. */
  tuple(value: JsonValue | undefined, at: string, wanted: readonly string[]): void;
  /** Text that may be signed and printed, 1 to `maxLength` (default 200) UTF-16 code units. */
  text(value: JsonValue | undefined, at: string, rules?: TextRules): string;
  /** Text of a format; `what` completes "must be …". */
  matching(value: JsonValue | undefined, at: string, pattern: RegExp, what: string): string;
  integer(value: JsonValue | undefined, at: string, min: number, max: number): number;
  boolean(value: JsonValue | undefined, at: string): boolean;
  oneOf<T extends string | number>(value: JsonValue | undefined, at: string, allowed: readonly T[]): T;
  fail(at: string, problem: string): TallyError;
}

export function shape(code: ErrorCode): Shape {
  const fail = (at: string, problem: string) =>
    new TallyError(code, `${at === "" ? "the value" : at} ${problem}`, { field: at });
  return {
    fail,
    object(value, at, required, optional = []) {
      if (typeof value !== "object" || value === null || Array.isArray(value)) throw fail(at, "must be an object");
      const members = value as JsonObject;
      for (const name of required) if (!Object.hasOwn(members, name)) throw fail(`${at}/${name}`, "is missing");
      if (optional === "any") return members;
      for (const name in members)
        if (!required.includes(name) && !optional.includes(name))
          throw fail(`${at}/${pointerToken(name)}`, "is not a member of this format");
      return members;
    },
    array(value, at, min, max) {
      if (!Array.isArray(value)) throw fail(at, "must be an array");
      if (value.length < min || value.length > max)
        throw fail(at, `must have ${min} to ${max} items, not ${value.length}`);
      return value;
    },
    tuple(value, at, wanted) {
      const items = this.array(value, at, wanted.length, wanted.length);
      wanted.forEach((want, i) => {
        if (items[i] !== want) throw fail(`${at}/${i}`, `must be ${want}`);
      });
    },
    text(value, at, rules = {}) {
      if (typeof value !== "string" || value === "") throw fail(at, "must be text that is not empty");
      const problem = unsafeTextProblem(value, { maxLength: 200, ...rules });
      if (problem !== null) throw fail(at, problem);
      return value;
    },
    matching(value, at, pattern, what) {
      if (typeof value !== "string" || !pattern.test(value)) throw fail(at, `must be ${what}`);
      return value;
    },
    integer(value, at, min, max) {
      if (typeof value !== "number" || !Number.isInteger(value) || value < min || value > max)
        throw fail(at, `must be an integer from ${min} to ${max}`);
      return value;
    },
    boolean(value, at) {
      if (typeof value !== "boolean") throw fail(at, "must be true or false");
      return value;
    },
    oneOf(value, at, allowed) {
      for (const candidate of allowed) if (value === candidate) return candidate;
      throw fail(at, `must be ${allowed.map((each) => JSON.stringify(each)).join(" or ")}`);
    },
  };
}

/** A member name as reference token of a JSON pointer (RFC 6901 section 3), cut for messages. */
export function pointerToken(name: string): string {
  return name.slice(0, 60).replaceAll("~", "~0").replaceAll("/", "~1");
}
