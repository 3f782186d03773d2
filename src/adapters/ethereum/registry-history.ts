// SPDX-License-Identifier: Apache-2.0
import { getBytes, type JsonRpcProvider, toQuantity } from "ethers";
import { TallyError } from "../../core/errors.js";
import type { Named, RegistryHistory } from "../../domain/sharing/index.js";
import { chainFailure } from "./chain-failure.js";
import { codeText, digestText } from "./codes.js";
import type { RawLog } from "./events.js";
import { providerFor } from "./provider.js";
import { REGISTRY, readRegistryLog } from "./registry-interface.js";

export interface EthersHistoryOptions {
  readonly urls: readonly string[];
  readonly chainId: number;
  /** Address of the registry. */
  readonly registry: string;
  readonly timeoutMs?: number;
  /** The block in which the registry was deployed. */
  readonly firstBlock: () => Promise<number>;
}

/** The registry's logs through ethers, from every node. */
export function ethersHistory(options: EthersHistoryOptions): RegistryHistory {
  const { urls, registry, chainId, firstBlock } = options;
  const nodes = urls.map((url) => providerFor({ ...options, urls: [url] }));

  /** What more than half of the nodes answer at least; the others may be down or on another chain. */
  const askAll = async <T>(doing: string, ask: (node: JsonRpcProvider) => Promise<T>): Promise<readonly T[]> => {
    const answers = await Promise.allSettled(
      nodes.map(async (node) => {
        const [answer] = await Promise.all([ask(node), requireChain(node, chainId)]);
        return answer;
      }),
    );
    const given = answers.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    if (given.length > nodes.length / 2) return given;
    const failed = answers.find((each) => each.status === "rejected");
    throw chainFailure(doing, failed?.reason ?? new Error("no node is configured"));
  };

  const hashOf = async (block: number): Promise<string | null> => {
    const hashes = await askAll(`reading block ${block}`, async (node) => {
      const found = (await node.send("eth_getBlockByNumber", [toQuantity(block), false])) as { hash?: unknown } | null;
      return found === null ? null : readHash(found.hash);
    });
    // Nodes that differ are of no one chain: whoever asks compares with the hash that he has.
    return hashes.every((hash) => hash === hashes[0]) ? hashes[0]! : null;
  };

  return {
    firstBlock,
    blockHash: hashOf,

    async genesis() {
      const hash = await hashOf(0);
      if (hash !== null) return hash;
      throw new TallyError("chain.garbage", "the nodes have no block 0, or not the same one");
    },

    async named({ fromBlock, toBlock }) {
      const doing = `reading events of blocks ${fromBlock} to ${toBlock}`;
      const range = { fromBlock: toQuantity(fromBlock), toBlock: toQuantity(toBlock) };
      const answers = await askAll(doing, async (node) => {
        const logs = (await node.send("eth_getLogs", [{ address: registry, topics: [TOPICS], ...range }])) as unknown;
        if (!Array.isArray(logs)) throw new TallyError("chain.garbage", "a node's logs are not a list");
        return (logs as RawLog[]).map(nameIn);
      });
      return answers.flat();
    },
  };
}

async function requireChain(node: JsonRpcProvider, expected: number): Promise<void> {
  const said = Number(await node.send("eth_chainId", []));
  if (said === expected) return;
  throw new TallyError("chain.wrong-chain", `a node is on chain ${said}, not on ${expected}: check its URL`);
}

function readHash(hash: unknown): string {
  if (typeof hash === "string" && /^0x[0-9a-fA-F]{64}$/.test(hash)) return hash.toLowerCase();
  throw new TallyError("chain.garbage", "the hash of a node's block is not a hash");
}

// biome-ignore lint/suspicious/noExplicitAny: arguments as the ABI decodes them
type Arguments = any;

const region = ({ region }: Arguments): Named => ({ of: "region", region: codeText(region) });
const agency = ({ agency }: Arguments): Named => ({ of: "agency", agency: codeText(agency) });
const authorisation = ({ agency, typeCode }: Arguments): Named => {
  return { of: "authorisation", agency: codeText(agency), typeCode: codeText(typeCode) };
};
const key = ({ keyDigest }: Arguments): Named => ({ of: "key", keyDigest: digestText(keyDigest), multikey: null });
const anchor = ({ region, root, size }: Arguments): Named => {
  return { of: "anchor", region: codeText(region), root: digestText(root), size: Number(size) };
};
const status = ({ region, list, word }: Arguments): Named => {
  return { of: "status", region: codeText(region), list: Number(list), word: Number(word) };
};

const delegation = ({ agency, sealer }: Arguments): Named => {
  return { of: "seal-delegation", agency: codeText(agency), sealer: codeText(sealer) };
};

/** What each event names. Operators, delays and admins are nothing that a verifier asks for. */
const NAMES: Readonly<Record<string, (args: Arguments) => Named>> = {
  RegionAdded: region,
  RegionSuspended: region,
  RegionReleased: region,
  AgencyRegistered: agency,
  AgencyVetoed: agency,
  AgencyStruck: agency,
  AgencySuspended: agency,
  AgencyReleased: agency,
  AuthorisationGranted: authorisation,
  AuthorisationEnded: authorisation,
  AuthorisationVetoed: authorisation,
  SealDelegated: delegation,
  SealDelegationEnded: delegation,
  SealDelegationVetoed: delegation,
  KeyAdded: (args) => ({ ...key(args), multikey: getBytes(args.multikey) }) as Named,
  KeyRetired: key,
  KeyVetoed: key,
  KeyCompromiseClaimed: key,
  KeyCompromiseVetoed: key,
  BatchAnchored: anchor,
  RootDisowned: anchor,
  DisowningVetoed: anchor,
  TypeDefinitionPublished: ({ typeCode, version }) => {
    return { of: "type", typeCode: codeText(typeCode), version: Number(version) };
  },
  StatusRevoked: status,
  StatusSuspended: status,
  StatusReleased: status,
  RevocationAnnulled: status,
};

const TOPICS = Object.keys(NAMES).map((name) => REGISTRY.getEvent(name)!.topicHash);

function nameIn(log: RawLog): Named {
  try {
    const parsed = readRegistryLog(log)!;
    return NAMES[parsed.name]!(parsed.args);
  } catch (cause) {
    throw new TallyError("chain.garbage", "a node sends a log that is no event of the registry", { cause });
  }
}
