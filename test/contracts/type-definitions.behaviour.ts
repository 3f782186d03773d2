// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { addShanghaiAgency, establishAnhui } from "./established.js";
import { ANHUI, ascii, DAY, HEFEI, HEFEI_DID, root, SHANGHAI, TYPE } from "./names.js";
import { expectEvents, expectRefusal, type RegistryNetwork } from "./registry-network.js";

const DIGEST = root(1);

export function typeDefinitionsBehaviour(network: () => RegistryNetwork): void {
  describe("a type definition", () => {
    const publish = (args: readonly unknown[]) => network().act("anhui", "publishTypeDefinition", args);

    it("is published by the admin of its authority's region", async () => {
      await establishAnhui(network());
      const published = await publish([TYPE, 1, DIGEST]);
      expectEvents(published, ["TypeDefinitionPublished", TYPE, 1, DIGEST]);
      expect(await network().view("findTypeDefinition", [TYPE, 1])).to.deep.equal([DIGEST, published.time]);
    });

    it("is all zero before it is published", async () => {
      expect(await network().view("findTypeDefinition", [TYPE, 1])).to.deep.equal([ascii("", 32), 0]);
    });

    it("is fixed for its version, and versions are independent", async () => {
      await establishAnhui(network());
      await publish([TYPE, 1, DIGEST]);
      const again = await network().refusal("anhui", "publishTypeDefinition", [TYPE, 1, root(2)]);
      expectRefusal(again, "TypeDefinitionExists", TYPE, 1);
      await publish([TYPE, 7, root(2)]);
      expect((await network().view("findTypeDefinition", [TYPE, 1]))[0]).to.equal(DIGEST);
    });

    it("is not published by another region's admin", async () => {
      await establishAnhui(network());
      await addShanghaiAgency(network());
      const refusal = await network().refusal("shanghai", "publishTypeDefinition", [TYPE, 1, DIGEST]);
      expectRefusal(refusal, "NotRegionAdmin", ANHUI, network().address("shanghai"));
    });

    it("needs an authority that is registered, in effect and not suspended", async () => {
      const args = [TYPE, 1, DIGEST];
      expectRefusal(await network().refusal("anhui", "publishTypeDefinition", args), "AgencyUnknown", HEFEI);
      const { time } = await network().act("anhui", "registerAgency", [ANHUI, HEFEI, HEFEI_DID]);
      const early = await network().refusal("anhui", "publishTypeDefinition", args, time + DAY - 1);
      expectRefusal(early, "AgencyNotActive", HEFEI);
      await network().act("anhui", "publishTypeDefinition", [TYPE, 2, DIGEST], time + DAY);
      await network().act("anhui", "suspendAgency", [HEFEI]);
      expectRefusal(await network().refusal("anhui", "publishTypeDefinition", args), "AgencyNotActive", HEFEI);
      await network().act("anhui", "releaseAgency", [HEFEI]);
      await publish(args);
    });

    it("needs a type code, a version and a digest", async () => {
      await establishAnhui(network());
      const lower = ascii(`${Buffer.from(HEFEI.slice(2), "hex").toString()}00a`);
      for (const [args, name, ...values] of [
        [[lower, 1, DIGEST], "InvalidTypeCode", lower],
        [[TYPE, 0, DIGEST], "InvalidVersion"],
        [[TYPE, 1, ascii("", 32)], "InvalidDigest"],
      ] as const)
        expectRefusal(await network().refusal("anhui", "publishTypeDefinition", args), name, ...values);
    });

    it("outlives its authority's registration", async () => {
      await establishAnhui(network());
      const { time } = await publish([TYPE, 1, DIGEST]);
      await network().act("governor", "strikeAgency", [HEFEI]);
      await network().act("shanghai", "registerAgency", [SHANGHAI, HEFEI, HEFEI_DID]);
      expect(await network().view("findTypeDefinition", [TYPE, 1])).to.deep.equal([DIGEST, time]);
      const again = await network().refusal("shanghai", "publishTypeDefinition", [TYPE, 1, root(2)]);
      expectRefusal(again, "TypeDefinitionExists", TYPE, 1);
    });
  });
}
