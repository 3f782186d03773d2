// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { expect } from "chai";
import {
  type CertificateParts,
  type CmsParts,
  caMultikey,
  certificate,
  NULL,
  oid,
  sealParts,
  seq,
} from "../core/seal/hand-made.js";
import { openSealOffice, type SealOffice } from "../core/seal/office.js";
import { answers, checkOf, notGenuine, remarksOf } from "./expectations.js";
import { ANHUI, type Issued, SHANGHAI } from "./fixture.js";
import { brokenRegistry, withoutAnswer } from "./memory-registry.js";
import { DAY, makeSealedWorld, type SealedWorld } from "./sealed-world.js";

const VALID = { authenticity: "genuine", standing: "in-force", verdict: "valid", reason: null };
const YEAR = 365 * DAY;

describe("verifyCertificate, of a sealed PDF,", () => {
  let world: SealedWorld;
  let issued: Issued;
  let file: Uint8Array;
  beforeEach(async () => {
    world = makeSealedWorld();
    issued = world.issueAnchored();
    file = await world.sealed(issued);
    world.registry.advance(60);
  });
  const sealReason = async (bytes: Uint8Array, options?: Parameters<SealedWorld["verify"]>[1]) => {
    const { outcome, ...rest } = checkOf(await world.verify(bytes, options), "seal");
    return `${outcome} ${"reason" in rest ? rest.reason : ""}`.trim();
  };

  it("finds it valid, its seal and its content right", async () => {
    const report = await world.verify(file);
    expect(checkOf(report, "seal")).to.deep.equal({ check: "seal", outcome: "pass" });
    expect(checkOf(report, "content")).to.deep.equal({ check: "content", outcome: "pass" });
    expect(answers(report)).to.deep.equal(VALID);
    expect(report.remarks).to.deep.equal([]);
    const { name, time } = world.statement();
    expect(report.document.seal?.name).to.equal(name);
    expect(Date.parse(report.document.seal!.time)).to.equal(Date.parse(time) - 60_000);
  });

  it("vouches for the pages where nobody can render them again, for as long as it holds", async () => {
    const unrendered = { rerender: undefined as never };
    const report = await world.verify(file, unrendered);
    expect(checkOf(report, "content")).to.deep.equal({
      check: "content",
      outcome: "not-applicable",
      reason: "content.not-compared",
    });
    expect(remarksOf(report)).to.deep.equal([]);
    const unjudged = await world.verify(file, { ...unrendered, revocationLists: world.lists() });
    expect(checkOf(unjudged, "content")).to.deep.equal(checkOf(report, "content"));
    expect(remarksOf(unjudged)).to.deep.equal(["seal.revocation-unknown", "content.not-compared"]);
  });

  it("finds one valid that was put together by other hands", async () => {
    expect(answers(await world.verify(world.filled(world.toSeal(issued), world.office.sealed)))).to.deep.equal(VALID);
  });

  it("refuses it when a byte that it covers is another", async () => {
    const changed = file.slice();
    // Inside of the deflated ground of the page nothing else notices before the seal does: an id of the trailer.
    const at = Buffer.from(file).lastIndexOf("/ID[<") + 6;
    changed[at] = changed[at] === 0x31 ? 0x32 : 0x31;
    expect(answers(await world.verify(changed, { rerender: undefined as never }))).to.deep.equal(
      notGenuine("seal.altered"),
    );
  });

  it("refuses a seal over another file, of another key, and of a certificate that the CA did not issue", async () => {
    const { office } = world;
    const sealable = world.toSeal(issued);
    const make = (change: Parameters<SealOffice["sealed"]>[1]) =>
      world.filled(sealable, (digest) => office.sealed(digest, change));
    expect(await sealReason(make({ digest: new Uint8Array(32) }))).to.equal("fail seal.altered");
    const other = openSealOffice({
      agency: world.agency.code,
      title: world.agency.name,
      from: world.registry.time - DAY,
    });
    expect(await sealReason(make({ key: other.seal.key }))).to.equal("fail seal.signature-wrong");
    expect(await sealReason(make({ named: other.seal.certificate }))).to.equal("fail seal.malformed");
    // Its own certificate, with the CA of this region beside it.
    const wrong = { certificates: [other.seal.certificate, office.ca.certificate], named: other.seal.certificate };
    expect(await sealReason(make({ ...wrong, key: other.seal.key }))).to.equal("fail seal.chain-wrong");
    expect(await sealReason(make({ spelling: "high" }))).to.equal("fail seal.signature-wrong");
  });

  it("refuses other algorithms by name, and what is no seal of the profile", async () => {
    const sealable = world.toSeal(issued);
    const { office } = world;
    const sha1 = Buffer.from("300706052b0e03021a", "hex");
    expect(
      await sealReason(world.filled(sealable, (digest) => office.sealed(digest, { digestAlgorithm: sha1 }))),
    ).to.equal("fail seal.algorithm-refused");
    const spare = openSealOffice({ agency: world.agency.code, from: world.registry.time });
    const { certificates } = office.parts(new Uint8Array(32));
    const more = { certificates: [...certificates, spare.ca.certificate] };
    expect(
      await sealReason(world.filled(world.toSeal(issued, { room: 8192 }), (digest) => office.sealed(digest, more))),
    ).to.equal("fail seal.malformed");
    expect(await sealReason(world.filled(sealable, () => Uint8Array.of(0x30, 0)))).to.equal("fail seal.malformed");
  });

  describe("of a weak or unknown algorithm,", () => {
    const rsaWithSha1 = seq(oid("1.2.840.113549.1.1.5"), NULL);
    const rsaWithSha256 = seq(oid("1.2.840.113549.1.1.11"), NULL);
    const keyInfoOf = (key: KeyObject) => new Uint8Array(key.export({ format: "der", type: "spki" }));
    const rsa = () => keyInfoOf(generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey);
    const curve = (namedCurve: string) => keyInfoOf(generateKeyPairSync("ec", { namedCurve }).publicKey);

    /** Right in all but what is changed: the region's CA, which the registry knows, signs the certificate. */
    const sealedWith = (own: Partial<CertificateParts>, changes: Partial<CmsParts> = {}) => {
      const { office, agency, registry } = world;
      const { key, serial } = office.seal;
      const period = { notBefore: registry.time - DAY, notAfter: registry.time + YEAR };
      const identity = { region: office.region, agency: agency.code, title: agency.name, serial };
      const named = certificate({ ...sealParts({ ...identity, ...period, key, ca: office.ca.key }), ...own });
      return world.filled(world.toSeal(issued), (digest) =>
        office.sealed(digest, { named, certificates: [named, office.ca.certificate], ...changes }),
      );
    };

    it("is valid when nothing is changed", async () => {
      expect(answers(await world.verify(sealedWith({})))).to.deep.equal(VALID);
    });

    for (const [what, make, named] of [
      ["RSA with SHA-1", () => sealedWith({ keyInfo: rsa() }, { signatureAlgorithm: rsaWithSha1 }), "ecdsa"],
      ["RSA with SHA-256", () => sealedWith({ keyInfo: rsa() }, { signatureAlgorithm: rsaWithSha256 }), "ecdsa"],
      ["a certificate that its CA signed with RSA and SHA-1", () => sealedWith({ algorithm: rsaWithSha1 }), "ecdsa"],
      ["ECDSA with SHA-1", () => sealedWith({}, { signatureAlgorithm: seq(oid("1.2.840.10045.4.1")) }), "ecdsa"],
      ["the digest SHA-1", () => sealedWith({}, { digestAlgorithm: seq(oid("1.3.14.3.2.26")) }), "sha-256"],
      ["the digest MD5", () => sealedWith({}, { digestAlgorithm: seq(oid("1.2.840.113549.2.5")) }), "sha-256"],
      ["a key of P-384", () => sealedWith({ keyInfo: curve("P-384") }), "p-256"],
      ["a key of secp256k1", () => sealedWith({ keyInfo: curve("secp256k1") }), "p-256"],
      ["a key of SM2", () => sealedWith({ keyInfo: curve("SM2") }), "p-256"],
    ] as const)
      it(`is refused by name: ${what}`, async () => {
        const report = await world.verify(make());
        expect(answers(report)).to.deep.equal(notGenuine("seal.algorithm-refused"));
        expect(JSON.stringify(checkOf(report, "seal")).toLowerCase()).to.contain(named);
      });
  });

  describe("the CA", () => {
    it("must be in the registry: absent it is a forgery, if the registry is later", async () => {
      const stranger = openSealOffice({
        agency: world.agency.code,
        title: world.agency.name,
        from: world.registry.time - DAY,
      });
      const forged = await world.sealed(issued, { office: stranger });
      const behind = world.registry.frozen();
      const revocationLists = world.lists(world.listOf(stranger));
      world.registry.advance(60);
      expect(answers(await world.verify(forged, { revocationLists }))).to.deep.equal(
        notGenuine("seal.ca-not-registered"),
      );
      expect(await sealReason(forged, { revocationLists, registry: behind })).to.equal("unknown registry.behind");
    });

    it("must be registered for seals, and not for something else", async () => {
      const other = openSealOffice({
        agency: world.agency.code,
        title: world.agency.name,
        from: world.registry.time - DAY,
      });
      const { bytes, digest } = caMultikey(other.ca.key);
      world.registry.addKey({ agency: null, region: ANHUI }, digest, bytes, "bundle");
      expect(await sealReason(await world.sealed(issued, { office: other }))).to.equal("fail seal.chain-wrong");
    });

    it("must be that of the agency's own region", async () => {
      const other = openSealOffice({
        agency: world.agency.code,
        title: world.agency.name,
        from: world.registry.time - DAY,
      });
      world.registerCa(other, SHANGHAI);
      expect(await sealReason(await world.sealed(issued, { office: other }))).to.equal("fail seal.chain-wrong");
      // Whose certificates of its own agencies count nothing for this one.
      expect(await sealReason(file, { trust: { ...world.trust, regions: [SHANGHAI] } })).to.equal(
        "unknown issuer.region-not-recognised",
      );
    });

    it("counts as its key did when the seal was made", async () => {
      const { digest } = caMultikey(world.office.ca.key);
      const mirror = world.anchorSeal(issued, file);
      world.registry.advance(60);
      world.registry.retireKey(digest);
      expect((await world.verify(file, { mirror })).verdict).to.equal("valid");
      // Whoever kept the key may have sealed it today.
      expect(await sealReason(file)).to.equal("unknown seal.time-unproven");
      expect(await sealReason(await world.sealed(issued))).to.equal("fail seal.chain-wrong");
    });

    it("makes a seal that nothing dates undecided once its key is compromised, and one that it made after a forgery", async () => {
      const { digest } = caMultikey(world.office.ca.key);
      const mirror = world.anchorSeal(issued, file);
      world.registry.advance(60);
      const since = world.registry.time;
      const later = await world.sealed(issued);
      world.registry.advance(60);
      world.registry.claimCompromise(digest, since, since + DAY);
      expect(await sealReason(later)).to.equal("unknown seal.chain-disputed");
      world.registry.advance(DAY);
      expect(await sealReason(later)).to.equal("fail seal.chain-wrong");
      expect(await sealReason(file)).to.equal("unknown seal.time-unproven");
      expect(await sealReason(file, { mirror })).to.equal("pass");
    });
  });

  describe("of another agency", () => {
    let sealer: SealOffice;
    beforeEach(() => {
      sealer = openSealOffice({
        agency: world.otherAgency.code,
        title: world.otherAgency.name,
        from: world.registry.time - DAY,
        under: world.office,
        serial: "2002",
      });
    });

    it("refuses the seal without a delegation in the registry, before it and after it", async () => {
      const before = await world.sealed(issued, { office: sealer });
      world.registry.advance(60);
      expect(answers(await world.verify(before))).to.deep.equal(notGenuine("seal.other-agency"));
      world.registry.delegateSeal(world.agency.code, world.otherAgency.code);
      expect(await sealReason(before)).to.equal("fail seal.other-agency");
      world.registry.advance(60);
      const during = await world.sealed(issued, { office: sealer });
      expect(answers(await world.verify(during))).to.deep.equal(VALID);
      world.registry.advance(60);
      world.registry.endSealDelegation(world.agency.code, world.otherAgency.code);
      world.registry.advance(60);
      expect(await sealReason(await world.sealed(issued, { office: sealer }))).to.equal("fail seal.other-agency");
      expect(await sealReason(during)).to.equal("unknown seal.time-unproven");
    });

    for (const [what, end] of [
      ["its delegation was ended", (w: SealedWorld) => w.registry.endSealDelegation(w.agency.code, w.otherAgency.code)],
      ["it was removed", (w: SealedWorld) => w.registry.strikeAgency(w.otherAgency.code)],
    ] as const)
      it(`must be proven to have sealed before, once ${what}`, async () => {
        world.registry.delegateSeal(world.agency.code, world.otherAgency.code);
        world.registry.advance(60);
        const during = await world.sealed(issued, { office: sealer });
        const time = world.statement().time;
        world.registry.advance(60);
        expect(await sealReason(during)).to.equal("pass");
        const mirror = world.anchorSeal(issued, during);
        world.registry.advance(60);
        end(world);
        world.registry.advance(60);
        expect(await sealReason(during, { mirror })).to.equal("pass");
        expect(await sealReason(during)).to.equal("unknown seal.time-unproven");
        const backdated = await world.sealed(issued, { office: sealer, time });
        expect(await sealReason(backdated)).to.equal("unknown seal.time-unproven");
        // Whether it was sealed before the end and anchored late, or sealed after it, cannot be told.
        const late = { mirror: world.anchorSeal(issued, backdated) };
        world.registry.advance(60);
        expect(await sealReason(backdated, late)).to.equal("unknown seal.time-unproven");
        const after = await world.sealed(issued, { office: sealer });
        expect(await sealReason(after)).to.equal("fail seal.other-agency");
      });

    it("takes a delegation in one direction alone, and does not guess where the registry is not later", async () => {
      const behind = world.registry.frozen();
      world.registry.delegateSeal(world.otherAgency.code, world.agency.code);
      world.registry.advance(60);
      const theirs = await world.sealed(issued, { office: sealer });
      expect(await sealReason(theirs, { registry: behind })).to.equal("unknown registry.behind");
      world.registry.advance(60);
      expect(await sealReason(theirs)).to.equal("fail seal.other-agency");
    });

    it("is undecided when the registry does not answer", async () => {
      const theirs = await world.sealed(issued, { office: sealer });
      for (const question of ["findSealDelegations", "findKey"] as const)
        expect(
          await sealReason(theirs, { registry: withoutAnswer(world.registry, question, new Error("429")) }),
        ).to.equal("unknown registry.garbage");
      expect(await sealReason(theirs, { registry: brokenRegistry("registry.unreachable") })).to.equal(
        "unknown registry.unreachable",
      );
    });

    it("refuses an agency that nobody registered", async () => {
      const nobody = openSealOffice({
        agency: "91310000MA1FL0000X",
        from: world.registry.time - DAY,
        under: world.office,
      });
      const theirs = await world.sealed(issued, { office: nobody });
      world.registry.advance(60);
      expect(await sealReason(theirs)).to.equal("fail seal.other-agency");
    });
  });

  describe("a suspension", () => {
    for (const [what, suspend, reason] of [
      ["of the agency", (w: SealedWorld) => w.registry.suspendAgency(w.agency.code), "seal.agency-suspended"],
      ["of its region", (w: SealedWorld) => w.registry.suspendRegion(ANHUI), "seal.region-suspended"],
    ] as const)
      it(`${what} refuses what was sealed meanwhile, and of before what nothing dates is undecided`, async () => {
        const mirror = world.anchorSeal(issued, file);
        world.registry.advance(60);
        suspend(world);
        world.registry.advance(60);
        expect(await sealReason(file, { mirror })).to.equal("pass");
        // The same file could have been sealed just now.
        expect(await sealReason(file)).to.equal("unknown seal.time-unproven");
        const meanwhile = await world.sealed(issued);
        world.registry.advance(60);
        const report = await world.verify(meanwhile);
        expect(answers(report)).to.deep.equal(notGenuine(reason));
        expect(remarksOf(report)).to.not.include("seal.revoked-since");
      });

    it("is over when it was released", async () => {
      world.registry.suspendAgency(world.agency.code);
      world.registry.advance(60);
      world.registry.releaseAgency(world.agency.code);
      const after = await world.sealed(issued);
      world.registry.advance(60);
      expect(answers(await world.verify(after))).to.deep.equal(VALID);
    });

    it("lets nobody write an earlier time on a seal, while it lasts or afterwards", async () => {
      const { time } = world.statement();
      world.registry.advance(60);
      world.registry.suspendAgency(world.agency.code);
      world.registry.advance(60);
      const backdated = await world.sealed(issued, { time });
      expect(answers(await world.verify(backdated))).to.include({ verdict: "undecided", reason: "seal.time-unproven" });
      world.registry.releaseAgency(world.agency.code);
      world.registry.advance(60);
      expect(await sealReason(backdated)).to.equal("unknown seal.time-unproven");
    });

    it("before the seal was anchored leaves open when it was made", async () => {
      world.registry.suspendAgency(world.agency.code);
      world.registry.advance(60);
      const mirror = world.anchorSeal(issued, file);
      expect(await sealReason(file, { mirror })).to.equal("unknown seal.time-unproven");
    });

    it("counts for the agency that seals, not for the one that it seals for", async () => {
      const sealer = openSealOffice({
        ...{ agency: world.otherAgency.code, title: world.otherAgency.name, from: world.registry.time - DAY },
        ...{ under: world.office, serial: "2002" },
      });
      world.registry.delegateSeal(world.agency.code, world.otherAgency.code);
      world.registry.advance(60);
      world.registry.suspendAgency(world.agency.code);
      const one = await world.sealed(issued, { office: sealer });
      world.registry.advance(60);
      expect(await sealReason(one)).to.equal("pass");
      world.registry.suspendAgency(world.otherAgency.code);
      const other = await world.sealed(issued, { office: sealer });
      world.registry.advance(60);
      expect(await sealReason(other)).to.equal("fail seal.agency-suspended");
    });

    it("is not known where the registry does not answer", async () => {
      for (const question of ["findAgency", "findRegion"] as const)
        expect(
          await sealReason(file, { registry: withoutAnswer(world.registry, question, new Error("429")) }),
        ).to.equal("unknown registry.garbage");
    });
  });

  describe("revocation", () => {
    const revokedAt = (at: number, changes: object = {}) => ({
      revocationLists: world.lists(
        world.listOf(world.office, { revoked: [{ serial: world.office.seal.serial, at, reason: 1 }], ...changes }),
      ),
    });

    it("leaves it without a judgement, as if it were not there, without a list, with an old one, and with lists of other CAs", async () => {
      const stranger = openSealOffice({ agency: world.agency.code, from: world.registry.time - DAY });
      const { time } = world.registry;
      const old = { thisUpdate: time - 9 * DAY, nextUpdate: time - DAY };
      const failing = { findRevocationLists: () => Promise.reject(new Error("offline")) };
      for (const revocationLists of [
        world.lists(),
        world.lists(world.listOf(world.office, old)),
        world.lists(world.listOf(stranger), new Uint8Array(9), world.listOf(world.office, { ca: stranger.ca.key })),
        world.lists(world.listOf(world.office, { thisUpdate: time + DAY, nextUpdate: time + 2 * DAY })),
        failing,
      ]) {
        const report = await world.verify(file, { revocationLists });
        expect(checkOf(report, "seal")).to.include({ outcome: "not-applicable", reason: "seal.revocation-unknown" });
        expect(remarksOf(report)).to.deep.equal(["seal.revocation-unknown"]);
        // What is printed is compared as of any file.
        expect(checkOf(report, "content").outcome).to.equal("pass");
        expect(answers(report)).to.deep.equal(VALID);
      }
    });

    it("matters only to what is right otherwise: all else is told without a list as with one", async () => {
      const revocationLists = world.lists();
      const { digest } = caMultikey(world.office.ca.key);
      const { office, registry, agency } = world;
      const stranger = openSealOffice({ agency: agency.code, title: agency.name, from: registry.time - DAY });
      const forgeries = [
        [await world.sealed(issued, { office: stranger }), "fail seal.ca-not-registered"],
        [
          world.filled(world.toSeal(issued), (hash) => office.sealed(hash, { spelling: "high" })),
          "fail seal.signature-wrong",
        ],
        [world.filled(world.toSeal(issued), () => office.sealed(new Uint8Array(32))), "fail seal.altered"],
      ] as const;
      registry.advance(60);
      for (const [forged, told] of forgeries) expect(await sealReason(forged, { revocationLists })).to.equal(told);
      expect(
        await sealReason(file, { revocationLists, registry: withoutAnswer(registry, "findKey", new Error("429")) }),
      ).to.equal("unknown registry.garbage");
      registry.claimCompromise(digest, registry.time - 30, registry.time + DAY);
      expect(await sealReason(file, { revocationLists })).to.equal("unknown seal.time-unproven");
      registry.advance(3 * YEAR);
      expect(await sealReason(file, { revocationLists, now: world.now() })).to.equal("unknown seal.time-unproven");
    });

    it("of one that shows the bureau which seals for the issuer is left without a judgement too", async () => {
      const bureau = openSealOffice({
        agency: world.otherAgency.code,
        title: world.otherAgency.name,
        from: world.registry.time - DAY,
        under: world.office,
        serial: "2002",
      });
      world.registry.delegateSeal(world.agency.code, world.otherAgency.code);
      world.registry.advance(60);
      const theirs = await world.sealed(issued, { office: bureau, name: world.otherAgency.name });
      expect(await sealReason(theirs, { revocationLists: world.lists() })).to.equal(
        "not-applicable seal.revocation-unknown",
      );
    });

    it("before the seal refuses it, also by a list that is out of date", async () => {
      const { time } = world.registry;
      expect(answers(await world.verify(file, revokedAt(time - 3_600)))).to.deep.equal(notGenuine("seal.revoked"));
      const old = { thisUpdate: time - 9 * DAY, nextUpdate: time - DAY };
      expect(await sealReason(file, revokedAt(time - 10 * DAY, old))).to.equal("fail seal.revoked");
    });

    it("after the seal leaves it undecided unless its time is proven", async () => {
      const mirror = world.anchorSeal(issued, file);
      world.registry.advance(DAY);
      const later = revokedAt(world.registry.time - 60);
      expect(await sealReason(file, later)).to.equal("unknown seal.time-unproven");
      const report = await world.verify(file, { ...later, mirror });
      expect(answers(report)).to.deep.equal(VALID);
      expect(remarksOf(report)).to.deep.equal(["seal.revoked-since"]);
    });

    it("is judged by the newest of several lists, in whatever order they come", async () => {
      const { time } = world.registry;
      const empty = world.listOf(world.office, { thisUpdate: time - 3_600, number: "01" });
      const newer = world.listOf(world.office, {
        number: "02",
        revoked: [{ serial: world.office.seal.serial, at: time - DAY }],
      });
      for (const order of [
        [empty, newer],
        [newer, empty],
      ])
        expect(await sealReason(file, { revocationLists: world.lists(...order) })).to.equal("fail seal.revoked");
    });

    it("of another certificate says nothing of this one", async () => {
      const other = world.lists(
        world.listOf(world.office, { revoked: [{ serial: "77", at: world.registry.time - DAY }] }),
      );
      expect(await sealReason(file, { revocationLists: other })).to.equal("pass");
    });
  });

  describe("time", () => {
    const afterExpiry = () => {
      world.registry.advance(3 * YEAR);
      return { revocationLists: world.lists(world.listOf(world.office)), registry: world.registry, now: world.now() };
    };

    it("must be proven once the certificate has expired: by an anchor of the issuer's region", async () => {
      const mirror = world.anchorSeal(issued, file);
      const elsewhere = world.anchorSeal(issued, file, SHANGHAI);
      const late = afterExpiry();
      expect(await sealReason(file, late)).to.equal("unknown seal.time-unproven");
      expect(await sealReason(file, { ...late, mirror })).to.equal("pass");
      expect(await sealReason(file, { ...late, mirror: elsewhere })).to.equal("pass");
      const failing = { findProof: () => Promise.reject(new Error("down")) };
      expect(await sealReason(file, { ...late, mirror: failing })).to.equal("unknown seal.time-unproven");
    });

    it("is not proven by an anchor of another region, of another seal, or after the end", async () => {
      const other = await world.sealed(issued);
      const ofAnother = world.anchorSeal(issued, other);
      const late = afterExpiry();
      const elsewhere = world.anchorSeal(issued, file, SHANGHAI);
      expect(await sealReason(file, { ...late, mirror: ofAnother })).to.equal("unknown seal.time-unproven");
      expect(await sealReason(file, { ...late, mirror: elsewhere })).to.equal("unknown seal.time-unproven");
      const tooLate = world.anchorSeal(issued, file);
      expect(await sealReason(file, { ...late, mirror: tooLate })).to.equal("unknown seal.time-unproven");
    });

    it("is proven years later by an old list that was made after the anchor", async () => {
      const mirror = world.anchorSeal(issued, file);
      world.registry.advance(60);
      const archived = world.lists(world.listOf(world.office, { thisUpdate: world.registry.time }));
      world.registry.advance(9 * YEAR);
      expect(await sealReason(file, { revocationLists: archived, mirror, now: world.now() })).to.equal("pass");
      expect(await sealReason(file, { revocationLists: archived, now: world.now() })).to.equal(
        "unknown seal.time-unproven",
      );
    });

    it("is proven by a timestamp of an authority that is configured, or of one under it", async () => {
      const { office, registry, trust } = world;
      const stamped = world.filled(world.toSeal(issued, { room: 8192 }), (digest) =>
        office.stamped(digest, registry.time),
      );
      const late = afterExpiry();
      const trusting = { trust: { ...trust, timestampAuthorities: [office.tsa.certificate] } };
      expect(await sealReason(stamped, { ...late, ...trusting })).to.equal("pass");
      const report = await world.verify(stamped, late);
      expect(checkOf(report, "seal")).to.include({ outcome: "unknown", reason: "seal.time-unproven" });
      const elsewhere = openSealOffice({ agency: world.agency.code, from: registry.time }).tsa.certificate;
      expect(await sealReason(stamped, { ...late, trust: { ...trust, timestampAuthorities: [elsewhere] } })).to.equal(
        "unknown seal.time-unproven",
      );
    });

    it("of an authority that is not configured is a remark, of one that lies a failure", async () => {
      const { office, registry } = world;
      const sealable = world.toSeal(issued, { room: 8192 });
      const stamped = world.filled(sealable, (digest) => office.stamped(digest, registry.time));
      const report = await world.verify(stamped);
      expect(answers(report)).to.deep.equal(VALID);
      expect(remarksOf(report)).to.deep.equal(["seal.timestamp-not-trusted"]);
      // The timestamp of another seal.
      const other = office.stamped(new Uint8Array(32), registry.time);
      const token = Buffer.from(other);
      const swapped = world.filled(sealable, (digest) =>
        office.sealed(digest, { unsignedAttributes: () => [unsignedOf(token)] }),
      );
      expect(await sealReason(swapped)).to.equal("fail seal.malformed");
    });

    it("before the certificate, after it, or later than the proof refuses the seal", async () => {
      const { registry } = world;
      const at = (seconds: number) => new Date(seconds * 1000).toISOString().replace(".000", "");
      const early = await world.sealed(issued, { time: at(registry.time - 60 * DAY) });
      const late = await world.sealed(issued, { time: at(registry.time + 3 * YEAR) });
      expect(answers(await world.verify(early))).to.deep.equal(notGenuine("seal.outside-validity"));
      expect(await sealReason(late)).to.equal("fail seal.outside-validity");
      const future = await world.sealed(issued, { time: at(registry.time + DAY) });
      expect(await sealReason(future)).to.equal("unknown seal.time-unproven");
      const mirror = world.anchorSeal(issued, future);
      expect(await sealReason(future, { mirror })).to.equal("fail seal.time-wrong");
    });
  });

  it("refuses a configuration with what is no certificate", async () => {
    const timestampAuthorities = [new Uint8Array(9)];
    const error = await world
      .verify(file, { trust: { ...world.trust, timestampAuthorities } })
      .catch((reason) => reason);
    expect(error).to.include({ code: "config.invalid", field: "trust.timestampAuthorities.0" });
  });
});

/** The unsigned attribute of a seal: the last value in it. */
function unsignedOf(cms: Buffer): Uint8Array {
  const type = Buffer.from("060b2a864886f70d010910020e", "hex");
  const at = cms.indexOf(type) - 4;
  const length = cms.readUInt16BE(at + 2);
  return new Uint8Array(cms.subarray(at, at + 4 + length));
}
