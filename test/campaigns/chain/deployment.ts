// SPDX-License-Identifier: Apache-2.0
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pino } from "pino";
import { ethersAnchorChain } from "../../../src/adapters/ethereum/anchor-chain.js";
import type { AnchorChain, AnchoringEvent } from "../../../src/domain/anchoring/index.js";
import { compose, type Deployment } from "../../../src/main/compose.js";
import type { DataDirectory } from "../../../src/main/data-directory.js";
import { passphraseOf } from "../../../src/main/init.js";
import { openNetwork } from "../../../src/main/network.js";
import { type PinnedNetwork, pinNetwork } from "../../../src/main/pinned-network.js";
import { type RunningService, runService } from "../../../src/main/service.js";
import { openSettings } from "../../../src/main/settings.js";
import { openOffice } from "../../main/network/office.js";
import { plannedNetwork } from "../../main/network/planned-network.js";
import { PLAIN_ENVIRONMENT } from "../../main/service-process.js";
import { HostileNode, type Mischief } from "../../verify/hostile-node.js";
import type { ChainNode } from "./nodes.js";

export const AGENCY = "11340000MB1A2B3CXU";
export const REGION = "340000";
export const TYPE = `${AGENCY}001`;
/** Most that a transaction of this deployment offers, in gwei a gas. */
export const CAP_GWEI = 60;
export const CHAIN_TIMEOUT_MS = 2_500;

/** An endpoint as the service sees it: between the two anything can happen. */
export interface Line {
  readonly proxy: HostileNode;
  /** Null: what the node says. */
  mischief: Mischief | null;
  /** The node behind. */
  node: ChainNode;
}

export interface Served {
  readonly deployment: Deployment;
  readonly service: RunningService;
  readonly network: PinnedNetwork;
  readonly directory: DataDirectory;
  readonly lines: readonly Line[];
  /** The chain as it is, past every line and without haste. */
  readonly truth: AnchorChain;
  readonly token: string;
  /** Everything that the background work has told, in order. */
  readonly events: readonly AnchoringEvent[];
  readonly operator: { readonly address: string; readonly privateKey: string };
  /** What a service says that is started now on the same directory: why it refuses, or null. */
  refusalAtStart(): Promise<string | null>;
  stop(): Promise<void>;
}

/** No minute-long waits: whatever the service repeats it repeats soon. */
const PACE = {
  maxWaitMs: 300,
  idleMs: 40,
  leaseMs: 3_000,
  recheckMs: 250,
  recheckDepth: 32,
  resubmitAfterMs: 1_200,
  stuckAfterMs: 1_000,
  backoffBaseMs: 40,
  backoffCapMs: 400,
};

/** Where endpoints lag, two looks in a row must be further apart than the lag, as the minute between them is. */
const paceWith = (endpoints: number) => (endpoints === 1 ? PACE : { ...PACE, recheckMs: 2_500, recheckDepth: 64 });

/**
 * A network with one region on this node, and the region's service in this process, composed as `tally serve` composes it,
 * with proxies between it and the node.
 */
export async function serveOn(
  node: ChainNode,
  {
    folder,
    endpoints,
    confirmations,
  }: { readonly folder: string; readonly endpoints: number; readonly confirmations: number },
): Promise<Served> {
  const lines: Line[] = [];
  for (let i = 0; i < endpoints; i++) lines.push(await lineTo(node));
  const urls = lines.map(({ proxy }) => proxy.url);
  const root = join(folder, "region");
  const office = await openOffice(root, [`admin-${REGION}`, `operator-${REGION}`]);
  const admin = office.addresses[`admin-${REGION}`]!;
  mkdirSync(join(folder, "office"));
  const planned = await plannedNetwork(join(folder, "office"), { urls, chainId: node.chainId, admin });
  await node.fund(planned.accounts.deployer.address, ...Object.values(office.addresses));
  const deployed = await planned.deploy();
  if (deployed.code !== 0) throw new Error(`the registry was not deployed: ${deployed.said}`);
  await office.done("init", "--region", REGION, "--network", planned.output, "--chain-urls", urls.join(","));
  await office.done("agency", "add", AGENCY, "--name", "安徽省市场监督管理局（样例）", "--area", REGION);
  await office.done(
    "type",
    "publish",
    fileURLToPath(new URL("../../../catalogue/food-business-permit.json", import.meta.url)),
  );
  await office.done("agency", "authorise", AGENCY, TYPE);
  await office.done("key", "add", AGENCY);

  const { config, directory } = openSettings(
    {},
    {
      ...PLAIN_ENVIRONMENT,
      TALLY_DATA: root,
      TALLY_PORT: "0",
      TALLY_BATCH_SIZE: "64",
      TALLY_MIRROR_EVERY: "1",
      TALLY_RATE_LIMIT: "1000000",
      TALLY_VERIFY_THREADS: "1",
      TALLY_CHAIN_TIMEOUT_MS: String(CHAIN_TIMEOUT_MS),
      TALLY_MAX_FEE_GWEI: String(CAP_GWEI),
      TALLY_CONFIRMATIONS: String(confirmations),
    },
  );
  const pin = async () =>
    pinNetwork({ config, directory, network: await openNetwork({ config, directory, say: () => {} }), say: () => {} });
  const network = await pin();
  const passphrase = await passphraseOf(config, directory);
  const logger = pino({ level: "silent" });
  const deployment = await compose({ config, directory, network, passphrase, logger, pace: paceWith(endpoints) });
  const events: AnchoringEvent[] = [];
  deployment.onAnchoringEvent((event) => void events.push(event));
  const service = await runService(deployment, logger, "0");
  const actor = { kind: "cli", id: "campaign", role: "operator", requestId: "campaign" } as const;
  const { token } = await deployment.tokens.createToken(actor, { agency: AGENCY, role: "issuer", label: "campaign" });
  const operator = await deployment.accounts.open(`operator-${REGION}`);
  const { chainId, registry } = network;
  const { privateKey } = operator;
  return {
    ...{ deployment, service, network, directory, lines, token, events, operator },
    truth: ethersAnchorChain({ urls: [node.url], chainId, registry, region: REGION, privateKey, timeoutMs: 60_000 }),
    async refusalAtStart() {
      try {
        await pin();
        return null;
      } catch (error) {
        return (error as Error).message;
      }
    },
    async stop() {
      await service.stop();
      for (const { proxy } of lines) await proxy.stop();
    },
  };
}

async function lineTo(node: ChainNode): Promise<Line> {
  const proxy = await HostileNode.start(
    () => line.node.url,
    (call, response) => line.mischief?.(call, response),
  );
  const line: Line = { proxy, mischief: null, node };
  return line;
}
