// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from "node:crypto";
import { nodeCrypto } from "../../adapters/node-crypto/index.js";
import { fromBase64Url, toBase64Url } from "../../core/base64.js";
import type { UnsignedCertificate } from "../../core/certificate.js";
import { qrText, toDigits } from "../../core/digits.js";
import type { AnchoredEvidence, Evidence } from "../../core/evidence.js";
import { fromHex, toHex } from "../../core/hex.js";
import { formatCertificateIdentifier } from "../../core/identifiers/certificate-identifier.js";
import { encodeMultikey, keyDigest } from "../../core/multikey.js";
import { assembleToken, readToken, tokenSigningInput } from "../../core/token.js";
import type { Signer } from "../../domain/agencies/signer.js";
import type { LicenceDocument } from "../../domain/issuance/index.js";
import type { Report } from "../../verify/report.js";
import type { DemoAgency, FetchedLicence, foundAgencies } from "./anhui.js";
import { anchorLicences, type MadeLicence, makeLicence, withoutProof } from "./forger.js";
import { type Line, notGenuine, notInForce, standingUndecided, undecided, valid } from "./line.js";
import { attachmentsOf, changePrintedText, replaceAttachments } from "./pdf-surgery.js";
import type { Rehearsed, Stolen } from "./rehearsal.js";
import { ANHUI, SHANGHAI } from "./stage.js";

/** Shanghai's verification, by form of the document. */
export interface ShanghaiVerifier {
  json(document: object | string, at?: string): Promise<Report>;
  pdf(bytes: Uint8Array): Promise<Report>;
  code(text: string): Promise<Report>;
  /** With another node, or other settings, than Shanghai's own. */
  elsewhere(document: object, settings: Readonly<Record<string, string>>): Promise<Report>;
}

export interface OddUrls {
  readonly garbage: string;
  readonly otherChain: string;
  readonly lagging: string;
  readonly dead: string;
}

export interface Props {
  readonly rehearsed: Rehearsed;
  readonly pending: FetchedLicence;
  readonly stolen: Stolen;
  readonly agencies: Awaited<ReturnType<typeof foundAgencies>>;
  readonly shanghai: ShanghaiVerifier;
  readonly odd: OddUrls;
}

const HOST = "verify.tigertally.example";

/** Every line of the demo, in the order of its table. What a thief signs and anchors is made when a line is run. */
export function linesOf(props: Props): readonly Line[] {
  return [
    ...genuineLines(props),
    ...notInForceLines(props),
    ...alteredLines(props),
    ...forgedLines(props),
    ...paperLines(props),
    ...undecidedLines(props),
  ];
}

function genuineLines({ rehearsed, shanghai }: Props): Line[] {
  const { genuine } = rehearsed;
  const json = (step: string, licence: FetchedLicence, remark?: string): Line => ({
    step,
    expected: valid,
    ...(remark === undefined ? {} : { remark }),
    verify: () => shanghai.json(licence.document),
  });
  return [
    { step: "genuine PDF", expected: valid, verify: () => shanghai.pdf(genuine.pdf) },
    json("genuine JSON", genuine),
    { step: "genuine QR code", expected: valid, verify: () => shanghai.code(codeOf(genuine)) },
    json("released after suspension", rehearsed.released),
    json("key retired after anchoring", rehearsed.keyRetired, "issuer.key-retired-since"),
    json("key compromised after anchoring", rehearsed.keyStolenLater, "issuer.key-compromised-since"),
    json("agency suspended after anchoring", rehearsed.agencySuspended, "issuer.agency-suspended-since"),
    {
      step: "foreign hints in the evidence",
      expected: valid,
      remark: "anchor.foreign-hints",
      verify: () => shanghai.json(withEvidence(genuine.document, { anchors: [FOREIGN_HINT] })),
    },
  ];
}

const FOREIGN_HINT = {
  chainId: 1,
  registry: "0x00000000219ab540356cBB839Cbe05303d7705Fa",
  block: 7,
  time: "2020-01-01T00:00:00Z",
  tx: `0x${"ab".repeat(32)}`,
};

function notInForceLines({ rehearsed, shanghai }: Props): Line[] {
  return [
    {
      step: "suspended",
      expected: notInForce("suspended", "status.suspended"),
      verify: () => shanghai.json(rehearsed.suspended.document),
    },
    {
      step: "revoked",
      expected: notInForce("revoked", "status.revoked"),
      verify: () => shanghai.json(rehearsed.revoked.document),
    },
    {
      step: "not yet valid",
      expected: notInForce("not-yet-valid", "validity.not-yet-valid"),
      verify: () => shanghai.json(rehearsed.notYetValid.document),
    },
    {
      step: "expired (--at 2099-01-01)",
      expected: notInForce("expired", "validity.expired"),
      verify: () => shanghai.json(rehearsed.genuine.document, "2099-01-01T00:00:00Z"),
    },
  ];
}

/** What can be done to a genuine JSON document with a text editor. */
function alteredLines({ rehearsed, shanghai }: Props): Line[] {
  const { document } = rehearsed.genuine;
  const { evidence } = document as { evidence: AnchoredEvidence };
  const other = rehearsed.another.document;
  const edited = (step: string, reason: Report["reason"], pointer: string, value: unknown): Line => ({
    step,
    expected: notGenuine(reason),
    verify: () => shanghai.json(set(document, pointer, value)),
  });
  const proof = (step: string, change: Partial<AnchoredEvidence>): Line => ({
    step,
    expected: notGenuine("anchor.proof-mismatch"),
    verify: () => shanghai.json(withEvidence(document, change)),
  });
  const subject = "/certificate/credentialSubject";
  const position = document.certificate.credentialStatus[0].statusListIndex === "7" ? "8" : "7";
  const signatureWrong = "integrity.signature-wrong";
  const text = JSON.stringify(document);
  return [
    edited("field changed", signatureWrong, `${subject}/face/premises`, "安徽省合肥市样例区别处1号"),
    edited("holder changed", signatureWrong, `${subject}/certificateHolder/0/certificateHolder`, "另一家样例小吃店"),
    edited("[] added", signatureWrong, `${subject}/face/extra`, []),
    edited("{} added", signatureWrong, `${subject}/face/extra`, {}),
    edited(
      `true → "true"`,
      signatureWrong,
      `${subject}/face/onlineOperation`,
      String(document.certificate.credentialSubject.face.onlineOperation),
    ),
    edited(`null → "null"`, signatureWrong, `${subject}/face/warehouseAddress`, "null"),
    edited("validUntil extended", signatureWrong, "/certificate/validUntil", "2039-12-31T23:59:59+08:00"),
    {
      step: "status index changed",
      expected: notGenuine(signatureWrong),
      verify: () =>
        shanghai.json(
          set(
            set(document, "/certificate/credentialStatus/0/statusListIndex", position),
            "/certificate/credentialStatus/1/statusListIndex",
            position,
          ),
        ),
    },
    edited(
      "signature bit",
      signatureWrong,
      "/certificate/proof/proofValue",
      flipLastCharacter(document.certificate.proof.proofValue),
    ),
    edited(
      "another agency's verification method",
      "issuer.method-mismatch",
      "/certificate/proof/verificationMethod",
      rehearsed.keyRetired.document.certificate.proof.verificationMethod,
    ),
    proof("path bit", { path: evidence.path.map((hash, i) => (i === 1 ? flipBit(hash) : hash)) }),
    proof("index", { index: evidence.index === 0 ? 1 : evidence.index - 1 }),
    proof("shortened path, an inner node as leaf", innerNodeAsLeaf(evidence)),
    {
      step: "token of another certificate",
      expected: notGenuine("integrity.token-mismatch"),
      verify: () => shanghai.json(withEvidence(document, { token: other.evidence.token })),
    },
    proof("size changed so that the path does not fit", { batch: { ...evidence.batch, size: evidence.index + 1 } }),
    {
      step: "duplicate JSON key",
      expected: notGenuine("format.malformed"),
      verify: () => shanghai.json(text.replace('"validFrom":', '"validFrom":"2020-01-01T00:00:00+08:00","validFrom":')),
    },
  ];
}

/** What can be done with stolen or invented keys and accounts. */
function forgedLines({ rehearsed, shanghai, stolen, agencies }: Props): Line[] {
  const { document } = rehearsed.genuine;
  return [
    {
      step: "attacker's own key",
      expected: notGenuine("issuer.key-not-registered"),
      verify: async () => {
        const made = await makeLicence(withoutProof(document.certificate), document.type, { signer: ownKey() });
        const [anchored] = await anchorLicences([made], ANHUI, stolen.anchoringFor(ANHUI));
        return shanghai.json(documentOf(anchored!));
      },
    },
    {
      step: "key compromised before anchoring",
      expected: notGenuine("issuer.key-compromised"),
      verify: () => shanghai.json(rehearsed.keyStolenBefore.document),
    },
    {
      step: "agency not authorised for the type",
      expected: notGenuine("issuer.type-not-authorised"),
      verify: async () => {
        const signer = await stolen.signerOf(agencies.unauthorised);
        const made = await makeLicence(issuedBy(document, agencies.unauthorised), document.type, { signer });
        const [anchored] = await anchorLicences([made], ANHUI, stolen.anchoringFor(ANHUI));
        return shanghai.json(documentOf(anchored!));
      },
    },
    {
      step: "certificate and token that disagree",
      expected: notGenuine("integrity.token-mismatch"),
      verify: async () => {
        const signer = await stolen.signerOf(agencies.main);
        const made = await makeLicence(withoutProof(document.certificate), document.type, {
          signer,
          changeClaims: (claims) => ({ ...claims, face: ["另一家店", ...claims.face.slice(1)] }),
        });
        const [anchored] = await anchorLicences([made], ANHUI, stolen.anchoringFor(ANHUI));
        return shanghai.json(documentOf(anchored!));
      },
    },
  ];
}

/** What can be done to a PDF and to a printed code. */
function paperLines({ rehearsed, shanghai }: Props): Line[] {
  const { genuine, another } = rehearsed;
  const theirs = attachmentsOf(another.pdf);
  return [
    {
      step: "certificate.json swapped between two PDFs",
      expected: notGenuine("integrity.token-mismatch"),
      verify: () => shanghai.pdf(replaceAttachments(genuine.pdf, { "certificate.json": theirs["certificate.json"]! })),
    },
    {
      step: "all three attachments swapped",
      expected: notGenuine("content.differs"),
      verify: () => shanghai.pdf(replaceAttachments(genuine.pdf, theirs)),
    },
    {
      step: "printed text changed, attachments kept",
      expected: notGenuine("content.differs"),
      verify: () => shanghai.pdf(changePrintedText(genuine.pdf)),
    },
    {
      step: "bytes appended to a PDF",
      expected: notGenuine("format.pdf-refused"),
      verify: () => shanghai.pdf(concat(genuine.pdf, new TextEncoder().encode("\n%%EOF\n"))),
    },
    {
      step: "one QR digit",
      expected: notGenuine("integrity.token-signature-wrong"),
      verify: () => shanghai.code(changeDigit(codeOf(genuine))),
    },
    {
      step: "face field re-encoded in the QR",
      expected: notGenuine("integrity.token-signature-wrong"),
      verify: () => shanghai.code(reencodedFace(genuine)),
    },
  ];
}

/** What nobody here can know, so nobody says. */
function undecidedLines({ rehearsed, pending, shanghai, stolen, agencies, odd }: Props): Line[] {
  const { document } = rehearsed.genuine;
  const { evidence } = document as { evidence: AnchoredEvidence };
  const sign = async (): Promise<MadeLicence> => {
    const signer = await stolen.signerOf(agencies.main);
    return makeLicence({ ...withoutProof(document.certificate), ...freshNonce(document) }, document.type, { signer });
  };
  const first = rehearsed.genuine;
  const wholeBatch = { ...evidence, batch: { ...evidence.batch, size: evidence.batch.size + 1 } };
  return [
    {
      step: "root invented with a consistent path",
      expected: undecided("anchor.root-not-recorded"),
      verify: async () =>
        shanghai.json(documentOf((await anchorLicences([await sign(), await sign()], ANHUI, null))[0]!)),
    },
    {
      step: "size changed so that the path still fits",
      expected: undecided("anchor.root-not-recorded"),
      verify: () => shanghai.json({ ...first.document, evidence: wholeBatch }),
    },
    {
      step: "anchored by another region",
      expected: undecided("anchor.root-not-recorded"),
      verify: async () => {
        const [anchored] = await anchorLicences([await sign()], SHANGHAI, stolen.anchoringFor(SHANGHAI));
        return shanghai.json(documentOf(anchored!));
      },
    },
    {
      step: "token not in the mirror",
      expected: undecided("anchor.not-in-mirror"),
      verify: async () => {
        const [anchored] = await anchorLicences([await sign()], ANHUI, stolen.anchoringFor(ANHUI));
        return shanghai.code(qrText(HOST, anchored!.token));
      },
    },
    {
      step: "still pending",
      expected: undecided("anchor.pending"),
      verify: () => shanghai.json(pending.document),
    },
    {
      step: "format of a later version",
      expected: undecided("format.version-unsupported"),
      verify: () => shanghai.json({ ...document, formatVersion: 2 }),
    },
    {
      step: "key not yet seen by a node that lags",
      expected: undecided("registry.behind"),
      verify: () => shanghai.elsewhere(rehearsed.late.document, { TALLY_CHAIN_URLS: odd.lagging }),
    },
    {
      step: "chain unreachable",
      expected: undecided("registry.unreachable"),
      verify: () => shanghai.elsewhere(document, { TALLY_CHAIN_URLS: odd.dead }),
    },
    {
      step: "chain with another id",
      expected: undecided("registry.wrong-chain"),
      verify: () => shanghai.elsewhere(document, { TALLY_CHAIN_URLS: odd.otherChain }),
    },
    {
      step: "node that returns garbage",
      expected: undecided("registry.garbage"),
      verify: () => shanghai.elsewhere(document, { TALLY_CHAIN_URLS: odd.garbage }),
    },
    {
      step: "head too old (maxHeadAge 1 s)",
      expected: standingUndecided("registry.stale"),
      verify: () => shanghai.elsewhere(document, { TALLY_MAX_HEAD_AGE: "1" }),
    },
  ];
}

function codeOf({ document }: FetchedLicence): string {
  return qrText(HOST, fromBase64Url(document.evidence.token));
}

function withEvidence(document: LicenceDocument, change: Partial<AnchoredEvidence>): object {
  return { ...document, evidence: { ...document.evidence, ...change } as Evidence };
}

function documentOf({ certificate, evidence, type }: MadeLicence): object {
  return { format: "tigertally-licence", formatVersion: 1, certificate, evidence, type };
}

/** A copy with one value set, by JSON pointer. */
function set(document: object, pointer: string, value: unknown): object {
  const copy = structuredClone(document) as Record<string, unknown>;
  const steps = pointer.split("/").slice(1);
  const last = steps.pop()!;
  let place = copy;
  for (const step of steps) place = place[step] as Record<string, unknown>;
  place[last] = value;
  return copy;
}

function flipBit(hex: string): string {
  const bytes = fromHex(hex);
  bytes[0]! ^= 1;
  return toHex(bytes);
}

/** Of the same alphabet and length, so that the text still decodes. */
function flipLastCharacter(text: string): string {
  return text.slice(0, -1) + (text.endsWith("2") ? "3" : "2");
}

/** Leaves out the lowest step and halves position and size, as if the node above the leaf were one. */
function innerNodeAsLeaf({ batch, index, path }: AnchoredEvidence): Partial<AnchoredEvidence> {
  return { path: path.slice(1), index: index >> 1, batch: { ...batch, size: Math.ceil(batch.size / 2) } };
}

function changeDigit(text: string): string {
  const place = text.length - 40;
  return text.slice(0, place) + ((Number(text[place]) + 1) % 10) + text.slice(place + 1);
}

/** The code with another name in it, under the old signature. */
function reencodedFace({ document }: FetchedLicence): string {
  const { claims, kid, signature } = readToken(fromBase64Url(document.evidence.token));
  const parts = tokenSigningInput({ ...claims, face: ["另一家店", ...claims.face.slice(1)] }, kid);
  return toDigits(assembleToken(parts, signature));
}

function ownKey(): Signer {
  const seed = nodeCrypto.randomBytes(32);
  const { text, bytes } = encodeMultikey(nodeCrypto.publicKey(seed));
  const digest = toHex(keyDigest(nodeCrypto, bytes));
  return { keyDigest: digest, multikey: text, sign: (message) => nodeCrypto.sign(seed, message) };
}

/** The same content, as if that agency had issued it. */
function issuedBy({ certificate }: LicenceDocument, { code }: DemoAgency): UnsignedCertificate {
  const unsigned = withoutProof(certificate);
  const { certificateIdentifier, certificateTypeCode, issueDeptCode } = unsigned.credentialSubject;
  const [serial, version] = certificateIdentifier.split(".").slice(-3);
  return {
    ...unsigned,
    issuer: unsigned.issuer.replace(issueDeptCode, code),
    credentialSubject: {
      ...unsigned.credentialSubject,
      issueDeptCode: code,
      certificateIdentifier: formatCertificateIdentifier({
        typeCode: certificateTypeCode,
        agencyCode: code,
        serial: serial!,
        version: Number(version),
      }),
    },
  };
}

function concat(one: Uint8Array, other: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.concat([one, other]));
}

function freshNonce({ certificate }: LicenceDocument): Pick<UnsignedCertificate, "credentialSubject"> {
  return { credentialSubject: { ...certificate.credentialSubject, nonce: toBase64Url(randomBytes(16)) } };
}
