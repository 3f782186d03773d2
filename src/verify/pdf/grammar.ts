// SPDX-License-Identifier: Apache-2.0
import { isDictionary, PdfName, type PdfObject, PdfReference, PdfStream, PdfString, refuse } from "./values.js";

/** Says what a value may be, and refuses it otherwise. */
export type Rule = (value: PdfObject, at: Place) => void;

export interface Place {
  readonly walk: Walk;
  /** Where in the file we are, for messages: `page.Resources.Font`. */
  readonly path: string;
  readonly depth: number;
}

/** Objects nest through references as well (forms in forms); ours go a dozen levels deep. */
const MAX_DEPTH = 32;

/** Visits what is reachable; each object has one role, so the walk is linear and cycles end. */
export class Walk {
  private readonly roles = new Map<number, Rule>();

  constructor(private readonly objects: ReadonlyMap<number, PdfObject>) {}

  enter(number: number, role: Rule, { path, depth }: Place): void {
    const known = this.roles.get(number);
    if (known === role) return;
    // One object in two roles is how a file shows one reader a picture and another an attachment.
    if (known) refuse(`${path}: object ${number} is used in two roles`);
    if (depth > MAX_DEPTH) refuse(`${path}: nested too deeply`);
    const object = this.objects.get(number);
    if (object === undefined) refuse(`${path}: object ${number} does not exist`);
    this.roles.set(number, role);
    role(object, { walk: this, path, depth: depth + 1 });
  }

  /** Refuses objects that nothing refers to: they are not shown, so they can only serve another reader. */
  finish(): void {
    for (const number of this.objects.keys())
      if (!this.roles.has(number)) refuse(`object ${number} is hidden: nothing refers to it`);
  }
}

export const number: Rule = (value, at) => {
  if (typeof value !== "number") refuse(`${at.path} is no number`);
};

export const integer: Rule = (value, at) => {
  if (!Number.isInteger(value)) refuse(`${at.path} is no integer`);
};

export function exactly(wanted: number): Rule {
  return (value, at) => {
    if (value !== wanted) refuse(`${at.path} is not ${wanted}`);
  };
}

export const boolean: Rule = (value, at) => {
  if (typeof value !== "boolean") refuse(`${at.path} is not true or false`);
};

export const text: Rule = (value, at) => {
  if (!(value instanceof PdfString)) refuse(`${at.path} is no string`);
};

/** Any name, or one of those listed. */
export function name(...allowed: readonly string[]): Rule {
  return (value, at) => {
    if (!(value instanceof PdfName) || (allowed.length > 0 && !allowed.includes(value.name)))
      refuse(`${at.path} is not ${allowed.map((n) => `/${n}`).join(" or ") || "a name"}`);
  };
}

/** Numbers, and arrays of numbers inside: glyph widths. */
export const numbers: Rule = (value, at) => {
  if (!Array.isArray(value)) refuse(`${at.path} is no array`);
  for (const element of value as readonly PdfObject[])
    if (typeof element !== "number") numbers(element, deeper(at, "[]"));
};

export function arrayOf(rule: Rule, { min = 0, max = 1_000 }: { min?: number; max?: number } = {}): Rule {
  return (value, at) => {
    if (!Array.isArray(value)) refuse(`${at.path} is no array`);
    const elements = value as readonly PdfObject[];
    if (elements.length < min || elements.length > max) refuse(`${at.path} has ${elements.length} elements`);
    for (const element of elements) rule(element, deeper(at, "[]"));
  };
}

/** A dictionary with these keys and no others; those after `required` must be there. */
export function dictionary(keys: Readonly<Record<string, Rule>>, required: readonly string[] = []): Rule {
  const rules = new Map(Object.entries(keys));
  return (value, at) => {
    if (!isDictionary(value)) return refuse(`${at.path} is no dictionary`);
    for (const key of required) if (!value.has(key)) refuse(`${at.path} lacks /${key}`);
    for (const [key, entry] of value) {
      const rule = rules.get(key) ?? refuse(`${at.path} has the key /${key}`);
      rule(entry, deeper(at, key));
    }
  };
}

/** A dictionary with any keys, all of one kind: fonts and pictures by their local names. */
export function named(rule: Rule): Rule {
  return (value, at) => {
    if (!isDictionary(value)) return refuse(`${at.path} is no dictionary`);
    for (const [key, entry] of value) rule(entry, deeper(at, key));
  };
}

export function stream(keys: Readonly<Record<string, Rule>>, required: readonly string[] = []): Rule {
  const rule = dictionary({ Length: integer, Filter: name("FlateDecode"), ...keys }, required);
  return (value, at) => (value instanceof PdfStream ? rule(value.dictionary, at) : refuse(`${at.path} is no stream`));
}

/** A reference to an object in this role; a function, because pages and their parent refer to each other. */
export function reference(role: () => Rule): Rule {
  return (value, at) => {
    if (!(value instanceof PdfReference)) return refuse(`${at.path} is no reference`);
    at.walk.enter(value.object, role(), at);
  };
}

/** Written in place or as an object of its own. */
export function inPlaceOr(rule: Rule): Rule {
  const asReference = reference(() => rule);
  return (value, at) => (value instanceof PdfReference ? asReference(value, at) : rule(value, at));
}

/** The first rule where `when` holds for the value, else the second. */
export function either(when: (value: PdfObject) => boolean, first: Rule, second: Rule): Rule {
  return (value, at) => (when(value) ? first(value, at) : second(value, at));
}

function deeper(at: Place, step: string): Place {
  return { ...at, path: `${at.path}.${step}` };
}
