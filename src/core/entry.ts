// SPDX-License-Identifier: Apache-2.0
import { utf8 } from "./bytes.js";
import type { Crypto } from "./crypto.js";
import { TallyError } from "./errors.js";

/** First byte of a batch entry: what the rest commits to. */
export const ENTRY_KIND = { licence: 1, seal: 2, auditHead: 3, copy: 4 } as const;

const DIGEST_LENGTH = 32;

/** `0x01 ‖ certificateDigest ‖ tokenDigest`: either half of a licence leads to the same leaf, a swapped half to none. */
export function licenceEntry(certificateDigest: Uint8Array, tokenDigest: Uint8Array): Uint8Array {
  return entryOf(ENTRY_KIND.licence, { certificateDigest, tokenDigest });
}

/** `0x02 ‖ certificateDigest ‖ SHA-256(CMS)`: that this seal of this licence was there when the batch was anchored. */
export function sealEntry(certificateDigest: Uint8Array, cmsDigest: Uint8Array): Uint8Array {
  return entryOf(ENTRY_KIND.seal, { certificateDigest, cmsDigest });
}

/** `0x04 ‖ certificateDigest ‖ SHA-256(copy token)`: a reader's copy of this licence; its token says by digest which statement. */
export function copyEntry(certificateDigest: Uint8Array, copyTokenDigest: Uint8Array): Uint8Array {
  return entryOf(ENTRY_KIND.copy, { certificateDigest, copyTokenDigest });
}

function entryOf(kind: number, halves: { readonly [field: string]: Uint8Array }): Uint8Array {
  const entry = new Uint8Array(1 + 2 * DIGEST_LENGTH);
  entry[0] = kind;
  let at = 1;
  for (const [field, digest] of Object.entries(halves)) {
    requireDigest(field, digest);
    entry.set(digest, at);
    at += DIGEST_LENGTH;
  }
  return entry;
}

const EVENT_TAG = utf8("tigertally audit event 2\0");

/**
 * The hash that an event of the audit log gets (docs/formats/entry.md): over that of the event before and the SHA-256 of what the event says.
 * So a part of the log shows where it stands in the whole with 32 bytes for each event that it leaves out.
 */
export function nextEventHash(
  crypto: Pick<Crypto, "sha256">,
  previous: Uint8Array,
  eventDigest: Uint8Array,
): Uint8Array {
  requireDigest("previous", previous);
  requireDigest("eventDigest", eventDigest);
  return crypto.sha256(EVENT_TAG, previous, eventDigest);
}

const HEAD_TAG = utf8("tigertally audit head 1\0");

/**
 * The tree head digest of docs/formats/entry.md, of the audit log of `region` up to event `sequence`, whose hash is over all events
 * before it: a head of another region, length or content has another one.
 */
export function auditHeadDigest(
  crypto: Crypto,
  { region, sequence, hash }: { readonly region: string; readonly sequence: number; readonly hash: Uint8Array },
): Uint8Array {
  requireDigest("hash", hash);
  if (!/^[0-9]{6}$/.test(region))
    throw new TallyError("format.malformed", `region is ${JSON.stringify(region)} instead of six digits`, {
      field: "region",
    });
  if (!Number.isSafeInteger(sequence) || sequence < 1)
    throw new TallyError("format.malformed", `sequence is ${sequence} instead of a whole number from 1`, {
      field: "sequence",
    });
  const count = new Uint8Array(8);
  new DataView(count.buffer).setBigUint64(0, BigInt(sequence));
  return crypto.sha256(HEAD_TAG, utf8(region), count, hash);
}

/** `0x03 ‖ tree head digest`: the only entry of its batch. */
export function auditHeadEntry(headDigest: Uint8Array): Uint8Array {
  requireDigest("headDigest", headDigest);
  return Uint8Array.of(ENTRY_KIND.auditHead, ...headDigest);
}

function requireDigest(field: string, digest: Uint8Array): void {
  if (digest.length !== DIGEST_LENGTH)
    throw new TallyError("format.malformed", `${field} has ${digest.length} bytes instead of ${DIGEST_LENGTH}`, {
      field,
    });
}
