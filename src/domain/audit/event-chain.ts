// SPDX-License-Identifier: Apache-2.0
import { hash } from "node:crypto";
import { concatBytes, utf8 } from "../../core/bytes.js";
import { canonicalize } from "../../core/canonical-json.js";
import { nextEventHash } from "../../core/entry.js";
import { toHex } from "../../core/hex.js";
import type { RecordedEvent } from "./audit-event.js";

/** What stands in place of the hash before the first event. */
export const CHAIN_START = new Uint8Array(32);

/** All that an event says, its sequence included, as canonical JSON with its digests in hex. */
export function eventText(event: RecordedEvent): string {
  const { action, actor, digestBefore, digestAfter, ...rest } = event;
  const { id, kind, role, ...others } = actor;
  const members: Record<string, unknown> = { action, actor: { id, kind, role, ...others } };
  // In the order of canonical JSON, which is written several times faster so; what is undefined is not said.
  if (rest.detail !== undefined) members.detail = rest.detail;
  if (digestAfter !== undefined) members.digestAfter = toHex(digestAfter);
  if (digestBefore !== undefined) members.digestBefore = toHex(digestBefore);
  for (const name of Object.keys(rest).sort()) {
    const value = rest[name as keyof typeof rest];
    if (value !== undefined) members[name] = value;
  }
  return canonicalize(members);
}

/** SHA-256 of what the event says. */
export function eventDigest(event: RecordedEvent): Uint8Array {
  return sha256(utf8(eventText(event)));
}

/**
 * The hash that a store keeps with an event: over the hash of the event before it and the digest of everything that the event says, its
 * sequence included. So an event that was changed, removed or put in between shows, unless every hash after it
 * was made anew; and that shows where a later hash is the anchored head (docs/formats/entry.md).
 */
export function eventHash(previous: Uint8Array, event: RecordedEvent): Uint8Array {
  return nextEventHash({ sha256 }, previous, eventDigest(event));
}

function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(hash("sha256", concatBytes(...parts), "buffer"));
}
