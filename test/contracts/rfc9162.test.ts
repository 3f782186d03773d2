// SPDX-License-Identifier: Apache-2.0
import { createRequire } from "node:module";
import { expect } from "chai";
import { Interface } from "ethers";
import fc from "fast-check";
import { buildTree, type InclusionProof, rootAbove } from "../../src/core/merkle.js";
import { portableCrypto } from "../../src/core/portable-crypto.js";
import { type EvmClient, openHardhat } from "./evm-client.js";

const harness = createRequire(import.meta.url)(
  "../../artifacts/contracts/testing/Rfc9162Harness.sol/Rfc9162Harness.json",
);
const abi = new Interface(harness.abi);
const hex = (bytes: Uint8Array) => `0x${Buffer.from(bytes).toString("hex")}`;

interface Case extends InclusionProof {
  readonly leaf: Uint8Array;
}

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });

/** A leaf of a tree with its true path. */
const provenLeaf: fc.Arbitrary<Case> = fc
  .record({ size: fc.integer({ min: 1, max: 200 }), seed: fc.integer(), pick: fc.nat() })
  .map(({ size, seed, pick }) => {
    const leaves = Array.from({ length: size }, (_, i) =>
      portableCrypto.sha256(new TextEncoder().encode(`${seed} ${i}`)),
    );
    const index = pick % size;
    return { leaf: leaves[index]!, index, size, path: buildTree(portableCrypto, leaves).path(index) };
  });

/** What a forger would change. */
const MUTATIONS: Readonly<Record<string, (proof: Case, other: Uint8Array, n: number) => Case>> = {
  "another leaf": (proof, other) => ({ ...proof, leaf: other }),
  "the leaf's parent as a leaf, with a shortened path": (proof) => ({ ...proof, path: proof.path.slice(1) }),
  "a path without its end": (proof) => ({ ...proof, path: proof.path.slice(0, -1) }),
  "a hash more at the end": (proof, other) => ({ ...proof, path: [...proof.path, other] }),
  "a hash more at the start": (proof, other) => ({ ...proof, path: [other, ...proof.path] }),
  "a hash exchanged": (proof, other, n) => ({
    ...proof,
    path: proof.path.map((h, i) => (i === n % proof.path.length ? other : h)),
  }),
  "the path reversed": (proof) => ({ ...proof, path: [...proof.path].reverse() }),
  "another index": (proof, _, n) => ({ ...proof, index: n % (proof.size + 3) }),
  "another size": (proof, _, n) => ({ ...proof, size: 1 + (n % (2 * proof.size)) }),
  "the index beyond the tree": (proof) => ({ ...proof, index: proof.size }),
};

describe("Rfc9162", () => {
  let client: EvmClient;
  let address: string;

  before(async () => {
    client = await openHardhat();
    const [from] = await client.request("eth_accounts");
    address = (await client.transact({ from, data: harness.bytecode })).contractAddress;
  });
  after(() => client.close());

  /** The root that the contract finds, or null when it refuses. */
  async function rootOnChain({ leaf, index, size, path }: Case): Promise<string | null> {
    const data = abi.encodeFunctionData("rootAbove", [leaf, index, size, path]);
    const answer = await client.request("eth_call", [{ to: address, data }, "latest"]);
    const [fits, root] = abi.decodeFunctionResult("rootAbove", answer);
    return fits ? root : null;
  }

  function rootHere(proof: Case): string | null {
    const root = rootAbove(portableCrypto, proof.leaf, proof);
    return root && hex(root);
  }

  it("proves every leaf of every tree of up to 18 leaves", async () => {
    for (let size = 1; size <= 18; size++) {
      const leaves = Array.from({ length: size }, (_, i) => portableCrypto.sha256(Uint8Array.of(size, i)));
      const tree = buildTree(portableCrypto, leaves);
      for (const [index, leaf] of leaves.entries())
        expect(await rootOnChain({ leaf, index, size, path: tree.path(index) }), `${index} of ${size}`).to.equal(
          hex(tree.root),
        );
    }
  });

  it("finds the same root as the library above a true path", () =>
    fc.assert(
      fc.asyncProperty(provenLeaf, async (proof) => {
        expect(await rootOnChain(proof))
          .to.be.a("string")
          .and.equal(rootHere(proof));
      }),
      { numRuns: 100 },
    ));

  for (const [name, mutate] of Object.entries(MUTATIONS))
    it(`answers as the library does to ${name}`, () =>
      fc.assert(
        fc.asyncProperty(provenLeaf, hash, fc.nat(), async (proof, other, n) => {
          const mutated = mutate(proof, other, n);
          expect(await rootOnChain(mutated)).to.equal(rootHere(mutated));
        }),
        { numRuns: 40 },
      ));

  it("answers as the library does to any path at any place of a tree", () =>
    fc.assert(
      fc.asyncProperty(
        hash,
        fc.nat(2 ** 20),
        fc.integer({ min: 1, max: 2 ** 20 }),
        fc.array(hash, { maxLength: 22 }),
        async (leaf, index, size, path) => {
          const proof = { leaf, index, size, path };
          expect(await rootOnChain(proof)).to.equal(rootHere(proof));
        },
      ),
      { numRuns: 200 },
    ));

  it("refuses a tree without leaves", async () => {
    expect(await rootOnChain({ leaf: new Uint8Array(32), index: 0, size: 0, path: [] })).to.equal(null);
  });
});
