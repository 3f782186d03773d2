// SPDX-License-Identifier: Apache-2.0
import { getBytes, isError, type JsonRpcProvider, type Result } from "ethers";
import { inRanges } from "../../verify/log-ranges.js";
import { type Interval, RegistryError } from "../../verify/registry.js";
import { type BlockName, NodeRefusal, type RegistryNode, type RegistryReader } from "../../verify/registry-node.js";
import {
  agencyRecord,
  anchorRecord,
  intervalsOf,
  KEY_PURPOSES,
  keyRecord,
  regionRecord,
  typeDefinitionRecord,
} from "../../verify/registry-records.js";
import { StateCalls } from "../../verify/state-calls.js";
import { agencyBytes, codeText, digestBytes, digestText, regionBytes, topicOf, typeBytes } from "./codes.js";
import { AnswerTooLarge } from "./post-to-node.js";
import { providerFor } from "./provider.js";
import { REGISTRY } from "./registry-interface.js";

export interface EthersNodeOptions {
  readonly url: string;
  readonly chainId: number;
  readonly registry: string;
  readonly timeoutMs: number;
  readonly maxAnswerBytes: number;
  readonly firstBlock: number;
}

/** A node behind ethers. ethers decodes; what a value means is checked here, because a node may say anything. */
export function ethersRegistryNode(options: EthersNodeOptions): RegistryNode {
  const provider = providerFor({ ...options, urls: [options.url] });
  const { registry } = options;
  const getBlock = async (tag: string): Promise<BlockName | null> =>
    readBlock(await ask(provider, "eth_getBlockByNumber", [tag, false]));
  const block = async (wanted: number): Promise<BlockName | null> => {
    const found = await getBlock(quantity(wanted));
    return found && found.number !== wanted ? fail(`asked for block ${wanted} it sends ${found.number}`) : found;
  };
  const state = new StateCalls({ ask: (method, params) => ask(provider, method, params), block });
  return {
    chainId: async () => readQuantity(await ask(provider, "eth_chainId", [])),
    head: async () => (await getBlock("latest")) ?? fail("it has no newest block"),
    block,
    registryCode: async (at) => {
      const code = await state.ask("eth_getCode", registry, at);
      return isBytes(code) ? getBytes(code) : fail("the code of the registry is not bytes");
    },
    at: (name) => readerAt(provider, state, options, name),
  };
}

function readerAt(
  provider: JsonRpcProvider,
  state: StateCalls,
  { registry, firstBlock }: EthersNodeOptions,
  block: BlockName,
): RegistryReader {
  const call = async (view: string, args: readonly unknown[]): Promise<Result> => {
    const data = REGISTRY.encodeFunctionData(view, args);
    const result = await state.ask("eth_call", { to: registry, data }, block);
    return decoded(() => REGISTRY.decodeFunctionResult(view, isBytes(result) ? result : fail("a result is not bytes")));
  };
  const record = async (view: string, args: readonly unknown[]): Promise<Result> =>
    (await call(view, args))[0] as Result;
  return {
    findRegion: async (region) => {
      const found = await record("findRegion", [regionBytes(region)]);
      return decoded(() =>
        regionRecord(region, { addedAt: time(found.addedAt), suspensions: intervals(found.suspensions) }),
      );
    },
    findAgency: async (agency) => {
      const found = await record("findAgency", [agencyBytes(agency)]);
      return decoded(() =>
        agencyRecord(agency, {
          region: code(found.region),
          did: found.did as string,
          activeFrom: time(found.activeFrom),
          removedAt: time(found.removedAt),
          suspensions: intervals(found.suspensions),
        }),
      );
    },
    findKey: async (digest) => {
      const found = await record("findKey", [digestBytes(digest, "keyDigest")]);
      return decoded(() =>
        keyRecord(digest, {
          agency: code(found.agency),
          region: code(found.region),
          purpose: KEY_PURPOSES[Number(found.purpose)] ?? fail(`a key has the unknown purpose ${found.purpose}`),
          activeFrom: time(found.activeFrom),
          retiredAt: time(found.retiredAt),
          compromises: (found.compromises as Result[]).map(({ since, effectiveAt }) => ({
            since: time(since),
            effectiveAt: time(effectiveAt),
          })),
        }),
      );
    },
    findAuthorisations: async (agency, typeCode) => {
      const found = await record("findAuthorisations", [agencyBytes(agency), typeBytes(typeCode)]);
      return decoded((): readonly Interval[] => intervalsOf(intervals(found)));
    },
    findSealDelegations: async (agency, sealer) => {
      const found = await record("findSealDelegations", [agencyBytes(agency), agencyBytes(sealer)]);
      return decoded((): readonly Interval[] => intervalsOf(intervals(found)));
    },
    findAnchor: async (region, root, size) => {
      const found = await record("findAnchor", [regionBytes(region), digestBytes(root, "root"), size]);
      return decoded(() =>
        anchorRecord({ anchoredAt: time(found.anchoredAt), disownedEffectiveAt: time(found.disownedEffectiveAt) }),
      );
    },
    findTypeDefinition: async (typeCode, version) => {
      const found = await record("findTypeDefinition", [typeBytes(typeCode), version]);
      return decoded(() =>
        typeDefinitionRecord({ digest: digestText(found.digest as string), publishedAt: time(found.publishedAt) }),
      );
    },
    statusWord: async (region, list, word) => {
      const { revoked, suspended } = await call("statusWords", [regionBytes(region), list, [word]]);
      if (revoked.length !== 1 || suspended.length !== 1) fail("asked for one status word it sends others");
      return { revoked: revoked[0] as bigint, suspended: suspended[0] as bigint };
    },
    loggedKeys: async (keyId) => {
      const topics = [REGISTRY.getEvent("KeyAdded")!.topicHash, topicOf(`0x${keyId}`)];
      const logs = await inRanges<{ topics: string[]; data: string }>(firstBlock, block.number, async (from, to) => {
        const range = { address: registry, topics, fromBlock: quantity(from), toBlock: quantity(to) };
        const part = await ask(provider, "eth_getLogs", [range]);
        return Array.isArray(part) ? part : fail("its logs are not a list");
      });
      return decoded(() => logs.map(multikeyOf));
    },
  };
}

function multikeyOf({ topics, data }: { topics: string[]; data: string }): Uint8Array {
  return getBytes(REGISTRY.decodeEventLog("KeyAdded", data, topics).multikey as string);
}

async function ask(provider: JsonRpcProvider, method: string, params: readonly unknown[]): Promise<unknown> {
  try {
    return await provider.send(method, [...params]);
  } catch (error) {
    throw failure(method, error);
  }
}

interface RpcFailure {
  readonly code?: unknown;
  readonly message?: unknown;
}

/** What ethers' errors say about the node. */
function failure(method: string, error: unknown): RegistryError {
  const cause = { cause: error };
  // ethers calls every error of eth_call an exception of the call, a rate limit too; what the node said is inside.
  const { error: plain, info } = error as { error?: RpcFailure; info?: { error?: RpcFailure } };
  const rpc = plain ?? info?.error;
  if (rpc?.code === 3) {
    return new RegistryError("registry.garbage", "the contract at the registry's address reverts", cause);
  }
  if (rpc) {
    const words = String(rpc.message ?? "no reason").slice(0, 200);
    return new NodeRefusal(`a node refused ${method}: ${words}`, cause);
  }
  const nonsense =
    error instanceof AnswerTooLarge ||
    isError(error, "BAD_DATA") ||
    isError(error, "UNSUPPORTED_OPERATION") ||
    error instanceof SyntaxError ||
    (error instanceof TypeError && !("cause" in error));
  if (nonsense) return new RegistryError("registry.garbage", `a node's answer to ${method} cannot be read`, cause);
  return new RegistryError("registry.unreachable", `a node did not answer ${method}`, cause);
}

function decoded<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof RegistryError) throw cause;
    throw new RegistryError("registry.garbage", "a result of the contract cannot be read", { cause });
  }
}

function fail(what: string): never {
  throw new RegistryError("registry.garbage", `a node cannot be believed: ${what}`);
}

function readBlock(value: unknown): BlockName | null {
  if (value === null) return null;
  const { number, hash, timestamp } = (typeof value === "object" ? value : {}) as Record<string, unknown>;
  if (typeof hash !== "string" || !/^0x[0-9a-fA-F]{64}$/.test(hash)) return fail("the hash of a block is not a hash");
  return { number: readQuantity(number), hash: hash.toLowerCase(), time: readQuantity(timestamp) };
}

function readQuantity(value: unknown): number {
  const number = typeof value === "string" && /^0x[0-9a-fA-F]{1,14}$/.test(value) ? Number(value) : Number.NaN;
  return Number.isSafeInteger(number) ? number : fail("a quantity is not a number");
}

function isBytes(value: unknown): value is string {
  return typeof value === "string" && /^0x(?:[0-9a-fA-F]{2})*$/.test(value);
}

function quantity(value: number): string {
  return `0x${value.toString(16)}`;
}

function time(value: unknown): number {
  const number = Number(value as bigint);
  return Number.isSafeInteger(number) ? number : fail("a time is too large to be one of ours");
}

function intervals(values: unknown): { from: number; until: number }[] {
  return (values as Result[]).map(({ from, until }) => ({ from: time(from), until: time(until) }));
}

function code(bytes: unknown): string {
  const text = codeText(bytes as string);
  return /^[0-9A-Z]*$/.test(text) ? text : fail("a code is not digits and capital letters");
}
