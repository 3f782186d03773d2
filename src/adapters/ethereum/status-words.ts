// SPDX-License-Identifier: Apache-2.0
import { getBytes, type JsonRpcProvider, toQuantity } from "ethers";
import { type BlockFloor, forwardOnly, type ListWords, type StatusWordsSource } from "../../domain/sharing/index.js";
import { agree } from "../../verify/quorum.js";
import { type RegistryAccess, RegistryError } from "../../verify/registry.js";
import { regionBytes } from "./codes.js";
import { providerFor } from "./provider.js";
import { REGISTRY } from "./registry-interface.js";

export interface StatusWordsOptions {
  readonly urls: readonly string[];
  readonly chainId: number;
  /** Address of the registry contract. */
  readonly address: string;
  readonly timeoutMs: number;
  /** Says which block a quorum of the nodes has, and that it is on our chain. */
  readonly registry: RegistryAccess;
  /** Of what this deployment has published. */
  readonly floor: BlockFloor;
  /** Nodes that must agree; default: more than half. */
  readonly quorum?: number;
}

/** Words of a list, and bytes of a purpose. */
const WORDS = 512;
const BYTES = WORDS * 32;
const ALL_WORDS = Array.from({ length: WORDS }, (_, word) => word);

/** Whole status lists, one call each: word by word, a region of a million certificates would take thousands. */
export function ethersStatusWords(options: StatusWordsOptions): StatusWordsSource {
  const { urls, chainId, timeoutMs, address, quorum = Math.floor(urls.length / 2) + 1 } = options;
  const registry = forwardOnly(options.registry, options.floor);
  const providers = urls.map((url) => providerFor({ urls: [url], chainId, timeoutMs, maxAnswerBytes: 1_048_576 }));
  return {
    async readList(region, list): Promise<ListWords> {
      const { head } = await registry.snapshot();
      const data = REGISTRY.encodeFunctionData("statusWords", [regionBytes(region), list, ALL_WORDS]);
      const params = [{ to: address, data }, toQuantity(head.block)];
      const result = await agree(
        providers.map((provider) => call(provider, params)),
        quorum,
      );
      return { blockTime: head.time, ...wordsOf(result) };
    },
  };
}

async function call(provider: JsonRpcProvider, params: unknown[]): Promise<Uint8Array> {
  try {
    return getBytes((await provider.send("eth_call", params)) as string);
  } catch (cause) {
    throw new RegistryError("registry.unreachable", "a node did not give a status list", { cause });
  }
}

/**
 * The ABI encoding of two arrays of as many words: their places, then each length and words, which are the bytes of a
 * BitstringStatusList as they stand. Read by hand, since decoding a thousand integers to write them again is most of the work.
 */
function wordsOf(result: Uint8Array): Pick<ListWords, "revocation" | "suspension"> {
  const lengthAt = (place: number): number =>
    Number(new DataView(result.buffer, result.byteOffset).getBigUint64(place + 24));
  const HEAD = 64;
  const second = HEAD + 32 + BYTES;
  const isWhole =
    result.length === 2 * (32 + 32 + BYTES) &&
    lengthAt(0) === HEAD &&
    lengthAt(32) === second &&
    lengthAt(HEAD) === WORDS &&
    lengthAt(second) === WORDS;
  if (!isWhole) throw new RegistryError("registry.garbage", "a node's status list is not one");
  return {
    revocation: result.slice(HEAD + 32, second),
    suspension: result.slice(second + 32),
  };
}
