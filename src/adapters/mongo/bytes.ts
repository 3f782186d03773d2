// SPDX-License-Identifier: Apache-2.0
import { Binary } from "mongodb";
import type { Bytes } from "./documents.js";

/** A plain Uint8Array of its own: what the driver gives back is a view of a whole message. */
export function bytesOf(value: Bytes): Uint8Array {
  return Uint8Array.from(value instanceof Binary ? value.value() : value);
}
