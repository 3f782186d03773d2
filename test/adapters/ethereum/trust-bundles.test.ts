// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { ethersRegistry } from "../../../src/adapters/ethereum/registry-access.js";
import { ethersHistory } from "../../../src/adapters/ethereum/registry-history.js";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { toHex } from "../../../src/core/hex.js";
import { encodeMultikey, keyDigest } from "../../../src/core/multikey.js";
import { createTrustBundles, type TrustBundles } from "../../../src/domain/sharing/trust-bundles.js";
import { bundleRegistry } from "../../../src/verify/index.js";
import type { RegistrySnapshot } from "../../../src/verify/registry.js";
import { HANDLED, HostileNode, type Mischief } from "../../verify/hostile-node.js";
import {
  operatorsChain,
  type RecordedRegistry,
  ROOT,
  registryAnswers,
  SEALER,
  startRecordedRegistry,
} from "../../verify/registry-answers.suite.js";
import { AGENCY, newKey, REGION, rejection, TYPE } from "./local-registry.js";

const seed = nodeCrypto.randomBytes(32);
const multikey = encodeMultikey(nodeCrypto.publicKey(seed));

describe("trust bundles of a real registry", () => {
  let recorded: RecordedRegistry;
  let shelf: Uint8Array | null = null;
  let bundles: TrustBundles;
  const nodes: HostileNode[] = [];

  const optionsOf = (urls = [recorded.local.chain.url]) => {
    const { chain, deployment } = recorded.local;
    return { urls, chainId: chain.chainId, registry: deployment.registry, timeoutMs: 2_000 };
  };
  const historyOf = (urls?: string[]) => ethersHistory({ ...optionsOf(urls), firstBlock: async () => 0 });
  const make = (urls?: string[]): TrustBundles =>
    createTrustBundles({
      region: REGION,
      chainId: recorded.local.chain.chainId,
      address: recorded.local.deployment.registry,
      registry: ethersRegistry(optionsOf()),
      history: historyOf(urls),
      signer: async () => ({ multikey: multikey.text, sign: (message) => nodeCrypto.sign(seed, message) }),
      shelf: {
        newest: async () => shelf,
        keep: async (bytes) => {
          shelf = bytes;
        },
        exclusively: (work) => work(),
      },
      crypto: nodeCrypto,
      clock: { now: () => Date.now() },
      maxHeadAge: null,
    });
  const hostile = async (mischief: Mischief): Promise<string> => {
    const node = await HostileNode.start(recorded.local.chain.url, mischief);
    nodes.push(node);
    return node.url;
  };

  before(async () => {
    recorded = await startRecordedRegistry();
    await recorded.local.as("admin").addRegionKey(REGION, "bundle", multikey.text);
    bundles = make();
  });
  after(() => recorded.local.close());
  afterEach(async () => {
    for (const node of nodes.splice(0)) await node.stop();
  });

  describe("answer as the registry they were made of:", () => {
    registryAnswers(async () => {
      const { content } = await bundles.issue();
      return { ...recorded, snapshot: await bundleRegistry(content, { now: new Date(), maxAge: 60 }).snapshot() };
    });
  });

  describe("whatever happens,", () => {
    it("say everything as the registry says it, after any acts, collected on or anew", async () => {
      const { local, key } = recorded;
      const [admin, governor] = [local.as("admin"), local.as("governor")];
      const agency = "11340000MB1234567X";
      const later = newKey();
      await bundles.issue();
      await admin.registerAgency(REGION, agency, `did:web:tally.example:agencies:${agency}`);
      await admin.authorise(agency, TYPE);
      await admin.addAgencyKey(agency, "certificate", later.multikey);
      await admin.endAuthorisation(AGENCY, TYPE);
      await admin.endSealDelegation(AGENCY, SEALER);
      await admin.delegateSeal(AGENCY, agency);
      await admin.suspendAgency(AGENCY);
      await admin.claimKeyCompromise(key.digest, recorded.anchoredAt);
      await operatorsChain(local).submitAnchor({ root: "77".repeat(32), size: 9 });
      await admin.disownRoot(REGION, ROOT, 4);
      await governor.annulRevocations(REGION, 1, [{ word: 9, mask: 1n << 200n }], 2);
      await bundles.issue();
      // Ends its key and its authorisation by an event that names neither.
      await governor.strikeAgency(agency);

      const continued = (await bundles.issue()).content;
      const resumed = (await make().issue()).content;
      shelf = null;
      const anew = (await make().issue()).content;
      expect(resumed.stateDigest).to.equal(continued.stateDigest);
      expect(anew.stateDigest).to.equal(continued.stateDigest);
      expect(continued.state.agencies.find((each) => each.agency === agency)!.removedAt).to.be.a("number");

      const live = await ethersRegistry(optionsOf()).snapshot();
      const offline = await bundleRegistry(anew, { now: new Date(), maxAge: 600 }).snapshot();
      expect(offline.head).to.deep.equal(live.head);
      const questions: readonly ((of: RegistrySnapshot) => Promise<unknown>)[] = [
        (of) => of.findRegion(REGION),
        (of) => of.findAgency(AGENCY),
        (of) => of.findAgency(agency),
        (of) => of.findKey(key.digest),
        (of) => of.findKey(later.digest),
        (of) => of.findKey(toHex(keyDigest(nodeCrypto, multikey.bytes))),
        (of) => of.findAuthorisations(AGENCY, TYPE),
        (of) => of.findAuthorisations(agency, TYPE),
        (of) => of.findSealDelegations(AGENCY, SEALER),
        (of) => of.findSealDelegations(AGENCY, agency),
        (of) => of.findSealDelegations(agency, SEALER),
        (of) => of.findAnchor(REGION, ROOT, 4),
        (of) => of.findAnchor(REGION, "77".repeat(32), 9),
        (of) => of.findTypeDefinition(TYPE, 3),
        (of) => of.statusWord(REGION, 1, 9),
      ];
      for (const ask of questions) expect(await ask(offline), String(ask)).to.deep.equal(await ask(live));
    });

    it("miss nothing that one of several nodes keeps quiet", async () => {
      const quiet = await hostile(({ method }) => (method === "eth_getLogs" ? [] : undefined));
      shelf = null;
      const whole = (await make().issue()).content.stateDigest;
      shelf = null;
      expect((await make([quiet, recorded.local.chain.url]).issue()).content.stateDigest).to.equal(whole);
      const dead = await hostile((_, response) => {
        response.destroy();
        return HANDLED;
      });
      const three = [dead, quiet, recorded.local.chain.url];
      shelf = null;
      expect((await make(three).issue()).content.stateDigest).to.equal(whole);
    });

    it("are not issued when too few nodes answer", async () => {
      const dead = await hostile((_, response) => {
        response.destroy();
        return HANDLED;
      });
      const error = await rejection(make([dead, recorded.local.chain.url]).issue());
      expect(error).to.have.property("code", "chain.unreachable");
    });

    it("are not issued from nonsense", async () => {
      shelf = null;
      const cases: readonly [Mischief, string][] = [
        [({ method }) => (method === "eth_getLogs" ? "0x" : undefined), "chain.garbage"],
        [({ method }) => (method === "eth_getLogs" ? [{ topics: [], data: "0x" }] : undefined), "chain.garbage"],
        [({ method }) => (method === "eth_chainId" ? "0x1" : undefined), "chain.wrong-chain"],
        [
          (_, response) => {
            response.writeHead(503).end();
            return HANDLED;
          },
          "chain.unreachable",
        ],
      ];
      for (const [mischief, code] of cases) {
        expect(await rejection(make([await hostile(mischief)]).issue())).to.have.property("code", code);
      }
      const forked = await hostile(({ method, params }) =>
        method === "eth_getBlockByNumber" && params[0] !== "0x0" ? { hash: `0x${"ee".repeat(32)}` } : undefined,
      );
      expect(await rejection(make([forked]).issue())).to.have.property("code", "chain.unreachable");
    });
  });
});
