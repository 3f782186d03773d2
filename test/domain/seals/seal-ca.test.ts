// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { x509Authority } from "../../../src/adapters/x509/index.js";
import { toHex } from "../../../src/core/hex.js";
import { generateUscc } from "../../../src/core/identifiers/uscc.js";
import { isNewerList, readRevocationList } from "../../../src/core/seal/read-revocation-list.js";
import { readSealCaCertificate, readSealCertificate } from "../../../src/core/seal/read-seal-certificate.js";
import {
  type SealCertificateRecord,
  type StoredRevocationList,
  sealCertificateDigest,
} from "../../../src/domain/seals/index.js";
import { ANHUI } from "../../verify/fixture.js";
import { expectRefusalOf } from "../../verify/rejection.js";
import { makeSealWorld, operator } from "./seal-world.js";

const DAY = 86_400;
const UNKNOWN = generateUscc({ department: "1", category: "1", region: ANHUI, body: "00298499" });

describe("the seal CA of a region", () => {
  it("is made once, with a key that the registry has, and written down", async () => {
    const { authority, registry, logged, store } = makeSealWorld();
    expect(await authority.standing()).to.equal(null);
    const made = await authority.establish(operator);
    expect(await authority.establish(operator)).to.deep.equal(made);
    expect(await authority.standing()).to.deep.equal(made);
    const { record } = made;
    expect(readSealCaCertificate(record.certificate).serial).to.equal(record.serial);
    expect(await (await registry.snapshot()).findKey(record.keyDigest)).to.include({
      purpose: "seal-ca",
      region: ANHUI,
    });
    expect(logged.map(({ action }) => action)).to.deep.equal(["key-created"]);
    expect(store.events.map(({ action, object }) => [action, object])).to.deep.equal([
      ["seal-ca-certified", record.serial],
      ["revocation-list-issued", record.keyDigest],
    ]);
  });

  it("is finished after a crash with the key and the certificate that are there", async () => {
    const { authority, state, keys, store } = makeSealWorld();
    state.dies = true;
    await expectRefusal(authority.establish(operator));
    await expectRefusal(authority.establish(operator));
    state.dies = false;
    await authority.establish(operator);
    expect(await keys.list()).to.have.length(1);
    expect(await store.sealCertificatesOf(ANHUI)).to.have.length(1);
  });

  it("waits for the region's activation delay, and says until when", async () => {
    const { authority, state, registry } = makeSealWorld();
    state.delay = 100;
    expect((await authority.establish(operator)).effectiveFrom).to.equal(registry.time + 100);
  });

  it("is made anew when its key was retired, and lists what each of the two has revoked", async () => {
    const { authority, registry, agency } = makeSealWorld();
    const { record: old } = await authority.establish(operator);
    const seal = await authority.issueSeal(operator, agency.code);
    await authority.revokeSeal(operator, seal.serial, "superseded");
    registry.retireKey(old.keyDigest);
    expect(await authority.standing()).to.equal(null);
    const { record: young } = await authority.establish(operator);
    expect(young.keyDigest).not.to.equal(old.keyDigest);
    const authorities = await authority.authorities();
    expect(authorities.map(({ record }) => record)).to.deep.equal([young, old]);
    const lists = authorities.map(({ list }) => readRevocationList(list!.list));
    const [ofYoung, ofOld] = [young, old].map(({ certificate }) => readSealCaCertificate(certificate).keyId);
    expect(lists.map(({ issuerKeyId }) => issuerKeyId)).to.deep.equal([ofYoung, ofOld]);
    expect(lists.map(({ revoked }) => [...revoked.keys()])).to.deep.equal([[], [seal.serial]]);
  });

  it("issues the seal of an agency, by its name and with a number of its area", async () => {
    const { authority, agency, now } = makeSealWorld();
    const { record } = await authority.establish(operator);
    const seal = await authority.issueSeal(operator, agency.code);
    const read = readSealCertificate(seal.certificate);
    expect(read).to.include({ agency: agency.code, agencyName: agency.name, serial: seal.serial });
    expect(read.issuerKeyId).to.equal(readSealCaCertificate(record.certificate).keyId);
    expect(
      nodeCrypto.verifyP256(readSealCaCertificate(record.certificate).publicKey, read.toBeSigned, read.signature),
    ).to.equal(true);
    const made = Math.floor(now() / 1000);
    // For a timestamp authority whose clock is behind.
    expect(read.notBefore).to.equal(made - 300);
    expect(read.notAfter).to.equal(made + 3 * 365 * DAY);
    expect(seal.appearance).to.deep.include({ name: agency.name, star: true });
    expect(seal.appearance?.code).to.match(/^340100[0-9]{7}$/);
    expect(await authority.sealsOf(agency.code)).to.deep.equal([seal]);
  });

  for (const [what, terms, field] of [
    ["no whole years", { years: 1.5 }, "years"],
    ["more than three years", { years: 4 }, "years"],
    ["a name of one character", { name: "局" }, "seal.name"],
    ["a number in small letters", { code: "abcd" }, "seal.code"],
  ] as const)
    it(`issues nothing for ${what}`, async () => {
      const { authority, agency, keys } = makeSealWorld();
      await authority.establish(operator);
      const error = await expectRefusalOf("request.invalid", authority.issueSeal(operator, agency.code, terms));
      expect(error.field).to.equal(field);
      expect(await authority.sealsOf(agency.code)).to.deep.equal([]);
      expect(await keys.list()).to.have.length(1);
    });

  it("issues nothing for an agency with a name that a certificate cannot hold", async () => {
    const { authority, agency, rename, store } = makeSealWorld();
    await authority.establish(operator);
    rename(agency.code, "样例市".repeat(26));
    const wanted = authority.issueSeal(operator, agency.code, { name: agency.name });
    expect(await expectRefusalOf("request.invalid", wanted)).to.include({ field: "agency" });
    expect(await store.sealCertificatesOf(agency.code)).to.deep.equal([]);
  });

  it("says what is missing: a CA, an agency that is known", async () => {
    const { authority, agency } = makeSealWorld();
    await expectRefusalOf("key.unknown", authority.issueSeal(operator, agency.code));
    await authority.establish(operator);
    await expectRefusalOf("agency.unknown", authority.issueSeal(operator, UNKNOWN));
  });

  it("revokes a seal once, and lists it at once", async () => {
    const { authority, agency, store } = makeSealWorld();
    await authority.establish(operator);
    const [kept, stolen] = [
      await authority.issueSeal(operator, agency.code),
      await authority.issueSeal(operator, agency.code),
    ];
    const issued = await authority.revokeSeal(operator, stolen.serial, "key-compromise");
    expect([...readRevocationList(issued.list).revoked.keys()]).to.deep.equal([stolen.serial]);
    await expectRefusalOf("request.conflict", authority.revokeSeal(operator, stolen.serial, "superseded"));
    await expectRefusalOf("key.unknown", authority.revokeSeal(operator, "ff", "superseded"));
    expect((await store.findSealCertificate(kept.serial))?.revocation).to.equal(null);
    expect(store.events.map(({ action }) => action)).to.deep.equal([
      ...["seal-ca-certified", "revocation-list-issued", "seal-certified", "seal-certified"],
      ...["seal-revoked", "revocation-list-issued"],
    ]);
  });

  it("writes into the log all that is stored of certificates, revocations and lists", async () => {
    const { authority, agency, store, now, state } = makeSealWorld();
    const { record } = await authority.establish(operator);
    const [first] = await store.revocationLists();
    state.second = DAY;
    const [old] = await authority.renewRevocationLists();
    const seal = await authority.issueSeal(operator, agency.code);
    const list = await authority.revokeSeal(operator, seal.serial, "superseded");
    const at = Math.floor(now() / 1000);
    const told = ({ number, thisUpdate, nextUpdate }: StoredRevocationList) => ({ number, thisUpdate, nextUpdate });
    expect(
      store.events.map(({ actor, action, digestAfter, detail }) => [actor.id, action, digestAfter, detail]),
    ).to.deep.equal([
      ["root", "seal-ca-certified", sealCertificateDigest(nodeCrypto, record), undefined],
      ["root", "revocation-list-issued", nodeCrypto.sha256(first!.list), told(first!)],
      ["seal-ca", "revocation-list-issued", nodeCrypto.sha256(old!.list), told(old!)],
      [
        ...["root", "seal-certified", sealCertificateDigest(nodeCrypto, seal)],
        { agency: agency.code, until: new Date(seal.validity.until * 1000).toISOString() },
      ],
      ["root", "seal-revoked", undefined, { agency: agency.code, at, reason: "superseded" }],
      ["root", "revocation-list-issued", nodeCrypto.sha256(list.list), told(list)],
    ]);
  });

  it("takes another digest for a certificate whatever was changed in it, but for its revocation", async () => {
    const { authority, agency } = makeSealWorld();
    await authority.establish(operator);
    const seal = await authority.issueSeal(operator, agency.code);
    const digestOf = (more: Partial<SealCertificateRecord>) =>
      toHex(sealCertificateDigest(nodeCrypto, { ...seal, ...more }));
    const { validity, appearance } = seal;
    const others = [
      ...[{ serial: "ff" }, { holder: "x" }, { keyDigest: "00" }, { ca: "00" }, { certificate: Uint8Array.of(1) }],
      ...[{ validity: { ...validity, from: 0 } }, { validity: { ...validity, until: 0 } }, { appearance: null }],
      ...[{ name: "x" }, { code: "x" }, { star: false }].map((part) => ({ appearance: { ...appearance!, ...part } })),
    ];
    expect(new Set([{}, ...others].map(digestOf)).size).to.equal(12);
    expect(digestOf({ revocation: { at: 1, reason: "superseded" } })).to.equal(digestOf({}));
  });

  it("lists a revocation that a crash left unlisted, when it is asked for again or when the lists are renewed", async () => {
    for (const again of ["revoke", "renew"]) {
      const { authority, agency, store } = makeSealWorld();
      await authority.establish(operator);
      const { serial } = await authority.issueSeal(operator, agency.code);
      const put = store.putRevocationList;
      store.putRevocationList = () => Promise.reject(new Error("killed"));
      await expectRefusal(authority.revokeSeal(operator, serial, "superseded"));
      store.putRevocationList = put;
      if (again === "revoke") await authority.revokeSeal(operator, serial, "superseded");
      else expect(await authority.renewRevocationLists()).to.have.length(1);
      const [newest] = await store.revocationLists();
      expect([...readRevocationList(newest!.list).revoked.keys()]).to.deep.equal([serial]);
    }
  });

  it("has a list from its beginning, also when a crash came before it", async () => {
    const { authority, store, now } = makeSealWorld();
    const put = store.putRevocationList;
    store.putRevocationList = () => Promise.reject(new Error("killed"));
    await expectRefusal(authority.establish(operator));
    store.putRevocationList = put;
    const { record } = await authority.establish(operator);
    const first = await store.newestRevocationList(record.keyDigest);
    expect(first).to.include({ number: Math.floor(now() / 1000) });
    await authority.establish(operator);
    expect(await store.newestRevocationList(record.keyDigest)).to.deep.equal(first);
  });

  it("keeps a list for a day, then makes the next, whose time and number are greater", async () => {
    const { authority, state, store } = makeSealWorld();
    await authority.establish(operator);
    const [first] = await store.revocationLists();
    state.second = DAY - 1;
    expect(await authority.renewRevocationLists()).to.deep.equal([]);
    state.second = DAY;
    const [second] = await authority.renewRevocationLists();
    const time = first!.thisUpdate + DAY;
    expect(second).to.include({ number: time, thisUpdate: time });
    const read = readRevocationList(second!.list);
    const number = time.toString(16);
    expect(read).to.include({ thisUpdate: second!.thisUpdate, nextUpdate: second!.nextUpdate, number });
  });

  it("counts on within a second, and when its clock was set back", async () => {
    const { authority, state, store, agency } = makeSealWorld();
    state.second = DAY;
    await authority.establish(operator);
    const seals = [await authority.issueSeal(operator, agency.code), await authority.issueSeal(operator, agency.code)];
    const [first] = await store.revocationLists();
    const second = await authority.revokeSeal(operator, seals[0]!.serial, "superseded");
    state.second = 0;
    const third = await authority.revokeSeal(operator, seals[1]!.serial, "superseded");
    expect([second.number, third.number]).to.deep.equal([first!.number + 1, first!.number + 2]);
    expect(third.thisUpdate).to.equal(first!.thisUpdate);
    expect(isNewerList(readRevocationList(third.list), readRevocationList(second.list))).to.equal(true);
  });

  describe("whose store was put back", () => {
    /** A backup of before two revocations and a seal, and the list that others keep of them. */
    async function scene() {
      const world = makeSealWorld();
      const { authority, agency, store, state, now } = world;
      const { record: ca } = await authority.establish(operator);
      const [known, other] = [
        await authority.issueSeal(operator, agency.code),
        await authority.issueSeal(operator, agency.code),
      ];
      const [backedUp] = (await store.revocationLists()) as [StoredRevocationList];
      const key = { key: await world.keys.open(ca.keyDigest), certificate: ca.certificate };
      const at = Math.floor(now() / 1000) + 60;
      const revoked = [
        { serial: known.serial, revokedAt: at, reason: "key-compromise" },
        { serial: "5eaf", revokedAt: at, reason: "superseded" },
      ] as const;
      const terms = { number: at, thisUpdate: at, nextUpdate: at + 7 * DAY };
      const lost = await x509Authority.listRevoked(key, { ...terms, revoked });
      state.second = 120;
      return { ...world, ca, known, other, backedUp, lost, at };
    }

    it("takes over what a list elsewhere has revoked, and issues a later one that has it at once", async () => {
      const { authority, store, state, known, lost, at } = await scene();
      state.elsewhere = [Uint8Array.of(1), lost];
      const [issued] = await authority.renewRevocationLists();
      const read = readRevocationList(issued!.list);
      expect(isNewerList(read, readRevocationList(lost))).to.equal(true);
      expect(read.revoked).to.deep.equal(readRevocationList(lost).revoked);
      expect((await store.findSealCertificate(known.serial))?.revocation).to.deep.equal({
        at,
        reason: "key-compromise",
      });
      expect(store.events.slice(-2).map(({ actor, action, object }) => [actor.id, action, object])).to.deep.equal([
        ["seal-ca", "seal-revoked", known.serial],
        ["seal-ca", "revocation-list-issued", issued!.ca],
      ]);
      expect(await authority.renewRevocationLists()).to.deep.equal([]);
      // The next still tells of a seal that the store has never heard of.
      state.elsewhere = [];
      state.second += DAY;
      const [next] = await authority.renewRevocationLists();
      expect([...readRevocationList(next!.list).revoked.keys()]).to.have.members([known.serial, "5eaf"]);
    });

    it("does so before it revokes another, and leaves the time of one that is revoked once more", async () => {
      const { authority, state, known, other, lost, at } = await scene();
      state.elsewhere = [lost];
      const all = readRevocationList((await authority.revokeSeal(operator, other.serial, "superseded")).list).revoked;
      expect([...all.keys()]).to.have.members([known.serial, other.serial, "5eaf"]);
      const again = await scene();
      again.state.elsewhere = [again.lost];
      const { list } = await again.authority.revokeSeal(operator, again.known.serial, "superseded");
      expect(readRevocationList(list).revoked.get(again.known.serial)).to.deep.equal({ at, reason: 1 });
    });

    it("takes nothing over from a list that its key did not sign", async () => {
      const { authority, state, lost, store, known } = await scene();
      const flipped = Uint8Array.from(lost);
      flipped[flipped.length - 1]! ^= 1;
      const foreign = await scene();
      state.elsewhere = [flipped, foreign.lost];
      expect(await authority.renewRevocationLists()).to.deep.equal([]);
      expect((await store.findSealCertificate(known.serial))?.revocation).to.equal(null);
    });
  });

  it("counts on when two instances issue a list at once", async () => {
    const { authority, state } = makeSealWorld();
    await authority.establish(operator);
    state.second = DAY;
    const both = await Promise.all([authority.renewRevocationLists(), authority.renewRevocationLists()]);
    const numbers = both.map(([list]) => list!.number).sort();
    expect(numbers[1]! - numbers[0]!).to.equal(1);
  });

  it("names the place of its CA's list in the certificate of a seal, as others see it", async () => {
    const { authority, agency } = makeSealWorld();
    const { record } = await authority.establish(operator);
    const { certificate } = await authority.issueSeal(operator, agency.code);
    expect(Buffer.from(certificate).toString("latin1")).to.contain(
      `https://tally.example/v1/seal-authorities/${record.keyDigest}/revocation-list`,
    );
  });
});

async function expectRefusal(work: Promise<unknown>): Promise<void> {
  const outcome = await work.then(
    () => "done",
    () => "refused",
  );
  expect(outcome).to.equal("refused");
}
