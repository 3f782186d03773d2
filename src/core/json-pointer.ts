// SPDX-License-Identifier: Apache-2.0

import { BoundedCache } from "./bounded-cache.js";

/** Reference tokens of a JSON pointer (RFC 6901), or null when the text is none. */
export function pointerTokens(pointer: string): readonly string[] | null {
  if (pointer !== "" && !pointer.startsWith("/")) return null;
  if (/~(?![01])/.test(pointer)) return null;
  return pointer
    .split("/")
    .slice(1)
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** Type definitions use the same few pointers for every certificate. */
const known = new BoundedCache<string, readonly string[]>(1024);
/** Longer ones are split each time, so that strangers cannot fill the memory with them. */
const MAX_KEPT_LENGTH = 200;
const NO_POINTER: readonly string[] = [];

/** The value a pointer leads to, own members and array items only; undefined where there is none. */
// biome-ignore lint/suspicious/noExplicitAny: what a pointer leads to is only known to who wrote the pointer.
export function resolvePointer(value: unknown, pointer: string): any {
  const tokens = known.get(pointer) ?? keep(pointer, pointerTokens(pointer) ?? NO_POINTER);
  if (tokens === NO_POINTER) return undefined;
  let current = value;
  for (const token of tokens) {
    if (typeof current !== "object" || current === null) return undefined;
    if (Array.isArray(current)) {
      if (!/^(?:0|[1-9][0-9]{0,9})$/.test(token)) return undefined;
      current = current[Number(token)];
    } else {
      if (!Object.hasOwn(current, token)) return undefined;
      current = (current as Record<string, unknown>)[token];
    }
  }
  return current;
}

function keep(pointer: string, tokens: readonly string[]): readonly string[] {
  return pointer.length > MAX_KEPT_LENGTH ? tokens : known.set(pointer, tokens);
}
