// SPDX-License-Identifier: Apache-2.0

import { formatUtcInstant } from "../../../src/core/calendar.js";
import { toHex } from "../../../src/core/hex.js";
import { encodeMultikey, keyDigest } from "../../../src/core/multikey.js";
import type { BundleHead, BundleState } from "../../../src/verify/bundle/trust-bundle.js";
import { unsignedBundle } from "../../../src/verify/bundle/write-bundle.js";
import { ANHUI, makeWorld, type TestKey, type World } from "../fixture.js";

export const GENESIS = `0x${"0a".repeat(32)}`;

export interface BundleChanges {
  readonly head?: Partial<BundleHead>;
  readonly state?: (state: BundleState) => BundleState;
  readonly key?: TestKey;
  readonly revocationLists?: readonly Uint8Array[];
}

/** A world with a bundle key of Anhui, and bundles of it as of now. */
export function makeBundleWorld() {
  return withBundles(makeWorld());
}

export function withBundles<W extends Pick<World, "crypto" | "registry">>(world: W) {
  const bundleKey = newBundleKey(world, ANHUI);
  let sequence = 100;

  const bundle = ({
    head = {},
    state = (same) => same,
    key = bundleKey,
    revocationLists = [],
  }: BundleChanges = {}): Uint8Array => {
    const { registry, crypto } = world;
    const whole: BundleHead = {
      chainId: registry.chainId,
      registry: registry.address,
      genesis: GENESIS,
      block: {
        number: registry.block,
        hash: `0x${registry.block.toString(16).padStart(64, "0")}`,
        time: registry.time,
      },
      region: ANHUI,
      sequence: ++sequence,
      issuedAt: formatUtcInstant(registry.time * 1000),
      ...head,
    };
    const unsigned = unsignedBundle(crypto, whole, { state: state(registry.state()), revocationLists }, key.multikey);
    return unsigned.signed(crypto.sign(key.seed, unsigned.toSign));
  };

  return { ...world, bundleKey, bundle, pinned: [bundleKey.multikey] };
}

export type BundleWorld = ReturnType<typeof makeBundleWorld>;

export function newBundleKey({ crypto, registry }: Pick<World, "crypto" | "registry">, region: string): TestKey {
  const seed = crypto.randomBytes(32);
  const multikey = encodeMultikey(crypto.publicKey(seed));
  const key = { seed, multikey, digest: toHex(keyDigest(crypto, multikey.bytes)) };
  registry.addKey({ agency: null, region }, key.digest, multikey.bytes, "bundle");
  return key;
}
