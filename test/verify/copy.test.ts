// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { parseShanghaiInstant } from "../../src/core/calendar.js";
import { certificateDigest } from "../../src/core/certificate-reader.js";
import type { CopyStatement } from "../../src/core/copy/copy-statement.js";
import type { CopyTokenClaims } from "../../src/core/copy/copy-token.js";
import { toDigits } from "../../src/core/digits.js";
import { copyEntry, licenceEntry, sealEntry } from "../../src/core/entry.js";
import { evidenceFor } from "../../src/core/evidence-reader.js";
import { leafHash } from "../../src/core/merkle.js";
import { rerenderWith } from "../../src/main/verification/verify-document.js";
import { createRenderer } from "../../src/render/index.js";
import type { ReasonCode, VerifyOptions } from "../../src/verify/index.js";
import { withStream } from "../render/rewrite.js";
import {
  anchorCopy,
  type Copied,
  type CopyOptions,
  copyInput,
  inShanghai,
  makeAnchoredCopy,
  makeCopy,
} from "./copies.js";
import { answers, checkOf, notGenuine, notInForce, remarksOf, undecided } from "./expectations.js";
import { ANHUI, type Issued, leafProof, makeWorld, mirrorOf, SHANGHAI, type World } from "./fixture.js";

const renderer = createRenderer({ verifyHost: "verify.example" });

/** As whoever has the region's mirror and renderer verifies. */
const rerender = rerenderWith(renderer);
const reportOf = (world: World, pdf: Uint8Array, options: Partial<VerifyOptions> = {}) =>
  world.verify(pdf, { rerender, ...options });
const fileOf = (world: World, copy: Copied) => renderer.renderCopy(copyInput(world, copy));
const endOf = ({ statement }: Copied) => parseShanghaiInstant(statement.certificateCopyExpiringTime) as number;
const madeAt = ({ statement }: Copied) => parseShanghaiInstant(statement.certificateCopyCreationTime) as number;

/** Either form of a copy, verified where the mirror has it. */
const FORMS = {
  file: (world: World, copy: Copied, options: Partial<VerifyOptions> = {}) =>
    reportOf(world, fileOf(world, copy), options),
  code: (world: World, copy: Copied, options: Partial<VerifyOptions> = {}) =>
    world.verify(world.codeOf(copy), { mirror: mirrorOf(copy), ...options }),
} as const;

describe("the file of a reader's copy", () => {
  it("is judged by its own anchor, page by page, and the report says for whom, for what and until when it is", async () => {
    const world = makeWorld();
    const issued = world.issueAnchored();
    world.registry.advance(86_400 * 40);
    const copy = makeAnchoredCopy(world, issued);
    const { statement } = copy;
    const report = await reportOf(world, fileOf(world, copy));
    expect(report).to.include({ verdict: "valid", authenticity: "genuine", standing: "in-force", reason: null });
    for (const check of ["copy", "content", "integrity", "type", "anchor", "issuer", "status", "validity"] as const)
      expect(checkOf(report, check)).to.deep.equal({ check, outcome: "pass" });
    expect(report.document.copy).to.deep.equal({
      number: statement.copyNumber,
      user: statement.user,
      matter: statement.matter,
      cause: statement.certificateCopyCause,
      creator: world.agency.name,
      made: statement.certificateCopyCreationTime,
      until: statement.certificateCopyExpiringTime,
    });
    expect(report.document).to.include({ validUntil: copy.certificate.validUntil });
    expect(Date.parse(report.times.anchoredAt!)).to.equal((world.registry.time - 60) * 1000);
    // Made long after the licence, and anchored on the day on which it was made: nothing but what a copy is.
    const time = new Date(endOf(copy)).toISOString().replace(".000", "");
    expect(report.remarks).to.deep.equal([{ remark: "copy.limited-use", time }]);
  });

  it("leaves the licence's own file as it was: the check does not apply, and there is no copy in the report", async () => {
    const world = makeWorld();
    const { certificate, evidence } = world.issueAnchored();
    const report = await reportOf(world, renderer.render({ certificate, evidence, type: world.type }));
    expect(report).to.include({ verdict: "valid" });
    expect(report.checks).to.deep.include({ check: "copy", outcome: "not-applicable" });
    expect(report.document.copy).to.equal(null);
    expect(report.remarks).to.deep.equal([]);
  });

  for (const [name, reason, options] of [
    ["with another user after it was signed", "copy.signature-wrong", { after: (s) => ({ ...s, user: "另一家公司" }) }],
    ["with another matter after it was signed", "copy.signature-wrong", { after: (s) => ({ ...s, matter: "贷款" }) }],
    [
      "with a longer period after it was signed",
      "copy.signature-wrong",
      { after: (s) => ({ ...s, certificateCopyExpiringTime: inShanghai(Date.parse("2026-12-31") / 1000) }) },
    ],
    ["whose code was signed by another key", "copy.signature-wrong", { tokenKey: makeWorld().agency.key }],
    ["whose code names another user", "copy.token-mismatch", { claims: (c) => ({ ...c, user: "另一家公司" }) }],
    ["whose code names another matter", "copy.token-mismatch", { claims: (c) => ({ ...c, matter: "贷款" }) }],
    ["whose code ends later", "copy.token-mismatch", { claims: (c) => ({ ...c, expires: c.expires + 86_400 }) }],
    [
      "whose code is of another statement",
      "copy.token-mismatch",
      { claims: (c) => ({ ...c, copyDigest: new Uint8Array(32) }) },
    ],
    ["that names another licence", "copy.of-another-licence", { changes: { certificateDigest: "00".repeat(32) } }],
    ["of another issuer", "copy.of-another-licence", { changes: { issuer: "did:web:else.example" } }],
    [
      "beyond the licence's validity period",
      "copy.of-another-licence",
      { changes: { certificateCopyExpiringTime: "2099-12-31T23:59:59+08:00" } },
    ],
    ["from before the licence", "copy.of-another-licence", { changes: { certificateCopyCreationTime: inShanghai(0) } }],
    ["signed by a key that nobody registered", "issuer.key-not-registered", { key: makeWorld().newKey() }],
  ] as const satisfies readonly (readonly [string, ReasonCode, CopyOptions])[])
    it(`${name} is not genuine: ${reason}`, async () => {
      const world = makeWorld();
      const copy = makeAnchoredCopy(world, world.issueAnchored(), options);
      expect(answers(await reportOf(world, fileOf(world, copy)))).to.deep.equal(notGenuine(reason));
    });

  it("of one licence with the certificate of another is not genuine, in what it says and in what was anchored", async () => {
    const world = makeWorld();
    const copy = makeAnchoredCopy(world, world.issueAnchored());
    const { certificate } = world.issueAnchored({ holder: "另一家公司" });
    const report = await reportOf(world, fileOf(world, { ...copy, certificate }));
    expect(answers(report)).to.deep.equal(notGenuine("anchor.proof-mismatch"));
    expect(checkOf(report, "copy")).to.include({ outcome: "fail", reason: "copy.of-another-licence" });
  });

  it("of a certificate that another agency's key signed, or nobody's, is not genuine, though the agency copied it", async () => {
    const world = makeWorld();
    for (const [key, reason] of [
      [world.newKey(), "issuer.key-not-registered"],
      [world.otherAgency.key, "issuer.agency-mismatch"],
    ] as const) {
      const copy = makeAnchoredCopy(world, world.issueAnchored({ key }));
      expect(answers(await reportOf(world, fileOf(world, copy)))).to.deep.equal(notGenuine(reason));
    }
  });

  it("is a copy of what was signed: with a certificate that was changed it is not genuine", async () => {
    const world = makeWorld();
    const issued = world.issueAnchored();
    const { credentialSubject } = issued.certificate;
    const certificate = { ...issued.certificate, credentialSubject: { ...credentialSubject, issueDept: "另一个局" } };
    const copy = makeAnchoredCopy(world, { ...issued, certificate });
    expect(answers(await reportOf(world, fileOf(world, copy)))).to.deep.equal(notGenuine("integrity.signature-wrong"));
  });

  it("that is pending is proven by the mirror once it is anchored, and overdue when that takes too long", async () => {
    const world = makeWorld();
    const pending = makeCopy(world, world.issueAnchored());
    const pdf = fileOf(world, pending);
    expect(answers(await reportOf(world, pdf))).to.deep.equal(undecided("anchor.pending"));
    const anchored = anchorCopy(world, pending);
    expect(answers(await reportOf(world, pdf))).to.deep.equal(undecided("anchor.pending"));
    expect(await reportOf(world, pdf, { mirror: mirrorOf(anchored) })).to.include({ verdict: "valid" });
    world.registry.advance(3_600);
    expect(answers(await reportOf(world, pdf))).to.deep.equal(undecided("anchor.overdue"));
  });

  it("whose path leads elsewhere is not genuine, and so is one that has the proof of its licence", async () => {
    const world = makeWorld();
    const issued = world.issueAnchored();
    const copy = makeAnchoredCopy(world, issued);
    for (const { batch, index, path, anchors } of [
      { ...proofIn(copy), index: 0 },
      { ...proofIn(copy), batch: { ...proofIn(copy).batch, root: "ab".repeat(32) } },
      proofIn(issued),
    ]) {
      const place = { batch, index, path: path.map((each) => Buffer.from(each, "hex")), anchors };
      const forged = { ...copy, evidence: evidenceFor(copy.token, place) };
      expect(answers(await reportOf(world, fileOf(world, forged)))).to.deep.equal(notGenuine("anchor.proof-mismatch"));
    }
  });

  it("cannot be made into the licence's file or document: that needs the licence's own evidence", async () => {
    const world = makeWorld();
    const issued = world.issueAnchored();
    const copy = makeAnchoredCopy(world, issued);
    const { certificate, evidence } = copy;
    expect(Buffer.from(fileOf(world, copy)).includes(issued.evidence.token)).to.equal(false);
    // The token of a copy where that of a licence belongs, in a file that this library draws, and in a document.
    const asLicence = renderer.render({ certificate, evidence, type: world.type });
    expect(answers(await reportOf(world, asLicence))).to.deep.equal(notGenuine("format.malformed"));
    expect(answers(await world.verify(world.documentOf(copy)))).to.deep.equal(notGenuine("format.malformed"));
    expect(answers(await world.verify(certificate, { mirror: mirrorOf(issued, copy) }))).to.deep.equal(
      undecided("anchor.evidence-missing"),
    );
    // And the licence's token is no copy's.
    const swapped = fileOf(world, { ...copy, evidence: issued.evidence });
    expect(answers(await reportOf(world, swapped))).to.deep.equal(notGenuine("format.malformed"));
  });

  it("says on its pages what is signed: the pages of another copy differ", async () => {
    const world = makeWorld();
    const issued = world.issueAnchored();
    const pdf = fileOf(world, makeAnchoredCopy(world, issued));
    const others = fileOf(world, makeCopy(world, issued, { changes: { user: "另一个县的市场监督管理局" } }));
    // The renderer shows another user than the one that is signed.
    const report = await reportOf(world, pdf, { rerender: async () => others });
    expect(report).to.include({ verdict: "not-genuine", reason: "content.differs" });
  });

  describe("changed after it was made", () => {
    const world = makeWorld();
    const issued = world.issueAnchored();
    const copy = makeAnchoredCopy(world, issued);
    const { statement } = copy;
    const pdf = fileOf(world, copy);
    const licence = renderer.render({ certificate: issued.certificate, evidence: issued.evidence, type: world.type });
    const text = Buffer.from(pdf).toString("latin1");
    const objectWith = (pattern: RegExp, file = text) => Number(pattern.exec(file)![1]);
    const PAGE = /\/Contents (\d+) 0 R/;
    const page = objectWith(PAGE);
    const endOfLicence = (data: string) => data.lastIndexOf("\nQ\n") + 3;
    const contentOf = (file: Uint8Array): string => {
      let content = "";
      withStream(file, objectWith(PAGE, Buffer.from(file).toString("latin1")), (data) => {
        content = data;
        return data;
      });
      return content;
    };

    for (const [name, reason, object, change] of [
      ["without the lines above its page", "content.differs", page, (data) => data.slice(0, endOfLicence(data))],
      [
        "with a white box over these lines",
        "content.differs",
        page,
        (data) => `${data}q 1 1 1 rg 0 800 596 42 re f Q\n`,
      ],
      [
        "without the words across its page",
        "content.differs",
        page,
        (data) => data.replace(/BT \/V0 [\d.]+ Tf 0\.86603 0\.5 .*? ET/gs, ""),
      ],
      ["with the page of the licence itself", "content.differs", page, () => contentOf(licence)],
    ] as const satisfies readonly (readonly [string, ReasonCode, number, (data: string) => string])[])
      it(`${name} is not genuine: ${reason}`, async () => {
        let isChanged = false;
        const tampered = withStream(pdf, object, (data) => {
          const changed = change(data);
          isChanged ||= changed !== data;
          return changed;
        });
        expect(isChanged).to.equal(true);
        expect(await reportOf(world, tampered)).to.include({ verdict: "not-genuine", reason });
      });

    it("into a page in the licence's own file is not genuine either: content.differs", async () => {
      const object = objectWith(PAGE, Buffer.from(licence).toString("latin1"));
      const tampered = withStream(licence, object, () => contentOf(pdf));
      expect(await reportOf(world, tampered)).to.include({ verdict: "not-genuine", reason: "content.differs" });
    });

    it("with another code is not genuine: content.differs", async () => {
      const tampered = pdf.slice();
      const modules = text.indexOf("stream\n", text.indexOf("/Subtype/Image/Width")) + "stream\n".length;
      tampered[modules + 100]! ^= 0x80;
      expect(await reportOf(world, tampered)).to.include({ verdict: "not-genuine", reason: "content.differs" });
    });

    const fileObject = (name: string) => objectWith(new RegExp(`/F\\(${name}\\)/UF\\(${name}\\)/EF<</F (\\d+) 0 R`));

    for (const [name, reason, change] of [
      [
        "number",
        "copy.signature-wrong",
        (data: string) => data.replace(statement.copyNumber, "AAAAAAAAAAAAAAAAAAAAAA"),
      ],
      [
        "period",
        "copy.signature-wrong",
        (data: string) => data.replace(/"certificateCopyExpiringTime":"2026/, '"certificateCopyExpiringTime":"2027'),
      ],
    ] as const)
      it(`with another ${name} in its statement is not genuine: ${reason}`, async () => {
        let isChanged = false;
        const tampered = withStream(pdf, fileObject("copy.json"), (data) => {
          isChanged = change(data) !== data;
          return change(data);
        });
        expect(isChanged).to.equal(true);
        expect(await reportOf(world, tampered)).to.include({ verdict: "not-genuine", reason });
      });

    it("without its statement, its evidence or both is not genuine, nor is it the licence: format.attachment-missing", async () => {
      const renamed = (...pairs: readonly (readonly [string, string])[]) =>
        pairs.reduce(
          (file, [from, to]) => Buffer.from(file.toString("latin1").replaceAll(`(${from})`, `(${to})`), "latin1"),
          Buffer.from(pdf),
        );
      for (const [reason, ...pairs] of [
        ["format.attachment-missing", ["copy.json", "cope.json"]],
        ["format.attachment-missing", ["copy.json", "cope.json"], ["copy-evidence.json", "copx-evidence.json"]],
        ["format.attachment-missing", ["copy-evidence.json", "copx-evidence.json"]],
      ] as const)
        for (const options of [{}, { rerender: undefined as never }])
          expect(answers(await reportOf(world, renamed(...pairs), options))).to.deep.equal(notGenuine(reason));
    });

    it("by one byte in a hundred is never valid where the file says anything", async () => {
      const whole = await reportOf(world, pdf);
      expect(whole.verdict).to.equal("valid");
      for (let at = 20; at < pdf.length; at += Math.ceil(pdf.length / 100)) {
        const flipped = pdf.slice();
        flipped[at]! ^= 0x11;
        const { verdict, document } = await reportOf(world, flipped);
        // Deflate has bits that say nothing; whatever is valid says the same.
        if (verdict === "valid") expect(document, `byte ${at}`).to.deep.equal(whole.document);
      }
    });
  });

  it("with a statement of more bytes than any is refused before it is read", async () => {
    const world = makeWorld();
    const after = (statement: CopyStatement) => ({ ...statement, user: "甲".repeat(200), extra: "x".repeat(8_192) });
    const copy = makeAnchoredCopy(world, world.issueAnchored(), { after });
    expect(answers(await reportOf(world, fileOf(world, copy)))).to.deep.equal(notGenuine("format.too-large"));
  });

  it("with a statement that is not strict, or of a later version, is none of ours", async () => {
    const world = makeWorld();
    const issued = world.issueAnchored();
    for (const [extra, expected] of [
      [{ extra: 1 }, notGenuine("format.malformed")],
      [{ formatVersion: 2 }, undecided("format.version-unsupported")],
    ] as const) {
      const after = (statement: CopyStatement) => ({ ...statement, ...extra }) as CopyStatement;
      const copy = makeAnchoredCopy(world, issued, { after });
      expect(answers(await reportOf(world, fileOf(world, copy)))).to.deep.equal(expected);
    }
  });
});

for (const [form, verify] of Object.entries(FORMS))
  describe(`a reader's copy as ${form}`, () => {
    it("is in force to its last second and then expired, though the licence is in force: copy.expired", async () => {
      const world = makeWorld();
      const copy = makeAnchoredCopy(world, world.issueAnchored());
      expect(await verify(world, copy, { at: new Date(endOf(copy) + 999) })).to.include({ verdict: "valid" });
      expect(answers(await verify(world, copy, { at: new Date(endOf(copy) + 1000) }))).to.deep.equal(
        notInForce("expired", "copy.expired"),
      );
      expect(answers(await verify(world, copy, { at: new Date(madeAt(copy) - 1000) }))).to.deep.equal(
        notInForce("not-yet-valid", "copy.not-yet-made"),
      );
    });

    it("of a licence that was suspended or revoked is not in force, and is again when the licence is released", async () => {
      const world = makeWorld();
      const { registry, agency } = world;
      const issued = world.issueAnchored();
      const copy = makeAnchoredCopy(world, issued);
      registry.suspend(agency.region, issued.statusIndex);
      expect(answers(await verify(world, copy))).to.deep.equal(notInForce("suspended", "status.suspended"));
      registry.release(agency.region, issued.statusIndex);
      expect(await verify(world, copy)).to.include({ verdict: "valid" });
      registry.revoke(agency.region, issued.statusIndex);
      expect(answers(await verify(world, copy))).to.deep.equal(notInForce("revoked", "status.revoked"));
    });

    it("is unknown while its root is not recorded, or recorded by another region alone", async () => {
      const world = makeWorld();
      const copy = makeCopy(world, world.issueAnchored());
      for (const options of [{ record: false }, { region: SHANGHAI }])
        expect(answers(await verify(world, anchorCopy(world, copy, options)))).to.deep.equal(
          undecided("anchor.root-not-recorded"),
        );
    });

    it("is disputed once its root is disowned, and refused when that took effect", async () => {
      const world = makeWorld();
      const copy = makeAnchoredCopy(world, world.issueAnchored());
      const { root, size } = proofIn(copy).batch;
      world.registry.disown(ANHUI, root, size, world.registry.time + 100);
      expect(answers(await verify(world, copy))).to.deep.equal(undecided("anchor.root-disputed"));
      world.registry.advance(100);
      expect(answers(await verify(world, copy))).to.deep.equal(notGenuine("anchor.root-disowned"));
    });

    it("is judged by when it was anchored: a key that was retired or stolen since is a remark, before it a refusal", async () => {
      const world = makeWorld();
      const { registry, agency } = world;
      const issued = world.issueAnchored();
      const copy = makeAnchoredCopy(world, issued);
      const retired = makeCopy(world, issued);
      registry.retireKey(agency.key.digest);
      const late = anchorCopy(world, retired);
      expect(await verify(world, copy)).to.include({ verdict: "valid" });
      expect(remarksOf(await verify(world, copy))).to.include("issuer.key-retired-since");
      expect(answers(await verify(world, late))).to.deep.equal(notGenuine("issuer.key-retired"));
      registry.claimCompromise(agency.key.digest, registry.time - 30, registry.time + 100);
      expect(await verify(world, copy)).to.include({ verdict: "valid" });
      registry.claimCompromise(agency.key.digest, 0, registry.time + 100);
      expect(answers(await verify(world, copy))).to.deep.equal(undecided("issuer.key-disputed"));
      registry.advance(100);
      expect(answers(await verify(world, copy))).to.deep.equal(notGenuine("issuer.key-compromised"));
    });

    it("made by a key of later is genuine, though the licence's own was retired before", async () => {
      const world = makeWorld();
      const issued = world.issueAnchored();
      world.registry.retireKey(world.agency.key.digest);
      world.registry.advance(60);
      const key = world.newKey();
      world.register(world.agency, key);
      const copy = makeAnchoredCopy(world, issued, { key });
      const report = await verify(world, copy);
      expect(report).to.include({ verdict: "valid" });
      expect(remarksOf(report).filter((remark) => remark !== "token.face-truncated")).to.deep.equal([
        "copy.limited-use",
      ]);
    });

    it("made with another agency's key, or by an agency that was suspended, is not genuine", async () => {
      const world = makeWorld();
      const issued = world.issueAnchored();
      const foreign = makeAnchoredCopy(world, issued, { key: world.otherAgency.key });
      expect(answers(await verify(world, foreign))).to.deep.equal(notGenuine("issuer.agency-mismatch"));
      world.registry.suspendAgency(world.agency.code);
      world.registry.advance(60);
      const suspended = makeAnchoredCopy(world, issued);
      expect(answers(await verify(world, suspended))).to.deep.equal(notGenuine("issuer.agency-suspended"));
    });

    it("of a type for which the agency was not authorised when it was anchored is not genuine", async () => {
      const world = makeWorld();
      const issued = world.issueAnchored();
      world.registry.endAuthorisation(world.agency.code, world.type.typeCode);
      world.registry.advance(60);
      const copy = makeAnchoredCopy(world, issued);
      expect(answers(await verify(world, copy))).to.deep.equal(notGenuine("issuer.type-not-authorised"));
    });

    it("is unknown to a node that lags behind its key, and to one that does not answer", async () => {
      const world = makeWorld();
      const issued = world.issueAnchored();
      const lagging = world.registry.frozen();
      world.registry.advance(60);
      const key = world.newKey();
      world.register(world.agency, key);
      const copy = makeAnchoredCopy(world, issued, { key });
      expect(answers(await verify(world, copy, { registry: lagging }))).to.deep.equal(undecided("registry.behind"));
      const silent = { snapshot: () => Promise.reject(new Error("the test says so")) };
      expect(answers(await verify(world, copy, { registry: silent }))).to.deep.equal(undecided("registry.garbage"));
    });

    it("is recognised as its licence is", async () => {
      const world = makeWorld();
      const copy = makeAnchoredCopy(world, world.issueAnchored());
      const rule = { typeCode: world.type.typeCode, issuingRegion: ANHUI, acceptingRegion: SHANGHAI, matter: "*" };
      const asked = { trust: { ...world.trust, recognition: [rule] }, purpose: { region: SHANGHAI } };
      expect(await verify(world, copy, asked)).to.include({ recognition: "accepted" });
      expect(await verify(world, copy, { ...asked, purpose: { region: ANHUI } })).to.include({
        recognition: "not-listed",
      });
    });
  });

const proofIn = ({ evidence }: Pick<Copied, "evidence">) => {
  if (!("batch" in evidence)) throw new Error("not anchored");
  return evidence;
};

describe("the code of a reader's copy", () => {
  const world = makeWorld();
  const issued = world.issueAnchored();
  const copy = makeAnchoredCopy(world, issued);
  const verify = (text: string, options: Partial<VerifyOptions> = {}) =>
    world.verify(text, { mirror: mirrorOf(copy), ...options });

  it("says for whom, for which matter and until when the copy is, and nothing of the licence's face", async () => {
    const report = await verify(world.codeOf(copy));
    expect(report).to.include({ verdict: "valid", authenticity: "genuine", standing: "in-force" });
    for (const check of ["integrity", "anchor", "issuer", "status", "validity"] as const)
      expect(checkOf(report, check)).to.deep.equal({ check, outcome: "pass" });
    for (const check of ["type", "seal", "content", "copy"] as const)
      expect(checkOf(report, check)).to.include({ outcome: "not-applicable" });
    const { certificateIdentifier, certificateTypeCode, issueDeptCode } = copy.certificate.credentialSubject;
    expect(report.document).to.deep.include({
      ...{ form: "token", face: [], validFrom: null, validUntil: null, region: ANHUI },
      ...{ certificateIdentifier, certificateTypeCode, issueDeptCode },
      copy: {
        ...{ number: null, cause: null, creator: null },
        user: "邻省示例县市场监督管理局…",
        matter: "食品经营许可…",
        made: new Date(madeAt(copy)).toISOString().replace(".000", ""),
        until: new Date(endOf(copy)).toISOString().replace(".000", ""),
      },
    });
    expect(remarksOf(report)).to.deep.equal(["copy.limited-use", "token.face-truncated"]);
  });

  it("says short names whole, and no remark", async () => {
    const short = makeAnchoredCopy(world, issued, { changes: { user: "张喆堃", matter: "银行贷款抵押登记" } });
    const report = await world.verify(world.codeOf(short), { mirror: mirrorOf(short) });
    expect(report.document.copy).to.include({ user: "张喆堃", matter: "银行贷款抵押登记" });
    expect(remarksOf(report)).to.deep.equal(["copy.limited-use"]);
  });

  it("is unknown where the mirror lacks it, breaks or lies, and without one: ask for the file", async () => {
    expect(answers(await world.verify(world.codeOf(copy)))).to.deep.equal(undecided("anchor.evidence-missing"));
    const broken = { findProof: () => Promise.reject(new Error("disk")) };
    expect(answers(await verify(world.codeOf(copy), { mirror: broken }))).to.deep.equal(
      undecided("anchor.mirror-failed"),
    );
    const lying = { findProof: async () => ({ ...leafProof(copy), index: 0 }) };
    expect(answers(await verify(world.codeOf(copy), { mirror: lying }))).to.deep.equal(
      undecided("anchor.mirror-failed"),
    );
    for (const mirror of [mirrorOf(), mirrorOf(issued)])
      expect(answers(await verify(world.codeOf(copy), { mirror }))).to.deep.equal(undecided("anchor.not-in-mirror"));
  });

  it("is no licence's: an entry of another kind with the same digests does not prove it, nor the other way round", async () => {
    const { crypto } = world;
    const digest = certificateDigest(crypto, copy.certificate);
    const confused = (one: Issued, entry: typeof licenceEntry): Issued => {
      const leaf = leafHash(crypto, entry(digest, crypto.sha256(one.token)));
      return world.anchor([world.issue(), { ...one, leaf }]).issued[1]!;
    };
    for (const [one, entry] of [
      [copy, licenceEntry],
      [copy, sealEntry],
      [issued, copyEntry],
    ] as const) {
      const mirror = mirrorOf(confused(one, entry));
      world.registry.advance(60);
      expect(answers(await verify(world.codeOf(one), { mirror }))).to.deep.equal(undecided("anchor.not-in-mirror"));
    }
  });

  it("is refused with any digit changed, cut short, or encoded again with another user, matter or end", async () => {
    const text = world.codeOf(copy);
    const start = text.indexOf("#") + 1;
    for (let i = start; i < text.length; i += 7) {
      const changed = text.slice(0, i) + ((Number(text[i]) + 1) % 10) + text.slice(i + 1);
      expect((await verify(changed)).verdict, `digit ${i - start}`).to.equal("not-genuine");
    }
    for (const length of [start + 1, start + 10, text.length - 1])
      expect((await verify(text.slice(0, length))).verdict).to.equal("not-genuine");
    for (const change of [{ user: "另一家公司" }, { matter: "贷款" }, { expires: 4e9 }] as const) {
      const claims = (said: CopyTokenClaims) => ({ ...said, ...change });
      const forged = makeCopy(world, issued, { claims, tokenKey: world.newKey() });
      expect(answers(await verify(world.codeOf(forged)))).to.deep.equal(notGenuine("integrity.token-signature-wrong"));
      // With the stolen key it is another code, and only the first was anchored.
      expect(answers(await verify(world.codeOf(makeCopy(world, issued, { claims }))))).to.deep.equal(
        undecided("anchor.not-in-mirror"),
      );
    }
  });

  it("of a key that nobody registered is refused, and unknown to a node without old logs", async () => {
    const unknown = anchorCopy(world, makeCopy(world, issued, { key: world.newKey() }), { record: false });
    for (const mirror of [mirrorOf(), mirrorOf(unknown)])
      expect(answers(await verify(world.codeOf(unknown), { mirror }))).to.deep.equal(
        notGenuine("issuer.key-not-registered"),
      );
    const snapshot = await world.registry.snapshot();
    const registry = { snapshot: async () => Object.assign(Object.create(snapshot), { findKeysById: async () => [] }) };
    expect(answers(await verify(world.codeOf(copy), { registry }))).to.deep.equal(undecided("registry.garbage"));
  });

  it("of a later kind is unknown, by name, and one with a status list that cannot be is refused", async () => {
    const token = Buffer.from(copy.token);
    token[token.indexOf(Buffer.of(0x20, 0x01, 0x21, 0x02)) + 3] = 3;
    expect(answers(await verify(toDigits(token)))).to.deep.equal(undecided("format.version-unsupported"));
    const claims = (said: CopyTokenClaims) => ({ ...said, statusIndex: Number.MAX_SAFE_INTEGER });
    const far = makeAnchoredCopy(world, issued, { claims });
    expect(answers(await world.verify(world.codeOf(far), { mirror: mirrorOf(far) }))).to.deep.equal(
      notGenuine("integrity.status-out-of-range"),
    );
  });
});
