// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { ANHUI, ascii, DAY, digestOf, HEFEI, HEFEI_DID, HOUR, multikey, PURPOSE } from "./names.js";
import { expectEvents, expectRefusal, type RegistryNetwork } from "./registry-network.js";

const KEY = multikey(1);
const DIGEST = digestOf(KEY);
const KEY_ID = DIGEST.slice(0, 18);
const REGION_ITSELF = ascii("", 18);
const ED25519 = 0xed;

export function keysBehaviour(network: () => RegistryNetwork): void {
  const addKey = () => network().act("anhui", "addAgencyKey", [HEFEI, PURPOSE.certificate, KEY]);
  const compromises = async () => (await network().view("findKey", [DIGEST]))[6];
  const retiredAt = async () => (await network().view("findKey", [DIGEST]))[5];

  beforeEach(() => network().act("anhui", "registerAgency", [ANHUI, HEFEI, HEFEI_DID]));

  describe("a key", () => {
    it("is kept as the digest of its Multikey, which the event carries", async () => {
      const added = await addKey();
      const from = added.time + DAY;
      expectEvents(added, ["KeyAdded", KEY_ID, DIGEST, HEFEI, ANHUI, PURPOSE.certificate, ED25519, from, KEY]);
      const record = [HEFEI, ANHUI, PURPOSE.certificate, ED25519, from, 0, []];
      expect(await network().view("findKey", [DIGEST])).to.deep.equal(record);
    });

    it("is all zero before it is added", async () => {
      expect(await network().view("findKey", [DIGEST])).to.deep.equal([REGION_ITSELF, ascii("", 6), 0, 0, 0, 0, []]);
    });

    it("of a region belongs to no agency", async () => {
      const added = await network().act("anhui", "addRegionKey", [ANHUI, PURPOSE.sealCa, KEY]);
      const record = [REGION_ITSELF, ANHUI, PURPOSE.sealCa, ED25519, added.time + DAY, 0, []];
      expect(await network().view("findKey", [DIGEST])).to.deep.equal(record);
    });

    it("serves purposes that fit its owner", async () => {
      for (const purpose of [PURPOSE.bundle, PURPOSE.sealCa])
        expectRefusal(
          await network().refusal("anhui", "addAgencyKey", [HEFEI, purpose, KEY]),
          "PurposeNotForOwner",
          purpose,
        );
      expectRefusal(
        await network().refusal("anhui", "addRegionKey", [ANHUI, PURPOSE.certificate, KEY]),
        "PurposeNotForOwner",
        PURPOSE.certificate,
      );
      let seed = 10;
      for (const purpose of [PURPOSE.certificate, PURPOSE.statusList, PURPOSE.audit])
        await network().act("anhui", "addAgencyKey", [HEFEI, purpose, multikey(seed++)]);
      for (const purpose of [PURPOSE.statusList, PURPOSE.audit, PURPOSE.bundle, PURPOSE.sealCa])
        await network().act("anhui", "addRegionKey", [ANHUI, purpose, multikey(seed++)]);
    });

    it("is registered once, for one owner and one purpose, retired or not", async () => {
      await addKey();
      await network().act("anhui", "retireKey", [DIGEST]);
      const again = await network().refusal("anhui", "addRegionKey", [ANHUI, PURPOSE.audit, KEY]);
      expectRefusal(again, "KeyExists", DIGEST);
    });

    for (const { prefix, length, code } of [
      { prefix: "ed01", length: 32, code: 0xed },
      { prefix: "8024", length: 33, code: 0x1200 },
      { prefix: "8124", length: 49, code: 0x1201 },
      { prefix: "8524", length: 270, code: 0x1205 },
      { prefix: "d1d603", length: 77, code: 0xeb51 },
      { prefix: "12", length: 40, code: 0x12 },
    ])
      it(`tells its algorithm 0x${code.toString(16)} by the prefix ${prefix}`, async () => {
        const bytes = `0x${prefix}${"5a".repeat(length)}`;
        await network().act("anhui", "addAgencyKey", [HEFEI, PURPOSE.audit, bytes]);
        expect((await network().view("findKey", [digestOf(bytes)]))[3]).to.equal(code);
      });

    for (const { name, bytes } of [
      { name: "nothing", bytes: "0x" },
      { name: "an Ed25519 key that is a byte short", bytes: `0xed01${"5a".repeat(31)}` },
      { name: "an Ed25519 key that is a byte long", bytes: `0xed01${"5a".repeat(33)}` },
      { name: "a key of 31 bytes", bytes: `0x8024${"5a".repeat(31)}` },
      { name: "more than a kilobyte", bytes: `0x8524${"5a".repeat(1023)}` },
      { name: "a second spelling of a short prefix", bytes: `0xed8100${"5a".repeat(32)}` },
      { name: "a prefix of zero", bytes: `0x00${"5a".repeat(32)}` },
      { name: "a prefix that never ends", bytes: `0xffffff${"5a".repeat(32)}` },
      { name: "a code beyond 16 bits", bytes: `0xffff7f${"5a".repeat(32)}` },
    ])
      it(`is refused when it is ${name}`, async () => {
        const refusal = await network().refusal("anhui", "addAgencyKey", [HEFEI, PURPOSE.certificate, bytes]);
        expectRefusal(refusal, "InvalidMultikey");
      });

    it("is retired at once, once", async () => {
      await addKey();
      await network().wait(2 * DAY);
      const retired = await network().act("anhui", "retireKey", [DIGEST]);
      expectEvents(retired, ["KeyRetired", DIGEST]);
      expect(await retiredAt()).to.equal(retired.time);
      expectRefusal(await network().refusal("anhui", "retireKey", [DIGEST]), "KeyAlreadyRetired", DIGEST, retired.time);
    });

    it("that is retired before it takes effect never does", async () => {
      const { time } = await addKey();
      await network().act("anhui", "retireKey", [DIGEST]);
      expect(await retiredAt()).to.equal(time + DAY);
      expectRefusal(await network().refusal("guardian", "vetoKey", [DIGEST]), "NothingToVeto");
    });

    it("ends with the registration of its agency, unless it ended before", async () => {
      await addKey();
      await network().act("anhui", "addAgencyKey", [HEFEI, PURPOSE.audit, multikey(2)]);
      await network().wait(2 * DAY);
      const retired = await network().act("anhui", "retireKey", [DIGEST]);
      const struck = await network().act("governor", "strikeAgency", [HEFEI]);
      expect(await retiredAt()).to.equal(retired.time);
      expect((await network().view("findKey", [digestOf(multikey(2))]))[5]).to.equal(struck.time);
      const late = await network().refusal("anhui", "retireKey", [digestOf(multikey(2))]);
      expectRefusal(late, "KeyAlreadyRetired", digestOf(multikey(2)), struck.time);
    });

    it("never takes effect when the registration of its agency does not", async () => {
      const { time } = await addKey();
      await network().act("guardian", "vetoAgency", [HEFEI]);
      expect(await retiredAt()).to.equal(time + DAY);
    });

    it("can be vetoed to its last second, and its digest stays used", async () => {
      const { time } = await addKey();
      expectEvents(await network().act("guardian", "vetoKey", [DIGEST], time + DAY - 1), ["KeyVetoed", DIGEST]);
      expect(await retiredAt()).to.equal(time + DAY);
      const again = await network().refusal("anhui", "addAgencyKey", [HEFEI, PURPOSE.certificate, KEY]);
      expectRefusal(again, "KeyExists", DIGEST);
    });

    it("cannot be vetoed once in effect, once vetoed, or before it was added", async () => {
      expectRefusal(await network().refusal("guardian", "vetoKey", [DIGEST]), "NothingToVeto");
      const { time } = await addKey();
      await network().act("anhui", "addAgencyKey", [HEFEI, PURPOSE.audit, multikey(2)]);
      await network().act("guardian", "vetoKey", [digestOf(multikey(2))]);
      expectRefusal(await network().refusal("guardian", "vetoKey", [digestOf(multikey(2))]), "NothingToVeto");
      expectRefusal(await network().refusal("guardian", "vetoKey", [DIGEST], time + DAY), "NothingToVeto");
    });

    it("is unknown to retirement and claims before it is added", async () => {
      expectRefusal(await network().refusal("anhui", "retireKey", [DIGEST]), "KeyUnknown", DIGEST);
      expectRefusal(await network().refusal("anhui", "claimKeyCompromise", [DIGEST, 1]), "KeyUnknown", DIGEST);
    });
  });

  describe("a claim that a key was compromised", () => {
    let since: number;

    beforeEach(async () => {
      await addKey();
      await network().wait(10 * DAY);
      since = network().time - 5 * DAY;
    });

    it("about the past is a dispute until the delay has passed", async () => {
      const claimed = await network().act("anhui", "claimKeyCompromise", [DIGEST, since]);
      expectEvents(claimed, ["KeyCompromiseClaimed", DIGEST, since, claimed.time + DAY]);
      expect(await compromises()).to.deep.equal([[since, claimed.time + DAY]]);
      expect(await retiredAt()).to.equal(0);
    });

    it("about this block holds at once", async () => {
      const now = network().time + 1;
      await network().act("anhui", "claimKeyCompromise", [DIGEST, now], now);
      expect(await compromises()).to.deep.equal([[now, now]]);
    });

    it("cannot be about the future", async () => {
      const now = network().time + 1;
      const refusal = await network().refusal("anhui", "claimKeyCompromise", [DIGEST, now + 1], now);
      expectRefusal(refusal, "TimeInFuture", now + 1, now);
    });

    it("only moves earlier, and leaves the standing one in force meanwhile", async () => {
      const first = await network().act("anhui", "claimKeyCompromise", [DIGEST, since]);
      for (const later of [since, since + 1])
        expectRefusal(
          await network().refusal("anhui", "claimKeyCompromise", [DIGEST, later]),
          "CompromiseNotEarlier",
          DIGEST,
          later,
          since,
        );
      const second = await network().act("anhui", "claimKeyCompromise", [DIGEST, since - 1], first.time + 2 * DAY);
      expect(await compromises()).to.deep.equal([
        [since, first.time + DAY],
        [since - 1, second.time + DAY],
      ]);
    });

    it("is voided by a veto while it is a dispute, and the one in force stays", async () => {
      const first = await network().act("anhui", "claimKeyCompromise", [DIGEST, since]);
      await network().act("anhui", "claimKeyCompromise", [DIGEST, since - 1], first.time + DAY);
      await network().act("anhui", "claimKeyCompromise", [DIGEST, since - 2]);
      const vetoed = await network().act("guardian", "vetoKeyCompromise", [DIGEST]);
      expectEvents(vetoed, ["KeyCompromiseVetoed", DIGEST]);
      expect(await compromises()).to.deep.equal([[since, first.time + DAY]]);
      expectRefusal(await network().refusal("guardian", "vetoKeyCompromise", [DIGEST]), "NothingToVeto");
    });

    it("survives the veto of an older claim that waits longer", async () => {
      await network().act("anhui", "claimKeyCompromise", [DIGEST, since]);
      await network().act("governor", "setActivationDelay", [ANHUI, HOUR]);
      const second = await network().act("anhui", "claimKeyCompromise", [DIGEST, since - 1]);
      await network().act("guardian", "vetoKeyCompromise", [DIGEST], second.time + HOUR);
      expect(await compromises()).to.deep.equal([[since - 1, second.time + HOUR]]);
    });

    it("can be vetoed to its last second, and not later", async () => {
      const first = await network().act("anhui", "claimKeyCompromise", [DIGEST, since]);
      await network().act("guardian", "vetoKeyCompromise", [DIGEST], first.time + DAY - 1);
      const second = await network().act("anhui", "claimKeyCompromise", [DIGEST, since]);
      const late = await network().refusal("guardian", "vetoKeyCompromise", [DIGEST], second.time + DAY);
      expectRefusal(late, "NothingToVeto");
      expect(await compromises()).to.deep.equal([[since, second.time + DAY]]);
    });

    it("can be made after a retirement, and of a key whose agency was struck", async () => {
      await network().act("anhui", "retireKey", [DIGEST]);
      await network().act("governor", "strikeAgency", [HEFEI]);
      await network().act("anhui", "claimKeyCompromise", [DIGEST, since]);
      expect(await compromises()).to.have.length(1);
    });

    it("is made 16 times at most, of which a veto takes back what is not in force", async () => {
      for (let i = 0; i < 16; i++) await network().act("anhui", "claimKeyCompromise", [DIGEST, since - i]);
      const refusal = await network().refusal("anhui", "claimKeyCompromise", [DIGEST, since - 16]);
      expectRefusal(refusal, "TooManyCompromises", 16);
      await network().act("guardian", "vetoKeyCompromise", [DIGEST]);
      expect(await compromises()).to.deep.equal([]);
    });
  });
}
