// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { addShanghaiAgency } from "./established.js";
import {
  ANHUI,
  ascii,
  DAY,
  digestOf,
  HEFEI,
  HEFEI_APPROVALS,
  HEFEI_DID,
  multikey,
  PUDONG,
  PURPOSE,
  SHANGHAI,
  TYPE,
} from "./names.js";
import { expectEvents, expectRefusal, type RegistryNetwork } from "./registry-network.js";

const REGISTRATION = [ANHUI, HEFEI, HEFEI_DID];
const NO_REGION = ascii("", 6);
const NOBODY = ascii("", 18);

export function agenciesBehaviour(network: () => RegistryNetwork): void {
  describe("an agency", () => {
    it("is registered with effect after the region's delay", async () => {
      const registered = await network().act("anhui", "registerAgency", REGISTRATION);
      const activeFrom = registered.time + DAY;
      expectEvents(registered, ["AgencyRegistered", HEFEI, ANHUI, 1, activeFrom, HEFEI_DID]);
      expect(await network().view("findAgency", [HEFEI])).to.deep.equal([ANHUI, 1, activeFrom, 0, HEFEI_DID, []]);
      expect(await network().view("findAgencyByDid", [HEFEI_DID])).to.equal(HEFEI);
    });

    it("is all zero before it is registered", async () => {
      expect(await network().view("findAgency", [HEFEI])).to.deep.equal([NO_REGION, 0, 0, 0, "", []]);
      expect(await network().view("findAgencyByDid", [HEFEI_DID])).to.equal(NOBODY);
    });

    it("has a code that is unique on the network", async () => {
      await network().act("anhui", "registerAgency", REGISTRATION);
      const claim = [SHANGHAI, HEFEI, "did:web:other.example"];
      expectRefusal(await network().refusal("shanghai", "registerAgency", claim), "AgencyExists", HEFEI, ANHUI);
    });

    it("has a DID that is unique on the network", async () => {
      await network().act("anhui", "registerAgency", REGISTRATION);
      const claim = [SHANGHAI, PUDONG, HEFEI_DID];
      expectRefusal(await network().refusal("shanghai", "registerAgency", claim), "DidTaken", HEFEI);
    });

    for (const code of ["11340100mb1234560A", "11340100MB123456", "11340100MB12345 6A"])
      it(`is refused with the code ${JSON.stringify(code)}`, async () => {
        const agency = ascii(code, 18);
        const refusal = await network().refusal("anhui", "registerAgency", [ANHUI, agency, HEFEI_DID]);
        expectRefusal(refusal, "InvalidAgencyCode", agency);
      });

    for (const did of [
      "",
      "did:",
      "DID:web:x",
      "web:tally.example",
      "did:web:a b",
      "did:web:安徽",
      `did:${"x".repeat(253)}`,
    ])
      it(`is refused with the DID ${JSON.stringify(did.slice(0, 20))} of ${did.length} characters`, async () => {
        expectRefusal(await network().refusal("anhui", "registerAgency", [ANHUI, HEFEI, did]), "InvalidDid");
      });

    it("is suspended and released at once, as intervals", async () => {
      await network().act("anhui", "registerAgency", REGISTRATION);
      const from = await network().act("anhui", "suspendAgency", [HEFEI]);
      expectEvents(from, ["AgencySuspended", HEFEI, ANHUI]);
      const until = await network().act("anhui", "releaseAgency", [HEFEI]);
      expectEvents(until, ["AgencyReleased", HEFEI, ANHUI]);
      const again = await network().act("anhui", "suspendAgency", [HEFEI]);
      expect((await network().view("findAgency", [HEFEI]))[5]).to.deep.equal([
        [from.time, until.time],
        [again.time, 0],
      ]);
    });

    it("is neither suspended twice nor released twice", async () => {
      await network().act("anhui", "registerAgency", REGISTRATION);
      expectRefusal(await network().refusal("anhui", "releaseAgency", [HEFEI]), "AgencyNotSuspended", HEFEI);
      await network().act("anhui", "suspendAgency", [HEFEI]);
      expectRefusal(await network().refusal("anhui", "suspendAgency", [HEFEI]), "AgencyIsSuspended", HEFEI);
    });

    it("can be suspended for the 64th time, and then its admin cannot release it, but the governor can", async () => {
      await network().act("anhui", "registerAgency", REGISTRATION);
      for (let i = 0; i < 63; i++) {
        await network().act("anhui", "suspendAgency", [HEFEI]);
        await network().act("anhui", "releaseAgency", [HEFEI]);
      }
      const from = await network().act("anhui", "suspendAgency", [HEFEI]);
      expectRefusal(await network().refusal("anhui", "releaseAgency", [HEFEI]), "TooManyIntervals", 64);
      const until = await network().act("governor", "releaseAgency", [HEFEI]);
      expectEvents(until, ["AgencyReleased", HEFEI, ANHUI]);
      const suspensions = (await network().view("findAgency", [HEFEI]))[5];
      expect(suspensions).to.have.lengthOf(64);
      expect(suspensions.at(-1)).to.deep.equal([from.time, until.time]);
      // A full list still stops nobody from suspending.
      await network().act("anhui", "suspendAgency", [HEFEI]);
      await network().act("governor", "releaseAgency", [HEFEI]);
    });

    it("keeps no trace of a suspension that ends in its block, however often", async () => {
      await network().act("anhui", "registerAgency", REGISTRATION);
      const [suspend, release] = ["suspendAgency", "releaseAgency"].map((name) => network().encode(name, [HEFEI]));
      await network().act("anhui", "multicall", [Array.from({ length: 70 }, () => [suspend, release]).flat()]);
      expect((await network().view("findAgency", [HEFEI]))[5]).to.deep.equal([]);
    });

    it("goes on being suspended when it is released and suspended in one block", async () => {
      await network().act("anhui", "registerAgency", REGISTRATION);
      const [suspend, release] = ["suspendAgency", "releaseAgency"].map((name) => network().encode(name, [HEFEI]));
      const from = await network().act("anhui", "suspendAgency", [HEFEI]);
      await network().act("anhui", "multicall", [Array.from({ length: 70 }, () => [release, suspend]).flat()]);
      expect((await network().view("findAgency", [HEFEI]))[5]).to.deep.equal([[from.time, 0]]);
      const until = await network().act("anhui", "releaseAgency", [HEFEI]);
      expect((await network().view("findAgency", [HEFEI]))[5]).to.deep.equal([[from.time, until.time]]);
    });

    it("is not released by the governor in a suspended region before the region is", async () => {
      await network().act("anhui", "registerAgency", REGISTRATION);
      await network().act("anhui", "suspendAgency", [HEFEI]);
      await network().act("guardian", "suspendRegion", [ANHUI]);
      expectRefusal(await network().refusal("governor", "releaseAgency", [HEFEI]), "RegionIsSuspended", ANHUI);
      const acts = [network().encode("releaseRegion", [ANHUI]), network().encode("releaseAgency", [HEFEI])];
      await network().act("governor", "multicall", [acts]);
    });
  });

  describe("a registration that has not taken effect", () => {
    it("can be vetoed to its last second, which frees code and DID", async () => {
      const { time } = await network().act("anhui", "registerAgency", REGISTRATION);
      const vetoed = await network().act("guardian", "vetoAgency", [HEFEI], time + DAY - 1);
      expectEvents(vetoed, ["AgencyVetoed", HEFEI, ANHUI]);
      expect((await network().view("findAgency", [HEFEI]))[3]).to.equal(vetoed.time);
      await network().act("shanghai", "registerAgency", [SHANGHAI, HEFEI, HEFEI_DID]);
    });

    it("cannot be vetoed once in effect, once vetoed, or before it was made", async () => {
      expectRefusal(await network().refusal("guardian", "vetoAgency", [HEFEI]), "NothingToVeto");
      const { time } = await network().act("anhui", "registerAgency", REGISTRATION);
      expectRefusal(await network().refusal("guardian", "vetoAgency", [HEFEI], time + DAY), "NothingToVeto");
      await network().act("shanghai", "registerAgency", [SHANGHAI, PUDONG, "did:web:sh.example"]);
      expectRefusal(await network().refusal("guardian", "vetoAgency", [PUDONG]), "NothingToVeto");
    });

    it("is not vetoed twice", async () => {
      await network().act("anhui", "registerAgency", REGISTRATION);
      await network().act("guardian", "vetoAgency", [HEFEI]);
      expectRefusal(await network().refusal("guardian", "vetoAgency", [HEFEI]), "NothingToVeto");
    });
  });

  describe("a wrongly claimed agency", () => {
    it("is struck by the governor, in effect or not", async () => {
      await network().act("anhui", "registerAgency", REGISTRATION);
      const struck = await network().act("governor", "strikeAgency", [HEFEI], network().time + 2 * DAY);
      expectEvents(struck, ["AgencyStruck", HEFEI, ANHUI]);
      expect((await network().view("findAgency", [HEFEI]))[3]).to.equal(struck.time);
      expect(await network().view("findAgencyByDid", [HEFEI_DID])).to.equal(NOBODY);
      expectRefusal(await network().refusal("governor", "strikeAgency", [HEFEI]), "AgencyUnknown", HEFEI);
    });

    it("leaves nothing to the rightful registration", async () => {
      await network().act("anhui", "registerAgency", REGISTRATION);
      await network().act("anhui", "authorise", [HEFEI, TYPE]);
      await network().act("anhui", "addAgencyKey", [HEFEI, PURPOSE.certificate, multikey(1)]);
      await network().act("anhui", "suspendAgency", [HEFEI]);
      await addShanghaiAgency(network());
      await network().act("anhui", "delegateSeal", [HEFEI, PUDONG]);
      await network().act("shanghai", "delegateSeal", [PUDONG, HEFEI]);
      await network().wait(2 * DAY);
      const struck = await network().act("governor", "strikeAgency", [HEFEI]);
      const rightful = await network().act("shanghai", "registerAgency", [SHANGHAI, HEFEI, HEFEI_DID]);
      expect(await network().view("findAgency", [HEFEI])).to.deep.equal([SHANGHAI, 2, rightful.time, 0, HEFEI_DID, []]);
      expect(await network().view("findAuthorisations", [HEFEI, TYPE])).to.deep.equal([]);
      expect(await network().view("findSealDelegations", [HEFEI, PUDONG])).to.deep.equal([]);
      expect(await network().view("findSealDelegations", [PUDONG, HEFEI])).to.deep.equal([]);
      expect((await network().view("findKey", [digestOf(multikey(1))]))[5]).to.equal(struck.time);
    });

    it("can do nothing more", async () => {
      await network().act("anhui", "registerAgency", REGISTRATION);
      await network().act("governor", "strikeAgency", [HEFEI]);
      for (const [name, args] of [
        ["suspendAgency", [HEFEI]],
        ["releaseAgency", [HEFEI]],
        ["authorise", [HEFEI, TYPE]],
        ["endAuthorisation", [HEFEI, TYPE]],
        ["delegateSeal", [HEFEI, HEFEI]],
        ["endSealDelegation", [HEFEI, HEFEI]],
        ["addAgencyKey", [HEFEI, PURPOSE.certificate, multikey(1)]],
        ["publishTypeDefinition", [TYPE, 1, digestOf("0x00")]],
      ] as const)
        expectRefusal(await network().refusal("anhui", name, args), "AgencyUnknown", HEFEI);
    });
  });

  describe("an authorisation", () => {
    beforeEach(() => network().act("anhui", "registerAgency", REGISTRATION));

    it("counts from after the delay until it is ended", async () => {
      const granted = await network().act("anhui", "authorise", [HEFEI, TYPE]);
      expectEvents(granted, ["AuthorisationGranted", HEFEI, TYPE, granted.time + DAY]);
      const ended = await network().act("anhui", "endAuthorisation", [HEFEI, TYPE], granted.time + 3 * DAY);
      expectEvents(ended, ["AuthorisationEnded", HEFEI, TYPE]);
      const again = await network().act("anhui", "authorise", [HEFEI, TYPE]);
      expect(await network().view("findAuthorisations", [HEFEI, TYPE])).to.deep.equal([
        [granted.time + DAY, ended.time],
        [again.time + DAY, 0],
      ]);
    });

    it("leaves no interval when it ends before it begins", async () => {
      await network().act("anhui", "authorise", [HEFEI, TYPE]);
      await network().act("anhui", "endAuthorisation", [HEFEI, TYPE]);
      expect(await network().view("findAuthorisations", [HEFEI, TYPE])).to.deep.equal([]);
    });

    it("leaves no interval when it ends in the second in which it begins", async () => {
      const { time } = await network().act("anhui", "authorise", [HEFEI, TYPE]);
      await network().act("anhui", "endAuthorisation", [HEFEI, TYPE], time + DAY);
      expect(await network().view("findAuthorisations", [HEFEI, TYPE])).to.deep.equal([]);
    });

    it("goes on when it is ended and granted again in one block, where nothing waits", async () => {
      await network().act("governor", "setActivationDelay", [ANHUI, 0]);
      const [grant, end] = ["authorise", "endAuthorisation"].map((name) => network().encode(name, [HEFEI, TYPE]));
      const granted = await network().act("anhui", "authorise", [HEFEI, TYPE]);
      await network().act("anhui", "multicall", [Array.from({ length: 70 }, () => [end, grant]).flat()]);
      expect(await network().view("findAuthorisations", [HEFEI, TYPE])).to.deep.equal([[granted.time, 0]]);
    });

    it("can be vetoed to its last second, and not later", async () => {
      const first = await network().act("anhui", "authorise", [HEFEI, TYPE]);
      const vetoed = await network().act("guardian", "vetoAuthorisation", [HEFEI, TYPE], first.time + DAY - 1);
      expectEvents(vetoed, ["AuthorisationVetoed", HEFEI, TYPE]);
      expect(await network().view("findAuthorisations", [HEFEI, TYPE])).to.deep.equal([]);
      expectRefusal(await network().refusal("guardian", "vetoAuthorisation", [HEFEI, TYPE]), "NothingToVeto");
      const second = await network().act("anhui", "authorise", [HEFEI, TYPE]);
      const late = await network().refusal("guardian", "vetoAuthorisation", [HEFEI, TYPE], second.time + DAY);
      expectRefusal(late, "NothingToVeto");
    });

    it("is neither granted nor ended twice", async () => {
      expectRefusal(await network().refusal("anhui", "endAuthorisation", [HEFEI, TYPE]), "NotAuthorised", HEFEI, TYPE);
      await network().act("anhui", "authorise", [HEFEI, TYPE]);
      expectRefusal(await network().refusal("anhui", "authorise", [HEFEI, TYPE]), "AlreadyAuthorised", HEFEI, TYPE);
    });

    it("is refused for what is no type code", async () => {
      const code = ascii("11340100MB1234560A-01", 21);
      expectRefusal(await network().refusal("anhui", "authorise", [HEFEI, code]), "InvalidTypeCode", code);
    });

    it("is granted by the admin 64 times at most, and after that by the governor, with the region's delay", async () => {
      await network().act("governor", "setActivationDelay", [ANHUI, 0]);
      for (let i = 0; i < 64; i++) {
        await network().act("anhui", "authorise", [HEFEI, TYPE]);
        await network().act("anhui", "endAuthorisation", [HEFEI, TYPE]);
      }
      expectRefusal(await network().refusal("anhui", "authorise", [HEFEI, TYPE]), "TooManyIntervals", 64);
      const before = await network().view("findAuthorisations", [HEFEI, TYPE]);
      await network().act("governor", "setActivationDelay", [ANHUI, DAY]);
      const granted = await network().act("governor", "authorise", [HEFEI, TYPE]);
      expectEvents(granted, ["AuthorisationGranted", HEFEI, TYPE, granted.time + DAY]);
      expect(await network().view("findAuthorisations", [HEFEI, TYPE])).to.deep.equal([
        ...before,
        [granted.time + DAY, 0],
      ]);
      await network().act("anhui", "endAuthorisation", [HEFEI, TYPE], granted.time + 2 * DAY);
    });
  });

  describe("a seal delegation", () => {
    const delegation = [HEFEI, HEFEI_APPROVALS];

    beforeEach(async () => {
      await network().act("anhui", "registerAgency", REGISTRATION);
      await network().act("anhui", "registerAgency", [ANHUI, HEFEI_APPROVALS, "did:web:approvals.example"]);
    });

    it("counts from after the delay until it is ended, in one direction", async () => {
      const granted = await network().act("anhui", "delegateSeal", delegation);
      expectEvents(granted, ["SealDelegated", ...delegation, granted.time + DAY]);
      const ended = await network().act("anhui", "endSealDelegation", delegation, granted.time + 3 * DAY);
      expectEvents(ended, ["SealDelegationEnded", ...delegation]);
      expect(await network().view("findSealDelegations", delegation)).to.deep.equal([[granted.time + DAY, ended.time]]);
      expect(await network().view("findSealDelegations", [...delegation].reverse())).to.deep.equal([]);
    });

    it("can be vetoed to its last second, and not later", async () => {
      const first = await network().act("anhui", "delegateSeal", delegation);
      const vetoed = await network().act("guardian", "vetoSealDelegation", delegation, first.time + DAY - 1);
      expectEvents(vetoed, ["SealDelegationVetoed", ...delegation]);
      expect(await network().view("findSealDelegations", delegation)).to.deep.equal([]);
      const second = await network().act("anhui", "delegateSeal", delegation);
      const late = await network().refusal("guardian", "vetoSealDelegation", delegation, second.time + DAY);
      expectRefusal(late, "NothingToVeto");
    });

    it("is neither granted nor ended twice", async () => {
      expectRefusal(await network().refusal("anhui", "endSealDelegation", delegation), "NotDelegated", ...delegation);
      await network().act("anhui", "delegateSeal", delegation);
      expectRefusal(await network().refusal("anhui", "delegateSeal", delegation), "AlreadyDelegated", ...delegation);
    });

    it("needs a registered sealer", async () => {
      expectRefusal(await network().refusal("anhui", "delegateSeal", [HEFEI, PUDONG]), "AgencyUnknown", PUDONG);
    });

    it("is granted by the admin 64 times at most, and after that by the governor", async () => {
      await network().act("governor", "setActivationDelay", [ANHUI, 0]);
      for (let i = 0; i < 64; i++) {
        await network().act("anhui", "delegateSeal", delegation);
        await network().act("anhui", "endSealDelegation", delegation);
      }
      expectRefusal(await network().refusal("anhui", "delegateSeal", delegation), "TooManyIntervals", 64);
      const granted = await network().act("governor", "delegateSeal", delegation);
      expectEvents(granted, ["SealDelegated", ...delegation, granted.time]);
      expect((await network().view("findSealDelegations", delegation)).at(-1)).to.deep.equal([granted.time, 0]);
    });
  });
}
