// SPDX-License-Identifier: Apache-2.0
import { nodeCrypto as crypto } from "../../src/adapters/node-crypto/index.js";
import { utf8 } from "../../src/core/bytes.js";
import { canonicalize } from "../../src/core/canonical-json.js";
import { certificateDigest } from "../../src/core/certificate-reader.js";
import { toDigits } from "../../src/core/digits.js";
import { auditHeadDigest, auditHeadEntry, licenceEntry } from "../../src/core/entry.js";
import { evidenceFor, pendingEvidence } from "../../src/core/evidence-reader.js";
import { toHex } from "../../src/core/hex.js";
import { parseCertificateIdentifier } from "../../src/core/identifiers/certificate-identifier.js";
import { packIdentifier } from "../../src/core/identifiers/packed-identifier.js";
import { buildTree, leafHash } from "../../src/core/merkle.js";
import { readToken } from "../../src/core/token.js";
import { claimsFor } from "../../src/core/token-claims.js";
import { typeDigest } from "../../src/core/type-reader.js";
import { CHAIN_START, eventHash, eventText, type RecordedEvent } from "../../src/domain/audit/index.js";
import { SAMPLE_PHOTO } from "../../src/render/sample/sample-photo.js";
import { bundleVectors } from "../verify/bundle/bundle-vectors.js";
import { copyVectors } from "./copy/copy-vectors.js";
import { photoText, SAMPLE_PICTURE, withSegment } from "./photo/pictures.js";
import {
  AGENCY,
  type Alteration,
  changed,
  IDENTIFIER,
  KID,
  MULTIKEY,
  mint,
  PHOTO_TYPE,
  PUBLIC_KEY,
  SAMPLE_CERTIFICATE,
  SAMPLE_CLAIMS,
  SAMPLE_DIGEST,
  SAMPLE_TOKEN,
  SAMPLE_TYPE,
  SAMPLE_UNSIGNED,
  SEED,
  sign,
} from "./sample.js";
import { signatureVectors } from "./signature-vectors.js";

/** Our own vectors by path; a test compares them with the files, so a format cannot change unseen. */
export function tigertallyVectors(): ReadonlyMap<string, object> {
  return new Map<string, object>([
    ...certificateVectors(),
    ...tokenVectors(),
    ...copyVectors(),
    ...entryVectors(),
    ...evidenceVectors(),
    ...typeVectors(),
    ...identifierVectors(),
    ...documentVectors(),
    ...signatureVectors(SEED),
    ...bundleVectors(toHex(TREE.root), TREE.size),
    ["key/key.json", keyVector()],
  ]);
}

function keyVector(): object {
  return {
    seed: toHex(SEED),
    publicKey: toHex(PUBLIC_KEY),
    multikeyBytes: toHex(MULTIKEY.bytes),
    multikey: MULTIKEY.text,
    keyDigest: toHex(crypto.sha256(MULTIKEY.bytes)),
    kid: toHex(KID),
  };
}

function* certificateVectors(): Generator<[string, object]> {
  const longTerm = sign(changed(SAMPLE_UNSIGNED, (c) => delete c.validUntil));
  const withPhoto = sign(changed(SAMPLE_UNSIGNED, (c) => (c.credentialSubject.face.photo = SAMPLE_PHOTO)));
  const valid = { "food-permit": SAMPLE_CERTIFICATE, "long-term": longTerm, "with-photo": withPhoto };
  for (const [name, certificate] of Object.entries(valid))
    yield [
      `certificate/valid/${name}.json`,
      {
        publicKey: toHex(PUBLIC_KEY),
        certificate,
        canonical: canonicalize(certificate),
        certificateDigest: toHex(certificateDigest(crypto, certificate)),
      },
    ];
  const text = canonicalize(SAMPLE_CERTIFICATE);
  // A mutation that changes nothing would be a vector that says nothing.
  for (const [name, [code, broken]] of Object.entries({
    "duplicate-key": [
      "json.duplicate-key",
      text.replace('"issuer":', '"validFrom":"2026-03-01T00:00:00+08:00","issuer":'),
    ],
    "lone-surrogate": ["json.lone-surrogate", text.replace("示例市示范局", "\\ud83d")],
    "number-overflow": ["json.number-unsafe", text.replace('"statusListNumber":0', '"statusListNumber":1e400')],
    "minus-zero": ["json.number-unsafe", text.replace('"statusListNumber":0', '"statusListNumber":-0')],
    "number-underflow": ["json.number-unsafe", text.replace('"statusListNumber":0', '"statusListNumber":1e-400')],
    "integer-too-large": ["json.number-unsafe", text.replace('"note":null', '"note":9007199254740993.0')],
    "too-deep": ["json.too-deep", text.replace('"note":null', `"note":${"[".repeat(10_000)}${"]".repeat(10_000)}`)],
    "trailing-text": ["json.malformed", `${text} {}`],
    "later-context": ["format.version-unsupported", text.replaceAll("contexts/licence/v1", "contexts/licence/v2")],
    "later-cryptosuite": ["format.algorithm-unsupported", text.replace("eddsa-jcs-2022", "mldsa44-jcs-2026")],
    "unknown-member": ["format.malformed", text.replace('"issuer":', '"extra":[],"issuer":')],
    "date-that-does-not-exist": ["format.malformed", text.replace("2031-02-28T", "2031-02-30T")],
    "ends-before-it-starts": ["format.malformed", text.replace("2031-02-28T", "2026-02-28T")],
    "bidi-override": ["format.malformed", text.replace("示例市喆堃", "示例市\\u202e喆堃")],
    "not-normalised": ["format.malformed", text.replace("示例市喆堃", "示例市e\u0301")],
    "variation-selector": ["format.malformed", text.replace("示例市喆堃", "示例市喆\ufe00堃")],
    "nonce-unused-bits": ["format.malformed", text.replace("EBESExQVFhcYGRobHB0eHw", "EBESExQVFhcYGRobHB0eHx")],
    "ends-at-noon": ["format.malformed", text.replace("2031-02-28T23:59:59", "2031-02-28T12:00:00")],
    "key-of-another-kind": ["format.algorithm-unsupported", text.replace(MULTIKEY.text, ANOTHER_KIND)],
    "agency-check-character": [
      "format.malformed",
      text.replace(`"issueDeptCode":"${AGENCY}"`, `"issueDeptCode":"${AGENCY.slice(0, -1)}X"`),
    ],
    "photo-with-comment": [
      "format.malformed",
      text.replace('"note":null', `"note":"${photoText(withSegment(SAMPLE_PICTURE, 0xfe, "hidden"))}"`),
    ],
    "photo-with-unused-table": [
      "format.malformed",
      text.replace(
        '"note":null',
        `"note":"${photoText(withSegment(SAMPLE_PICTURE, 0xdb, `\x03${"hidden, ".repeat(8)}`))}"`,
      ),
    ],
    "photo-in-a-list": ["format.malformed", text.replace('"热食类食品制售"', `"${SAMPLE_PHOTO}"`)],
    "status-entries-disagree": [
      "format.malformed",
      text.replace('"statusListIndex":"94567"', '"statusListIndex":"94568"'),
    ],
  } satisfies Record<string, [string, string]>))
    yield [`certificate/malformed/${name}.json`, { code, text: distinct(broken, text) }];
  for (const [name, alter] of Object.entries({
    "field-changed": (c) => (c.credentialSubject.certificateNumber = "JY13499010000029"),
    "empty-list-added": (c) => (c.credentialSubject.face.extra = []),
    "empty-object-added": (c) => (c.credentialSubject.face.extra = {}),
    "true-to-text": (c) => (c.credentialSubject.face.online = "true"),
    "null-to-text": (c) => (c.credentialSubject.face.note = "null"),
    "valid-until-removed": (c) => delete c.validUntil,
    "status-index-changed": (c) => {
      for (const entry of c.credentialStatus) entry.statusListIndex = "94568";
    },
    "created-moved": (c) => (c.proof.created = "2026-02-01T00:00:00Z"),
    "signature-of-another": (c) => (c.proof.proofValue = longTerm.proof.proofValue),
  } satisfies Record<string, Alteration>))
    yield [
      `certificate/forged/${name}.json`,
      { publicKey: toHex(PUBLIC_KEY), certificate: changed(SAMPLE_CERTIFICATE, alter) },
    ];
}

const ANOTHER_KIND = "z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc"; // X25519, of the did:key specification
const A11 = "1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.4";
const FOREIGN = "1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9";

function* tokenVectors(): Generator<[string, object]> {
  const foreign = sign(changed(SAMPLE_UNSIGNED, (c) => (c.credentialSubject.certificateIdentifier = FOREIGN)));
  const foreignClaims = claimsFor(foreign, SAMPLE_TYPE, certificateDigest(crypto, foreign));
  for (const [name, token] of Object.entries({
    "food-permit": SAMPLE_TOKEN,
    "long-term": mint({ ...SAMPLE_CLAIMS, expires: null, truncated: 0 }),
    "foreign-identifier": mint(foreignClaims),
  })) {
    const { claims, kid, toBeSigned, signature } = readToken(token);
    yield [
      `token/valid/${name}.json`,
      {
        publicKey: toHex(PUBLIC_KEY),
        token: toHex(token),
        digits: toDigits(token),
        kid: toHex(kid),
        claims: { ...claims, certificateDigest: toHex(claims.certificateDigest) },
        packedIdentifier: packedHex(claims.certificateIdentifier),
        toBeSigned: toHex(toBeSigned),
        signature: toHex(signature),
        tokenDigest: toHex(crypto.sha256(token)),
      },
    ];
  }
  const hex = toHex(SAMPLE_TOKEN);
  for (const [name, [code, broken]] of Object.entries({
    "later-version": ["format.version-unsupported", hex.replace("2001210122", "2002210122")],
    "later-kind": ["format.version-unsupported", hex.replace("2001210122", "2001210722")],
    "another-algorithm": ["format.algorithm-unsupported", hex.replace("a20127", "a20126")],
    truncated: ["format.malformed", hex.slice(0, -2)],
    "trailing-byte": ["format.malformed", `${hex}00`],
    "longer-head": ["format.malformed", hex.replace(/^d284/, "d29804")],
    "keys-out-of-order": ["format.malformed", hex.replace("041a730a63ff051a69a31100", "051a69a31100041a730a63ff")],
    "key-twice": ["format.malformed", hex.replace("061a69a39e58", "051a69a39e58")],
    "unknown-claim": ["format.malformed", hex.replace(/2704(?=5840)/, "2a04")],
    "truncated-without-cut": ["format.malformed", hex.replace(/2704(?=5840)/, "2700")],
    "identifier-leading-zero": ["format.malformed", hex.replace("58cc", "58cd").replace("225829", "22582a00")],
    "unprotected-header": ["format.malformed", hex.replace("a058", "a1040058")],
    "another-tag": ["format.malformed", hex.replace(/^d2/, "d1")],
  } satisfies Record<string, [string, string]>))
    yield [`token/malformed/${name}.json`, { code, token: distinct(broken, hex) }];
  const anotherNumber = hex.replace(toHex(utf8("JY13499010000011")), toHex(utf8("JY13499010000029")));
  yield ["token/forged/face-changed.json", { publicKey: toHex(PUBLIC_KEY), token: distinct(anotherNumber, hex) }];
  yield [
    "token/forged/signature-of-another-key.json",
    { publicKey: toHex(PUBLIC_KEY), token: toHex(mint(SAMPLE_CLAIMS, new Uint8Array(32).fill(1))) },
  ];
  for (const [name, digits] of Object.entries({
    "leading-zero": `0${toDigits(SAMPLE_TOKEN)}`,
    truncated: toDigits(SAMPLE_TOKEN).slice(0, -1),
    "not-a-number": "12a4",
    "too-many": "1".repeat(4_001),
  }))
    yield [`token/malformed-digits/${name}.json`, { code: "format.malformed", digits }];
}

const ENTRIES = [0, 1, 2, 3, 4].map((i) =>
  i === 3
    ? licenceEntry(SAMPLE_DIGEST, crypto.sha256(SAMPLE_TOKEN))
    : licenceEntry(crypto.sha256(utf8(`certificate ${i}`)), crypto.sha256(utf8(`token ${i}`))),
);
const TREE = buildTree(
  crypto,
  ENTRIES.map((entry) => leafHash(crypto, entry)),
);

/** What stands beside is what the identifier says, and by which rule its check character is right. */
function* identifierVectors(): Generator<[string, object]> {
  for (const [name, identifier] of Object.entries({
    strict: IDENTIFIER,
    "region-for-agency": FOREIGN,
    "check-a11": A11,
  }))
    yield [`identifier/valid/${name}.json`, { ...parseCertificateIdentifier(identifier, "lenient") }];
  for (const [name, identifier] of Object.entries({
    "check-character": FOREIGN.replace(/9$/, "5"),
    "lower-case": IDENTIFIER.replace("7K2Q", "7k2q"),
    "another-root": IDENTIFIER.replace("1.2.156.3005.2.", "1.2.156.3005.3."),
  }))
    yield [`identifier/malformed/${name}.json`, { code: "format.malformed", identifier }];
}

/** Whole documents: all three parts, and what they contradict each other in. */
function* documentVectors(): Generator<[string, object]> {
  const [, anchored] = [...evidenceVectors()][0] as [string, { evidence: object }];
  const document = {
    format: "tigertally-licence",
    formatVersion: 1,
    certificate: SAMPLE_CERTIFICATE,
    evidence: anchored.evidence,
    type: SAMPLE_TYPE,
  };
  yield ["document/valid/food-permit.json", { document }];
  const longTerm = sign(changed(SAMPLE_UNSIGNED, (c) => delete c.validUntil));
  const anotherFace = mint({ ...SAMPLE_CLAIMS, face: ["另一家公司", ...SAMPLE_CLAIMS.face.slice(1)] });
  for (const [name, [reason, alter]] of Object.entries({
    "token-of-another": ["integrity.token-mismatch", (d) => (d.certificate = longTerm)],
    "token-face": ["integrity.token-mismatch", (d) => (d.evidence.token = evidenceFor(anotherFace).token)],
    "type-changed": ["type.digest-mismatch", (d) => (d.type.name.en = "Another permit")],
    "path-to-another-root": ["anchor.proof-mismatch", (d) => (d.evidence.index = 2)],
  } satisfies Record<string, [string, Alteration]>))
    yield [`document/contradicting/${name}.json`, { reason, document: changed(document, alter) }];
}

/** Events with everything that an event can have, and with as little as possible. */
const AUDIT_EVENTS: readonly RecordedEvent[] = [
  {
    ...{ sequence: 1, time: 1_772_323_200_000, action: "certificate-issued", object: IDENTIFIER },
    actor: { kind: "token", id: "t1", role: "issuer" },
    ...{ digestAfter: SAMPLE_DIGEST, requestId: "r1", result: "done" },
  },
  {
    ...{ sequence: 2, time: 1_772_323_260_000, action: "certificate-read", object: IDENTIFIER },
    actor: { kind: "token", id: "t2", role: "reader" },
    ...{ purpose: "监督检查", matter: "m", requestId: "r2", result: "refused" },
    detail: { code: "request.forbidden", count: 0, whole: true, other: null },
  },
];
const AUDIT_HASHES: readonly Uint8Array[] = chained(AUDIT_EVENTS);

function chained(events: readonly RecordedEvent[]): readonly Uint8Array[] {
  let hash: Uint8Array = CHAIN_START;
  return events.map((event) => {
    hash = eventHash(hash, event);
    return hash;
  });
}

function* entryVectors(): Generator<[string, object]> {
  yield [
    "entry/valid/batch-of-five.json",
    {
      size: TREE.size,
      root: toHex(TREE.root),
      entries: ENTRIES.map((entry, index) => ({
        index,
        entry: toHex(entry),
        leafHash: toHex(leafHash(crypto, entry)),
        path: TREE.path(index).map(toHex),
      })),
    },
  ];
  const head = { region: "349900", sequence: AUDIT_EVENTS.length, hash: AUDIT_HASHES.at(-1)! };
  const headDigest = auditHeadDigest(crypto, head);
  const entry = auditHeadEntry(headDigest);
  const leaf = leafHash(crypto, entry);
  yield [
    "entry/valid/audit-head.json",
    {
      region: head.region,
      events: AUDIT_EVENTS.map((event, i) => ({ event: JSON.parse(eventText(event)), hash: toHex(AUDIT_HASHES[i]!) })),
      headDigest: toHex(headDigest),
      size: 1,
      root: toHex(leaf),
      entries: [{ index: 0, entry: toHex(entry), leafHash: toHex(leaf), path: [] }],
    },
  ];
  const proof = { entry: toHex(ENTRIES[3]!), index: 3, size: 5, path: TREE.path(3).map(toHex), root: toHex(TREE.root) };
  for (const [name, wrong] of Object.entries({
    "index-changed": { ...proof, index: 2 },
    "index-outside": { ...proof, index: 5 },
    "size-too-small": { ...proof, size: 4 },
    "path-too-short": { ...proof, path: proof.path.slice(1) },
    "path-too-long": { ...proof, path: [...proof.path, proof.root] },
    "path-bit": {
      ...proof,
      path: [proof.path[0]!.replace(/^./, (digit) => (digit === "0" ? "1" : "0")), ...proof.path.slice(1)],
    },
    "halves-swapped": { ...proof, entry: `01${proof.entry.slice(66)}${proof.entry.slice(2, 66)}` },
    "another-kind": { ...proof, entry: `04${proof.entry.slice(2)}` },
  }))
    yield [`entry/refused/${name}.json`, wrong];
}

function* evidenceVectors(): Generator<[string, object]> {
  const anchored = evidenceFor(SAMPLE_TOKEN, {
    batch: { region: "349900", root: toHex(TREE.root), size: TREE.size },
    index: 3,
    path: TREE.path(3),
    anchors: [
      {
        chainId: 31337,
        registry: "0x5FbDB2315678afecb367f032d93F642f64180aa3",
        block: 17,
        time: "2026-03-01T02:04:00Z",
        tx: `0x${toHex(crypto.sha256(utf8("transaction")))}`,
      },
    ],
  });
  yield ["evidence/valid/anchored.json", { certificateDigest: toHex(SAMPLE_DIGEST), evidence: anchored }];
  yield [
    "evidence/valid/pending.json",
    { certificateDigest: toHex(SAMPLE_DIGEST), evidence: pendingEvidence(SAMPLE_TOKEN) },
  ];
  for (const [name, [code, alter]] of Object.entries({
    "later-version": ["format.version-unsupported", (e) => (e.version = 2)],
    "root-with-0x": ["format.malformed", (e) => (e.batch.root = `0x${e.batch.root}`)],
    "size-too-large": ["format.malformed", (e) => (e.batch.size = 2 ** 20 + 1)],
    "path-of-21": ["format.malformed", (e) => (e.path = Array(21).fill(e.path[0]))],
    "unknown-member": ["format.malformed", (e) => (e.extra = {})],
    "token-with-padding": ["format.malformed", (e) => (e.token = `${e.token}=`)],
    "index-without-batch": ["format.malformed", (e) => delete e.batch],
  } satisfies Record<string, [string, Alteration]>))
    yield [`evidence/malformed/${name}.json`, { code, evidence: changed(anchored, alter) }];
}

function* typeVectors(): Generator<[string, object]> {
  for (const [name, type] of Object.entries({ "sample-permit": SAMPLE_TYPE, "with-photo": PHOTO_TYPE }))
    yield [`type/valid/${name}.json`, { type, typeDigest: toHex(typeDigest(crypto, type)) }];
  for (const [name, [code, alter]] of Object.entries({
    "later-format": ["format.version-unsupported", (t) => (t.formatVersion = 2)],
    "open-schema": ["type.invalid", (t) => (t.fields.schema.additionalProperties = true)],
    "endless-pattern": ["type.invalid", (t) => (t.number.pattern = "([0-9]+)+x")],
    "label-missing": ["type.invalid", (t) => t.fields.labels.pop()],
    "budget-too-large": ["type.invalid", (t) => (t.qr.face[0].maxBytes = 200)],
    "pointer-to-nowhere": ["type.invalid", (t) => (t.qr.face[0].pointer = "/face/nothing")],
    "photo-without-box": [
      "type.invalid",
      (t) => (t.fields.schema.properties.note = { type: "string", format: "photo" }),
    ],
  } satisfies Record<string, [string, Alteration]>))
    yield [`type/invalid/${name}.json`, { code, type: changed(SAMPLE_TYPE, alter) }];
}

function packedHex(identifier: string): string | null {
  const packed = packIdentifier(identifier);
  return packed && toHex(packed);
}

function distinct(broken: string, original: string): string {
  if (broken === original) throw new Error("a mutation found nothing to change");
  return broken;
}
