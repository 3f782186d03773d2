// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { toBase58 } from "../../../src/core/base58.js";
import { fromUtf8, utf8 } from "../../../src/core/bytes.js";
import { canonicalize } from "../../../src/core/canonical-json.js";
import { hashData, verifyProof } from "../../../src/core/data-integrity.js";
import { TallyError } from "../../../src/core/errors.js";
import { portableCrypto } from "../../../src/core/portable-crypto.js";
import { MAX_BUNDLE_BYTES, readTrustBundle } from "../../../src/verify/index.js";
import { ANHUI, SHANGHAI } from "../fixture.js";
import { type BundleWorld, GENESIS, makeBundleWorld, newBundleKey } from "./signed-bundle.js";

// biome-ignore lint/suspicious/noExplicitAny: hostile bundles may have any shape
type Loose = any;

describe("readTrustBundle", () => {
  let world: BundleWorld;
  before(() => {
    world = makeBundleWorld();
    world.issueAnchored();
    world.registry.revoke(ANHUI, 70_003);
    world.registry.suspend(ANHUI, 131_072 * 3);
  });

  const read = (bytes: Uint8Array, over: Partial<Parameters<typeof readTrustBundle>[1]> = {}) =>
    readTrustBundle(bytes, { trust: world.trust, pinned: world.pinned, crypto: world.crypto, ...over });

  /** The bundle's JSON changed and signed again as if it had been made so. */
  const resigned = (change: (bundle: Loose) => void, write: (value: Loose) => string = canonicalize): Uint8Array => {
    const { proof, ...document } = JSON.parse(fromUtf8(world.bundle())!);
    change(document);
    const { proofValue: _, ...configuration } = { ...proof, created: document.issuedAt };
    const signature = world.crypto.sign(world.bundleKey.seed, hashData(world.crypto, document, configuration));
    return utf8(write({ ...document, proof: { ...configuration, proofValue: `z${toBase58(signature)}` } }));
  };

  const refusal = (bytes: Uint8Array, over: Parameters<typeof read>[1] = {}): TallyError => {
    try {
      read(bytes, over);
    } catch (error) {
      expect(error, String(error)).to.be.instanceOf(TallyError);
      return error as TallyError;
    }
    throw new Error("it was not refused");
  };

  it("reads what it was made of", () => {
    const bundle = read(world.bundle());
    expect(bundle).to.include({ region: ANHUI, chainId: world.trust.chainId, genesis: GENESIS });
    expect(bundle.block.time).to.equal(world.registry.time);
    const { regions, agencies, keys, types } = world.registry.state();
    expect(bundle.state.regions).to.have.deep.members(regions as Loose);
    expect(bundle.state.agencies).to.have.deep.members(agencies as Loose);
    expect(bundle.state.keys).to.have.deep.members(keys as Loose);
    expect(bundle.state.types).to.have.deep.members(types as Loose);
  });

  it("gives the same state the same digest, whoever issued it and when", () => {
    const other = newBundleKey(world, SHANGHAI);
    const both = [
      read(world.bundle()),
      read(world.bundle({ key: other, head: { region: SHANGHAI, issuedAt: "2026-12-01T00:00:00Z" } }), {
        pinned: [other.multikey],
      }),
    ];
    expect(both[0]!.stateDigest)
      .to.equal(both[1]!.stateDigest)
      .and.match(/^[0-9a-f]{64}$/);
  });

  it("reads with the portable primitives too", () => {
    expect(read(world.bundle(), { crypto: portableCrypto }).region).to.equal(ANHUI);
  });

  it("takes a proof that any eddsa-jcs-2022 software takes", () => {
    const secured = JSON.parse(fromUtf8(world.bundle())!);
    expect(verifyProof(world.crypto, secured, world.bundleKey.multikey.bytes.slice(2))).to.equal(true);
    expect(secured.proof.verificationMethod).to.equal(
      `did:key:${world.bundleKey.multikey.text}#${world.bundleKey.multikey.text}`,
    );
  });

  describe("refuses", () => {
    it("a bundle of another chain, registry or genesis: bundle.wrong-chain", () => {
      const bytes = world.bundle();
      for (const other of [{ chainId: 1 }, { registry: `0x${"11".repeat(20)}` }, { genesis: `0x${"0b".repeat(32)}` }])
        expect(refusal(bytes, { trust: { ...world.trust, ...other } }).code).to.equal("bundle.wrong-chain");
      expect(read(bytes, { trust: { ...world.trust, genesis: GENESIS } }).genesis).to.equal(GENESIS);
    });

    it("a key that is not pinned: bundle.key-not-pinned", () => {
      const thief = newBundleKey(world, ANHUI);
      expect(refusal(world.bundle({ key: thief })).code).to.equal("bundle.key-not-pinned");
      expect(refusal(world.bundle(), { pinned: [] }).code).to.equal("bundle.key-not-pinned");
    });

    it("a changed byte anywhere, or a signature of another key: bundle.signature-wrong at the latest", () => {
      const bytes = world.bundle();
      for (let at = 0; at < bytes.length; at += 7) {
        const changed = bytes.slice();
        changed[at]! ^= 1;
        expect(refusal(changed).code, `byte ${at}`).to.match(/^(?:bundle|format|json)\./);
      }
      const text = fromUtf8(bytes)!;
      const revived = text.replace(/"revoked":"[^"]+"/, '"revoked":""');
      expect(revived).to.not.equal(text);
      expect(refusal(utf8(revived)).code).to.equal("bundle.signature-wrong");
      const forged = { ...world.bundleKey, seed: world.newKey().seed };
      expect(refusal(world.bundle({ key: forged })).code).to.equal("bundle.signature-wrong");
    });

    it("a key that does not count by the bundle's own state: bundle.signer-unfit", () => {
      const time = world.registry.time;
      const unfit: Record<string, (key: Loose) => void> = {
        absent: (key) => (key.multikey = "A".repeat(46)),
        "for another purpose": (key) => (key.purpose = "audit"),
        "of another region": (key) => (key.region = SHANGHAI),
        "of an agency": (key) => (key.agency = world.agency.code),
        "not in effect": (key) => (key.activeFrom = time + 1),
        retired: (key) => (key.retiredAt = time),
        disputed: (key) => (key.compromises = [[time - 9, time + 1_000_000]]),
      };
      for (const [name, change] of Object.entries(unfit)) {
        const bytes = resigned(({ state }) => {
          change(state.keys.find((key: Loose) => key.purpose === "bundle" && key.region === ANHUI && isOwn(key)));
          state.keys.sort((one: Loose, other: Loose) => (one.multikey < other.multikey ? -1 : 1));
        });
        expect(refusal(bytes).code, name).to.equal("bundle.signer-unfit");
      }
    });

    const isOwn = ({ multikey }: Loose): boolean =>
      multikey === Buffer.from(world.bundleKey.multikey.bytes).toString("base64url");

    it("a later version and another algorithm by name", () => {
      expect(refusal(resigned((b) => (b.formatVersion = 3))).code).to.equal("format.version-unsupported");
      const text = fromUtf8(world.bundle())!;
      const algorithm = utf8(text.replace("eddsa-jcs-2022", "mldsa44-jcs-2026"));
      expect(refusal(algorithm).code).to.equal("format.algorithm-unsupported");
      // Also one that is laid out otherwise.
      const later = utf8('{"format":"tigertally-trust-bundle","formatVersion":7,"roots":{}}');
      expect(refusal(later).code).to.equal("format.version-unsupported");
    });

    it("what is cut off, padded, or no bundle at all", () => {
      const bytes = world.bundle();
      for (const length of [0, 1, 100, 900, bytes.length - 1])
        expect(refusal(bytes.subarray(0, length)).code, `${length} bytes`).to.match(/^(?:json|format|bundle)\./);
      expect(refusal(utf8(`${fromUtf8(bytes)}\n`)).code).to.equal("format.malformed");
      expect(refusal(utf8("<!doctype html>")).code).to.equal("json.malformed");
      expect(refusal(new Uint8Array(MAX_BUNDLE_BYTES + 1)).code).to.equal("json.too-large");
    });

    it("JSON that is not canonical, even when rightly signed", () => {
      expect(
        refusal(
          resigned(
            () => {},
            (value) => JSON.stringify(value, null, 1),
          ),
        ).code,
      ).to.equal("format.malformed");
      // A space inside the state, signed as it stands.
      const spaced = signedText((text) => text.replace('"agencies":', '"agencies": '));
      expect(refusal(spaced)).to.include({ code: "format.malformed", field: "/state" });
      const doubled = signedText((text) => text.replace('"agencies":', '"agencies":[],"agencies":'));
      expect(refusal(doubled).code).to.equal("json.duplicate-key");
    });

    /** Changes the text and signs the very bytes. */
    const signedText = (change: (text: string) => string): Uint8Array => {
      const text = change(fromUtf8(world.bundle())!);
      const [whole, inner] = /,"proof":(\{[^}]*\})/.exec(text)!;
      const { proofValue: _, ...configuration } = JSON.parse(inner!);
      const { crypto, bundleKey } = world;
      const hash = Buffer.concat([
        crypto.sha256(utf8(canonicalize(configuration))),
        crypto.sha256(utf8(text.replace(whole, ""))),
      ]);
      const proof = { ...configuration, proofValue: `z${toBase58(crypto.sign(bundleKey.seed, hash))}` };
      return utf8(text.replace(inner!, canonicalize(proof)));
    };

    const malformed: Record<string, [string, (bundle: Loose) => void]> = {
      "an unknown member in the head": ["/extra", (b) => (b.extra = 1)],
      "an unknown member in the state": ["/state/extra", (b) => (b.state.extra = [])],
      "an unknown member of a key": ["/state/keys/0/note", (b) => (b.state.keys[0].note = "")],
      "a missing member": ["/state/agencies/0/did", (b) => delete b.state.agencies[0].did],
      "a time of issue with fractions": ["/issuedAt", (b) => (b.issuedAt = "2026-03-04T00:00:00.0Z")],
      "a sequence of zero": ["/sequence", (b) => (b.sequence = 0)],
      "a block hash in capitals": ["/block/hash", (b) => (b.block.hash = `0x${"AB".repeat(32)}`)],
      "agencies out of order": ["/state/agencies/1", (b) => b.state.agencies.reverse()],
      "keys out of order": ["/state/keys/1", (b) => b.state.keys.reverse()],
      "regions out of order": ["/state/regions/1", (b) => b.state.regions.reverse()],
      "an anchor twice": [
        "/state/regions/2/anchors/1",
        (b) => b.state.regions[2].anchors.push(b.state.regions[2].anchors[0]),
      ],
      "a type twice": ["/state/types/1", (b) => b.state.types.push(b.state.types[0])],
      "a list twice": [
        "/state/regions/2/statusLists/1",
        (b) => b.state.regions[2].statusLists.splice(0, 0, b.state.regions[2].statusLists[0]),
      ],
      "a list without a bit": [
        "/state/regions/2/statusLists/0",
        (b) => Object.assign(b.state.regions[2].statusLists[0], { revoked: "", suspended: "" }),
      ],
      "bits beyond the list": [
        "/state/regions/2/statusLists/0/revoked",
        (b) => (b.state.regions[2].statusLists[0].revoked = "gIAI"),
      ],
      "a gap with a needless byte": [
        "/state/regions/2/statusLists/0/revoked",
        (b) => (b.state.regions[2].statusLists[0].revoked = "gAA"),
      ],
      "a root in capitals": [
        "/state/regions/2/anchors/0/0",
        (b) => (b.state.regions[2].anchors[0][0] = "AB".repeat(32)),
      ],
      "a batch that is too large": [
        "/state/regions/2/anchors/0/1",
        (b) => (b.state.regions[2].anchors[0][1] = 2 ** 21),
      ],
      "an interval that ends before it begins": [
        "/state/agencies/0/suspensions/0",
        (b) => (b.state.agencies[0].suspensions = [[9, 8]]),
      ],
      "intervals that overlap": [
        "/state/agencies/0/suspensions/1",
        (b) =>
          (b.state.agencies[0].suspensions = [
            [1, 8],
            [8, null],
          ]),
      ],
      "an interval after an open one": [
        "/state/agencies/0/suspensions/1",
        (b) =>
          (b.state.agencies[0].suspensions = [
            [1, null],
            [9, null],
          ]),
      ],
      "an authorisation without intervals": [
        "/state/agencies/0/authorisations/0/intervals",
        (b) => (b.state.agencies[0].authorisations[0].intervals = []),
      ],
      "an agency of a region that is not there": [
        "/state/agencies/0/region",
        (b) => (b.state.agencies[0].region = "650000"),
      ],
      "a key of an agency that is not there": [
        /\/state\/keys\/\d+\/agency/ as unknown as string,
        (b) => (b.state.keys.find((key: Loose) => key.agency !== null).agency = "91310000MA1FL0000X"),
      ],
      "a time of zero": ["/state/regions/0/addedAt", (b) => (b.state.regions[0].addedAt = 0)],
    };
    for (const [what, [field, change]] of Object.entries(malformed)) {
      it(`${what}, though a pinned key signed it: ${field}`, () => {
        const error = refusal(resigned(change));
        expect(error.code).to.equal("format.malformed");
        if (typeof field === "string") expect(error.field).to.equal(field);
        else expect(error.field).to.match(field);
      });
    }

    it("a hostile file without reading more of it than its head", () => {
      // Millions of empty lists, which parsed would fill the memory, behind a head that nobody signed.
      const [head] = fromUtf8(world.bundle())!.split(',"state":') as [string];
      const hostile = utf8(`${head},"state":[${"[],".repeat(5_000_000)}[]],"x509RevocationLists":[]}`);
      const before = process.memoryUsage().heapUsed;
      expect(refusal(hostile).code).to.equal("bundle.signature-wrong");
      expect(process.memoryUsage().heapUsed - before).to.be.lessThan(64 * 1024 * 1024);
    });
  });
});
