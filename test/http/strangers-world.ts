// SPDX-License-Identifier: Apache-2.0
import { gzipSync } from "node:zlib";
import { nodeCrypto } from "../../src/adapters/node-crypto/index.js";
import { toHex } from "../../src/core/hex.js";
import { encodeMultikey, keyDigest, parseMultikey } from "../../src/core/multikey.js";
import type { AgencyStore, KeyInfo, KeyStore } from "../../src/domain/agencies/index.js";
import { type BlockFloor, createDidDocuments, createStatusLists, keyStanding } from "../../src/domain/sharing/index.js";
import type { Strangers } from "../../src/http/strangers.js";
import { type RegistryAccess, RegistryError } from "../../src/verify/registry.js";
import { memoryFloor } from "../domain/sharing/memory-floor.js";
import type { MemoryRegistry } from "../verify/memory-registry.js";

export const REGION_DID = "did:web:licences.example";
const PUBLIC_URL = "https://licences.example";

/** Keys in memory; the oldest first, as a key store lists them. */
export function memoryKeys(): KeyStore & { add(info: KeyInfo): void } {
  const seeds = new Map<string, Uint8Array>();
  const infos: KeyInfo[] = [];
  return {
    add: (info) => void infos.push(info),
    async createKey(owner, purpose) {
      const seed = nodeCrypto.randomBytes(32);
      const multikey = encodeMultikey(nodeCrypto.publicKey(seed));
      const digest = toHex(keyDigest(nodeCrypto, multikey.bytes));
      seeds.set(digest, seed);
      const info = {
        keyDigest: digest,
        multikey: multikey.text,
        owner,
        purpose,
        createdAt: "2026-03-02T00:00:00.000Z",
      };
      infos.push(info);
      return info;
    },
    list: async () => infos,
    async open(digest) {
      const { multikey } = infos.find((each) => each.keyDigest === digest)!;
      return { keyDigest: digest, multikey, sign: (message) => nodeCrypto.sign(seeds.get(digest)!, message) };
    },
  };
}

/** All words of a list, out of the registry's facts. */
async function listOf(registry: MemoryRegistry, region: string, list: number) {
  const { head, statusWord } = await registry.snapshot();
  const words = await Promise.all(Array.from({ length: 512 }, (_, word) => statusWord(region, list, word)));
  const bytesOf = (purpose: "revoked" | "suspended") =>
    new Uint8Array(Buffer.from(words.map((word) => word[purpose].toString(16).padStart(64, "0")).join(""), "hex"));
  return { blockTime: head.time, revocation: bytesOf("revoked"), suspension: bytesOf("suspended") };
}

export interface StrangersOptions {
  readonly region: string;
  readonly registry: MemoryRegistry;
  readonly agencies: Pick<AgencyStore, "findAgency">;
  readonly now: () => number;
  readonly freshMs?: number;
  /** Of a deployment that published before. */
  readonly floor?: BlockFloor;
}

/** The real domain over a registry in memory; `state` breaks the chain or adds lists. */
export async function memoryStrangers({
  region,
  registry,
  agencies,
  now,
  freshMs = 0,
  floor = memoryFloor(),
}: StrangersOptions) {
  const keys = memoryKeys();
  const addStatusKey = async () => {
    const key = await keys.createKey(region, "status-list");
    registry.addKey({ agency: null, region }, key.keyDigest, parseMultikey(key.multikey).bytes, "status-list");
    return key;
  };
  const state = {
    lists: 1,
    reads: 0,
    chain: true,
    signer: (await addStatusKey()).keyDigest,
    /** Nodes that stopped earlier, in place of those that did not. */
    lagging: null as RegistryAccess | null,
  };
  const unreachable = () => new RegistryError("registry.unreachable", "the test says so");
  const access = {
    snapshot: async () => {
      if (!state.chain) throw unreachable();
      return (state.lagging ?? registry).snapshot();
    },
  };
  const parts = { region, regionDid: REGION_DID, crypto: nodeCrypto, now };
  const strangers: Strangers = {
    didDocuments: createDidDocuments({
      ...parts,
      agencies,
      registry: access,
      floor,
      keyLog: {
        async keysOf(agency) {
          await access.snapshot();
          return registry.keysOf(agency);
        },
      },
      keys,
      blockClock: null,
      freshMs,
    }),
    statusLists: createStatusLists({
      ...parts,
      urlOf: (of, purpose, list) => `${PUBLIC_URL}/v1/status/${of}/${purpose}/${list}`,
      words: {
        async readList(of, list) {
          state.reads += 1;
          await access.snapshot();
          return listOf(registry, of, list);
        },
      },
      ownLists: async () => state.lists,
      isRegion: async (code) => (await (await access.snapshot()).findRegion(code)) !== null,
      signer: () => keys.open(state.signer),
      gzip: (bytes) => gzipSync(bytes),
      settings: { validitySeconds: 3_600, freshMs, maxHeadAgeSeconds: null },
    }),
    keyStanding: keyStanding(access, nodeCrypto),
    didOf: async (agency) => (await agencies.findAgency(agency))?.did ?? null,
    interoperability: null,
  };
  return { strangers, state, keys, addStatusKey };
}
