// SPDX-License-Identifier: Apache-2.0
import { getBytes, type JsonRpcProvider, toQuantity, zeroPadBytes } from "ethers";
import { toHex } from "../../core/hex.js";
import type { KeyLog } from "../../domain/sharing/index.js";
import { inRanges } from "../../verify/log-ranges.js";
import { RegistryError } from "../../verify/registry.js";
import { agencyBytes, topicOf } from "./codes.js";
import { providerFor } from "./provider.js";
import { REGISTRY } from "./registry-interface.js";

export interface KeyLogOptions {
  readonly urls: readonly string[];
  readonly chainId: number;
  /** Address of the registry. */
  readonly registry: string;
  readonly timeoutMs: number;
  /** The block in which the registry was deployed. Default 0. */
  readonly firstBlock?: number;
}

/** Blocks that are read again: a reorganisation may have put another key into them. */
const OVERLAP = 128;
/** Keys that one owner may have had; who sends more is up to something. */
const MOST_KEYS = 1_000;

/** What one node said of one owner. */
interface KeysOfOwner {
  /** By hex. */
  readonly keys: Map<string, Uint8Array>;
  /** The next block to read. */
  readTo: number;
}

/**
 * Keys out of the registry's `KeyAdded` events. What was found once is remembered, and only younger blocks are read after. Every node
 * is asked: one that has dropped old logs leaves something out, and what one invents the registry's state does not have. Each is
 * remembered for itself, so that one that talks nonsense spoils nothing that the others said.
 */
export function ethersKeyLog({ urls, chainId, registry, timeoutMs, firstBlock = 0 }: KeyLogOptions): KeyLog {
  const event = REGISTRY.getEvent("KeyAdded")!;
  const nodes = urls.map((url) => ({
    provider: providerFor({ urls: [url], chainId, timeoutMs, maxAnswerBytes: 1_048_576 }),
    owners: new Map<string, KeysOfOwner>(),
  }));

  const readFrom = async (
    { provider, owners }: (typeof nodes)[number],
    owner: string,
  ): Promise<KeysOfOwner["keys"]> => {
    const known = owners.get(owner) ?? { keys: new Map(), readTo: 0 };
    const last = Number(await ask(provider, "eth_blockNumber", []));
    if (!Number.isSafeInteger(last)) throw new RegistryError("registry.garbage", "a node's block number is none");
    const first = Math.min(last, Math.max(firstBlock, known.readTo - OVERLAP));
    const logs = await inRanges<{ topics: string[]; data: string }>(first, last, async (from, to) => {
      const range = { fromBlock: toQuantity(from), toBlock: toQuantity(to) };
      const part = await ask(provider, "eth_getLogs", [
        { address: registry, topics: [event.topicHash, null, null, owner], ...range },
      ]);
      if (!Array.isArray(part)) throw new RegistryError("registry.garbage", "a node's logs are not a list");
      return part;
    });
    for (const log of logs) {
      const multikey = multikeyOf(log);
      known.keys.set(toHex(multikey), multikey);
    }
    if (known.keys.size > MOST_KEYS) {
      owners.delete(owner);
      throw new RegistryError("registry.garbage", `a node lists more than ${MOST_KEYS} keys of one owner`);
    }
    owners.set(owner, { keys: known.keys, readTo: last });
    return known.keys;
  };

  return {
    async keysOf(agency) {
      const owner = topicOf(agency === null ? zeroPadBytes("0x", 18) : agencyBytes(agency));
      const read = await Promise.allSettled(nodes.map((node) => readFrom(node, owner)));
      if (read.every(({ status }) => status === "rejected")) throw (read[0] as PromiseRejectedResult).reason;
      const known = nodes.flatMap(({ owners }) => [...(owners.get(owner)?.keys ?? [])]);
      return [...new Map(known).values()];
    },
  };
}

function multikeyOf({ topics, data }: { topics: string[]; data: string }): Uint8Array {
  try {
    return getBytes(REGISTRY.decodeEventLog("KeyAdded", data, topics).multikey as string);
  } catch (cause) {
    throw new RegistryError("registry.garbage", "a node's log of a key cannot be read", { cause });
  }
}

async function ask(provider: JsonRpcProvider, method: string, params: unknown[]): Promise<unknown> {
  try {
    return await provider.send(method, params);
  } catch (cause) {
    throw new RegistryError("registry.unreachable", `a node did not answer ${method}`, { cause });
  }
}
