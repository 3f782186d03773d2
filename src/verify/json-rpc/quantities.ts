// SPDX-License-Identifier: Apache-2.0
import { fromHex } from "../../core/hex.js";
import type { BlockName } from "../registry-node.js";
import { garbage } from "./endpoint.js";

/** A JSON-RPC quantity (0x and hex digits) that a double holds exactly. */
export function readQuantity(value: unknown, what: string): number {
  const number = typeof value === "string" && /^0x[0-9a-fA-F]{1,14}$/.test(value) ? Number(value) : Number.NaN;
  if (Number.isSafeInteger(number)) return number;
  throw garbage(`${what} is not a number`);
}

/** JSON-RPC bytes. */
export function readBytes(value: unknown, what: string): Uint8Array {
  if (typeof value === "string" && /^0x(?:[0-9a-fA-F]{2})*$/.test(value)) return fromHex(value.slice(2).toLowerCase());
  throw garbage(`${what} is not bytes`);
}

/** Number, hash and time of a block; null for a block that the node does not have. */
export function readBlock(value: unknown): BlockName | null {
  if (value === null) return null;
  if (typeof value !== "object") throw garbage("a block is not an object");
  const { number, hash, timestamp } = value as Record<string, unknown>;
  if (typeof hash !== "string" || !/^0x[0-9a-fA-F]{64}$/.test(hash)) throw garbage("the hash of a block is not a hash");
  return {
    number: readQuantity(number, "the number of a block"),
    hash: hash.toLowerCase(),
    time: readQuantity(timestamp, "the time of a block"),
  };
}

export function toQuantity(value: number): string {
  return `0x${value.toString(16)}`;
}
