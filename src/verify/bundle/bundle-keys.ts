// SPDX-License-Identifier: Apache-2.0
import { equalBytes } from "../../core/bytes.js";
import { encodeMultikey, type Multikey } from "../../core/multikey.js";
import { covers } from "../time.js";
import type { BundleKey, TrustBundle } from "./trust-bundle.js";

/** A region's own key for bundles that is in effect, not retired, and about which no claim of compromise stands, judged or not. */
export function isGoodBundleKey({ purpose, agency, interval, compromises }: BundleKey, time: number): boolean {
  return purpose === "bundle" && agency === null && covers(interval, time) && compromises.length === 0;
}

/**
 * The keys to take bundles from once this one was accepted under `pinned`: the pinned ones that it does not call retired or
 * compromised, and every good bundle key of a region of which a pinned key is. So a region changes its key by registering the next
 * one while the old one still signs. A key that waits for its activation delay may yet be vetoed and is not taken.
 */
export function nextPins({ state, block }: TrustBundle, pinned: readonly Multikey[]): readonly Multikey[] {
  const listed = (pin: Multikey) => state.keys.find(({ multikey }) => equalBytes(multikey, pin.bytes));
  const regions = new Set(pinned.map((pin) => listed(pin)?.region));
  // What the bundle does not list was pinned by hand, for a region that may join yet.
  const kept = pinned.filter((pin) => {
    const key = listed(pin);
    return key === undefined || isGoodBundleKey(key, block.time);
  });
  const learned = state.keys.filter(
    (key) =>
      regions.has(key.region) &&
      isEd25519(key.multikey) &&
      isGoodBundleKey(key, block.time) &&
      !kept.some(({ bytes }) => equalBytes(bytes, key.multikey)),
  );
  return [...kept, ...learned.map(({ multikey }) => encodeMultikey(multikey.slice(2)))];
}

function isEd25519(multikey: Uint8Array): boolean {
  return multikey.length === 34 && multikey[0] === 0xed && multikey[1] === 0x01;
}
