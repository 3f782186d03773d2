// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { openFlips } from "../campaigns/flip/flips.js";

/** All of it is `npm run test:flip`; here a part in steps, and every bit at the edges of the seal. */
const SAMPLE = 250;

for (const hasList of [true, false])
  describe(`a sealed file in which one bit is another, ${hasList ? "with" : "without"} a revocation list`, () => {
    const { file, verdict } = openFlips({ hasList });

    it("was valid before", async () => expect(await verdict(0, 0)).to.equal("valid"));

    it(`is never valid, wherever the bit is (${SAMPLE} places in steps over the file)`, async () => {
      for (let i = 0; i < SAMPLE; i++) {
        const byte = Math.floor((i * file.length) / SAMPLE);
        expect(await verdict(byte, 1 << (i % 8)), `byte ${byte}`).not.to.equal("valid");
      }
    });

    it("is never valid around the value of the signature and at the ends of the file", async () => {
      const text = Buffer.from(file).toString("latin1");
      const start = text.indexOf("/Contents<3082") + "/Contents".length;
      const end = text.indexOf(">", start);
      const padding = /0{200,}>/.exec(text)!.index;
      const edges = [0, start, start + 1, start + 9, padding + 100, end - 1, end, end + 1, file.length - 1];
      for (const byte of edges)
        for (let bit = 0; bit < 8; bit++)
          expect(await verdict(byte, 1 << bit), `byte ${byte}, bit ${bit}`).not.to.equal("valid");
    });
  });
