// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { toHex } from "../../src/core/hex.js";
import type { SealableFile } from "../../src/core/seal/sealable-file.js";
import type { TypeDefinition } from "../../src/core/type-definition.js";
import { typeDigest } from "../../src/core/type-reader.js";
import { LAYOUTS, longLicenceOf } from "../render/layouts.js";
import { answers, notGenuine } from "./expectations.js";
import type { Issued } from "./fixture.js";
import { rebuilt, rewritten, TAMPERINGS, updated } from "./pdf/tamperings.js";
import { makeSealedWorld, type SealedWorld } from "./sealed-world.js";

/** Every catalogue type, with further pages where its layout has them: whoever verifies any licence meets the same refusals. */
for (const [name, type] of LAYOUTS)
  describe(`a tampered licence of the type ${name}`, () => {
    let world: SealedWorld;
    let unsealed: Uint8Array;
    let sealable: SealableFile;
    let sealed: Uint8Array;
    before(() => {
      world = makeSealedWorld();
      const issued = issueOf(world, type);
      const { certificate, evidence } = issued;
      unsealed = world.renderer.render({ certificate, evidence, type });
      sealable = world.toSeal(issued, {}, type);
      sealed = world.filled(sealable, world.office.sealed);
    });

    it("is valid when it was only put together again, without a seal and with one", async () => {
      const nothing = () => {};
      for (const file of [
        unsealed,
        sealed,
        rewritten(unsealed, nothing),
        world.filled(rebuilt(sealable.bytes, nothing), world.office.sealed),
      ])
        expect(answers(await world.verify(file))).to.include({ verdict: "valid", reason: null });
    });

    for (const { what, change, reason, needsSeal } of TAMPERINGS)
      it(`with ${what} is refused: unsealed, its seal left as it was, sealed anew`, async () => {
        if (!needsSeal)
          expect(answers(await world.verify(rewritten(unsealed, change)))).to.deep.equal(notGenuine(reason));
        const altered = await world.verify(rebuilt(sealed, change).bytes);
        expect(answers(altered)).to.deep.equal(notGenuine(reason === "content.differs" ? "seal.altered" : reason));
        const anew = world.filled(rebuilt(sealable.bytes, change), world.office.sealed);
        expect(answers(await world.verify(anew))).to.deep.equal(notGenuine(reason));
      });

    it("with an update behind its end is refused, without a seal and with one", async () => {
      for (const file of [unsealed, sealed])
        expect(answers(await world.verify(updated(file)))).to.deep.equal(notGenuine("format.pdf-refused"));
    });
  });

/** Anchored, of a type that the registry knows, with much in every field that flows. */
function issueOf({ registry, agency, crypto, issueAnchored }: SealedWorld, type: TypeDefinition): Issued {
  registry.publishType(type.typeCode, type.version, toHex(typeDigest(crypto, type)));
  registry.authorise(agency.code, type.typeCode);
  registry.advance(60);
  const { face, certificateHolder, certificateNumber } = longLicenceOf(type).certificate.credentialSubject;
  return issueAnchored({
    type,
    face,
    unsigned: (certificate) => ({
      ...certificate,
      credentialSubject: { ...certificate.credentialSubject, certificateHolder, certificateNumber },
    }),
  });
}
