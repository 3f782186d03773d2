// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { reportText } from "../../src/cli/report-text.js";
import { LICENCE_CONTEXT, VC_CONTEXT } from "../../src/core/certificate.js";
import { portableCrypto } from "../../src/core/portable-crypto.js";
import { verifyCertificate } from "../../src/verify/index.js";
import { VERDICTS } from "../../src/words/report-words.js";
import { newStranger, type Sample, sample } from "../core/credentials/sample-credential.js";
import { answers, checkOf, notGenuine, undecided } from "./expectations.js";
import { makeWorld } from "./fixture.js";

const STRANGER_TO_US = undecided("issuer.not-registered-here");

describe("verifyCertificate, of a credential with a did:key issuer,", () => {
  const world = makeWorld();
  const stranger = newStranger();
  const signed = (changes: Record<string, unknown> = {}) =>
    stranger.sign(sample({ issuer: stranger.did, validFrom: "2026-01-01T00:00:00Z", ...changes }));
  const proofOf = ({ proof }: Sample) => proof as Record<string, unknown>;
  const withProof = (credential: Sample, changes: Record<string, unknown>): Sample => ({
    ...credential,
    proof: { ...proofOf(credential), ...changes },
  });

  it("says that the signature is right and the issuer not registered here, and shows nothing of it", async () => {
    const report = await world.verify(signed());
    expect(answers(report)).to.deep.equal(STRANGER_TO_US);
    expect(checkOf(report, "integrity").outcome).to.equal("pass");
    const { form, ...shown } = report.document;
    expect(form).to.equal("credential");
    expect(Object.values(shown).every((value) => value === null || (value as unknown[]).length === 0)).to.equal(true);
  });

  it("is told so on the command line, in words for people", async () => {
    for (const language of ["en", "zh"] as const) {
      const text = reportText(await world.verify(signed()), language);
      expect(text).to.include("[issuer.not-registered-here]").and.to.include(VERDICTS.undecided[language]);
    }
  });

  it("asks no registry and gives the same answer with the portable cryptography", async () => {
    const registry = { snapshot: () => Promise.reject(new Error("asked")) };
    const options = { trust: world.trust, registry, now: world.now(), crypto: portableCrypto };
    const report = await verifyCertificate({ text: JSON.stringify(signed()) }, options);
    expect(answers(report)).to.deep.equal(STRANGER_TO_US);
  });

  it("reads an issuer that is an object, and several proofs that all hold", async () => {
    const credential = signed({ issuer: { id: stranger.did, name: "Somebody" } });
    expect(answers(await world.verify(credential))).to.deep.equal(STRANGER_TO_US);
    const { proof, ...rest } = credential;
    const later = stranger.sign(rest as Sample, { created: "2026-03-02T00:00:00Z" });
    expect(answers(await world.verify({ ...credential, proof: [proof, later.proof] }))).to.deep.equal(STRANGER_TO_US);
    const other = proofOf(signed({ credentialSubject: { id: "did:example:other" } }));
    expect(answers(await world.verify({ ...credential, proof: [proof, other] }))).to.deep.equal(
      notGenuine("integrity.signature-wrong"),
    );
  });

  it("holds the signed contexts to be the first of the document's", async () => {
    const more = "https://x.example/context";
    const added = { ...signed(), "@context": [VC_CONTEXT, more] };
    expect(answers(await world.verify(added))).to.deep.equal(STRANGER_TO_US);
    const without = { ...signed({ "@context": [VC_CONTEXT, more] }), "@context": [VC_CONTEXT] };
    expect(answers(await world.verify(without))).to.deep.equal(notGenuine("integrity.signature-wrong"));
  });

  const FORGED: Record<string, (credential: Sample) => Sample> = {
    "a changed member": (credential) => ({ ...credential, credentialSubject: { id: "did:example:other" } }),
    "an added member": (credential) => ({ ...credential, extra: [] }),
    "a moved time of signing": (credential) => withProof(credential, { created: "2026-03-02T00:00:00Z" }),
    "a signature that is none": (credential) => withProof(credential, { proofValue: "z1" }),
    "a signature of another encoding": (credential) => withProof(credential, { proofValue: "uAAAA" }),
    "an empty signature": (credential) => withProof(credential, { proofValue: "" }),
  };
  for (const [what, forge] of Object.entries(FORGED))
    it(`finds ${what} not genuine`, async () =>
      expect(answers(await world.verify(forge(signed())))).to.deep.equal(notGenuine("integrity.signature-wrong")));

  it("finds a proof by a key that is not the issuer not genuine", async () => {
    const other = newStranger();
    const credential = other.sign(sample({ issuer: stranger.did }));
    expect(answers(await world.verify(credential))).to.deep.equal(notGenuine("issuer.method-mismatch"));
  });

  it("finds a proof that has expired not genuine", async () => {
    const unsigned = sample({ issuer: stranger.did });
    const credential = withProof(stranger.sign(unsigned), { expires: "2026-01-01T00:00:00Z" });
    expect(answers(await world.verify(credential))).to.deep.equal(notGenuine("integrity.signature-wrong"));
  });

  it("finds what does not follow the data model malformed", async () => {
    expect(answers(await world.verify(signed({ type: ["Permit"] })))).to.deep.equal(notGenuine("format.malformed"));
    expect(answers(await world.verify(withProof(signed(), { proofPurpose: "authentication" })))).to.deep.equal(
      notGenuine("format.malformed"),
    );
    const unnamed = { ...signed(), issuer: "did:key:nothing" };
    expect(answers(await world.verify(unnamed))).to.deep.equal(notGenuine("format.malformed"));
  });

  it("says that it does not know another suite, another kind of key or a chain of proofs", async () => {
    const unknown = undecided("format.algorithm-unsupported");
    for (const changes of [{ cryptosuite: "ecdsa-rdfc-2019" }, { type: "OtherProof" }, { previousProof: "urn:a:1" }])
      expect(answers(await world.verify(withProof(signed(), changes)))).to.deep.equal(unknown);
    const p256 = "did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169";
    expect(answers(await world.verify({ ...signed(), issuer: p256 }))).to.deep.equal(unknown);
  });

  it("tells of its period and of a list that was not consulted, without a standing", async () => {
    const over = await world.verify(signed({ validUntil: "2026-01-02T00:00:00Z" }));
    expect(answers(over)).to.deep.equal(STRANGER_TO_US);
    expect(checkOf(over, "validity")).to.deep.equal({ check: "validity", outcome: "fail", reason: "validity.expired" });
    const early = await world.verify(signed({ validFrom: "2999-01-02T00:00:00Z" }));
    expect(checkOf(early, "validity")).to.include({ outcome: "fail", reason: "validity.not-yet-valid" });
    const listed = await world.verify(signed({ credentialStatus: { type: "OtherStatus" } }));
    expect(checkOf(listed, "status")).to.include({ outcome: "unknown", reason: "status.not-consulted" });
  });

  describe("keeps out what says it is a licence:", () => {
    const licence = world.issueAnchored();
    const { proof: _, ...unsigned } = licence.certificate;
    const signedAnew = (changes: Record<string, unknown>) =>
      stranger.sign({ ...(structuredClone(unsigned) as unknown as Sample), issuer: stranger.did, ...changes });

    const DOWNGRADES: Record<string, Record<string, unknown>> = {
      "its issuer changed": {},
      "its issuer changed to an object": { issuer: { id: stranger.did } },
      "and its context taken away": { "@context": [VC_CONTEXT], type: ["VerifiableCredential"] },
      "and its context in capitals": { "@context": [VC_CONTEXT, LICENCE_CONTEXT.toUpperCase()] },
      "and its type only": { credentialSubject: { id: "did:example:a" }, credentialSchema: undefined },
      "and its context as an object": {
        "@context": [VC_CONTEXT, { "@import": LICENCE_CONTEXT }],
        type: ["VerifiableCredential"],
        credentialSubject: { id: "did:example:a" },
      },
      "and its subject in a list": { credentialSubject: [unsigned.credentialSubject] },
    };
    for (const [what, changes] of Object.entries(DOWNGRADES))
      it(`a licence with ${what}`, async () => {
        const kept = { ...signedAnew(changes) };
        for (const [name, value] of Object.entries(kept)) if (value === undefined) delete kept[name];
        expect((await world.verify(kept)).verdict).to.equal("not-genuine");
      });

    it("a licence document whose certificate is a credential of somebody else", async () => {
      const document = { ...world.documentOf(licence), certificate: signed() };
      expect((await world.verify(document)).verdict).to.equal("not-genuine");
    });

    it("and judges a genuine licence as ever", async () => {
      expect((await world.verify(world.documentOf(licence))).verdict).to.equal("valid");
    });
  });
});
