// SPDX-License-Identifier: Apache-2.0
import { Point } from "@noble/ed25519";
import { TallyError } from "./errors.js";

/**
 * The curve point of a public key. Throws `key.refused` for a key that is not 32 bytes, non-canonical, not on the curve, of
 * small order or not torsion-free: with those, libraries disagree about which signatures are valid.
 */
export function loadPublicKey(publicKey: Uint8Array): Point {
  if (publicKey.length !== 32) throw refused(`has ${publicKey.length} bytes instead of 32`);
  const point = decodePoint(publicKey);
  if (point === null) throw refused("is not the canonical encoding of a point on the curve");
  if (point.isSmallOrder()) throw refused("is a point of small order");
  if (!point.isTorsionFree()) throw refused("is a point outside the prime-order group");
  return point;
}

function decodePoint(bytes: Uint8Array): Point | null {
  try {
    return Point.fromBytes(bytes, false);
  } catch {
    return null;
  }
}

function refused(why: string): TallyError {
  return new TallyError("key.refused", `the Ed25519 public key ${why}`, { field: "publicKey" });
}
