// SPDX-License-Identifier: Apache-2.0
import type { JsonRpcProvider } from "ethers";
import { type ErrorCode, TallyError } from "../../core/errors.js";
import { enough } from "../../verify/quorum.js";
import { chainFailure } from "./chain-failure.js";
import { codeDigest } from "./code-digest.js";
import { firstBlockWithCode } from "./contract-birth.js";
import { providerFor } from "./provider.js";
import { REGISTRY_RUNTIME_DIGEST } from "./registry-abi.js";
import { REGISTRY } from "./registry-interface.js";

export interface CheckNetworkOptions {
  readonly urls: readonly string[];
  readonly quorum: number;
  readonly chainId: number;
  readonly registry: string;
  /** Null: whatever a quorum has. */
  readonly genesis: string | null;
  /** SHA-256 of the code at the registry's address; null: that of this build. */
  readonly registryCode: string | null;
  readonly registryBlock: number | null;
  readonly timeoutMs: number;
}

export interface CheckedNetwork {
  readonly chainId: number;
  readonly genesis: string;
  readonly registry: string;
  readonly registryBlock: number;
  readonly registryCode: string;
  readonly governor: string;
  /** True when the governor is a contract: its acts are proposed, and wait. */
  readonly governorIsContract: boolean;
  /** What is wrong with endpoints that are not needed for the quorum. */
  readonly warnings: readonly string[];
}

/**
 * Looks at every endpoint before anything is believed from any: chain id, first block, and the very code at the registry's address.
 * Resolves when a quorum of them is the pinned network; else rejects with what is wrong, in words that name each endpoint:
 * `chain.wrong-chain`, `chain.registry-missing` (no code, or another contract's), `chain.garbage`, `chain.unreachable`.
 */
export async function checkNetwork(options: CheckNetworkOptions): Promise<CheckedNetwork> {
  const { urls, quorum, chainId, registry, timeoutMs } = options;
  const registryCode = options.registryCode ?? REGISTRY_RUNTIME_DIGEST;
  const outcomes = await enough(
    urls.map((url) => inspect(url, { ...options, registryCode })),
    quorum,
  );
  const faults = outcomes.flatMap((outcome, i) => ("error" in outcome ? [faultOf(urls[i]!, outcome.error)] : []));
  const genesis = outcomes.flatMap((outcome) => ("value" in outcome ? [outcome.value] : []));
  if (genesis.length < quorum) throw tooFew(faults, quorum, urls.length);
  const common = genesis.find((one) => genesis.filter((other) => other === one).length >= quorum);
  if (common === undefined) {
    throw new TallyError(
      "chain.wrong-chain",
      `the endpoints follow different chains with the id ${chainId}; set TALLY_GENESIS to the first block of the right one`,
    );
  }
  const provider = providerFor({ urls, chainId, quorum, timeoutMs });
  try {
    const governor = await viewAddress(provider, registry, "defaultAdmin");
    const version = Number(await view(provider, registry, "registryVersion"));
    if (version !== 1) {
      throw new TallyError(
        "format.version-unsupported",
        `the registry has version ${version}, this program works with 1: update it`,
      );
    }
    const head = Number(await provider.send("eth_blockNumber", []));
    return {
      chainId,
      genesis: common,
      registry,
      registryBlock: options.registryBlock ?? (await birthOf(provider, registry, head)),
      registryCode,
      governor,
      governorIsContract: (await provider.send("eth_getCode", [governor, "latest"])) !== "0x",
      warnings: faults.map(({ message }) => message),
    };
  } catch (error) {
    throw chainFailure("reading the registry's own facts", error);
  }
}

/** Nodes that have forgotten old state cannot say; then logs are looked for from the first block on. */
async function birthOf(provider: JsonRpcProvider, registry: string, head: number): Promise<number> {
  try {
    return await firstBlockWithCode(provider, registry, 0, head);
  } catch {
    return 0;
  }
}

/** Answers the hash of the first block. */
async function inspect(url: string, expected: CheckNetworkOptions & { registryCode: string }): Promise<string> {
  const { chainId, registry, genesis, registryCode, timeoutMs } = expected;
  const provider = providerFor({ urls: [url], chainId, timeoutMs });
  const ask = async (method: string, params: unknown[]): Promise<unknown> => {
    try {
      return await provider.send(method, params);
    } catch (error) {
      throw chainFailure(`asking ${method}`, error);
    }
  };
  const said = quantity(await ask("eth_chainId", []));
  if (said !== chainId) throw new TallyError("chain.wrong-chain", `is on chain ${said}, not on ${chainId}`);
  const first = (await ask("eth_getBlockByNumber", ["0x0", false])) as { hash?: unknown } | null;
  const hash = typeof first?.hash === "string" ? first.hash.toLowerCase() : "";
  if (!/^0x[0-9a-f]{64}$/.test(hash)) throw new TallyError("chain.garbage", "names no first block");
  if (genesis !== null && hash !== genesis) {
    throw new TallyError("chain.wrong-chain", `follows a chain that begins with ${hash}, not with ${genesis}`);
  }
  const code = await ask("eth_getCode", [registry, "latest"]);
  if (typeof code !== "string" || !/^0x(?:[0-9a-fA-F]{2})*$/.test(code)) {
    throw new TallyError("chain.garbage", "answers the question for the registry's code with something else");
  }
  if (code === "0x") throw new TallyError("chain.registry-missing", `has no contract at ${registry}`);
  const digest = codeDigest(code);
  if (digest === registryCode) return hash;
  throw new TallyError(
    "chain.registry-missing",
    `has another contract at ${registry}: its code is ${digest}, not ${registryCode}`,
  );
}

function quantity(value: unknown): number {
  const number = typeof value === "string" && /^0x[0-9a-fA-F]{1,13}$/.test(value) ? Number(value) : Number.NaN;
  if (Number.isSafeInteger(number)) return number;
  throw new TallyError("chain.garbage", "answers the question for its chain id with something else");
}

interface Fault {
  readonly code: ErrorCode;
  readonly message: string;
}

/** URLs may carry a secret in path or query; the origin is enough to find the one that is meant. */
function faultOf(url: string, error: unknown): Fault {
  const { origin } = new URL(url);
  if (error instanceof TallyError) return { code: error.code, message: `${origin} ${endpointWords(error)}` };
  return { code: "chain.unreachable", message: `${origin} did not answer` };
}

function endpointWords({ code, message }: TallyError): string {
  return code === "chain.unreachable" ? `cannot be used: ${message}` : message;
}

/** The fault that says most about what to put right. */
const TELLING: readonly ErrorCode[] = [
  "chain.registry-missing",
  "chain.wrong-chain",
  "chain.garbage",
  "chain.unreachable",
];

function tooFew(faults: readonly Fault[], quorum: number, endpoints: number): TallyError {
  // One wrong endpoint beside others that are away proves nothing about those.
  const wrong = faults.filter(({ code }) => code !== "chain.unreachable");
  const isProven = wrong.length > endpoints - quorum;
  const code = isProven
    ? TELLING.find((candidate) => wrong.some((fault) => fault.code === candidate))!
    : "chain.unreachable";
  const words = !isProven
    ? `fewer than ${quorum} of ${endpoints} endpoints can be used`
    : endpoints === 1
      ? "the endpoint is not of the pinned network"
      : `fewer than ${quorum} of ${endpoints} endpoints are of the pinned network`;
  const list = faults.map(({ message }) => `\n  - ${message}`).join("");
  return new TallyError(
    code,
    `${words}. Check TALLY_CHAIN_URLS, TALLY_CHAIN_ID, TALLY_REGISTRY and the pinned file:${list}`,
  );
}

async function view(provider: JsonRpcProvider, registry: string, name: string): Promise<unknown> {
  const data = REGISTRY.encodeFunctionData(name, []);
  return REGISTRY.decodeFunctionResult(
    name,
    (await provider.send("eth_call", [{ to: registry, data }, "latest"])) as string,
  )[0];
}

const viewAddress = async (provider: JsonRpcProvider, registry: string, name: string): Promise<string> =>
  String(await view(provider, registry, name));
