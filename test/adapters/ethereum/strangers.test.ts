// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { toBeHex } from "ethers";
import { ethersAnchorChain } from "../../../src/adapters/ethereum/anchor-chain.js";
import { agencyBytes, regionBytes } from "../../../src/adapters/ethereum/codes.js";
import { ethersKeyLog } from "../../../src/adapters/ethereum/key-log.js";
import { ethersRegistry } from "../../../src/adapters/ethereum/registry-access.js";
import { REGISTRY } from "../../../src/adapters/ethereum/registry-interface.js";
import { ethersStatusWords } from "../../../src/adapters/ethereum/status-words.js";
import { toHex } from "../../../src/core/hex.js";
import { placeOf, type StatusMasks } from "../../../src/domain/anchoring/index.js";
import type { RegistryAccess } from "../../../src/verify/registry.js";
import { memoryFloor } from "../../domain/sharing/memory-floor.js";
import { HANDLED, HostileNode, type Mischief } from "../../verify/hostile-node.js";
import {
  AGENCY,
  type LocalRegistry,
  newKey,
  REGION,
  rejection,
  settleRegion,
  startLocalRegistry,
} from "./local-registry.js";

/** Logs that nobody wrote, as short as they may be. */
function inventedKeys(count: number): object[] {
  return Array.from({ length: count }, (_, i) =>
    REGISTRY.encodeEventLog("KeyAdded", [
      ...["0x0000000000000000", toBeHex(i, 32), agencyBytes(AGENCY), regionBytes(REGION)],
      ...[0, 0, 0, toBeHex(i, 2)],
    ]),
  );
}

const NOWHERE = "http://127.0.0.1:9";

describe("what strangers' documents are made of, through ethers,", () => {
  let local: LocalRegistry;
  let first: Awaited<ReturnType<typeof settleRegion>>;

  before(async () => {
    local = await startLocalRegistry();
    first = await settleRegion(local);
  });
  after(() => local.close());

  const common = () => ({ chainId: local.chain.chainId, timeoutMs: 30_000 });
  const logOf = (...urls: string[]) => ethersKeyLog({ ...common(), urls, registry: local.deployment.registry });
  const wordsOf = (...urls: string[]) => {
    const { registry: address } = local.deployment;
    const registry = ethersRegistry({ ...common(), urls: [local.chain.url], registry: address });
    return ethersStatusWords({ ...common(), urls, address, registry, floor: memoryFloor() });
  };

  it("is every key of an agency and of regions, later ones too", async () => {
    const log = logOf(local.chain.url);
    expect((await log.keysOf(AGENCY)).map(toHex)).to.deep.equal([toHex(first.bytes)]);
    expect(await log.keysOf(null)).to.deep.equal([]);
    const [second, ofRegion] = [newKey(), newKey()];
    await local.as("admin").addAgencyKey(AGENCY, "certificate", second.multikey);
    await local.as("admin").retireKey(first.digest);
    await local.as("admin").addRegionKey(REGION, "status-list", ofRegion.multikey);
    expect((await log.keysOf(AGENCY)).map(toHex)).to.deep.equal([first, second].map(({ bytes }) => toHex(bytes)));
    expect((await log.keysOf(null)).map(toHex)).to.deep.equal([toHex(ofRegion.bytes)]);
  });

  it("is found while one of several nodes answers, and refused when none does", async () => {
    expect(await logOf(NOWHERE, local.chain.url).keysOf(AGENCY)).not.to.deep.equal([]);
    expect(await rejection(logOf(NOWHERE).keysOf(AGENCY))).to.include({ reason: "registry.unreachable" });
  });

  it("is what the honest node knows while another invents keys, then and after", async () => {
    let lies = false;
    // High enough that younger blocks alone do not tell of the keys again.
    const late: Mischief = ({ method }) => (method === "eth_blockNumber" ? "0x400" : undefined);
    const [honest, liar] = await Promise.all([
      HostileNode.start(local.chain.url, late),
      HostileNode.start(local.chain.url, (call, response) =>
        lies && call.method === "eth_getLogs" ? inventedKeys(1_001) : late(call, response),
      ),
    ]);
    try {
      const log = logOf(honest.url, liar.url);
      const known = (await log.keysOf(AGENCY)).map(toHex);
      expect(known).to.have.length(2);
      for (lies of [true, false]) expect((await log.keysOf(AGENCY)).map(toHex)).to.deep.equal(known);
    } finally {
      await Promise.all([honest.stop(), liar.stop()]);
    }
  });

  it("is not looked for in all the blocks that a node says it has", async () => {
    const liar = await HostileNode.start(local.chain.url, ({ method }, response) => {
      if (method === "eth_blockNumber") return "0x1fffffffffffff";
      if (method !== "eth_getLogs") return undefined;
      response.writeHead(500).end();
      return HANDLED;
    });
    try {
      expect(await rejection(logOf(liar.url).keysOf(AGENCY))).to.include({ reason: "registry.unreachable" });
      expect(await logOf(liar.url, local.chain.url).keysOf(AGENCY)).not.to.deep.equal([]);
    } finally {
      await liar.stop();
    }
  });

  it("is no list of an older block than one that was read before", async () => {
    const { registry: address } = local.deployment;
    const honest = ethersRegistry({ ...common(), urls: [local.chain.url], registry: address });
    let behind = 0;
    const registry: RegistryAccess = {
      snapshot: async () => {
        const snapshot = await honest.snapshot();
        return { ...snapshot, head: { ...snapshot.head, block: snapshot.head.block - behind } };
      },
    };
    const floor = memoryFloor();
    const started = () => ethersStatusWords({ ...common(), urls: [local.chain.url], address, registry, floor });
    const words = started();
    await words.readList(REGION, 0);
    behind = 1;
    for (const each of [words, started()])
      expect(await rejection(each.readList(REGION, 0))).to.include({ reason: "registry.unreachable" });
    behind = 0;
    await words.readList(REGION, 0);
  });

  it("is each bit of a list at its index, of both purposes", async () => {
    const [revoked, suspended] = [
      [0, 8, 255, 70_001, 131_071],
      [1, 256],
    ];
    const masks = new Map<string, StatusMasks>();
    const set = (index: number, purpose: "revoke" | "suspend") => {
      const { list, word, bit } = placeOf(index);
      const known = masks.get(String(word)) ?? { list, word, revoke: 0n, suspend: 0n, release: 0n };
      masks.set(String(word), { ...known, [purpose]: known[purpose] | bit });
    };
    for (const index of revoked) set(index, "revoke");
    for (const index of suspended) set(index, "suspend");
    const chain = ethersAnchorChain({
      urls: [local.chain.url],
      chainId: local.chain.chainId,
      registry: local.deployment.registry,
      region: REGION,
      privateKey: local.accounts.operator.privateKey,
    });
    await chain.submitStatus([...masks.values()]);

    const { revocation, suspension, blockTime } = await wordsOf(local.chain.url).readList(REGION, 0);
    const positions = (bits: Uint8Array) =>
      Array.from({ length: bits.length * 8 }, (_, i) => i).filter((i) => ((bits[i >> 3]! >> (7 - (i & 7))) & 1) === 1);
    expect([positions(revocation), positions(suspension)]).to.deep.equal([revoked, suspended]);
    expect([revocation.length, suspension.length]).to.deep.equal([16_384, 16_384]);
    expect(blockTime).to.be.greaterThan(1_700_000_000);
  });

  it("is refused when too few nodes give a list", async () => {
    expect(await rejection(wordsOf(local.chain.url, NOWHERE).readList(REGION, 0))).to.include({
      reason: "registry.unreachable",
    });
    expect(await rejection(wordsOf(NOWHERE).readList(REGION, 0))).to.include({ reason: "registry.unreachable" });
  });
});
