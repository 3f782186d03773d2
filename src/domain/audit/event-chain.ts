// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { canonicalize } from "../../core/canonical-json.js";
import { toHex } from "../../core/hex.js";
import type { RecordedEvent } from "./audit-event.js";

/** What stands in place of the hash before the first event. */
export const CHAIN_START = new Uint8Array(32);

/**
 * The hash that a store keeps with an event: SHA-256 over the hash of the event before it and everything that the event says, its
 * sequence included. So an event that was changed, removed or put in between shows, unless every hash after it was made anew.
 */
export function eventHash(previous: Uint8Array, event: RecordedEvent): Uint8Array {
  const { digestBefore, digestAfter, ...rest } = event;
  const said = canonicalize({
    ...rest,
    ...(digestBefore === undefined ? {} : { digestBefore: toHex(digestBefore) }),
    ...(digestAfter === undefined ? {} : { digestAfter: toHex(digestAfter) }),
  });
  const digest = createHash("sha256").update("tigertally audit event 1\0").update(previous).update(said).digest();
  return new Uint8Array(digest);
}
