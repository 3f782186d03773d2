// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { toBase58 } from "../../src/core/base58.js";
import { equalBytes } from "../../src/core/bytes.js";
import { certificateDigest } from "../../src/core/certificate-reader.js";
import { attachProof } from "../../src/core/data-integrity.js";
import { toDigits } from "../../src/core/digits.js";
import { licenceEntry } from "../../src/core/entry.js";
import type { AnchoredEvidence } from "../../src/core/evidence.js";
import { toHex } from "../../src/core/hex.js";
import { mod37Over36, mod37Over36VariantA11 } from "../../src/core/identifiers/iso7064.js";
import { leafHash, nodeHash } from "../../src/core/merkle.js";
import { keyIdOf } from "../../src/core/multikey.js";
import { readToken } from "../../src/core/token.js";
import { answers, notGenuine } from "./expectations.js";
import { ANHUI, foodPermit, type Issued, makeWorld, mirrorOf, SHANGHAI, signToken, type World } from "./fixture.js";

type Change = (document: ReturnType<World["documentOf"]>, world: World) => object;

/** A copy of the document with one value set, by JSON pointer. */
function set(document: object, pointer: string, value: unknown): object {
  const copy = structuredClone(document) as Record<string, unknown>;
  const steps = pointer.split("/").slice(1);
  const last = steps.pop()!;
  let at = copy;
  for (const step of steps) at = at[step] as Record<string, unknown>;
  at[last] = value;
  return copy;
}

const SUBJECT = "/certificate/credentialSubject";

describe("verifyCertificate, of a document that is not genuine,", () => {
  let world: World;
  let issued: Issued;
  beforeEach(() => {
    world = makeWorld();
    issued = world.issueAnchored();
  });

  const ALTERED: readonly [string, Change, string][] = [
    [
      "a field changed",
      (d) => set(d, `${SUBJECT}/face/businessAddress`, "示例市虎符路2号"),
      "integrity.signature-wrong",
    ],
    [
      "the holder changed",
      (d) => set(d, `${SUBJECT}/certificateHolder/0/certificateHolder`, "他人餐饮有限公司"),
      "integrity.signature-wrong",
    ],
    ["[] added to the face", (d) => set(d, `${SUBJECT}/face/extra`, []), "integrity.signature-wrong"],
    ["{} added to the face", (d) => set(d, `${SUBJECT}/face/extra`, {}), "integrity.signature-wrong"],
    ["[] added to the certificate", (d) => set(d, "/certificate/extra", []), "format.malformed"],
    ["{} added to the proof", (d) => set(d, "/certificate/proof/extra", {}), "format.malformed"],
    ['true → "true"', (d) => set(d, `${SUBJECT}/face/onlineBusiness`, "true"), "integrity.signature-wrong"],
    ['null → "null"', (d) => set(d, `${SUBJECT}/face/remark`, "null"), "integrity.signature-wrong"],
    [
      "validUntil extended",
      (d) => set(d, "/certificate/validUntil", "2099-12-31T23:59:59+08:00"),
      "integrity.signature-wrong",
    ],
    ["validUntil removed", (d) => set(d, "/certificate/validUntil", undefined), "integrity.signature-wrong"],
    [
      "the status index changed",
      (d) =>
        set(
          set(d, "/certificate/credentialStatus/0/statusListIndex", "5"),
          "/certificate/credentialStatus/1/statusListIndex",
          "5",
        ),
      "integrity.signature-wrong",
    ],
    [
      "one of the two status indices changed",
      (d) => set(d, "/certificate/credentialStatus/1/statusListIndex", "5"),
      "integrity.status-out-of-range",
    ],
    [
      "a status index outside the list",
      (d) => set(d, "/certificate/credentialStatus/0/statusListIndex", "131072"),
      "integrity.status-out-of-range",
    ],
    [
      "the signature's last character changed",
      (d) => set(d, "/certificate/proof/proofValue", flipLast(d.certificate.proof.proofValue)),
      "integrity.signature-wrong",
    ],
    [
      "another agency's verification method",
      (d, w) =>
        set(d, "/certificate/proof/verificationMethod", `${w.otherAgency.did}#${w.otherAgency.key.multikey.text}`),
      "issuer.method-mismatch",
    ],
    [
      "another agency's key under the issuer's name",
      (d, w) => set(d, "/certificate/proof/verificationMethod", `${w.agency.did}#${w.otherAgency.key.multikey.text}`),
      "integrity.signature-wrong",
    ],
    [
      "the time of signing changed",
      (d) => set(d, "/certificate/proof/created", "2020-01-01T00:00:00Z"),
      "integrity.signature-wrong",
    ],
    ["another proof purpose", (d) => set(d, "/certificate/proof/proofPurpose", "authentication"), "format.malformed"],
    ["its type definition changed", (d) => set(d, "/type/name/en", "Liquor licence"), "type.digest-mismatch"],
    [
      "the wrong check character in its identifier",
      (d) =>
        set(d, `${SUBJECT}/certificateIdentifier`, wrongCheck(d.certificate.credentialSubject.certificateIdentifier)),
      "integrity.identifier-wrong",
    ],
  ];
  for (const [what, change, reason] of ALTERED)
    it(`refuses: ${what}`, async () => {
      expect(answers(await world.verify(change(world.documentOf(issued), world)))).to.deep.equal(notGenuine(reason));
    });

  it("refuses duplicate JSON keys, wherever they stand", async () => {
    const text = JSON.stringify(world.documentOf(issued));
    for (const doubled of [
      text.replace('"validFrom":', '"validFrom":"2020-01-01T00:00:00+08:00","validFrom":'),
      text.replace('"face":{', '"face":{"remark":"x",'),
    ])
      expect(answers(await world.verify(doubled))).to.deep.equal(notGenuine("format.malformed"));
  });

  describe("with a wrong proof", () => {
    const evidence = () => issued.evidence as AnchoredEvidence;
    const withEvidence = (change: Partial<AnchoredEvidence>) =>
      world.verify(world.documentOf({ ...issued, evidence: { ...evidence(), ...change } }));
    const mismatch = notGenuine("anchor.proof-mismatch");

    it("refuses a path with one bit changed", async () => {
      const path = [...evidence().path];
      path[1] = flipBit(path[1]!);
      expect(answers(await withEvidence({ path }))).to.deep.equal(mismatch);
    });

    it("refuses another index", async () => {
      expect(answers(await withEvidence({ index: 3 }))).to.deep.equal(mismatch);
    });

    it("refuses another size, so that the path does not fit", async () => {
      expect(answers(await withEvidence({ batch: { ...evidence().batch, size: 9 } }))).to.deep.equal(mismatch);
    });

    it("refuses an index outside the batch, and a path that is too short or too long", async () => {
      const { path } = evidence();
      for (const change of [
        { index: 7 },
        { path: path.slice(1) },
        { path: path.slice(0, -1) },
        { path: [...path, path[0]!] },
        { path: [] },
      ])
        expect(answers(await withEvidence(change))).to.deep.equal(mismatch);
    });

    it("refuses a shortened path with an inner node in place of the leaf", async () => {
      // Peers accept a document whose digest is made the inner node above it. Here a leaf is hashed from both halves, with a prefix.
      const { path, index } = evidence();
      const leaf = leafHash(
        world.crypto,
        licenceEntry(certificateDigest(world.crypto, issued.certificate), world.crypto.sha256(issued.token)),
      );
      const inner = nodeHash(world.crypto, leaf, Uint8Array.from(Buffer.from(path[0]!, "hex")));
      expect(toHex(inner)).to.have.length(64);
      expect(
        answers(
          await withEvidence({ path: path.slice(1), index: index >> 1, batch: { ...evidence().batch, size: 4 } }),
        ),
      ).to.deep.equal(mismatch);
    });

    it("refuses the proof of another licence of the same batch", async () => {
      const { issued: all } = world.anchor([world.issue(), world.issue()]);
      const { token: _, ...place } = all[1]!.evidence as AnchoredEvidence;
      expect(
        answers(
          await world.verify(world.documentOf({ ...all[0]!, evidence: { ...place, token: all[0]!.evidence.token } })),
        ),
      ).to.deep.equal(mismatch);
    });
  });

  describe("with halves that do not belong together", () => {
    it("refuses the token of another certificate", async () => {
      const other = world.issueAnchored();
      const evidence = { ...issued.evidence, token: other.evidence.token };
      expect(answers(await world.verify(world.documentOf({ ...issued, evidence })))).to.deep.equal(
        notGenuine("integrity.token-mismatch"),
      );
    });

    it("refuses the certificate of one document in another", async () => {
      const other = world.issueAnchored();
      expect(
        answers(await world.verify(world.documentOf({ ...issued, certificate: other.certificate }))),
      ).to.deep.equal(notGenuine("integrity.token-mismatch"));
    });

    const DISAGREEING: readonly [string, Parameters<World["issue"]>[0]][] = [
      ["face", { claims: (claims) => ({ ...claims, face: ["他人餐饮有限公司", ...claims.face.slice(1)] }) }],
      ["expires", { claims: (claims) => ({ ...claims, expires: claims.expires! + 86_400 }) }],
      ["statusIndex", { claims: (claims) => ({ ...claims, statusIndex: claims.statusIndex + 1 }) }],
      ["truncated", { claims: (claims) => ({ ...claims, truncated: 1 }) }],
      ["issuedAt", { claims: (claims) => ({ ...claims, issuedAt: claims.issuedAt - 1 }) }],
    ];
    for (const [claim, options] of DISAGREEING)
      it(`refuses a signed and anchored token that disagrees in ${claim}, and says so`, async () => {
        const report = await world.verify(world.documentOf(world.issueAnchored(options)));
        expect(answers(report)).to.deep.equal(notGenuine("integrity.token-mismatch"));
        expect(report.checks[0]).to.include({ detail: claim });
      });

    it("refuses a token that the issuer's key did not sign", async () => {
      const claims = readToken(issued.token).claims;
      const forged = signToken(world.crypto, claims, world.newKey());
      const kid = readToken(issued.token).kid;
      const grafted = withKid(forged, kid);
      const evidence = { ...issued.evidence, token: Buffer.from(grafted).toString("base64url") };
      expect(answers(await world.verify(world.documentOf({ ...issued, evidence })))).to.deep.equal(
        notGenuine("integrity.token-signature-wrong"),
      );
    });
  });

  describe("with an issuer that does not count", () => {
    const verify = (options: Parameters<World["issue"]>[0]) =>
      world.verify(world.documentOf(world.issueAnchored(options)));

    it("refuses an attacker's own key under the agency's name", async () => {
      expect(answers(await verify({ key: world.newKey() }))).to.deep.equal(notGenuine("issuer.key-not-registered"));
    });

    it("refuses it while pending as well: only what was never registered may fail without an anchor", async () => {
      const forged = world.issue({ key: world.newKey() });
      world.registry.advance(60);
      expect(answers(await world.verify(world.documentOf(forged)))).to.deep.equal(
        notGenuine("issuer.key-not-registered"),
      );
    });

    it("refuses a code signed by an unregistered key, which no region has anchored", async () => {
      const { issued: batch } = world.anchor([world.issue(), world.issue({ key: world.newKey() })], { record: false });
      world.registry.advance(60);
      const forged = batch[1]!;
      const refused = notGenuine("issuer.key-not-registered");
      for (const options of [{}, { mirror: mirrorOf() }, { mirror: mirrorOf(forged) }])
        expect(answers(await world.verify(world.codeOf(forged), options))).to.deep.equal(refused);
    });

    it("refuses a key that was compromised before the anchor", async () => {
      world.registry.claimCompromise(world.agency.key.digest, world.registry.time - 300);
      expect(answers(await world.verify(world.documentOf(issued)))).to.deep.equal(notGenuine("issuer.key-compromised"));
      expect(answers(await world.verify(world.codeOf(issued), { mirror: mirrorOf(issued) }))).to.deep.equal(
        notGenuine("issuer.key-compromised"),
      );
    });

    it("refuses a key from the very second of its compromise, and of its retirement", async () => {
      const anchoredAt = world.registry.time - 60;
      world.registry.claimCompromise(world.agency.key.digest, anchoredAt + 1);
      expect((await world.verify(world.documentOf(issued))).verdict).to.equal("valid");
      world.registry.claimCompromise(world.agency.key.digest, anchoredAt);
      expect((await world.verify(world.documentOf(issued))).reason).to.equal("issuer.key-compromised");
    });

    it("refuses a key that was retired before the anchor", async () => {
      const late = world.issue();
      world.registry.retireKey(world.agency.key.digest);
      const [anchored] = world.anchor([late]).issued;
      expect(answers(await world.verify(world.documentOf(anchored!)))).to.deep.equal(notGenuine("issuer.key-retired"));
    });

    it("refuses a key that was not yet in effect at the anchor", async () => {
      const key = world.newKey();
      world.registry.addKey(
        { agency: world.agency.code, region: ANHUI },
        key.digest,
        key.multikey.bytes,
        "certificate",
        world.registry.time + 86_400,
      );
      expect(answers(await verify({ key }))).to.deep.equal(notGenuine("issuer.key-not-active"));
    });

    it("refuses a key of another purpose", async () => {
      const key = world.newKey();
      world.registry.addKey(
        { agency: world.agency.code, region: ANHUI },
        key.digest,
        key.multikey.bytes,
        "status-list",
      );
      expect(answers(await verify({ key }))).to.deep.equal(notGenuine("issuer.key-purpose"));
    });

    it("refuses a key of another agency, and one of the region itself", async () => {
      expect(answers(await verify({ key: world.otherAgency.key }))).to.deep.equal(notGenuine("issuer.agency-mismatch"));
      const key = world.newKey();
      world.registry.addKey({ agency: null, region: ANHUI }, key.digest, key.multikey.bytes);
      expect(answers(await verify({ key }))).to.deep.equal(notGenuine("issuer.agency-mismatch"));
    });

    it("refuses an agency that is not authorised for the type", async () => {
      expect(answers(await verify({ agency: world.otherAgency }))).to.deep.equal(
        notGenuine("issuer.type-not-authorised"),
      );
    });

    it("refuses an agency whose authorisation ended before the anchor", async () => {
      world.registry.endAuthorisation(world.agency.code, world.type.typeCode);
      expect(answers(await verify({}))).to.deep.equal(notGenuine("issuer.type-not-authorised"));
    });

    it("refuses an agency that was suspended at the anchor, whatever came later", async () => {
      world.registry.suspendAgency(world.agency.code);
      const late = world.issueAnchored();
      world.registry.releaseAgency(world.agency.code);
      expect(answers(await world.verify(world.documentOf(late)))).to.deep.equal(notGenuine("issuer.agency-suspended"));
    });

    it("refuses an agency that was struck before the anchor", async () => {
      world.registry.strikeAgency(world.agency.code);
      expect(answers(await verify({}))).to.deep.equal(notGenuine("issuer.agency-struck"));
    });

    it("refuses a region that was suspended at the anchor", async () => {
      world.registry.suspendRegion(ANHUI);
      expect(answers(await verify({}))).to.deep.equal(notGenuine("issuer.region-suspended"));
    });

    it("refuses an issuer whose DID is not the one that the registry binds to the agency", async () => {
      const agency = { ...world.agency, did: "did:web:forger.example" };
      expect(answers(await verify({ agency }))).to.deep.equal(notGenuine("issuer.agency-mismatch"));
    });

    it("refuses an agency of one region with a key of another", async () => {
      const key = world.newKey();
      world.registry.addKey({ agency: world.agency.code, region: SHANGHAI }, key.digest, key.multikey.bytes);
      const { issued: all } = world.anchor([world.issue({ key })], { region: SHANGHAI });
      expect(answers(await world.verify(world.documentOf(all[0]!)))).to.deep.equal(
        notGenuine("issuer.region-mismatch"),
      );
    });

    it("refuses an agency that is not registered", async () => {
      const stranger = { ...world.agency, code: world.type.definingAuthority.code };
      const key = world.newKey();
      world.registry.addKey({ agency: stranger.code, region: ANHUI }, key.digest, key.multikey.bytes);
      expect(answers(await verify({ agency: stranger, key }))).to.deep.equal(
        notGenuine("issuer.agency-not-registered"),
      );
    });

    it("refuses a batch that its region disowned", async () => {
      const { issued: all, root, size } = world.anchor([world.issue(), world.issue()]);
      world.registry.disown(ANHUI, root, size);
      world.registry.advance(1);
      expect(answers(await world.verify(world.documentOf(all[0]!)))).to.deep.equal(notGenuine("anchor.root-disowned"));
    });

    it("refuses a small-order key, with which anyone can sign anything", async () => {
      const forged = world.issue();
      const { proof, ...unsigned } = forged.certificate;
      const options = { created: proof.created, verificationMethod: `${world.agency.did}#${smallOrderMultikey()}` };
      // R is the neutral element and s is 0.
      const certificate = attachProof(unsigned, options, Uint8Array.of(1, ...new Uint8Array(63)));
      expect((await world.verify({ ...world.documentOf(forged), certificate })).reason).to.equal(
        "integrity.key-refused",
      );
    });
  });

  describe("of a type that is not right", () => {
    it("refuses a type that was never published", async () => {
      const type = foodPermit(2);
      const unpublished = world.issueAnchored({ type });
      expect(answers(await world.verify(world.documentOf(unpublished, type)))).to.deep.equal(
        notGenuine("type.not-published"),
      );
      expect((await world.verify(world.codeOf(unpublished), { mirror: mirrorOf(unpublished) })).reason).to.equal(
        "type.not-published",
      );
    });

    it("refuses a definition of the issuer's own under a published version", async () => {
      const type = { ...foodPermit(), name: { zh: "酒类许可证", en: "Liquor licence" } };
      expect(answers(await world.verify(world.documentOf(world.issueAnchored({ type }), type)))).to.deep.equal(
        notGenuine("type.digest-mismatch"),
      );
    });

    it("refuses a signed field that the definition does not know, and names it", async () => {
      const report = await world.verify(
        world.documentOf(
          world.issueAnchored({
            face: { businessAddress: "a", onlineBusiness: true, manager: "b", remark: null, motto: "c" },
          }),
        ),
      );
      expect(answers(report)).to.deep.equal(notGenuine("type.fields-invalid"));
      expect(report.checks[1]).to.include({ detail: "/face/motto" });
    });
  });

  describe("that is a code", () => {
    const verify = (text: string) => world.verify(text, { mirror: mirrorOf(issued) });

    it("refuses every change of one digit", async () => {
      const text = world.codeOf(issued);
      const start = text.indexOf("#") + 1;
      for (let i = start; i < text.length; i += 7) {
        const changed = text.slice(0, i) + ((Number(text[i]) + 1) % 10) + text.slice(i + 1);
        expect((await verify(changed)).verdict, `digit ${i - start}`).to.equal("not-genuine");
      }
    });

    it("refuses a face field that was encoded again", async () => {
      const { claims, kid } = readToken(issued.token);
      const forged = withKid(
        signToken(world.crypto, { ...claims, face: ["他人餐饮有限公司", ...claims.face.slice(1)] }, world.newKey()),
        kid,
      );
      expect(answers(await verify(toDigits(forged)))).to.deep.equal(notGenuine("integrity.token-signature-wrong"));
    });

    it("tries every key that has the token's key id", async () => {
      const decoy = world.newKey().multikey.bytes;
      const own = world.agency.key.multikey.bytes;
      // A second key with the same eight bytes takes 2^64 tries, so the hash is made to collide.
      const sha256 = (...parts: readonly Uint8Array[]) => {
        const digest = world.crypto.sha256(...parts);
        return parts.length === 1 && equalBytes(parts[0]!, decoy)
          ? Uint8Array.of(...keyIdOf(world.crypto.sha256(own)), ...digest.slice(8))
          : digest;
      };
      const crypto = { ...world.crypto, sha256 };
      const snapshot = await world.registry.snapshot();
      const reasonWith = async (...keys: readonly Uint8Array[]) => {
        const registry = { snapshot: async () => ({ ...snapshot, findKeysById: async () => keys }) };
        const report = await world.verify(world.codeOf(issued), { registry, mirror: mirrorOf(issued), crypto });
        return report.reason ?? report.verdict;
      };
      expect(await reasonWith(decoy, Uint8Array.of(1, 2, 3), own)).to.equal("valid");
      expect(await reasonWith(own, decoy)).to.equal("valid");
      expect(await reasonWith(decoy)).to.equal("integrity.token-signature-wrong");
    });

    it("refuses an identifier that names another type than the code does", async () => {
      const otherType = { ...foodPermit(), typeCode: `${world.type.typeCode.slice(0, 18)}015` };
      const wrong = world.issueAnchored({
        identifier: world.issue({ type: otherType }).certificate.credentialSubject.certificateIdentifier,
      });
      expect((await world.verify(world.codeOf(wrong), { mirror: mirrorOf(wrong) })).reason).to.equal(
        "integrity.identifier-wrong",
      );
      expect((await world.verify(world.documentOf(wrong))).reason).to.equal("integrity.identifier-wrong");
    });
  });
});

/** Neither the standard's check character nor that of the A=11 variant. */
function wrongCheck(identifier: string): string {
  const body = identifier.slice(0, -1);
  const compact = identifier.split(".").slice(5, -1).join("");
  const right = [mod37Over36(compact), mod37Over36VariantA11(compact)];
  return body + ["2", "3", "4"].find((check) => !right.includes(check));
}

function flipLast(text: string): string {
  return text.slice(0, -1) + (text.endsWith("2") ? "3" : "2");
}

function flipBit(hash: string): string {
  return (Number.parseInt(hash[0]!, 16) ^ 1).toString(16) + hash.slice(1);
}

/** The same token under another key id. The protected header is 14 bytes in: tag, array, header string, map, alg, key 4, string head. */
function withKid(token: Uint8Array, kid: Uint8Array): Uint8Array {
  const own = readToken(token).kid;
  const copy = token.slice();
  const at = Buffer.from(copy).indexOf(Buffer.from(own));
  copy.set(kid, at);
  return copy;
}

/** The neutral element as a public key, for which careless libraries accept one signature under every message. */
function smallOrderMultikey(): string {
  const bytes = new Uint8Array(34);
  bytes.set([0xed, 0x01, 0x01]);
  return `z${toBase58(bytes)}`;
}
