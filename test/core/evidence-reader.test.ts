// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto as crypto } from "../../src/adapters/node-crypto/index.js";
import { equalBytes, utf8 } from "../../src/core/bytes.js";
import type { AnchoredEvidence } from "../../src/core/evidence.js";
import {
  evidenceFor,
  isAnchored,
  pendingEvidence,
  proofOf,
  readEvidence,
  tokenOf,
} from "../../src/core/evidence-reader.js";
import { toHex } from "../../src/core/hex.js";
import { buildTree, leafHash, rootAbove } from "../../src/core/merkle.js";
import { expectRefusal } from "./refusal.js";
import { type Alteration, changed, SAMPLE_TOKEN } from "./sample.js";

const leaves = Array.from({ length: 5 }, (_, i) => leafHash(crypto, utf8(`entry ${i}`)));
const tree = buildTree(crypto, leaves);
const ANCHORED = evidenceFor(SAMPLE_TOKEN, {
  batch: { region: "349900", root: toHex(tree.root), size: tree.size },
  index: 3,
  path: tree.path(3),
  anchors: [
    {
      chainId: 31337,
      registry: "0x5FbDB2315678afecb367f032d93F642f64180aa3",
      block: 17,
      time: "2026-03-01T02:04:00Z",
      tx: `0x${"ab".repeat(32)}`,
    },
  ],
}) as AnchoredEvidence;

describe("readEvidence", () => {
  it("reads pending and anchored evidence, and the token in both", () => {
    for (const evidence of [pendingEvidence(SAMPLE_TOKEN), ANCHORED]) {
      expect(readEvidence(evidence as never)).to.equal(evidence);
      expect(tokenOf(evidence)).to.deep.equal(SAMPLE_TOKEN);
    }
    expect(isAnchored(pendingEvidence(SAMPLE_TOKEN))).to.equal(false);
    expect(isAnchored(ANCHORED)).to.equal(true);
  });

  it("gives the proof in the form that reaches its root", () => {
    const { proof, root } = proofOf(ANCHORED);
    expect(equalBytes(rootAbove(crypto, leaves[3]!, proof)!, root)).to.equal(true);
  });

  it("reads evidence without anchors, which are hints only", () => {
    expect(() => readEvidence(changed(ANCHORED, (e) => (e.anchors = [])))).not.to.throw();
  });

  it("names a later version, whatever else it has", () => {
    expectRefusal("format.version-unsupported", () =>
      readEvidence(changed(ANCHORED, (e) => Object.assign(e, { version: 2, receipts: [] }))),
    );
  });

  const malformed: Record<string, [field: string, alter: Alteration]> = {
    "no version": ["/version", (e) => delete e.version],
    "a version as text": ["/version", (e) => (e.version = "1")],
    "an unknown member": ["/extra", (e) => (e.extra = [])],
    "no token": ["/token", (e) => delete e.token],
    "a token with padding": ["/token", (e) => (e.token += "=")],
    "a token in base64": ["/token", (e) => (e.token = "+/+/")],
    "a token with unused bits set": ["/token", (e) => (e.token = "AB")],
    "a token too long": ["/token", (e) => (e.token = "A".repeat(4096))],
    "an index without a batch": ["/index", (e) => delete e.batch],
    "a batch without an index": ["/index", (e) => delete e.index],
    "a negative index": ["/index", (e) => (e.index = -1)],
    "an index beyond any batch": ["/index", (e) => (e.index = 2 ** 20)],
    "a fractional index": ["/index", (e) => (e.index = 0.5)],
    "a size of 0": ["/batch/size", (e) => (e.batch.size = 0)],
    "a size beyond any batch": ["/batch/size", (e) => (e.batch.size = 2 ** 20 + 1)],
    "a region by name": ["/batch/region", (e) => (e.batch.region = "安徽")],
    "a root with 0x": ["/batch/root", (e) => (e.batch.root = `0x${e.batch.root}`)],
    "a root in capitals": ["/batch/root", (e) => (e.batch.root = e.batch.root.toUpperCase())],
    "an unknown member of the batch": ["/batch/chainId", (e) => (e.batch.chainId = 1)],
    "a path of 21 hashes": ["/path", (e) => (e.path = Array(21).fill(e.path[0]))],
    "a short hash in the path": ["/path/1", (e) => (e.path[1] = e.path[1].slice(2))],
    "a null in the path": ["/path/0", (e) => (e.path[0] = null)],
    "17 anchors": ["/anchors", (e) => (e.anchors = Array(17).fill(e.anchors[0]))],
    "an anchor with a short address": ["/anchors/0/registry", (e) => (e.anchors[0].registry = "0x12")],
    "an anchor at a time that does not exist": ["/anchors/0/time", (e) => (e.anchors[0].time = "2026-02-30T00:00:00Z")],
    "an anchor with a wrong transaction": ["/anchors/0/tx", (e) => (e.anchors[0].tx = "0xab")],
    "an anchor on chain 0": ["/anchors/0/chainId", (e) => (e.anchors[0].chainId = 0)],
    "an unknown member of an anchor": ["/anchors/0/note", (e) => (e.anchors[0].note = "")],
  };
  for (const [name, [field, alter]] of Object.entries(malformed))
    it(`refuses ${name}, at ${field}`, () => {
      expect(expectRefusal("format.malformed", () => readEvidence(changed(ANCHORED, alter))).field).to.equal(field);
    });

  for (const json of [null, [], 1, "x"])
    it(`refuses ${JSON.stringify(json)}`, () => void expectRefusal("format.malformed", () => readEvidence(json)));
});
