// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { parseShanghaiInstant } from "../../../src/core/calendar.js";
import { certificateDigest } from "../../../src/core/certificate-reader.js";
import { copyDigest, readCopyStatement } from "../../../src/core/copy/copy-reader.js";
import { HOLDERS_CAUSE } from "../../../src/core/copy/copy-texts.js";
import { copyTokenMatches, readCopyToken } from "../../../src/core/copy/copy-token.js";
import { contradictionToLicence } from "../../../src/core/copy/secure-copy.js";
import { verifyProof } from "../../../src/core/data-integrity.js";
import { copyEntry } from "../../../src/core/entry.js";
import { tokenOf } from "../../../src/core/evidence-reader.js";
import { fromHex, toHex } from "../../../src/core/hex.js";
import { leafHash, rootAbove } from "../../../src/core/merkle.js";
import {
  createBatchPaths,
  createEvidenceSource,
  digestTiles,
  joinLeaves,
} from "../../../src/domain/anchoring/index.js";
import type { Actor } from "../../../src/domain/audit/index.js";
import { type CopiesDependencies, type CopyStore, createCopies } from "../../../src/domain/copies/index.js";
import { createRenderer } from "../../../src/render/index.js";
import { readLicencePdf } from "../../../src/verify/index.js";
import {
  AGENCY,
  FOOD,
  foodRequest,
  issuer,
  NOW,
  OTHER_AGENCY,
  operator,
  REGION,
  rejection,
  signerOf,
  worldOver,
} from "../issuance/world.js";
import { WORLD_STORES } from "../issuance/world-stores.js";

const REQUEST = { user: "合肥样例物业管理有限公司", matter: "租赁合同备案", until: "2027-03-31" };
const HOLDER: Actor = { kind: "link", id: "link-1", role: "reader", agency: AGENCY, requestId: "r" };
const renderer = createRenderer({ verifyHost: "verify.example" });

for (const [kind, use] of Object.entries(WORLD_STORES))
  describe(`readers' copies, in ${kind}`, function () {
    this.timeout(60_000);
    const open = use();

    async function scene({ anchored = true }: { readonly anchored?: boolean } = {}) {
      const stores = await open();
      const { anchoring } = stores;
      const evidence = createEvidenceSource({
        ...{ store: anchoring, paths: createBatchPaths(nodeCrypto), chainId: 31_337, registry: `0x${"00".repeat(20)}` },
      });
      const world = await worldOver(stores, { anchors: evidence });
      const { issuance, dependencies, clock } = world;
      let signer = await dependencies.signers.signerFor(AGENCY);
      const dependenciesOfCopies: CopiesDependencies = {
        ...{ store: stores.copies, issuance, agencies: stores.agencies, signers: { signerFor: async () => signer } },
        ...{ proofAt: evidence.proofAt, renderer, crypto: nodeCrypto, now: () => clock.now },
        fileOf: async ({ licence: { certificate, type }, statement, evidence: own }) =>
          renderer.renderCopy({ certificate, type, copy: { statement, evidence: own } }),
      };
      const copies = createCopies(dependenciesOfCopies);
      /** The same with a store, and a source of keys, that are changed. */
      const over = (store: Partial<CopyStore>, signers = dependenciesOfCopies.signers) =>
        createCopies({ ...dependenciesOfCopies, signers, store: { ...stores.copies, ...store } });
      let blocks = 0;
      const anchor = async () => {
        const { entries } = await anchoring.pendingWork(100);
        const lease = (await anchoring.claimLease("anchor", "test", 0, 1_000))!;
        const { root, tileRoots } = await digestTiles(nodeCrypto, joinLeaves(entries.map((each) => each.leafHash)));
        const batch = { region: REGION, root: toHex(root), size: entries.length, entries, tileRoots };
        const staged = await anchoring.stageBatch(lease, batch, 50);
        if (staged.outcome !== "staged") throw new Error(staged.outcome);
        blocks += 1;
        const tx = `0x${String(blocks).padStart(64, "0")}`;
        await anchoring.attachAnchor(staged.batch.id, { block: blocks, time: Math.floor(NOW / 1000), tx });
      };
      const issue = async (changes = {}) =>
        (await issuance.issueCertificate(issuer, foodRequest(1, changes))).certificateIdentifier;
      const identifier = await issue();
      if (anchored) await anchor();
      const events = async () => {
        const all = await world.audit.list({ object: identifier, order: "oldest-first", limit: 100 });
        return all.filter(({ action }) => action === "certificate-copied");
      };
      const useSigner = (other: typeof signer) => {
        signer = other;
      };
      return { ...world, stores, copies, over, identifier, anchor, events, useSigner, issue };
    }

    it("are made of a licence for one user, matter and period, signed with the agency's key, logged without names", async () => {
      const { copies, identifier, events, issuance, publicKey } = await scene();
      const made = await copies.make(issuer, identifier, { ...REQUEST, cause: "窗口代持证主体办理" });
      expect(made).to.include({
        ...{
          certificateIdentifier: identifier,
          user: REQUEST.user,
          matter: REQUEST.matter,
          cause: "窗口代持证主体办理",
        },
        ...{ madeAt: "2026-11-22T10:00:00+08:00", until: "2027-03-31T23:59:59+08:00", anchoring: "pending" },
      });
      const { statement, evidence, licence } = await copies.documentOf(issuer, identifier, made.copyNumber);
      expect(readCopyStatement({ ...statement } as never)).to.deep.equal(statement);
      expect(verifyProof(nodeCrypto, statement, publicKey)).to.equal(true);
      const digest = certificateDigest(nodeCrypto, licence.certificate);
      expect(contradictionToLicence(statement, licence.certificate, digest)).to.equal(null);
      const token = readCopyToken(tokenOf(evidence));
      expect(
        copyTokenMatches(token.claims, statement, licence.certificate, copyDigest(nodeCrypto, statement)),
      ).to.equal(null);
      expect(nodeCrypto.verify(publicKey, token.toBeSigned, token.signature)).to.equal(true);
      const [event, ...more] = await events();
      expect(more).to.deep.equal([]);
      expect(toHex(event!.digestAfter!)).to.equal(made.copyDigest);
      expect(event!.detail).to.deep.equal({
        copy: made.copyNumber,
        token: toHex(nodeCrypto.sha256(tokenOf(evidence))),
      });
      expect(JSON.stringify(event)).to.not.contain(REQUEST.user).and.not.contain(REQUEST.matter);
      expect((await issuance.getCertificate(issuer, identifier)).state).to.equal("valid");
    });

    it("say the matter as their cause where no other is given", async () => {
      const { copies, identifier } = await scene();
      expect((await copies.make(issuer, identifier, REQUEST)).cause).to.equal(REQUEST.matter);
    });

    it("come into a batch, whose root their evidence leads to, and then have a file that stays the same", async () => {
      const { copies, identifier, anchor } = await scene();
      const { copyNumber } = await copies.make(issuer, identifier, REQUEST);
      const before = await copies.fileOf(issuer, identifier, copyNumber);
      expect(readLicencePdf(before, nodeCrypto).attachments.map(({ name }) => name)).to.include("copy.json");
      expect((await copies.documentOf(issuer, identifier, copyNumber)).evidence).to.not.have.property("batch");
      await anchor();
      expect((await copies.find(issuer, identifier, copyNumber)).anchoring).to.equal("anchored");
      const { evidence, licence } = await copies.documentOf(issuer, identifier, copyNumber);
      if (!("batch" in evidence)) throw new Error("it has no batch");
      const entry = copyEntry(certificateDigest(nodeCrypto, licence.certificate), nodeCrypto.sha256(tokenOf(evidence)));
      const path = evidence.path.map((hash) => fromHex(hash, "path"));
      const { root, size } = evidence.batch;
      const reached = rootAbove(nodeCrypto, leafHash(nodeCrypto, entry), { index: evidence.index, size, path });
      expect(reached && toHex(reached)).to.equal(root);
      const after = await copies.fileOf(issuer, identifier, copyNumber);
      expect(after).to.not.deep.equal(before);
      expect(await copies.fileOf(issuer, identifier, copyNumber)).to.deep.equal(after);
    });

    it("are listed in order of making, a page at a time, and found by their number alone", async () => {
      const { copies, identifier } = await scene();
      const made = [];
      for (const user of ["甲", "乙", "丙"]) made.push(await copies.make(issuer, identifier, { ...REQUEST, user }));
      const first = await copies.list(issuer, identifier, { limit: 2 });
      expect(first.copies).to.deep.equal(made.slice(0, 2));
      const rest = await copies.list(issuer, identifier, { limit: 2, after: first.next! });
      expect(rest).to.deep.equal({ copies: made.slice(2), next: null });
      expect(await copies.find(issuer, identifier, made[1]!.copyNumber)).to.deep.equal(made[1]);
      const wrong = await rejection(copies.fileOf(issuer, identifier, copies.newNumber()));
      expect(wrong.code).to.equal("copy.not-found");
    });

    for (const [what, request, field, words] of [
      ["no user", { matter: "m", until: "2027-01-01" }, "/user", /name whom/],
      ["no matter", { user: "u", until: "2027-01-01" }, "/matter", /name the matter/],
      ["a user with a control character", { ...REQUEST, user: "a\u202eb" }, "/user", /U\+202E/],
      ["a user of 201 characters", { ...REQUEST, user: "长".repeat(201) }, "/user", /longer than 200/],
      [
        "a user that closes its quotes",
        { ...REQUEST, user: "某银行」 事项 Matter 「一切" },
        "/user",
        /contains 」.*“”/,
      ],
      ["a user with a gap", { ...REQUEST, user: "某银行  一切事项" }, "/user", /single spaces/],
      ["a matter that says a label", { ...REQUEST, matter: "一切事项，有效期 至长期" }, "/matter", /contains 有效期至/],
      ["the holder's cause", { ...REQUEST, cause: HOLDERS_CAUSE }, "/cause", /holders make themselves/],
      ["the holder's cause as matter", { ...REQUEST, matter: HOLDERS_CAUSE }, "/matter", /holders make themselves/],
      ["an empty cause", { ...REQUEST, cause: "" }, "/cause", /leave it out/],
      ["no last day", { user: "u", matter: "m" }, "/until", /YYYY-MM-DD/],
      ["a day that does not exist", { ...REQUEST, until: "2027-02-30" }, "/until", /YYYY-MM-DD/],
      ["a day that is over", { ...REQUEST, until: "2026-11-21" }, "/until", /from 2026-11-22 to 2027-11-23/],
      ["a day more than a year away", { ...REQUEST, until: "2027-11-24" }, "/until", /from 2026-11-22 to 2027-11-23/],
      ["a member that it does not know", { ...REQUEST, note: "x" }, "/note", /not a member/],
      ["something else", ["x"], "", /must be an object/],
    ] as const)
      it(`are refused for ${what}, with the field, and nothing is written`, async () => {
        const { copies, identifier, events } = await scene();
        const error = await rejection(copies.make(issuer, identifier, request));
        expect([error.code, error.field]).to.deep.equal(["copy.terms-invalid", field]);
        expect(error.problems[0].message).to.match(words);
        expect(await events()).to.deep.equal([]);
      });

    it("say of a holder's copy that he asked for it, in words that he cannot choose", async () => {
      const { copies, identifier } = await scene();
      const made = await copies.make(HOLDER, identifier, REQUEST);
      expect(made.cause).to.equal("持证主体申请");
      const { statement } = await copies.documentOf(HOLDER, identifier, made.copyNumber);
      expect(statement.certificateCopyCause).to.equal(HOLDERS_CAUSE);
      for (const [field, value] of [
        ["/cause", "办理贷款"],
        ["/user", "长".repeat(61)],
        ["/matter", "长".repeat(61)],
      ] as const) {
        const error = await rejection(copies.make(HOLDER, identifier, { ...REQUEST, [field.slice(1)]: value }));
        expect([error.code, error.field]).to.deep.equal(["copy.terms-invalid", field]);
      }
      const longest = { user: "长".repeat(60), matter: "短".repeat(60) };
      expect(await copies.make(HOLDER, identifier, { ...REQUEST, ...longest })).to.include(longest);
    });

    it("are refused at /until in the last second of today, in which no period is left", async () => {
      const { copies, identifier, clock } = await scene();
      clock.now = parseShanghaiInstant("2026-11-22T23:59:58+08:00")! + 999;
      const last = { ...REQUEST, until: "2026-11-22" };
      expect((await copies.make(issuer, identifier, last)).until).to.equal("2026-11-22T23:59:59+08:00");
      clock.now += 1;
      const error = await rejection(copies.make(issuer, identifier, last));
      expect([error.code, error.field]).to.deep.equal(["copy.terms-invalid", "/until"]);
      expect(error.message).to.match(/choose a later day/);
      expect((await copies.make(issuer, identifier, { ...last, until: "2026-11-23" })).madeAt).to.contain("23:59:59");
    });

    it("end no later than the licence", async () => {
      const { copies, issue, anchor } = await scene();
      const short = await issue({ ...foodRequest(2), validUntil: "2027-01-31" });
      await anchor();
      const error = await rejection(copies.make(issuer, short, REQUEST));
      expect([error.code, error.field]).to.deep.equal(["copy.terms-invalid", "/until"]);
      expect(error.message).to.match(/after the licence's validUntil; choose an earlier one/);
      const made = await copies.make(issuer, short, { ...REQUEST, until: "2027-01-31" });
      expect(parseShanghaiInstant(made.until)).to.equal(parseShanghaiInstant("2027-01-31T23:59:59+08:00"));
    });

    it("are not made of a licence that has expired", async () => {
      const { copies, identifier, clock } = await scene();
      clock.now = Date.UTC(2031, 10, 22);
      const error = await rejection(copies.make(issuer, identifier, { ...REQUEST, until: "2031-11-23" }));
      expect([error.code, error.field]).to.deep.equal(["copy.terms-invalid", "/until"]);
    });

    it("are refused where user or matter cannot be printed", async () => {
      const { copies, identifier, events } = await scene();
      for (const [field, value] of [
        ["user", "𠮷田"],
        ["matter", "办理🀄"],
      ] as const) {
        const error = await rejection(copies.make(issuer, identifier, { ...REQUEST, [field]: value }));
        expect([error.code, error.field]).to.deep.equal(["certificate.not-renderable", `/${field}`]);
      }
      expect(await events()).to.deep.equal([]);
    });

    it("are not made of a licence that is not anchored yet", async () => {
      const { copies, identifier } = await scene({ anchored: false });
      const error = await rejection(copies.make(issuer, identifier, REQUEST));
      expect(error.code).to.equal("certificate.state-conflict");
      expect(error.message).to.match(/not anchored yet; make the copy when it is/);
    });

    it("are not made of a licence that is suspended, revoked or replaced; those that there are stay", async () => {
      const { copies, identifier, issuance } = await scene();
      const { copyNumber } = await copies.make(issuer, identifier, REQUEST);
      const paper = { legalBasis: "法", documentNumber: "1" };
      const refused = async (words: RegExp) => {
        const error = await rejection(copies.make(issuer, identifier, REQUEST));
        expect([error.code, words.test(error.message)], error.message).to.deep.equal([
          "certificate.state-conflict",
          true,
        ]);
      };
      await issuance.changeState(issuer, identifier, { action: "suspend", ...paper });
      await refused(/is suspended/);
      await issuance.changeState(issuer, identifier, { action: "release", ...paper });
      const { certificateIdentifier } = await issuance.renewCertificate(issuer, identifier, {
        validUntil: "2031-11-20",
      });
      await refused(new RegExp(`is replaced.*its successor is ${certificateIdentifier}`));
      await issuance.changeState(issuer, certificateIdentifier, { action: "revoke", ...paper });
      await refused(/is replaced/);
      expect((await copies.list(issuer, identifier)).copies).to.have.length(1);
      expect(await copies.fileOf(issuer, identifier, copyNumber)).to.have.length.greaterThan(10_000);
    });

    const others: readonly (readonly [string, Actor, string])[] = [
      ["another agency", { ...issuer, agency: OTHER_AGENCY }, "agency.not-authorised"],
      ["a token for other types", { ...issuer, types: ["x"] }, "agency.not-authorised"],
      ["a reader", { ...issuer, role: "reader" }, "request.forbidden"],
      ["an operator from afar", { ...operator, kind: "token" }, "request.forbidden"],
      ["the machine's operator who names no agency", operator, "agency.not-authorised"],
    ];
    for (const [who, actor, code] of others)
      it(`are not made for ${who}`, async () => {
        const { copies, identifier, events } = await scene();
        expect((await rejection(copies.make(actor, identifier, REQUEST))).code).to.equal(code);
        expect(await events()).to.deep.equal([]);
      });

    // What a store does at a limit its suite says, of each.
    if (kind === "SQLite")
      it("are made for the holder whom a link leads to the licence, and not past a share of what is kept", async () => {
        const { copies, over, identifier, events } = await scene();
        await copies.make(HOLDER, identifier, REQUEST);
        const of = (byHolders: number) => ({ countCopies: async () => ({ all: byHolders + 5, byHolders }) });
        const full = over(of(200), { signerFor: () => Promise.reject(new Error("it was to be signed")) });
        const error = await rejection(full.make(HOLDER, identifier, REQUEST));
        expect([error.code, /has 200 copies already that its holder made/.test(error.message)]).to.deep.equal([
          ...["copy.limit-reached", true],
        ]);
        await over(of(199)).make(HOLDER, identifier, REQUEST);
        await over(of(200)).make(issuer, identifier, REQUEST);
        expect((await rejection(over(of(995)).make(issuer, identifier, REQUEST))).message).to.match(/has 1000 copies/);
        expect((await events()).at(0)?.actor).to.deep.equal({ kind: "link", id: "link-1", role: "reader" });
      });

    it("are read by who may read the licence", async () => {
      const { copies, identifier } = await scene();
      const { copyNumber } = await copies.make(issuer, identifier, REQUEST);
      const reader: Actor = { ...issuer, role: "reader", types: [FOOD] };
      expect((await copies.list(reader, identifier)).copies).to.have.length(1);
      const stranger: Actor = { ...reader, agency: OTHER_AGENCY };
      for (const asked of [
        () => copies.list(stranger, identifier),
        () => copies.find(stranger, identifier, copyNumber),
        () => copies.documentOf(stranger, identifier, copyNumber),
        () => copies.fileOf(stranger, identifier, copyNumber),
      ])
        expect((await rejection(asked())).code).to.equal("agency.not-authorised");
      expect((await rejection(copies.list(issuer, "x"))).code).to.equal("certificate.not-found");
    });

    it("are not signed with a key that was changed meanwhile, nor for a suspended agency", async () => {
      const { copies, identifier, useSigner, stores, events } = await scene();
      useSigner(signerOf(new Uint8Array(32).fill(8)));
      expect((await rejection(copies.make(issuer, identifier, REQUEST))).code).to.equal("key.retired");
      const event = {
        time: NOW,
        actor: operator,
        action: "agency-suspended",
        object: AGENCY,
        requestId: "r",
        result: "done",
      } as const;
      await stores.agencies.setSuspended(AGENCY, true, event);
      const error = await rejection(copies.make(issuer, identifier, REQUEST));
      expect([error.code, error.message]).to.deep.equal([
        "agency.not-authorised",
        `agency ${AGENCY} is suspended, or may no longer issue type ${FOOD}, and makes no copies`,
      ]);
      expect(await events()).to.deep.equal([]);
    });

    it("have a number that no command takes for an option", async () => {
      const { copies } = await scene();
      const numbers = Array.from({ length: 1_000 }, () => copies.newNumber());
      expect(numbers.filter((number) => !/^[A-Za-z0-9_][A-Za-z0-9_-]{20}[AQgw]$/.test(number))).to.deep.equal([]);
      expect(new Set(numbers)).to.have.length(1_000);
    });
  });
