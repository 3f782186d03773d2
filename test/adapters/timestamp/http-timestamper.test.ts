// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { httpTimestamper } from "../../../src/adapters/timestamp/index.js";
import { toHex } from "../../../src/core/hex.js";
import { readSeal } from "../../../src/core/seal/read-seal.js";
import { writeSeal } from "../../../src/core/seal/seal-writer.js";
import { SEALER } from "../../render/sealed-licence.js";
import { expectRefusalOf } from "../../verify/rejection.js";
import {
  type Answer,
  anotherOffice,
  GARBAGE,
  granted,
  refused,
  reply,
  startTsa,
  TIME,
  TSA_CERTIFICATE,
} from "./local-tsa.js";

const SIGNATURE = new Uint8Array(70).fill(5);

async function withTsa<T>(
  answer: Answer | undefined,
  use: (stamp: (signature: Uint8Array) => Promise<Uint8Array>, asked: () => number) => Promise<T>,
  skew = 0,
): Promise<T> {
  const tsa = await startTsa(answer);
  const stamp = httpTimestamper({
    ...{ url: tsa.url, authorities: [TSA_CERTIFICATE], crypto: nodeCrypto, timeoutMs: 300 },
    now: () => (TIME + skew) * 1000,
  });
  try {
    return await use(stamp, tsa.asked);
  } finally {
    await tsa.stop();
  }
}

describe("a timestamp authority over HTTP", () => {
  it("stamps a seal, whose strict reader finds the token of the profile", async () => {
    await withTsa(undefined, async (stamp) => {
      const seal = readSeal(await writeSeal(SEALER.writer, new Uint8Array(32), SEALER.key, stamp));
      expect(seal.timestamp?.time).to.equal(TIME);
      expect(toHex(seal.timestamp!.imprint)).to.equal(toHex(nodeCrypto.sha256(seal.signed.signatureBytes)));
    });
  });

  it("is asked again when it fails, and gives the token of the attempt that holds", async () => {
    const answer: Answer = (imprint, response, asked) =>
      asked < 3 ? response.writeHead(503).end() : reply(response, granted(imprint));
    await withTsa(answer, async (stamp, asked) => {
      expect((await stamp(SIGNATURE)).length).to.be.greaterThan(300);
      expect(asked()).to.equal(3);
    });
  });

  const answers: readonly [string, Answer, string][] = [
    ["refuses, in its own words", (_, response) => reply(response, refused("稍后再试")), "status 2: 稍后再试"],
    ["answers with an error", (_, response) => void response.writeHead(500).end(), "status 500"],
    [
      "answers with a page",
      (_, response) => void response.writeHead(200, { "content-type": "text/html" }).end("<p>"),
      "no application/timestamp-reply",
    ],
    ["stamps something else", (_, response) => reply(response, granted(new Uint8Array(32))), "something else"],
    [
      "is another authority",
      (imprint, response) => reply(response, granted(imprint, anotherOffice())),
      "another authority",
    ],
    ["answers with what is no DER", (_, response) => reply(response, GARBAGE), "timestampResponse"],
    ["answers with more than a token", (_, response) => reply(response, new Uint8Array(20_000)), "more than 16384"],
    [
      "sends elsewhere",
      (_, response) => void response.writeHead(307, { location: "http://127.0.0.1:9/" }).end(),
      "fetch failed",
    ],
    ["does not answer", () => {}, "timeout"],
  ];
  for (const [what, answer, words] of answers)
    it(`that ${what} gives nothing, after three attempts`, async () => {
      await withTsa(answer, async (stamp, asked) => {
        const error = await expectRefusalOf("timestamp.unavailable", stamp(SIGNATURE));
        expect(error.message).to.contain(words);
        expect(asked()).to.equal(3);
      });
    });

  for (const skew of [-301, 301])
    it(`that is ${skew} s away gives nothing: a verifier would not believe the seal`, async () => {
      await withTsa(
        undefined,
        async (stamp) => {
          expect((await expectRefusalOf("timestamp.unavailable", stamp(SIGNATURE))).message).to.contain("clock");
        },
        skew,
      );
      await withTsa(undefined, (stamp) => stamp(SIGNATURE), Math.sign(skew) * 300);
    });

  it("that gave nothing is left alone for half a minute", async () => {
    let fails = true;
    const tsa = await startTsa((imprint, response) =>
      fails ? response.writeHead(503).end() : reply(response, granted(imprint)),
    );
    let time = 0;
    const clock = () => time;
    const stamp = httpTimestamper({
      url: tsa.url,
      authorities: [TSA_CERTIFICATE],
      crypto: nodeCrypto,
      clock,
      now: () => TIME * 1000,
    });
    try {
      await expectRefusalOf("timestamp.unavailable", stamp(SIGNATURE));
      fails = false;
      time = 29_999;
      expect((await expectRefusalOf("timestamp.unavailable", stamp(SIGNATURE))).message).to.contain("status 503");
      expect(tsa.asked()).to.equal(3);
      time = 30_000;
      await stamp(SIGNATURE);
      expect(tsa.asked()).to.equal(4);
    } finally {
      await tsa.stop();
    }
  });

  it("that cannot be reached gives nothing", async () => {
    const tsa = await startTsa();
    await tsa.stop();
    const stamp = httpTimestamper({ url: tsa.url, authorities: [TSA_CERTIFICATE], crypto: nodeCrypto });
    await expectRefusalOf("timestamp.unavailable", stamp(SIGNATURE));
  });
});
