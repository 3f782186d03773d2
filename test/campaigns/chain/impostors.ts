// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ChainNode, type NodeKind, startNode } from "./nodes.js";
import type { Stage } from "./stage.js";

export interface Impostor {
  readonly node: ChainNode;
  stop(): Promise<void>;
}

/** A new chain with the same chain id at the address of the node of before. */
export async function emptyChain(stage: Stage, kind: NodeKind): Promise<Impostor> {
  const folder = mkdtempSync(join(tmpdir(), "tally-impostor-"));
  const impostor = (await startNode(kind, folder))!;
  for (const line of stage.lines) line.node = impostor;
  return {
    node: impostor,
    stop: async () => {
      await impostor.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The same, longer than our chain, with the code of our registry where ours is: it knows nothing of what ours recorded. */
export async function chainWithRegistry(stage: Stage): Promise<Impostor> {
  const folder = mkdtempSync(join(tmpdir(), "tally-impostor-"));
  const impostor = (await startNode("anvil", folder))!;
  const { registry } = stage.served.network;
  const code = await stage.node.rpc("eth_getCode", registry, "latest");
  await impostor.rpc("anvil_setCode", registry, code);
  const head = Number(await stage.node.rpc("eth_blockNumber"));
  await impostor.rpc("anvil_mine", `0x${(head + 20).toString(16)}`);
  for (const line of stage.lines) line.node = impostor;
  return {
    node: impostor,
    stop: async () => {
      await impostor.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
