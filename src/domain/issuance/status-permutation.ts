// SPDX-License-Identifier: Apache-2.0
import { concatBytes, utf8 } from "../../core/bytes.js";
import { STATUS_LIST_LENGTH } from "../../core/certificate-reader.js";
import type { Crypto } from "../../core/crypto.js";

/** A keyed bijection of the positions of one list, 0…131071. */
export type Permutation = (value: number) => number;

/**
 * Rounds of the Feistel network. Four are a pseudorandom permutation in theory (Luby, Rackoff 1988); over halves of only eight
 * and nine bits more are needed, so as many as NIST SP 800-38G takes for small domains.
 */
const ROUNDS = 10;
/** 17 bits: 9 on the left, 8 on the right, changed in turn by a function of the other half. */
const RIGHT_BITS = 8;
const RIGHT_MASK = 0xff;
const LEFT_MASK = 0x1ff;
const LEFT_VALUES = LEFT_MASK + 1;

/**
 * The permutation of one status list. Neighbours in the order of issue land anywhere in the list, so a position tells nothing
 * about when or after whom a certificate was issued, and needs no look-up to be free: the counter never repeats.
 */
export function statusPermutation(crypto: Crypto, key: Uint8Array, region: string, list: number): Permutation {
  const rounds = Array.from({ length: ROUNDS }, (_, round) =>
    roundTable(crypto, concatBytes(key, utf8(`tigertally status index v1/${region}/${list}/${round}/`))),
  );
  return (value) => {
    if (!Number.isInteger(value) || value < 0 || value >= STATUS_LIST_LENGTH)
      throw new RangeError(`position ${value} is not within a list of ${STATUS_LIST_LENGTH}`);
    let left = value >> RIGHT_BITS;
    let right = value & RIGHT_MASK;
    for (let round = 0; round < ROUNDS; round++) {
      const table = rounds[round] as Uint16Array;
      if (round % 2 === 0) right ^= (table[left] as number) & RIGHT_MASK;
      else left ^= (table[right] as number) & LEFT_MASK;
    }
    return (left << RIGHT_BITS) | right;
  };
}

/** The round function on all its inputs: 16 values of each SHA-256 over the prefix and a block number. */
function roundTable(crypto: Crypto, prefix: Uint8Array): Uint16Array {
  const table = new Uint16Array(LEFT_VALUES);
  for (let block = 0; block * 16 < LEFT_VALUES; block++) {
    const digest = crypto.sha256(prefix, Uint8Array.of(block));
    for (let i = 0; i < 16; i++)
      table[block * 16 + i] = ((digest[2 * i] as number) << 8) | (digest[2 * i + 1] as number);
  }
  return table;
}
