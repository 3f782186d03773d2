// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { establishAnhui } from "./established.js";
import { ANCHOR, ANHUI, ascii, DAY, HEFEI, HEFEI_DID, HOUR, multikey, PURPOSE, root, SHANGHAI, TYPE } from "./names.js";
import { expectEvents, expectRefusal, type RegistryNetwork } from "./registry-network.js";

const ZERO_ADDRESS = `0x${"0".repeat(40)}`;
const GUANGDONG = ascii("440000");

export function regionsBehaviour(network: () => RegistryNetwork): void {
  describe("a region", () => {
    it("is admitted with an admin and a delay", async () => {
      const admin = network().address("successor");
      const added = await network().act("governor", "addRegion", [GUANGDONG, admin, HOUR]);
      expectEvents(added, ["RegionAdded", GUANGDONG, admin, HOUR]);
      expect(await network().view("findRegion", [GUANGDONG])).to.deep.equal([admin, HOUR, added.time, []]);
    });

    it("is all zero before it is admitted", async () => {
      expect(await network().view("findRegion", [GUANGDONG])).to.deep.equal([ZERO_ADDRESS, 0, 0, []]);
    });

    it("is admitted once", async () => {
      const again = [ANHUI, network().address("successor"), 0];
      expectRefusal(await network().refusal("governor", "addRegion", again), "RegionExists", ANHUI);
    });

    for (const code of ["34000A", "34000", "000 00", "34000\0"])
      it(`is refused with the code ${JSON.stringify(code)}`, async () => {
        const region = ascii(code, 6);
        const refusal = await network().refusal("governor", "addRegion", [region, network().address("anhui"), 0]);
        expectRefusal(refusal, "InvalidRegionCode", region);
      });

    it("needs an admin", async () => {
      expectRefusal(await network().refusal("governor", "addRegion", [GUANGDONG, ZERO_ADDRESS, 0]), "InvalidAddress");
      expectRefusal(await network().refusal("governor", "setRegionAdmin", [ANHUI, ZERO_ADDRESS]), "InvalidAddress");
    });

    it("cannot wait longer than a year", async () => {
      const tooLong = 365 * DAY + 1;
      const admin = network().address("anhui");
      for (const [name, args] of [
        ["addRegion", [GUANGDONG, admin, tooLong]],
        ["setActivationDelay", [ANHUI, tooLong]],
      ] as const)
        expectRefusal(await network().refusal("governor", name, args), "InvalidActivationDelay", tooLong, 365 * DAY);
    });

    it("changes hands by the governor, and the former admin can do nothing more", async () => {
      const admin = network().address("successor");
      const changed = await network().act("governor", "setRegionAdmin", [ANHUI, admin]);
      expectEvents(changed, ["RegionAdminSet", ANHUI, admin]);
      const registration = [ANHUI, HEFEI, HEFEI_DID];
      expectRefusal(
        await network().refusal("anhui", "registerAgency", registration),
        "NotRegionAdmin",
        ANHUI,
        network().address("anhui"),
      );
      await network().act("successor", "registerAgency", registration);
    });

    it("lets what already waits keep its time when the delay changes", async () => {
      const { time } = await network().act("anhui", "registerAgency", [ANHUI, HEFEI, HEFEI_DID]);
      expectEvents(await network().act("governor", "setActivationDelay", [ANHUI, HOUR]), [
        "ActivationDelaySet",
        ANHUI,
        HOUR,
      ]);
      expect((await network().view("findAgency", [HEFEI]))[2]).to.equal(time + DAY);
      const later = await network().act("anhui", "authorise", [HEFEI, TYPE]);
      expectEvents(later, ["AuthorisationGranted", HEFEI, TYPE, later.time + HOUR]);
    });

    it("is unknown to the acts of governor and guardian before it is admitted", async () => {
      for (const [actor, name, args] of [
        ["governor", "setRegionAdmin", [GUANGDONG, network().address("anhui")]],
        ["governor", "setActivationDelay", [GUANGDONG, 0]],
        ["guardian", "suspendRegion", [GUANGDONG]],
        ["governor", "releaseRegion", [GUANGDONG]],
      ] as const)
        expectRefusal(await network().refusal(actor, name, args), "RegionUnknown", GUANGDONG);
    });
  });

  describe("a suspended region", () => {
    for (const by of ["governor", "guardian"] as const)
      it(`is suspended by the ${by} at once and released by the governor, as an interval`, async () => {
        const from = await network().act(by, "suspendRegion", [ANHUI]);
        expectEvents(from, ["RegionSuspended", ANHUI, network().address(by)]);
        expect((await network().view("findRegion", [ANHUI]))[3]).to.deep.equal([[from.time, 0]]);
        const until = await network().act("governor", "releaseRegion", [ANHUI]);
        expectEvents(until, ["RegionReleased", ANHUI]);
        expect((await network().view("findRegion", [ANHUI]))[3]).to.deep.equal([[from.time, until.time]]);
      });

    it("is neither suspended twice nor released twice", async () => {
      expectRefusal(await network().refusal("governor", "releaseRegion", [ANHUI]), "RegionNotSuspended", ANHUI);
      await network().act("guardian", "suspendRegion", [ANHUI]);
      expectRefusal(await network().refusal("governor", "suspendRegion", [ANHUI]), "RegionIsSuspended", ANHUI);
    });

    it("can revoke and suspend, but neither anchor nor release", async () => {
      await establishAnhui(network());
      const masks = [[0, 1n]];
      await network().act("statusOperator", "suspend", [ANHUI, 0, masks]);
      await network().act("guardian", "suspendRegion", [ANHUI]);
      await network().act("statusOperator", "revoke", [ANHUI, 0, masks]);
      await network().act("statusOperator", "suspend", [ANHUI, 0, [[1, 1n]]]);
      for (const [actor, name, args] of [
        ["statusOperator", "release", [ANHUI, 0, masks]],
        ["anchorOperator", "anchor", [ANHUI, root(1), 1]],
      ] as const)
        expectRefusal(await network().refusal(actor, name, args), "RegionIsSuspended", ANHUI);
    });

    it("can narrow what counts, but not widen it", async () => {
      await establishAnhui(network());
      await network().act("guardian", "suspendRegion", [ANHUI]);
      await network().act("anhui", "suspendAgency", [HEFEI]);
      for (const [name, args] of [
        ["registerAgency", [ANHUI, ascii("113401000000000000"), "did:web:other.example"]],
        ["releaseAgency", [HEFEI]],
        ["authorise", [HEFEI, ascii("113401000000000000002")]],
        ["delegateSeal", [HEFEI, HEFEI]],
        ["addAgencyKey", [HEFEI, PURPOSE.certificate, multikey(2)]],
        ["addRegionKey", [ANHUI, PURPOSE.bundle, multikey(2)]],
        ["grantOperator", [ANHUI, network().address("successor"), ANCHOR]],
        ["publishTypeDefinition", [TYPE, 1, root(1)]],
      ] as const)
        expectRefusal(await network().refusal("anhui", name, args), "RegionIsSuspended", ANHUI);
      await network().act("anhui", "endAuthorisation", [HEFEI, TYPE]);
      await network().act("anhui", "removeOperator", [ANHUI, network().address("anchorOperator"), ANCHOR]);
      await network().act("anhui", "disownRoot", [ANHUI, root(1), 1]);
    });

    it("leaves other regions alone", async () => {
      await network().act("guardian", "suspendRegion", [ANHUI]);
      await network().act("shanghai", "grantOperator", [SHANGHAI, network().address("anchorOperator"), ANCHOR]);
      await network().act("anchorOperator", "anchor", [SHANGHAI, root(1), 1]);
    });

    it("is released however often it was suspended", async () => {
      for (let i = 0; i < 65; i++) {
        await network().act("guardian", "suspendRegion", [ANHUI]);
        await network().act("governor", "releaseRegion", [ANHUI]);
      }
      expect((await network().view("findRegion", [ANHUI]))[3]).to.have.lengthOf(65);
    });

    it("keeps no trace of a suspension that ends in its block", async () => {
      const acts = ["suspendRegion", "releaseRegion"].map((name) => network().encode(name, [ANHUI]));
      await network().act("governor", "multicall", [acts]);
      expect((await network().view("findRegion", [ANHUI]))[3]).to.deep.equal([]);
    });

    it("is not widened by the governor before he releases it", async () => {
      await establishAnhui(network());
      await network().act("guardian", "suspendRegion", [ANHUI]);
      for (const [name, args] of [
        ["authorise", [HEFEI, ascii("113401000000000000002")]],
        ["delegateSeal", [HEFEI, HEFEI]],
      ] as const)
        expectRefusal(await network().refusal("governor", name, args), "RegionIsSuspended", ANHUI);
    });
  });

  describe("the governor", () => {
    it("hands over in two steps, so that a mistyped address loses nothing", async () => {
      const successor = network().address("successor");
      await network().act("governor", "beginDefaultAdminTransfer", [successor]);
      expect(await network().view("defaultAdmin", [])).to.equal(network().address("governor"));
      await network().act("successor", "acceptDefaultAdminTransfer", []);
      expect(await network().view("defaultAdmin", [])).to.equal(successor);
      const refusal = await network().refusal("governor", "suspendRegion", [ANHUI]);
      expectRefusal(refusal, "NotGovernorOrGuardian", network().address("governor"));
    });

    it("replaces the guardian", async () => {
      const role = await network().view("GUARDIAN_ROLE", []);
      await network().act("governor", "revokeRole", [role, network().address("guardian")]);
      await network().act("governor", "grantRole", [role, network().address("successor")]);
      await network().refusal("guardian", "suspendRegion", [ANHUI]);
      await network().act("successor", "suspendRegion", [ANHUI]);
    });
  });

  it("does several acts in one transaction, all or none", async () => {
    const add = network().encode("addRegion", [GUANGDONG, network().address("anhui"), 0]);
    const wait = network().encode("setActivationDelay", [GUANGDONG, HOUR]);
    expectRefusal(await network().refusal("governor", "multicall", [[add, wait, add]]), "RegionExists", GUANGDONG);
    expect((await network().view("findRegion", [GUANGDONG]))[2]).to.equal(0);
    await network().act("governor", "multicall", [[add, wait]]);
    expect((await network().view("findRegion", [GUANGDONG]))[1]).to.equal(HOUR);
  });

  it("names the version of its interface", async () => {
    expect(await network().view("registryVersion", [])).to.equal(1);
  });
}
