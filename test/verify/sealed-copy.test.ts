// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { SealableFile } from "../../src/core/seal/sealable-file.js";
import { openSealOffice } from "../core/seal/office.js";
import { type Copied, copyInput, makeAnchoredCopy, makeCopy } from "./copies.js";
import { answers, checkOf, notGenuine, notInForce, remarksOf, undecided } from "./expectations.js";
import type { Issued } from "./fixture.js";
import { placeOf, rebuilt, rewritten, TAMPERINGS, updated } from "./pdf/tamperings.js";
import { DAY, makeSealedWorld, type SealedWorld } from "./sealed-world.js";

const BROWSER = { rerender: undefined as never };

describe("a sealed reader's copy", () => {
  let world: SealedWorld;
  let issued: Issued;
  let copy: Copied;
  let file: SealableFile;
  let sealed: Uint8Array;
  const toSeal = (of: Copied): SealableFile =>
    world.renderer.renderSealedCopy({ ...copyInput(world, of), seal: world.statement() });
  beforeEach(() => {
    world = makeSealedWorld();
    issued = world.issueAnchored();
    copy = makeAnchoredCopy(world, issued);
    file = toSeal(copy);
    sealed = world.filled(file, world.office.sealed);
  });

  it("is valid, its seal and its pages right, and says who sealed it and for whom it is", async () => {
    const report = await world.verify(sealed);
    expect(report).to.include({ verdict: "valid", reason: null });
    for (const check of ["anchor", "issuer", "seal", "content", "copy"] as const)
      expect(checkOf(report, check)).to.deep.equal({ check, outcome: "pass" });
    expect(report.document.seal).to.include({ name: world.agency.name });
    expect(report.document.copy).to.include({ user: copy.statement.user, matter: copy.statement.matter });
  });

  it("has pages that its seal vouches for where nobody can draw them again; without a seal nothing does", async () => {
    const report = await world.verify(sealed, BROWSER);
    expect(report).to.include({ verdict: "valid" });
    expect(remarksOf(report)).to.deep.equal(["copy.limited-use"]);
    const unsealed = await world.verify(world.renderer.renderCopy(copyInput(world, copy)), BROWSER);
    expect(unsealed).to.include({ verdict: "valid" });
    expect(remarksOf(unsealed)).to.have.members(["content.not-compared", "copy.limited-use"]);
  });

  it("is over when its period is, and when its licence is revoked", async () => {
    const after = new Date(Date.parse(copy.statement.certificateCopyExpiringTime) + 1000);
    expect(answers(await world.verify(sealed, { at: after }))).to.deep.equal(notInForce("expired", "copy.expired"));
    world.registry.revoke(world.agency.region, issued.statusIndex);
    expect(answers(await world.verify(sealed))).to.deep.equal(notInForce("revoked", "status.revoked"));
  });

  it("has its time proven by the anchor of its seal, once the seal's certificate is revoked", async () => {
    const { office, registry } = world;
    const mirror = world.anchorSeal(copy, sealed);
    registry.advance(600);
    const revoked = { serial: office.seal.serial, at: registry.time - 60 };
    const revocationLists = world.lists(world.listOf(office, { revoked: [revoked] }));
    expect(answers(await world.verify(sealed, { revocationLists }))).to.deep.equal(undecided("seal.time-unproven"));
    expect(await world.verify(sealed, { revocationLists, mirror })).to.include({ verdict: "valid" });
  });

  it("is sealed by its own agency, or by one to which that was delegated", async () => {
    const { registry, agency, otherAgency } = world;
    const sealer = openSealOffice({
      ...{ agency: otherAgency.code, title: otherAgency.name, from: registry.time - DAY },
      ...{ under: world.office, serial: "2002" },
    });
    const theirs = world.filled(file, sealer.sealed);
    registry.advance(60);
    expect(answers(await world.verify(theirs))).to.deep.equal(notGenuine("seal.other-agency"));
    registry.delegateSeal(agency.code, otherAgency.code);
    registry.advance(60);
    expect(await world.verify(world.filled(toSeal(copy), sealer.sealed))).to.include({ verdict: "valid" });
  });

  it("does not lend its seal: in the licence's file, or in another copy's, it is altered", async () => {
    const others = [
      await world.sealed(issued),
      world.filled(toSeal(makeAnchoredCopy(world, issued, { changes: { user: "另一家公司" } })), world.office.sealed),
    ];
    for (const other of others)
      for (const [from, to] of [
        [sealed, other],
        [other, sealed],
      ] as const) {
        const [source, target] = [placeOf(from), placeOf(to)];
        const swapped = Buffer.from(to);
        Buffer.from(from).copy(swapped, target.start, source.start, source.end);
        for (const options of [{}, BROWSER])
          expect(answers(await world.verify(new Uint8Array(swapped), options))).to.deep.equal(
            notGenuine("seal.altered"),
          );
      }
  });

  it("is still a copy of this licence alone when the agency's own seal key seals another statement into it", async () => {
    const { statement } = makeCopy(world, issued, { changes: { user: "另一家公司" } });
    const forged = world.filled(toSeal({ ...copy, statement }), world.office.sealed);
    for (const options of [{}, BROWSER])
      expect(answers(await world.verify(forged, options))).to.deep.equal(notGenuine("copy.token-mismatch"));
  });

  it("loses no file by whoever leaves the seal as it was", async () => {
    for (const name of ["copy.json", "copy-evidence.json", "certificate.json"]) {
      const text = Buffer.from(sealed)
        .toString("latin1")
        .replaceAll(`(${name})`, `(x${name.slice(1)})`);
      for (const options of [{}, BROWSER])
        expect(answers(await world.verify(Buffer.from(text, "latin1"), options))).to.deep.equal(
          notGenuine("format.attachment-missing"),
        );
    }
  });

  for (const { what, change, reason, needsSeal } of TAMPERINGS)
    it(`with ${what} is refused: unsealed, its seal left as it was, sealed anew`, async () => {
      if (!needsSeal) {
        const unsealed = world.renderer.renderCopy(copyInput(world, copy));
        expect(answers(await world.verify(rewritten(unsealed, change)))).to.deep.equal(notGenuine(reason));
      }
      const altered = reason === "content.differs" ? "seal.altered" : reason;
      for (const options of [{}, BROWSER])
        expect(answers(await world.verify(rebuilt(sealed, change).bytes, options))).to.deep.equal(notGenuine(altered));
      const anew = world.filled(rebuilt(file.bytes, change), world.office.sealed);
      expect(answers(await world.verify(anew))).to.deep.equal(notGenuine(reason));
    });

  it("with an update behind its end is refused", async () => {
    expect(answers(await world.verify(updated(sealed)))).to.deep.equal(notGenuine("format.pdf-refused"));
  });

  it("is never valid with one bit another, wherever it is (a hundred places in steps over the file)", async () => {
    expect((await world.verify(sealed, BROWSER)).verdict).to.equal("valid");
    for (let i = 0; i < 100; i++) {
      const flipped = sealed.slice();
      const byte = Math.floor((i * sealed.length) / 100);
      flipped[byte]! ^= 1 << (i % 8);
      expect((await world.verify(flipped, BROWSER)).verdict, `byte ${byte}`).not.to.equal("valid");
    }
  });
});
