// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto as crypto } from "../../src/adapters/node-crypto/index.js";
import { formatUtcInstant, parseShanghaiInstant } from "../../src/core/calendar.js";
import { certificateDigest } from "../../src/core/certificate-reader.js";
import { copyDigest } from "../../src/core/copy/copy-reader.js";
import type { CopyStatement, UnsignedCopyStatement } from "../../src/core/copy/copy-statement.js";
import { type CopyTokenClaims, copyClaimsFor, copyTokenSigningInput } from "../../src/core/copy/copy-token.js";
import { attachProof, proofSigningInput } from "../../src/core/data-integrity.js";
import { copyEntry } from "../../src/core/entry.js";
import type { Evidence } from "../../src/core/evidence.js";
import { evidenceFor, pendingEvidence } from "../../src/core/evidence-reader.js";
import { toHex } from "../../src/core/hex.js";
import { buildTree, leafHash } from "../../src/core/merkle.js";
import { keyDigest, keyIdOf } from "../../src/core/multikey.js";
import { assembleToken } from "../../src/core/token-envelope.js";
import { rerenderWith } from "../../src/main/verification/verify-document.js";
import { createRenderer } from "../../src/render/index.js";
import type { ReasonCode, VerifyOptions } from "../../src/verify/index.js";
import { withStream } from "../render/rewrite.js";
import { type Issued, makeWorld, type TestKey, type World } from "./fixture.js";

const renderer = createRenderer({ verifyHost: "verify.example" });
const DAY = 86_400;

/** As validFrom is written, a number of seconds since 1970. */
const inShanghai = (seconds: number) => `${new Date((seconds + 8 * 3_600) * 1000).toISOString().slice(0, 19)}+08:00`;

interface CopyOptions {
  readonly key?: TestKey;
  readonly changes?: Partial<UnsignedCopyStatement>;
  /** Changes the statement after it was signed. */
  readonly after?: (statement: CopyStatement) => CopyStatement;
  readonly claims?: (claims: CopyTokenClaims) => CopyTokenClaims;
  readonly tokenKey?: TestKey;
  readonly evidence?: (token: Uint8Array, digest: Uint8Array) => Evidence;
}

/** The file of a copy of this licence that the world's agency makes now, for thirty days. */
function makeCopy(
  world: World,
  { certificate, evidence }: Issued,
  { key = world.agency.key, changes, after, claims, tokenKey = key, evidence: evidenceOf }: CopyOptions = {},
): { readonly pdf: Uint8Array; readonly statement: CopyStatement } {
  const digest = certificateDigest(crypto, certificate);
  const unsigned: UnsignedCopyStatement = {
    format: "tigertally-copy",
    formatVersion: 1,
    issuer: world.agency.did,
    certificateIdentifier: certificate.credentialSubject.certificateIdentifier,
    certificateDigest: toHex(digest),
    copyNumber: "ICEiIyQlJicoKSorLC0uLw",
    user: "邻省示例县市场监督管理局行政许可窗口",
    matter: "食品经营许可变更",
    certificateCopyCreator: world.agency.name,
    certificateCopyCreatorCode: world.agency.code,
    certificateCopyCreationTime: inShanghai(world.registry.time),
    certificateCopyCause: "持证主体申请异地办理",
    certificateCopyExpiringTime: inShanghai(world.registry.time + 30 * DAY),
    ...changes,
  };
  const proof = {
    created: formatUtcInstant(parseShanghaiInstant(unsigned.certificateCopyCreationTime) as number),
    verificationMethod: `${unsigned.issuer}#${key.multikey.text}`,
  };
  const signed = attachProof(unsigned, proof, crypto.sign(key.seed, proofSigningInput(crypto, unsigned, proof)));
  const statement = after?.(signed) ?? signed;
  const said = copyClaimsFor(statement, certificate, copyDigest(crypto, statement));
  const kid = keyIdOf(keyDigest(crypto, key.multikey.bytes));
  const parts = copyTokenSigningInput(claims?.(said) ?? said, kid);
  const token = assembleToken(parts, crypto.sign(tokenKey.seed, parts.toSign));
  const copy = { statement, evidence: evidenceOf?.(token, digest) ?? pendingEvidence(token) };
  return { pdf: renderer.renderCopy({ certificate, evidence, type: world.type, copy }), statement };
}

describe("the file of a reader's copy", () => {
  const rerender = rerenderWith(renderer);
  const reportOf = (world: World, pdf: Uint8Array, options: Partial<VerifyOptions> = {}) =>
    world.verify(pdf, { rerender, ...options });

  it("is judged as its licence, page by page, and the report says for whom, for what and until when it is", async () => {
    const world = makeWorld();
    const { pdf, statement } = makeCopy(world, world.issueAnchored());
    const report = await reportOf(world, pdf);
    expect(report).to.include({ verdict: "valid", authenticity: "genuine", standing: "in-force", reason: null });
    for (const check of ["copy", "content", "integrity", "anchor", "issuer", "validity"] as const)
      expect(report.checks.find((each) => each.check === check)).to.deep.equal({ check, outcome: "pass" });
    expect(report.document.copy).to.deep.equal({
      number: statement.copyNumber,
      user: statement.user,
      matter: statement.matter,
      cause: statement.certificateCopyCause,
      creator: world.agency.name,
      made: statement.certificateCopyCreationTime,
      until: statement.certificateCopyExpiringTime,
    });
  });

  it("leaves the licence's own file as it was: the check does not apply, and there is no copy in the report", async () => {
    const world = makeWorld();
    const { certificate, evidence } = world.issueAnchored();
    const report = await reportOf(world, renderer.render({ certificate, evidence, type: world.type }));
    expect(report).to.include({ verdict: "valid" });
    expect(report.checks).to.deep.include({ check: "copy", outcome: "not-applicable" });
    expect(report.document.copy).to.equal(null);
  });

  it("is in force to its last second and then expired, though the licence is in force: copy.expired", async () => {
    const world = makeWorld();
    const { pdf, statement } = makeCopy(world, world.issueAnchored());
    const until = parseShanghaiInstant(statement.certificateCopyExpiringTime) as number;
    expect(await reportOf(world, pdf, { at: new Date(until + 999) })).to.include({ verdict: "valid" });
    expect(await reportOf(world, pdf, { at: new Date(until + 1000) })).to.include({
      ...{ verdict: "not-in-force", authenticity: "genuine", standing: "expired", reason: "copy.expired" },
    });
    const made = parseShanghaiInstant(statement.certificateCopyCreationTime) as number;
    expect(await reportOf(world, pdf, { at: new Date(made - 1000) })).to.include({
      ...{ verdict: "not-in-force", standing: "not-yet-valid", reason: "copy.not-yet-made" },
    });
  });

  it("of a licence that was revoked is revoked", async () => {
    const world = makeWorld();
    const issued = world.issueAnchored();
    const { pdf } = makeCopy(world, issued);
    world.registry.revoke(world.agency.region, issued.statusIndex);
    expect(await reportOf(world, pdf)).to.include({ verdict: "not-in-force", reason: "status.revoked" });
  });

  for (const [name, reason, options] of [
    ["with another user after it was signed", "copy.signature-wrong", { after: (s) => ({ ...s, user: "另一家公司" }) }],
    [
      "with a longer period after it was signed",
      "copy.signature-wrong",
      { after: (s) => ({ ...s, certificateCopyExpiringTime: inShanghai(Date.parse("2026-12-31") / 1000) }) },
    ],
    ["whose code was signed by another key", "copy.signature-wrong", { tokenKey: makeWorld().agency.key }],
    ["whose code names another user", "copy.token-mismatch", { claims: (c) => ({ ...c, user: "另一家公司" }) }],
    [
      "whose code is of another statement",
      "copy.token-mismatch",
      { claims: (c) => ({ ...c, copyDigest: new Uint8Array(32) }) },
    ],
    ["of another licence", "copy.of-another-licence", { changes: { certificateDigest: "00".repeat(32) } }],
    [
      "beyond the licence's validity period",
      "copy.of-another-licence",
      { changes: { certificateCopyExpiringTime: "2099-12-31T23:59:59+08:00" } },
    ],
    ["signed by a key that nobody registered", "copy.key-wrong", { key: makeWorld().newKey() }],
    [
      "whose evidence leads to another root",
      "copy.proof-mismatch",
      {
        evidence: (token) =>
          evidenceFor(token, {
            ...{ batch: { region: "340000", root: "ab".repeat(32), size: 1 }, index: 0, path: [], anchors: [] },
          }),
      },
    ],
  ] as const satisfies readonly (readonly [string, ReasonCode, CopyOptions])[])
    it(`${name} is not genuine: ${reason}`, async () => {
      const world = makeWorld();
      const issued = world.issueAnchored();
      const { pdf } = makeCopy(world, issued, options);
      world.registry.advance(60);
      expect(await reportOf(world, pdf)).to.include({ verdict: "not-genuine", reason });
    });

  it("signed by another agency's key is not genuine: copy.key-wrong", async () => {
    const world = makeWorld();
    const { pdf } = makeCopy(world, world.issueAnchored(), { key: world.otherAgency.key });
    expect(await reportOf(world, pdf)).to.include({ verdict: "not-genuine", reason: "copy.key-wrong" });
  });

  it("whose evidence leads to the root that it names passes", async () => {
    const world = makeWorld();
    const { pdf } = makeCopy(world, world.issueAnchored(), {
      evidence: (token, digest) => {
        const { root, size } = buildTree(crypto, [leafHash(crypto, copyEntry(digest, crypto.sha256(token)))]);
        return evidenceFor(token, {
          ...{ batch: { region: "340000", root: toHex(root), size }, index: 0, path: [], anchors: [] },
        });
      },
    });
    expect(await reportOf(world, pdf)).to.include({ verdict: "valid" });
  });

  it("is undecided when the agency's key was retired since: copy.time-unproven", async () => {
    const world = makeWorld();
    const { pdf } = makeCopy(world, world.issueAnchored());
    world.registry.advance(60);
    world.registry.retireKey(world.agency.key.digest);
    world.registry.advance(60);
    expect(await reportOf(world, pdf)).to.include({ verdict: "undecided", reason: "copy.time-unproven" });
  });

  it("says on its pages what is signed: the pages of another copy differ", async () => {
    const world = makeWorld();
    const issued = world.issueAnchored();
    const { pdf } = makeCopy(world, issued);
    const others = makeCopy(world, issued, { changes: { user: "另一个县的市场监督管理局" } });
    // The renderer shows another user than the one that is signed.
    const report = await reportOf(world, pdf, { rerender: async () => others.pdf });
    expect(report).to.include({ verdict: "not-genuine", reason: "content.differs" });
  });

  describe("changed after it was made", () => {
    const world = makeWorld();
    const issued = world.issueAnchored();
    const { pdf, statement } = makeCopy(world, issued);
    const text = Buffer.from(pdf).toString("latin1");
    const objectWith = (pattern: RegExp) => Number(pattern.exec(text)![1]);
    const page = objectWith(/\/Contents (\d+) 0 R/);
    const endOfLicence = (data: string) => data.lastIndexOf("\nQ\n") + 3;

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

    it("with another code is not genuine: content.differs", async () => {
      const tampered = pdf.slice();
      const modules = text.indexOf("stream\n", text.indexOf("/Subtype/Image/Width")) + "stream\n".length;
      tampered[modules + 100]! ^= 0x80;
      expect(await reportOf(world, tampered)).to.include({ verdict: "not-genuine", reason: "content.differs" });
    });

    it("with another statement in it is not genuine: copy.signature-wrong", async () => {
      const file = objectWith(/\/F\(copy\.json\)\/UF\(copy\.json\)\/EF<<\/F (\d+) 0 R/);
      const tampered = withStream(pdf, file, (data) => data.replace(statement.copyNumber, "AAAAAAAAAAAAAAAAAAAAAA"));
      expect(await reportOf(world, tampered)).to.include({ verdict: "not-genuine", reason: "copy.signature-wrong" });
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

  it("without one of its two files, or with a statement that is not strict, is none of ours", async () => {
    const world = makeWorld();
    const { pdf } = makeCopy(world, world.issueAnchored());
    const renamed = (from: string, to: string) =>
      Buffer.from(Buffer.from(pdf).toString("latin1").replaceAll(`(${from})`, `(${to})`), "latin1");
    expect(await reportOf(world, renamed("copy.json", "cope.json"))).to.include({
      ...{ verdict: "not-genuine", reason: "format.pdf-refused" },
    });
    expect(await reportOf(world, renamed("copy-evidence.json", "copx-evidence.json"))).to.include({
      ...{ verdict: "not-genuine", reason: "format.pdf-refused" },
    });
    const open = makeCopy(world, world.issueAnchored(), {
      after: (statement) => ({ ...statement, extra: 1 }) as CopyStatement,
    });
    expect(await reportOf(world, open.pdf)).to.include({ verdict: "not-genuine", reason: "format.malformed" });
  });
});
