// SPDX-License-Identifier: Apache-2.0
import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { toBase64Url } from "../../core/base64.js";
import type { PickUpKey } from "./pick-up-keys.js";
import type { NewPickUpLink } from "./pick-up-link.js";

export const LINK_ID = /^[A-Za-z0-9_-]{22}$/;
export const LINK_SECRET = /^[A-Za-z0-9_-]{22}$/;
export const LINK_CODE = /^[0-9]{6}$/;
const SESSION_SECRET = /^[0-9a-f]{64}$/;

export function newLinkId(now: number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now, 0, 6);
  return toBase64Url(bytes);
}

/** What the holder is told: the secret in the link, the code by another way. */
export interface LinkSecrets {
  /** 128 bits. */
  readonly secret: string;
  /** Six digits. */
  readonly code: string;
}

/**
 * Secret and code of a link, the same every time: HMAC-SHA-256 of the key over purpose and link id. So an answer can be repeated
 * and a result file made again although neither is stored.
 */
export function secretsOf(key: PickUpKey, id: string): LinkSecrets {
  const secret = toBase64Url(derive(key, "secret", id).subarray(0, 16));
  // 64 bits on 10^6 values: the bias is below 10^-13.
  const code = derive(key, "code", id).readBigUInt64BE(0) % 1_000_000n;
  return { secret, code: String(code).padStart(6, "0") };
}

function derive({ secret }: PickUpKey, purpose: string, id: string): Buffer {
  return createHmac("sha256", secret).update(`tigertally pick-up ${purpose} 1\0${id}`).digest();
}

/**
 * What is kept. 128 bits cannot be guessed, so one SHA-256 keeps the secret; six digits can, so the code is hashed together with
 * the secret: who has the store alone can try neither.
 */
export function hashesOf(id: string, { secret, code }: LinkSecrets): Pick<NewPickUpLink, "secretHash" | "codeHash"> {
  return { secretHash: sha256(`secret\0${id}\0${secret}`), codeHash: sha256(`code\0${id}\0${secret}\0${code}`) };
}

/** In constant time. Without a link it takes as long and says no. */
export function secretMatches<Link extends NewPickUpLink>(link: Link | null, id: string, secret: string): link is Link {
  const { secretHash } = hashesOf(id, { secret, code: "" });
  const equal = timingSafeEqual(secretHash, link?.secretHash ?? NOTHING);
  return equal && link !== null;
}

const NOTHING = new Uint8Array(32);

/** In constant time. */
export function codeMatches({ id, codeHash }: NewPickUpLink, given: LinkSecrets): boolean {
  return timingSafeEqual(hashesOf(id, given).codeHash, codeHash);
}

/** A session's secret and what is kept of it. */
export function newSessionSecret(): { readonly secret: string; readonly hash: Uint8Array } {
  const secret = randomBytes(32).toString("hex");
  return { secret, hash: sessionHash(secret) };
}

export function sessionMatches(hash: Uint8Array, secret: string): boolean {
  return SESSION_SECRET.test(secret) && timingSafeEqual(sessionHash(secret), hash);
}

export function sessionHash(secret: string): Uint8Array {
  return sha256(`session\0${secret}`);
}

function sha256(text: string): Uint8Array {
  return new Uint8Array(createHash("sha256").update(text).digest());
}
