// SPDX-License-Identifier: Apache-2.0

/**
 * A one-time link with which the holder picks a certificate up (送达). Neither its secret nor its code is kept: both are derived from
 * a key of the deployment when they are told, and recognised by their digests.
 */
export interface NewPickUpLink {
  /** 22 characters of base64url: 48 bits of time, so that a store appends, and 80 random bits. Public: it stands in paths. */
  readonly id: string;
  /** Identifier of the certificate. */
  readonly certificate: string;
  /** USCC of the agency that issued it. */
  readonly agency: string;
  /** Name of the key that secret and code are derived from. */
  readonly keyId: string;
  /** SHA-256, 32 bytes; see link-secrets.ts. */
  readonly secretHash: Uint8Array;
  readonly codeHash: Uint8Array;
  /** Milliseconds since 1970, like every time here. */
  readonly madeAt: number;
  readonly expiresAt: number;
}

/** The browser that opened the link, until `expiresAt`. */
export interface PickUpSession {
  /** SHA-256 of the session's secret. */
  readonly hash: Uint8Array;
  readonly expiresAt: number;
}

export interface PickUpLink extends NewPickUpLink {
  /** 1 for the link that was made with the certificate. */
  readonly ordinal: number;
  readonly wrongCodes: number;
  readonly lockedAt: number | null;
  readonly openedAt: number | null;
  readonly revokedAt: number | null;
  /** A newer link of the certificate took its place. */
  readonly supersededAt: number | null;
  readonly session: PickUpSession | null;
}

/** `open`: it can still be used, once. */
export const LINK_STATES = ["open", "opened", "revoked", "superseded", "locked", "expired"] as const;
export type LinkState = (typeof LINK_STATES)[number];

/** What the agency did comes first, then what the holder did, then the clock. */
export function stateOf(link: PickUpLink, now: number): LinkState {
  if (link.revokedAt !== null) return "revoked";
  if (link.openedAt !== null) return "opened";
  if (link.supersededAt !== null) return "superseded";
  if (link.lockedAt !== null) return "locked";
  return link.expiresAt <= now ? "expired" : "open";
}

/** Whether the browser that opened the link may still look: a link that was taken back takes its session with it. */
export function sessionOf(link: PickUpLink, now: number): PickUpSession | null {
  const { session, revokedAt, supersededAt } = link;
  if (session === null || revokedAt !== null || supersededAt !== null) return null;
  return session.expiresAt > now ? session : null;
}
