// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { establishAnhui } from "./established.js";
import { ALL, ANHUI, SHANGHAI } from "./names.js";
import { expectEvents, expectRefusal, type RegistryNetwork } from "./registry-network.js";

const LIST = 3;
const TOP = 1n << 255n;

export function statusListsBehaviour(network: () => RegistryNetwork): void {
  const write = (name: string, masks: readonly unknown[], list = LIST) =>
    network().act("statusOperator", name, [ANHUI, list, masks]);
  const words = async (...indices: number[]) => {
    const [revoked, suspended] = await network().view("statusWords", [ANHUI, LIST, indices]);
    return { revoked: revoked.map(BigInt), suspended: suspended.map(BigInt) };
  };

  beforeEach(() => establishAnhui(network()));

  describe("status bits", () => {
    it("are zero before they are written", async () => {
      expect(await words(0, 511)).to.deep.equal({ revoked: [0n, 0n], suspended: [0n, 0n] });
    });

    it("are revoked for good, each event carrying what changed", async () => {
      expectEvents(
        await write("revoke", [
          [0, TOP],
          [511, ALL],
        ]),
        ["StatusRevoked", ANHUI, LIST, 0, TOP],
        ["StatusRevoked", ANHUI, LIST, 511, ALL],
      );
      expectEvents(await write("revoke", [[0, TOP | (1n << 80n)]]), ["StatusRevoked", ANHUI, LIST, 0, 1n << 80n]);
      expect(await words(0, 511)).to.deep.equal({ revoked: [TOP | (1n << 80n), ALL], suspended: [0n, 0n] });
    });

    it("are suspended and released, each event carrying what changed", async () => {
      expectEvents(await write("suspend", [[9, TOP | 1n]]), ["StatusSuspended", ANHUI, LIST, 9, TOP | 1n]);
      expectEvents(await write("suspend", [[9, TOP]]));
      expectEvents(await write("release", [[9, ALL]]), ["StatusReleased", ANHUI, LIST, 9, TOP | 1n]);
      expect(await words(9)).to.deep.equal({ revoked: [0n], suspended: [0n] });
    });

    it("do not mix the two purposes", async () => {
      await write("revoke", [[0, 1n]]);
      await write("suspend", [[0, 2n]]);
      await write("release", [[0, ALL]]);
      expect(await words(0)).to.deep.equal({ revoked: [1n], suspended: [0n] });
    });

    it("write and emit nothing when repeated", async () => {
      for (const name of ["revoke", "suspend"]) {
        await write(name, [[0, 1n]]);
        expectEvents(await write(name, [[0, 1n]]));
      }
      await write("release", [[0, 1n]]);
      expectEvents(await write("release", [[0, 1n]]));
    });

    it("may name a word twice in one act", async () => {
      await write("revoke", [
        [5, 1n],
        [5, 2n],
      ]);
      expect((await words(5)).revoked).to.deep.equal([3n]);
    });

    it("of another list or region stay as they are", async () => {
      await write("revoke", [[0, 1n]], LIST + 1);
      await write("revoke", [[0, 1n]], 2 ** 32 - 1);
      expect((await words(0)).revoked).to.deep.equal([0n]);
      const refusal = await network().refusal("statusOperator", "revoke", [SHANGHAI, LIST, [[0, 1n]]]);
      expectRefusal(refusal, "NotStatusOperator", SHANGHAI, network().address("statusOperator"));
    });

    it("lie in words 0 to 511, and an act names at least one", async () => {
      for (const [actor, name, ...more] of [
        ["statusOperator", "revoke"],
        ["statusOperator", "suspend"],
        ["statusOperator", "release"],
        ["governor", "annulRevocations", 1],
      ] as const) {
        const beyond = await network().refusal(actor, name, [
          ANHUI,
          LIST,
          [
            [0, 1n],
            [512, 1n],
          ],
          ...more,
        ]);
        expectRefusal(beyond, "InvalidWord", 512, 512);
        expectRefusal(await network().refusal(actor, name, [ANHUI, LIST, [], ...more]), "EmptyMasks");
      }
      expectRefusal(await network().viewRefusal("statusWords", [ANHUI, LIST, [512]]), "InvalidWord", 512, 512);
    });

    it("are read for a whole list in one call", async () => {
      await write("revoke", [[511, 1n]]);
      const all = await words(...Array.from({ length: 512 }, (_, i) => i));
      expect(all.revoked).to.have.length(512);
      expect(all.revoked[511]).to.equal(1n);
    });
  });

  describe("an annulment", () => {
    it("clears the named revocation bits and gives its reason in the event alone", async () => {
      await write("revoke", [[0, 7n]]);
      await write("suspend", [[0, 7n]]);
      const annulled = await network().act("governor", "annulRevocations", [ANHUI, LIST, [[0, 10n]], 1]);
      expectEvents(annulled, ["RevocationAnnulled", ANHUI, LIST, 0, 2, 1]);
      expect(await words(0)).to.deep.equal({ revoked: [5n], suspended: [7n] });
    });

    it("of what is not revoked emits nothing", async () => {
      expectEvents(await network().act("governor", "annulRevocations", [ANHUI, LIST, [[0, 1n]], 2]));
    });
  });
}
