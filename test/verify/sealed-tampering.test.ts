// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { answers, checkOf, notGenuine, remarksOf, undecided } from "./expectations.js";
import type { Issued } from "./fixture.js";
import { placeOf, rebuilt, TAMPERINGS, updated } from "./pdf/tamperings.js";
import { makeSealedWorld, type SealedWorld } from "./sealed-world.js";

/**
 * What can be done to a sealed file, each once by somebody who leaves the seal as it was, and once by somebody who has the agency's seal key and seals
 * what he made. Of the former the seal tells, of the latter the reader and the comparison with the signed record.
 */
describe("a sealed PDF that was tampered with", () => {
  let world: SealedWorld;
  let issued: Issued;
  before(() => {
    world = makeSealedWorld();
    issued = world.issueAnchored();
  });

  for (const { what, change, reason: withKey } of TAMPERINGS) {
    it(`with ${what} is refused, the seal left as it was`, async () => {
      const sealed = await world.sealed(issued);
      const changed = rebuilt(sealed, change);
      const { verdict, reason } = await world.verify(changed.bytes);
      expect(verdict).to.equal("not-genuine");
      expect(reason).to.be.oneOf(["seal.altered", withKey]);
      if (withKey === "content.differs") expect(reason).to.equal("seal.altered");
    });

    it(`with ${what} is refused, sealed anew with the agency's own key`, async () => {
      const changed = rebuilt(world.toSeal(issued).bytes, change);
      expect(answers(await world.verify(world.filled(changed, world.office.sealed)))).to.deep.equal(
        notGenuine(withKey),
      );
    });

    it(`with ${what} is no better off where nobody knows that the key was stolen`, async () => {
      const changed = rebuilt(world.toSeal(issued).bytes, change);
      const forged = world.filled(changed, world.office.sealed);
      // The CA has revoked the seal; the verifier has no list that says so.
      const revocationLists = world.lists();
      expect(answers(await world.verify(forged, { revocationLists }))).to.deep.equal(notGenuine(withKey));
      const report = await world.verify(forged, { revocationLists, rerender: undefined as never });
      if (withKey !== "content.differs") return expect(report).to.include({ reason: withKey });
      // Of an unsealed file nobody who cannot render it knows more.
      expect(checkOf(report, "seal")).to.include({ outcome: "not-applicable", reason: "seal.revocation-unknown" });
      expect(remarksOf(report)).to.have.members(["seal.revocation-unknown", "content.not-compared"]);
    });
  }

  it("is valid when it was only put together again", async () => {
    const same = rebuilt(world.toSeal(issued).bytes, () => {});
    expect((await world.verify(world.filled(same, world.office.sealed))).verdict).to.equal("valid");
  });

  it("with an incremental update, or anything else behind its end, is refused", async () => {
    const sealed = Buffer.from(await world.sealed(issued));
    expect(answers(await world.verify(updated(sealed)))).to.deep.equal(notGenuine("format.pdf-refused"));
    for (const more of ["\n", "%%EOF\n", sealed.toString("latin1")])
      expect(
        answers(await world.verify(new Uint8Array(Buffer.concat([sealed, Buffer.from(more, "latin1")])))),
      ).to.deep.equal(notGenuine("format.pdf-refused"));
  });

  it("with the seal of another licence of the same agency is refused", async () => {
    const [one, other] = [await world.sealed(issued), await world.sealed(world.issueAnchored())];
    const [from, to] = [placeOf(other), placeOf(one)];
    const swapped = Buffer.from(one);
    Buffer.from(other).copy(swapped, to.start, from.start, from.end);
    expect(answers(await world.verify(new Uint8Array(swapped)))).to.deep.equal(notGenuine("seal.altered"));
  });

  it("and shows another name on its seal is undecided where nobody knows that the key was stolen", async () => {
    const forged = await world.sealed(issued, { name: "国务院（免检）" });
    const revocationLists = world.lists();
    for (const rerender of [world.rerender, undefined as never])
      expect(answers(await world.verify(forged, { revocationLists, rerender }))).to.deep.equal(
        undecided("seal.revocation-unknown"),
      );
    const { seal } = world.office;
    const revoked = [{ serial: seal.serial, at: world.registry.time - 60, reason: 1 }];
    expect(
      answers(await world.verify(forged, { revocationLists: world.lists(world.listOf(world.office, { revoked })) })),
    ).to.deep.equal(notGenuine("seal.revoked"));
  });

  it("whose seal states another name, reason or time is refused", async () => {
    const text = Buffer.from(await world.sealed(issued)).toString("latin1");
    for (const [from, to] of [
      [/\/M\(D:20/, "/M(D:19"],
      [/\/Reason<feff7535/, "/Reason<feff7536"],
      [/\/Code\(3/, "/Code(4"],
      [/\/Star true/, "/Star null"],
    ] as const) {
      const changed = text.replace(from, to);
      expect(changed).not.to.equal(text);
      expect((await world.verify(new Uint8Array(Buffer.from(changed, "latin1")))).verdict).to.equal("not-genuine");
    }
  });
});
