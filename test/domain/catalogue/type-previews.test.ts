// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { canonicalBytes } from "../../../src/core/canonical-json.js";
import { createTypePreviews, type TypePreviewsDependencies } from "../../../src/domain/catalogue/index.js";
import { permitType } from "../../render/fixture.js";

describe("the previews of types", () => {
  const published = (version: number) => ({ bytes: canonicalBytes({ ...permitType, version }) });
  const drawing = (draw: TypePreviewsDependencies["draw"]) =>
    createTypePreviews({
      catalogue: { findType: async (_, version) => (version > 1_000 ? null : published(version)) },
      draw,
    });

  it("are drawn once for each version", async () => {
    const drawn: number[] = [];
    const previews = drawing(({ version }) => {
      drawn.push(version);
      return Uint8Array.of(version);
    });
    for (const version of [1, 1, 2, 1])
      expect(await previews.previewOf("X", version)).to.deep.equal(Uint8Array.of(version));
    expect(drawn).to.deep.equal([1, 2]);
  });

  it("are drawn one at a time, once for all who wait for it; many that wait are refused: request.overloaded", async () => {
    const seen: (number | "done")[] = [];
    const previews = drawing(async ({ version }) => {
      seen.push(version);
      await new Promise(setImmediate);
      seen.push("done");
      return Uint8Array.of(version);
    });
    const asked = [1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((version) => previews.previewOf("X", version));
    const results = await Promise.allSettled(asked);
    expect(results.filter(({ status }) => status === "fulfilled")).to.have.length(9);
    for (const result of results.slice(9))
      expect((result as PromiseRejectedResult).reason).to.include({ code: "request.overloaded" });
    expect(seen.slice(0, 15)).to.deep.equal(
      [1, 2, 3, 4, 5, 6, 7, 8].flatMap((version) => [version, "done"]).slice(0, 15),
    );
    expect(await previews.previewOf("X", 10)).to.deep.equal(Uint8Array.of(10));
  });

  it("are kept in bounded number, those that were asked for last", async () => {
    let drawn = 0;
    const previews = drawing(({ version }) => {
      drawn++;
      return Uint8Array.of(version);
    });
    for (let version = 1; version <= 256; version++) await previews.previewOf("X", version);
    await previews.previewOf("X", 1);
    expect(drawn).to.equal(256);
    await previews.previewOf("X", 257);
    await previews.previewOf("X", 1);
    expect(drawn).to.equal(257);
    await previews.previewOf("X", 2);
    expect(drawn).to.equal(258);
  });

  it("are none of a version that there is not", async () => {
    expect(await drawing(() => expect.fail("drawn")).previewOf("X", 1_001)).to.equal(null);
  });

  it("pass on why a type cannot be drawn, and try again the next time", async () => {
    let tries = 0;
    const previews = drawing(() => {
      tries++;
      throw new RangeError("no glyph");
    });
    for (const _ of [1, 2]) {
      const error = await previews.previewOf("X", 1).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(RangeError);
    }
    expect(tries).to.equal(2);
  });
});
