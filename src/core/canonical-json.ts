// SPDX-License-Identifier: Apache-2.0
import { utf8 } from "./bytes.js";
import { TallyError } from "./errors.js";
import { isWellFormed } from "./strict-json.js";

/** Deeper values are refused rather than overflowing the stack; `parseJson` allows less. */
const MAX_DEPTH = 256;

/**
 * Canonical JSON (RFC 8785, JCS): members sorted by UTF-16 code units, no white space, ECMAScript numbers.
 * Takes plain data only: members that are `undefined` are left out as JSON.stringify does; anything that JSON cannot say
 * (non-finite numbers, lone surrogates, functions, bigints, `undefined` in arrays, cycles) throws `json.*`.
 */
export function canonicalize(value: unknown): string {
  return inOrder(value, 0) ? writtenByPlatform(value) : write(value, 0);
}

/** UTF-8 of `canonicalize`: what is hashed and signed. */
export function canonicalBytes(value: unknown): Uint8Array {
  return utf8(canonicalize(value));
}

/**
 * Whether the value is plain data with all members in order already, as after parsing canonical JSON. Then JSON.stringify writes the
 * canonical form, several times faster.
 */
function inOrder(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value);
    case "object":
      if (value === null) return true;
      if (depth >= MAX_DEPTH || "toJSON" in value) return false;
      return Array.isArray(value) ? itemsInOrder(value, depth + 1) : membersInOrder(value, depth + 1);
    default:
      return false;
  }
}

function itemsInOrder(items: readonly unknown[], depth: number): boolean {
  for (let i = 0; i < items.length; i++) if (!inOrder(items[i], depth)) return false;
  return true;
}

function membersInOrder(members: object, depth: number): boolean {
  let before: string | null = null;
  for (const name in members) {
    if (before !== null && name <= before) return false;
    if (!inOrder((members as Record<string, unknown>)[name], depth)) return false;
    before = name;
  }
  return true;
}

/** JSON.stringify escapes a lone surrogate instead of refusing it; the careful writer decides what such an escape is. */
function writtenByPlatform(value: unknown): string {
  const text = JSON.stringify(value);
  return text.includes("\\ud") ? write(value, 0) : text;
}

function write(value: unknown, depth: number): string {
  switch (typeof value) {
    case "string":
      return writeString(value);
    case "number":
      if (!Number.isFinite(value)) throw new TallyError("json.number-unsafe", `${value} cannot be written as JSON`);
      return String(value);
    case "boolean":
      return value ? "true" : "false";
    case "object":
      if (value === null) return "null";
      if (depth >= MAX_DEPTH) throw new TallyError("json.too-deep", `value is nested deeper than ${MAX_DEPTH} levels`);
      return Array.isArray(value)
        ? writeArray(value, depth + 1)
        : writeObject(value as Record<string, unknown>, depth + 1);
    default:
      throw new TallyError("json.malformed", `a ${typeof value} cannot be written as JSON`);
  }
}

function writeArray(items: readonly unknown[], depth: number): string {
  let text = "[";
  for (let i = 0; i < items.length; i++) text += (i === 0 ? "" : ",") + write(items[i], depth);
  return `${text}]`;
}

function writeObject(members: Record<string, unknown>, depth: number): string {
  let text = "{";
  // The default order of sort() is by UTF-16 code units, as RFC 8785 section 3.2.3 asks.
  for (const name of Object.keys(members).sort()) {
    const value = members[name];
    if (value === undefined) continue;
    text += `${text.length === 1 ? "" : ","}${writeString(name)}:${write(value, depth)}`;
  }
  return `${text}}`;
}

/** JSON.stringify escapes just as RFC 8785 section 3.2.2.2 asks, except that it would also escape lone surrogates. */
function writeString(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  if (!isWellFormed(text)) throw new TallyError("json.lone-surrogate", "a string contains half of a surrogate pair");
  return JSON.stringify(text);
}

const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\ud7ff\ue000-\uffff]*$/;
