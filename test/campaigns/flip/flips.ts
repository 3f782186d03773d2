// SPDX-License-Identifier: Apache-2.0
import type { Verdict } from "../../../src/verify/index.js";
import { makeSealedWorld } from "../../verify/sealed-world.js";

/** A sealed file in which any byte can be made another, and the verdict about it. */
export interface Flips {
  readonly file: Uint8Array;
  /** Of the file with these bits of one byte flipped; of the file itself for 0. */
  verdict(byte: number, bits: number): Promise<Verdict>;
}

/** With everything that a seal can have: a timestamp of an authority that the verifier trusts; by a verifier with a revocation list of its CA, or without. */
export function openFlips({ hasList = true } = {}): Flips {
  const world = makeSealedWorld();
  const issued = world.issueAnchored();
  const { office, registry, trust, lists, listOf } = world;
  const file = world.filled(world.toSeal(issued, { room: 8192 }), (digest) => office.stamped(digest, registry.time));
  registry.advance(60);
  const options = {
    trust: { ...trust, timestampAuthorities: [office.tsa.certificate] },
    revocationLists: hasList ? lists(listOf(office)) : lists(),
  };
  const bytes = file.slice();
  return {
    file,
    async verdict(byte, bits) {
      bytes[byte]! ^= bits;
      try {
        // Without the renderer: a seal must hold by itself.
        const { verdict } = await world.verify(bytes, { ...options, rerender: undefined as never });
        return verdict;
      } finally {
        bytes[byte]! ^= bits;
      }
    },
  };
}
