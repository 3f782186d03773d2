// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { JsonRpcProvider } from "ethers";
import { feesNow } from "../../../src/adapters/ethereum/fees.js";

const GWEI = 1_000_000_000n;

/** A node that names these prices. */
function node(base: bigint, tip: bigint | null): JsonRpcProvider {
  const send = async (method: string): Promise<unknown> => {
    if (method === "eth_getBlockByNumber") return { baseFeePerGas: hex(base) };
    if (tip === null) throw new Error("no such method");
    return hex(tip);
  };
  return { send } as unknown as JsonRpcProvider;
}

const hex = (value: bigint): string => `0x${value.toString(16)}`;

describe("the fees of now", () => {
  it("leave room for the base fee to double", async () => {
    const fees = await feesNow(node(10n * GWEI, 2n * GWEI));
    expect(fees).to.deep.equal({ maxFeePerGas: 22n * GWEI, maxPriorityFeePerGas: 2n * GWEI });
  });

  it("give up that room, but nothing more, where it would pass the cap", async () => {
    const fees = await feesNow(node(300n * GWEI, 2n * GWEI));
    expect(fees).to.deep.equal({ maxFeePerGas: 500n * GWEI, maxPriorityFeePerGas: 2n * GWEI });
    const dear = await feesNow(node(499n * GWEI, 2n * GWEI));
    expect(dear.maxFeePerGas > 500n * GWEI).to.equal(true);
    const allowed = await feesNow(node(499n * GWEI, 2n * GWEI), { maxFeePerGas: 600n * GWEI });
    expect(allowed.maxFeePerGas).to.equal(600n * GWEI);
  });

  it("fall back on a modest tip when the node recommends none", async () => {
    expect((await feesNow(node(GWEI, null))).maxPriorityFeePerGas).to.equal(GWEI);
  });

  it("are nothing where gas is free, whatever the node recommends", async () => {
    expect(await feesNow(node(0n, 10n ** 30n))).to.deep.equal({ maxFeePerGas: 0n, maxPriorityFeePerGas: 0n });
  });
});
