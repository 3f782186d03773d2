// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { nodeCrypto as crypto } from "../../src/adapters/node-crypto/index.js";
import { fromBase64 } from "../../src/core/base64.js";
import { equalBytes, utf8 } from "../../src/core/bytes.js";
import { toHex } from "../../src/core/hex.js";
import { buildTree, leafHash, MAX_TREE_SIZE, nodeHash, rootAbove } from "../../src/core/merkle.js";
import { expectRefusal } from "./refusal.js";
import { vectorJson } from "./vectors.js";

const leaves = (count: number) => Array.from({ length: count }, (_, i) => leafHash(crypto, utf8(`entry ${i}`)));

/** RFC 9162 section 2.1.1, word for word: slow, and obviously right. */
function rootByDefinition(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length === 1) return hashes[0]!;
  let split = 1;
  while (split * 2 < hashes.length) split *= 2;
  return nodeHash(crypto, rootByDefinition(hashes.slice(0, split)), rootByDefinition(hashes.slice(split)));
}

describe("the RFC 9162 tree", () => {
  it("hashes a leaf and a node with their prefixes", () => {
    // RFC 9162 trees in Certificate Transparency: hash of the empty leaf.
    expect(toHex(leafHash(crypto, new Uint8Array()))).to.equal(
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    );
    const [left, right] = leaves(2) as [Uint8Array, Uint8Array];
    expect(nodeHash(crypto, left, right)).to.deep.equal(crypto.sha256(Uint8Array.of(1), left, right));
  });

  it("has the root of the definition for every size up to 130", () => {
    const all = leaves(130);
    for (let size = 1; size <= all.length; size++)
      expect(toHex(buildTree(crypto, all.slice(0, size)).root), `size ${size}`).to.equal(
        toHex(rootByDefinition(all.slice(0, size))),
      );
  });

  it("proves every leaf of every size up to 70", () => {
    for (let size = 1; size <= 70; size++) {
      const hashes = leaves(size);
      const tree = buildTree(crypto, hashes);
      hashes.forEach((leaf, index) => {
        const reached = rootAbove(crypto, leaf, { index, size, path: tree.path(index) });
        expect(reached && toHex(reached), `leaf ${index} of ${size}`).to.equal(toHex(tree.root));
      });
    }
  });

  it("refuses a tree without leaves, or larger than 2^20, and indices outside", () => {
    expectRefusal("tree.empty", () => buildTree(crypto, []));
    expectRefusal("tree.index-out-of-range", () =>
      buildTree(crypto, new Array(MAX_TREE_SIZE + 1).fill(new Uint8Array(32))),
    );
    expectRefusal("format.malformed", () => buildTree(crypto, [new Uint8Array(31)]));
    const tree = buildTree(crypto, leaves(3));
    for (const index of [-1, 3, 0.5, Number.NaN]) expectRefusal("tree.index-out-of-range", () => tree.path(index));
  });

  it("is built in linear time: 2^17 leaves cost 2^17 - 1 hashes", () => {
    let hashes = 0;
    const counting = {
      ...crypto,
      sha256() {
        hashes++;
        return new Uint8Array(32);
      },
    };
    buildTree(counting, new Array(2 ** 17).fill(new Uint8Array(32)));
    expect(hashes).to.equal(2 ** 17 - 1);
  });
});

describe("rootAbove", () => {
  const vectors: {
    name: string;
    leafIdx: number;
    treeSize: number;
    root: string;
    leafHash: string;
    proof: string[] | null;
    wantErr: boolean;
  }[] = vectorJson("published/rfc9162-inclusion.json");

  it("has published vectors of both kinds", () => {
    expect(vectors.filter((vector) => vector.wantErr)).not.to.be.empty;
    expect(vectors.filter((vector) => !vector.wantErr)).not.to.be.empty;
  });

  for (const { name, leafIdx, treeSize, root, leafHash: leaf, proof, wantErr } of vectors)
    it(`${wantErr ? "refuses" : "accepts"} the published ${name}`, () => {
      const path = (proof ?? []).map((hash) => fromBase64(hash));
      const reached = rootAbove(crypto, fromBase64(leaf), { index: leafIdx, size: treeSize, path });
      expect(reached !== null && equalBytes(reached, fromBase64(root))).to.equal(!wantErr);
    });

  it("reaches the root from any leaf of any batch, and from no altered proof", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 300 }), fc.nat(), fc.nat(), fc.nat(255), (size, pick, where, bit) => {
        const hashes = leaves(size);
        const index = pick % size;
        const tree = buildTree(crypto, hashes);
        const path = tree.path(index);
        const leaf = hashes[index]!;
        const reaches = (proof: Parameters<typeof rootAbove>[2], from = leaf) => {
          const reached = rootAbove(crypto, from, proof);
          return reached !== null && equalBytes(reached, tree.root);
        };
        expect(reaches({ index, size, path })).to.equal(true);
        expect(reaches({ index, size, path }, flipped(leaf, bit))).to.equal(false);
        expect(reaches({ index, size, path: path.slice(1) })).to.equal(false);
        expect(reaches({ index, size, path: path.slice(0, -1) })).to.equal(false);
        expect(reaches({ index, size, path: [...path, leaf] })).to.equal(false);
        const at = where % path.length;
        expect(reaches({ index, size, path: path.map((hash, i) => (i === at ? flipped(hash, bit) : hash)) })).to.equal(
          false,
        );
        expect(reaches({ index, size, path: path.toReversed() })).to.equal(path.length === 1);
        const other = (index + 1 + (where % (size - 1))) % size;
        expect(reaches({ index: other, size, path })).to.equal(false);
      }),
      { numRuns: 60 },
    );
  });

  it("does not take an inner node with a shortened path for a leaf", () => {
    const hashes = leaves(8);
    const tree = buildTree(crypto, hashes);
    const inner = nodeHash(crypto, hashes[0]!, hashes[1]!);
    // With its true position in the tree of hashes the path would fit a tree of half the size, so the size must be the signed one.
    expect(rootAbove(crypto, inner, { index: 0, size: 8, path: tree.path(0).slice(1) })).to.equal(null);
    // An entry that spells an inner node hashes with the leaf prefix to something else.
    const spelled = leafHash(crypto, Uint8Array.from([...hashes[0]!, ...hashes[1]!]));
    expect(equalBytes(spelled, inner)).to.equal(false);
  });

  for (const [name, index, size] of [
    ["a negative index", -1, 4],
    ["an index at the size", 4, 4],
    ["a fractional index", 0.5, 4],
    ["size 0", 0, 0],
    ["a size beyond 2^20", 0, MAX_TREE_SIZE + 1],
    ["a size that is not a number", 0, Number.NaN],
    ["an index beyond 2^32", 2 ** 32, 2 ** 33],
  ] as const)
    it(`returns null for ${name}`, () => {
      expect(rootAbove(crypto, leaves(1)[0]!, { index, size, path: [] })).to.equal(null);
    });

  it("returns null for hashes that are not 32 bytes", () => {
    const [leaf] = leaves(1) as [Uint8Array];
    expect(rootAbove(crypto, leaf, { index: 0, size: 2, path: [new Uint8Array(31)] })).to.equal(null);
    expect(rootAbove(crypto, new Uint8Array(33), { index: 0, size: 1, path: [] })).to.equal(null);
  });
});

function flipped(hash: Uint8Array, bit: number): Uint8Array {
  const copy = hash.slice();
  copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
}
