// SPDX-License-Identifier: Apache-2.0
import { Binary } from "mongodb";
import type { Bytes } from "./documents.js";

/** A plain Uint8Array of its own: what the driver gives back is a view of a whole message. */
export function bytesOf(value: Bytes): Uint8Array {
  return Uint8Array.from(value instanceof Binary ? value.value() : value);
}

/** 8 MiB: a document may have 16. */
const PART = 8 * 2 ** 20;

/** What one document cannot hold, in parts; their ids follow from the name and the length alone. */
export function partsOf(name: number, bytes: Uint8Array): { readonly _id: string; readonly leaves: Uint8Array }[] {
  return partIds(name, bytes.length).map((_id, n) => {
    return { _id, leaves: bytes.subarray(n * PART, (n + 1) * PART) };
  });
}

export function partIds(name: number, length: number): string[] {
  return Array.from({ length: Math.max(1, Math.ceil(length / PART)) }, (_, n) => `${name}/${n}`);
}

/** The parts put together again; null when one is missing. */
export function joined(
  ids: readonly string[],
  parts: readonly { readonly _id: string; readonly leaves: Bytes }[],
): Uint8Array | null {
  const byId = new Map(parts.map(({ _id, leaves }) => [_id, leaves]));
  const found: Uint8Array[] = [];
  for (const id of ids) {
    const part = byId.get(id);
    if (part === undefined) return null;
    found.push(bytesOf(part));
  }
  const [only] = found;
  return found.length === 1 && only !== undefined ? only : Uint8Array.from(Buffer.concat(found));
}
