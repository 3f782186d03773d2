// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { generateUscc } from "../../src/core/identifiers/uscc.js";

/** ASCII text as the hex of a fixed-size byte type, or of `bytes` when no size is given. */
export function ascii(text: string, size = text.length): string {
  return `0x${Buffer.from(text, "ascii")
    .toString("hex")
    .padEnd(2 * size, "0")}`;
}

export function digestOf(hex: string): string {
  return `0x${createHash("sha256")
    .update(Buffer.from(hex.slice(2), "hex"))
    .digest("hex")}`;
}

export const HOUR = 3_600;
export const DAY = 24 * HOUR;

export const ANHUI = ascii("340000");
export const SHANGHAI = ascii("310000");

const fictional = (region: string, body: string) => generateUscc({ department: "1", category: "1", region, body });
export const HEFEI_USCC = fictional("340100", "MB123456");
export const HEFEI = ascii(HEFEI_USCC);
export const HEFEI_APPROVALS = ascii(fictional("340100", "MB765432"));
export const PUDONG = ascii(fictional("310115", "MB111111"));
export const HEFEI_DID = `did:web:tally.example:agencies:${HEFEI_USCC}`;
export const TYPE = ascii(`${HEFEI_USCC}001`);

/** A Multikey of an Ed25519 key that nobody holds; another `seed` is another key. */
export function multikey(seed: number): string {
  return `0xed01${createHash("sha256").update(`key ${seed}`).digest("hex")}`;
}

export const root = (seed: number): string => digestOf(ascii(`root ${seed}`));

export const PURPOSE = { certificate: 0, statusList: 1, audit: 2, bundle: 3, sealCa: 4 } as const;
export const INCLUSION = { notProven: 0, anchored: 1, disputed: 2, disowned: 3 } as const;
export const ANCHOR = 1;
export const STATUS = 2;

/** The largest mask: all 256 bits of a word. */
export const ALL = (1n << 256n) - 1n;
