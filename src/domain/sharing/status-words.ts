// SPDX-License-Identifier: Apache-2.0
import { decodeStatusBits, encodeStatusBits, LIST_BYTES } from "../../verify/bundle/status-bits.js";
import type { BundleStatusList } from "../../verify/bundle/trust-bundle.js";
import type { StatusWord } from "../../verify/registry.js";

const WORD_BYTES = 32;

/** Status lists that are put together word by word. */
export class StatusWords {
  readonly #lists = new Map<string, { readonly region: string; readonly list: number } & Bits>();

  /** Takes over what a bundle has packed. */
  load(region: string, { list, revoked, suspended }: BundleStatusList): void {
    const bits = { revoked: decodeStatusBits(revoked), suspended: decodeStatusBits(suspended) };
    this.#lists.set(`${region}/${list}`, { region, list, ...bits });
  }

  set(region: string, list: number, word: number, { revoked, suspended }: StatusWord): void {
    const name = `${region}/${list}`;
    const found = this.#lists.get(name) ?? { region, list, revoked: empty(), suspended: empty() };
    this.#lists.set(name, found);
    write(found.revoked, word, revoked);
    write(found.suspended, word, suspended);
  }

  /** The lists of a region that have a bit. */
  packed(region: string): readonly BundleStatusList[] {
    return [...this.#lists.values()]
      .filter((each) => each.region === region)
      .map(({ list, revoked, suspended }) => ({
        list,
        revoked: encodeStatusBits(revoked),
        suspended: encodeStatusBits(suspended),
      }))
      .filter(({ revoked, suspended }) => revoked.length + suspended.length > 0);
  }
}

interface Bits {
  readonly revoked: Uint8Array;
  readonly suspended: Uint8Array;
}

function empty(): Uint8Array {
  return new Uint8Array(LIST_BYTES);
}

/** Word by word the bytes of the list, the highest bit first. */
function write(bytes: Uint8Array, word: number, value: bigint): void {
  let rest = value;
  for (let at = (word + 1) * WORD_BYTES - 1; at >= word * WORD_BYTES; at--, rest >>= 8n)
    bytes[at] = Number(rest & 255n);
}
