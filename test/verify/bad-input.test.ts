// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { canonicalBytes } from "../../src/core/canonical-json.js";
import { attachProof, certificateSigningInput } from "../../src/core/data-integrity.js";
import { type VerifyOptions, verifyCertificate } from "../../src/verify/index.js";
import { answers, notGenuine } from "./expectations.js";
import { type Issued, makeWorld, mirrorOf, type World } from "./fixture.js";

describe("verifyCertificate, of bytes and text that are no licence,", () => {
  const world: World = makeWorld();
  const issued: Issued = world.issueAnchored();

  const UNRECOGNISED = ["", " ", "hello", "[]", "null", '"{}"', "GIF89a", "ftp://example/#12", "\u0000{}", "🐯"];
  for (const text of UNRECOGNISED)
    it(`does not recognise ${JSON.stringify(text)}`, async () => {
      for (const input of [text, new TextEncoder().encode(text)])
        expect(answers(await world.verify(input))).to.deep.equal(notGenuine("format.unrecognised"));
    });

  it("does not recognise JSON that is neither document nor certificate", async () => {
    expect(answers(await world.verify("{}"))).to.deep.equal(notGenuine("format.unrecognised"));
    expect(answers(await world.verify('{"format":"other","formatVersion":1}'))).to.deep.equal(
      notGenuine("format.unrecognised"),
    );
  });

  const MALFORMED = [
    "{",
    '{"proof":}',
    '{"proof":{},}',
    '{"proof":1e400}',
    '{"proof":"\\ud800"}',
    `{"proof":${"[".repeat(10_000)}${"]".repeat(10_000)}}`,
    `${"{".repeat(10)}`,
    '{"proof":{}}',
    '{"format":"tigertally-licence","formatVersion":1}',
    '{"format":"tigertally-licence"}',
    '{"format":"tigertally-licence","formatVersion":"1","certificate":{},"evidence":{},"type":{}}',
    "0",
    "00012",
    "12 34",
    "1234567890",
    "https://verify.example/v",
    "https://verify.example/v#",
    "https://verify.example/v#12x",
  ];
  for (const text of MALFORMED)
    it(`finds ${JSON.stringify(text.slice(0, 40))} malformed`, async () => {
      expect(answers(await world.verify(text))).to.deep.equal(notGenuine("format.malformed"));
    });

  it("finds a further member in a document malformed", async () => {
    expect(answers(await world.verify({ ...world.documentOf(issued), extra: [] }))).to.deep.equal(
      notGenuine("format.malformed"),
    );
  });

  it("reads a document whose end is a known type as strictly as any other", async () => {
    const text = JSON.stringify(JSON.parse(new TextDecoder().decode(canonicalBytes(world.documentOf(issued)))));
    expect((await world.verify(text)).verdict).to.equal("valid");
    const type = text.slice(text.indexOf(',"type":{"def') + 8, -1);
    const malformed = notGenuine("format.malformed");
    for (const changed of [
      `${text}}`,
      text.slice(0, -1),
      `${text.slice(0, -1)}]`,
      text.replace("{", `{"type":${type},`),
      text.replace(',"format":', ',"format":"x","format":'),
      text.replace('"formatVersion":1,', '"formatVersion":1,"formatVersion":1,'),
      text.replace('"formatVersion":1,', '"x":{"formatVersion":1,"formatVersion":1,'),
    ])
      expect(answers(await world.verify(changed)), changed.slice(-40)).to.deep.equal(malformed);
  });

  it("finds JSON that is not UTF-8, or starts with a byte order mark, not readable", async () => {
    const bytes = canonicalBytes(world.documentOf(issued));
    const broken = bytes.slice();
    broken[broken.length - 40] = 0xff;
    expect((await world.verify(broken)).verdict).to.equal("not-genuine");
    expect((await world.verify(Uint8Array.of(0xef, 0xbb, 0xbf, ...bytes))).verdict).to.equal("not-genuine");
  });

  it("refuses what is larger than any licence, by its size alone", async () => {
    const tooLarge = notGenuine("format.too-large");
    const pdf = new Uint8Array(200 * 1024 * 1024);
    pdf.set(new TextEncoder().encode("%PDF-1.7\n"));
    expect(answers(await world.verify(pdf))).to.deep.equal(tooLarge);
    expect(answers(await world.verify(`{"proof":"${"x".repeat(2 * 1024 * 1024)}"}`))).to.deep.equal(tooLarge);
    expect(answers(await world.verify("1".repeat(100_000)))).to.deep.equal(tooLarge);
    expect(answers(await world.verify(`https://verify.example/v#${"1".repeat(4_001)}`))).to.deep.equal(tooLarge);
  });

  it("refuses a truncated code", async () => {
    const digits = world.codeOf(issued).split("#")[1]!;
    for (const length of [1, 10, digits.length - 1])
      expect((await world.verify(digits.slice(0, length), { mirror: mirrorOf(issued) })).verdict).to.equal(
        "not-genuine",
      );
  });

  it("never rejects, whatever the bytes", async () => {
    const prefix = fc.constantFrom("", "%PDF-1.7\n", "{", '{"proof":', "1", "https://a/#");
    await fc.assert(
      fc.asyncProperty(prefix, fc.uint8Array({ maxLength: 400 }), async (start, rest) => {
        const report = await world.verify(Uint8Array.of(...new TextEncoder().encode(start), ...rest));
        expect(report.verdict).to.not.equal("valid");
      }),
      { numRuns: 300 },
    );
  });

  it("never rejects, whatever somebody signed", async () => {
    const { proof: _, ...unsigned } = issued.certificate;
    const { verificationMethod, created } = issued.certificate.proof;
    const signed = (change: object, at = created) => {
      const [changed, options] = [
        { ...unsigned, ...change },
        { verificationMethod, created: at },
      ];
      const input = certificateSigningInput(world.crypto, changed, options);
      return attachProof(changed, options, world.crypto.sign(world.agency.key.seed, input));
    };
    for (const certificate of [
      signed({ validFrom: "1969-01-01T00:00:00+08:00" }),
      signed({ validFrom: "1000-01-01T00:00:00+08:00" }),
      signed({}, "1969-12-31T23:59:59Z"),
    ]) {
      const report = await world.verify(world.documentOf({ ...issued, certificate }));
      expect(answers(report)).to.deep.equal(notGenuine("format.malformed"));
    }
  });

  it("never rejects and never verifies a document with bytes overwritten", async () => {
    const bytes = canonicalBytes(world.documentOf(issued));
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 }), async (at, value) => {
        fc.pre(bytes[at] !== value);
        const changed = bytes.slice();
        changed[at] = value;
        const report = await world.verify(changed);
        // Hints are not signed, and a batch's region is one.
        const hint = /"(anchors|region)":/.test(new TextDecoder().decode(bytes.subarray(Math.max(0, at - 400), at)));
        if (!hint) expect(report.verdict).to.not.equal("valid");
      }),
      { numRuns: 300 },
    );
  });

  describe("given wrong options,", () => {
    const options = (change: object): VerifyOptions =>
      ({ trust: world.trust, registry: world.registry, now: world.now(), ...change }) as VerifyOptions;
    const WRONG: readonly [string, object][] = [
      ["trust.chainId", { trust: { ...world.trust, chainId: 0 } }],
      ["trust.registry", { trust: { ...world.trust, registry: "0x12" } }],
      ["trust.maxAnchorDelay", { trust: { ...world.trust, maxAnchorDelay: Number.NaN } }],
      ["trust.maxHeadAge", { trust: { ...world.trust, maxHeadAge: -1 } }],
      ["registry", { registry: {} }],
      ["now", { now: new Date("never") }],
      ["at", { at: new Date("never") }],
    ];
    for (const [field, change] of WRONG)
      it(`rejects with config.invalid, naming ${field}`, async () => {
        const error = await verifyCertificate({ text: "1" }, options(change)).catch((thrown: unknown) => thrown);
        expect(error).to.include({ code: "config.invalid", field });
      });
  });
});
