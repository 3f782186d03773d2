// SPDX-License-Identifier: Apache-2.0
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { Wallet } from "ethers";
import { ethersAnchorChain } from "../../../src/adapters/ethereum/anchor-chain.js";
import { deployRegistry, openDeployedRegistry } from "../../../src/adapters/ethereum/deploy-registry.js";
import { ethersRegistry } from "../../../src/adapters/ethereum/registry-access.js";
import { ethersGovernance } from "../../../src/adapters/ethereum/registry-governance.js";
import { REGISTRY } from "../../../src/adapters/ethereum/registry-interface.js";
import { WORDED_ERRORS } from "../../../src/adapters/ethereum/revert-words.js";
import { placeOf } from "../../../src/domain/anchoring/index.js";
import type { AnchorChain } from "../../../src/domain/anchoring/ports.js";
import type { RegistryAccess } from "../../../src/verify/registry.js";
import { openScene, STATUS_SETTINGS } from "../../domain/anchoring/scene.js";
import { rpc } from "../../main/service-process.js";
import { change, issue } from "../issued.js";
import {
  AGENCY,
  DID,
  type LocalRegistry,
  newKey,
  REGION,
  rejection,
  settleRegion,
  startLocalRegistry,
  TYPE,
} from "./local-registry.js";

const ROOT = "ab".repeat(32);

describe("the registry through ethers", () => {
  let local: LocalRegistry;
  let key: { multikey: string; bytes: Uint8Array; digest: string };
  let access: RegistryAccess;

  before(async () => {
    local = await startLocalRegistry();
    key = await settleRegion(local);
    const { url, chainId } = local.chain;
    access = ethersRegistry({ urls: [url], chainId, registry: local.deployment.registry });
  });
  after(() => local.close());

  const chainOf = (over: object = {}): AnchorChain =>
    ethersAnchorChain({
      urls: [local.chain.url],
      chainId: local.chain.chainId,
      registry: local.deployment.registry,
      region: REGION,
      privateKey: local.accounts.operator.privateKey,
      ...over,
    });

  const nonceOf = async (address: string): Promise<number> =>
    Number(await rpc(local.chain.url, "eth_getTransactionCount", address, "latest"));

  describe("governance", () => {
    it("reads what it has written", async () => {
      const snapshot = await access.snapshot();
      expect(await snapshot.findAgency(AGENCY)).to.include({
        agency: AGENCY,
        region: REGION,
        did: DID,
        removedAt: null,
      });
      expect((await snapshot.findRegion(REGION))?.suspensions).to.deep.equal([]);
      expect(await snapshot.findAuthorisations(AGENCY, TYPE)).to.have.lengthOf(1);
      expect(await snapshot.findKey(key.digest)).to.deep.include({
        agency: AGENCY,
        region: REGION,
        purpose: "certificate",
      });
      const admin = local.as("admin");
      expect(await admin.findRegion(REGION)).to.deep.equal({
        admin: local.accounts.admin.address,
        activationDelaySeconds: 0,
        suspended: false,
      });
      expect(await admin.findRegion("310000")).to.equal(null);
      expect(await admin.findOperatorRights(REGION, local.accounts.operator.address)).to.deep.equal([
        "anchor",
        "status",
      ]);
      expect(await admin.findOperatorRights(REGION, local.accounts.admin.address)).to.deep.equal([]);
    });

    it("says in words why the registry refuses, and whom", async () => {
      const stranger = await rejection(local.as("operator").suspendAgency(AGENCY));
      expect(stranger.code).to.equal("chain.reverted");
      expect(stranger.message).to.contain("is not the admin of region 340000");
      const governor = await rejection(local.as("admin").addRegion("310000", local.accounts.admin.address, 0));
      expect(governor.message).to.contain("is not the governor");
      const guardian = await rejection(local.as("admin").veto({ of: "agency", agency: AGENCY }));
      expect(guardian.message).to.contain("is not the guardian");
      const twice = await rejection(local.as("admin").authorise(AGENCY, TYPE));
      expect(twice.message).to.contain(`${AGENCY} is authorised for ${TYPE} already`);
      const known = await rejection(local.as("admin").addAgencyKey(AGENCY, "certificate", key.multikey));
      expect(known.message).to.contain(`key ${key.digest} is registered already`);
    });

    it("has the governor replace the guardian, at once", async () => {
      const [governor, old] = [local.as("governor"), local.accounts.guardian.address];
      const { address, privateKey } = Wallet.createRandom();
      await governor.grantGuardian(address);
      expect([await governor.isGuardian(address), await governor.isGuardian(old)]).to.deep.equal([true, true]);
      await governor.revokeGuardian(old);
      expect(await governor.isGuardian(old)).to.equal(false);
      const refused = await rejection(local.as("guardian").suspendRegion(REGION));
      expect(refused.message).to.contain(`account ${old} is neither governor nor guardian`);
      const { url, chainId } = local.chain;
      const { registry } = local.deployment;
      await ethersGovernance({ urls: [url], chainId, registry, privateKey }).suspendRegion(REGION);
      await governor.releaseRegion(REGION);
      expect((await rejection(local.as("admin").grantGuardian(address))).message).to.contain("is not the governor");
      for (const wrong of ["0x12", old.toLowerCase().replace("0x", "0X"), ""])
        expect((await rejection(governor.grantGuardian(wrong))).code).to.equal("request.invalid");
      await governor.grantGuardian(old);
    });

    it("has words for every error of the registry itself", () => {
      const inherited = /^AccessControl(?!Unauthorized)|^AddressEmptyCode$|^FailedCall$|^SafeCast/;
      const errors: string[] = [];
      REGISTRY.forEachError(({ name }) => errors.push(name));
      expect(errors.filter((name) => !inherited.test(name))).to.have.members(WORDED_ERRORS);
    });

    it("refuses malformed codes before anything is sent", async () => {
      expect((await rejection(local.as("governor").addRegion("34", local.accounts.admin.address, 0))).code).to.equal(
        "request.invalid",
      );
      expect((await rejection(local.as("admin").retireKey("0x00"))).code).to.equal("request.invalid");
    });

    it("ends an interval in a later second than whatever was anchored before", async () => {
      const admin = local.as("admin");
      const retired = newKey();
      await admin.addAgencyKey(AGENCY, "certificate", retired.multikey);
      const chain = chainOf();
      const root = "0d".repeat(32);
      await chain.submitAnchor({ root, size: 1 });
      const anchor = await chain.findAnchor({ region: REGION, root, size: 1 });
      const { time } = await admin.retireKey(retired.digest);
      expect(time).to.be.greaterThan(anchor!.time);
      expect((await (await access.snapshot()).findKey(retired.digest))?.interval.until).to.equal(time);
    });

    it("suspends, releases, marks compromised and disowns", async () => {
      const admin = local.as("admin");
      const other = newKey();
      await admin.addAgencyKey(AGENCY, "certificate", other.multikey);
      const suspended = await admin.suspendAgency(AGENCY);
      // An end waits for the next second; a suspension that is released in its own second leaves no interval.
      await admin.retireKey(other.digest);
      const released = await admin.releaseAgency(AGENCY);
      await admin.claimKeyCompromise(other.digest, 1_700_000_000);
      const root = "0e".repeat(32);
      await chainOf().submitAnchor({ root, size: 3 });
      await admin.disownRoot(REGION, root, 3);
      const snapshot = await access.snapshot();
      expect((await snapshot.findAgency(AGENCY))?.suspensions).to.deep.equal([
        { from: suspended.time, until: released.time },
      ]);
      expect((await snapshot.findKey(other.digest))?.compromises[0]).to.include({ since: 1_700_000_000 });
      expect((await snapshot.findAnchor(REGION, root, 3))?.disowned).to.not.equal(null);
    });

    it("publishes a type definition once", async () => {
      await local.as("admin").publishTypeDefinition(TYPE, 1, "cd".repeat(32));
      const record = await (await access.snapshot()).findTypeDefinition(TYPE, 1);
      expect(record?.digest).to.equal("cd".repeat(32));
      const again = await rejection(local.as("admin").publishTypeDefinition(TYPE, 1, "ce".repeat(32)));
      expect(again.message).to.contain("cannot change");
    });
  });

  describe("the anchor chain", () => {
    it("anchors a batch and finds its first record, however often it is repeated", async () => {
      const chain = chainOf();
      expect(await chain.findAnchor({ region: REGION, root: ROOT, size: 7 })).to.equal(null);
      const { tx } = await chain.submitAnchor({ root: ROOT, size: 7 });
      const found = await chain.findAnchor({ region: REGION, root: ROOT, size: 7 });
      expect(found).to.include({ tx, confirmations: 0 });
      await chain.submitAnchor({ root: ROOT, size: 7 });
      expect(await chain.findAnchor({ region: REGION, root: ROOT, size: 7 })).to.include({ tx, confirmations: 1 });
      expect(await chain.findAnchor({ region: REGION, root: ROOT, size: 8 })).to.equal(null);
    });

    it("mines concurrent submissions in the order of the calls", async () => {
      const chain = chainOf();
      const sizes = [1, 2, 3, 4, 5, 6];
      const root = "11".repeat(32);
      await Promise.all(sizes.map((size) => chain.submitAnchor({ root, size })));
      const { block } = await chain.head();
      const events = await chain.events({ fromBlock: block - 5, toBlock: block });
      expect(events.map((event) => event.kind === "batch-anchored" && event.size)).to.deep.equal(sizes);
    });

    it("writes several words in one transaction and reads them back", async () => {
      const chain = chainOf();
      const top = 1n << 255n;
      await chain.submitStatus([
        { list: 0, word: 0, revoke: top, suspend: 0n, release: 0n },
        { list: 0, word: 5, revoke: 1n, suspend: 6n, release: 0n },
        { list: 2, word: 511, revoke: 0n, suspend: 1n, release: 0n },
      ]);
      await chain.submitStatus([{ list: 0, word: 5, revoke: 0n, suspend: 0n, release: 2n }]);
      expect(await chain.statusWord(0, 0, 0)).to.deep.equal({ revoked: top, suspended: 0n });
      expect(await chain.statusWord(0, 5, 0)).to.deep.equal({ revoked: 1n, suspended: 4n });
      expect(await chain.statusWords(0, [7, 5, 0], 0)).to.deep.equal([
        { revoked: 0n, suspended: 0n },
        { revoked: 1n, suspended: 4n },
        { revoked: top, suspended: 0n },
      ]);
      expect(await chain.statusWord(0, 5, 1)).to.deep.equal({ revoked: 1n, suspended: 6n });
      expect(await chain.statusWord(2, 511, 0)).to.deep.equal({ revoked: 0n, suspended: 1n });
      expect(await chain.statusWord(0, 5, 100_000)).to.deep.equal({ revoked: 0n, suspended: 0n });
      const { block } = await chain.head();
      const events = await chain.events({ fromBlock: block, toBlock: block });
      expect(events).to.have.lengthOf(1);
      expect(events[0]).to.include({
        kind: "status-changed",
        region: REGION,
        list: 0,
        word: 5,
        released: 2n,
        revoked: 0n,
      });
    });

    it("takes a revocation past a release that a suspended region refuses, in one word, until the region is released", async () => {
      const scene = openScene();
      const chain = chainOf();
      const { submitter } = scene.startSubmitterTo(chain);
      const bit = (n: number) => placeOf(n).bit;
      try {
        await issue(scene.certificates, 2, { first: 600 });
        await change(scene.certificates, 600, "suspend");
        expect(await submitter.runOnce()).to.include({ confirmed: 1 });
        await local.as("guardian").suspendRegion(REGION);
        await change(scene.certificates, 600, "release");
        expect(await submitter.runOnce()).to.include({ submitted: 0, open: 1 });
        await change(scene.certificates, 601, "revoke");
        expect(await submitter.runOnce()).to.include({ submitted: 1, confirmed: 1, open: 1 });
        expect(await chain.statusWord(0, 2, 0)).to.deep.equal({ revoked: bit(601), suspended: bit(600) });
        await local.as("governor").releaseRegion(REGION);
        scene.clock.time += STATUS_SETTINGS.leaseMs;
        expect(await submitter.runOnce()).to.include({ submitted: 1, confirmed: 1, open: 0 });
        expect(await chain.statusWord(0, 2, 0)).to.deep.equal({ revoked: bit(601), suspended: 0n });
      } finally {
        scene.close();
      }
    });

    it("finds the block in which the registry was deployed", async () => {
      expect(await chainOf().firstBlock()).to.equal(local.deployment.block);
    });

    it("believes nothing of a chain with another first block, and sends it nothing", async () => {
      const genesis = `0x${"12".repeat(32)}`;
      const sent = await nonceOf(local.accounts.operator.address);
      const other = chainOf({ genesis });
      for (const ask of [
        () => other.head(),
        () => other.statusWord(0, 0, 0),
        () => other.findAnchor({ region: REGION, root: ROOT, size: 7 }),
        () => other.submitAnchor({ root: ROOT, size: 9 }),
        () => other.submitStatus([{ list: 0, word: 0, revoke: 1n, suspend: 0n, release: 0n }]),
      ]) {
        const error = await rejection(ask());
        expect(error.code).to.equal("chain.wrong-chain");
        expect(error.message).to.contain(genesis).and.to.contain("TALLY_CHAIN_URLS");
      }
      expect(await nonceOf(local.accounts.operator.address)).to.equal(sent);
      const ours = await rpc<{ hash: string }>(local.chain.url, "eth_getBlockByNumber", "0x0", false);
      expect((await chainOf({ genesis: ours.hash.toUpperCase().replace("0X", "0x") }).head()).block).to.be.greaterThan(
        0,
      );
    });

    it("says what is wrong with a chain or a registry that is not ours", async () => {
      const wrongChain = chainOf({ chainId: 7 });
      expect((await rejection(wrongChain.findAnchor({ region: REGION, root: ROOT, size: 7 }))).code).to.equal(
        "chain.wrong-chain",
      );
      expect((await rejection(wrongChain.submitAnchor({ root: ROOT, size: 9 }))).code).to.equal("chain.wrong-chain");
      const nowhere = chainOf({ registry: `0x${"99".repeat(20)}` });
      expect((await rejection(nowhere.findAnchor({ region: REGION, root: ROOT, size: 7 }))).code).to.equal(
        "chain.registry-missing",
      );
      expect((await rejection(nowhere.submitAnchor({ root: ROOT, size: 9 }))).code).to.equal("chain.registry-missing");
      const silent = chainOf({ urls: ["http://127.0.0.1:9"] });
      expect((await rejection(silent.head())).code).to.equal("chain.unreachable");
      const stranger = chainOf({ privateKey: local.accounts.guardian.privateKey });
      const refused = await rejection(stranger.submitAnchor({ root: ROOT, size: 10 }));
      expect(refused.code).to.equal("chain.reverted");
      expect(refused.message).to.contain("may not anchor for region 340000");
    });
  });

  describe("the deployment", () => {
    const options = () => ({
      url: local.chain.url,
      chainId: local.chain.chainId,
      record: join(local.directory, "deployment.json"),
      governor: local.accounts.governor,
      guardian: local.accounts.guardian.address,
    });

    it("is made once, also when the record was lost in a crash", async () => {
      expect(await deployRegistry(options())).to.deep.equal(local.deployment);
      rmSync(options().record);
      expect(await deployRegistry(options())).to.deep.equal(local.deployment);
    });

    for (const [what, change] of [
      ["another genesis block", { genesis: `0x${"00".repeat(32)}` }],
      ["an address without code", { registry: `0x${"77".repeat(20)}` }],
      ["code that is another contract's", { codeDigest: "00".repeat(32) }],
    ] as const) {
      it(`is an error that names the way out, and nothing is deployed, when the record names ${what}`, async () => {
        const record = join(local.directory, "changed.json");
        const content = JSON.parse(readFileSync(options().record, "utf8")) as object;
        writeFileSync(record, JSON.stringify({ ...content, ...change }));
        const before = await chainOf().head();
        const error = await rejection(deployRegistry({ ...options(), record }));
        expect(error.code).to.equal("chain.registry-missing");
        expect(error.message).to.contain("backup");
        expect(await chainOf().head()).to.deep.equal(before);
      });
    }

    it("is an error without a record", async () => {
      const record = join(local.directory, "absent.json");
      const { url, chainId } = local.chain;
      expect((await rejection(openDeployedRegistry({ url, chainId, record }))).code).to.equal("chain.registry-missing");
    });
  });
});
