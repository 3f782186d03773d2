// SPDX-License-Identifier: Apache-2.0
import { nodeCrypto } from "../../src/adapters/node-crypto/index.js";
import { endOfDayShanghai, formatUtcInstant, startOfDayShanghai } from "../../src/core/calendar.js";
import { canonicalBytes } from "../../src/core/canonical-json.js";
import {
  type Certificate,
  type FaceValue,
  LICENCE_CONTEXT,
  type UnsignedCertificate,
  VC_CONTEXT,
} from "../../src/core/certificate.js";
import { certificateDigest, schemaId } from "../../src/core/certificate-reader.js";
import type { Crypto } from "../../src/core/crypto.js";
import { attachProof, certificateSigningInput } from "../../src/core/data-integrity.js";
import { qrText } from "../../src/core/digits.js";
import { licenceEntry } from "../../src/core/entry.js";
import type { AnchorHint, Evidence } from "../../src/core/evidence.js";
import { evidenceFor, pendingEvidence } from "../../src/core/evidence-reader.js";
import { toHex } from "../../src/core/hex.js";
import { formatCertificateIdentifier, generateSerial } from "../../src/core/identifiers/certificate-identifier.js";
import { generateUscc } from "../../src/core/identifiers/uscc.js";
import { buildTree, leafHash } from "../../src/core/merkle.js";
import { encodeMultikey, keyDigest, keyIdOf } from "../../src/core/multikey.js";
import { assembleToken, type TokenClaims, tokenSigningInput } from "../../src/core/token.js";
import { claimsFor } from "../../src/core/token-claims.js";
import type { TypeDefinition } from "../../src/core/type-definition.js";
import { digestSri, typeDigest } from "../../src/core/type-reader.js";
import {
  type LeafProof,
  type ProofSource,
  type Report,
  type Trust,
  type VerifyOptions,
  verifyCertificate,
} from "../../src/verify/index.js";
import { MemoryRegistry } from "./memory-registry.js";

export const ANHUI = "340000";
export const SHANGHAI = "310000";
export const NATIONAL = "100000";
const START = Date.UTC(2026, 2, 2, 1) / 1000;
const DAY = 86_400;

export interface TestKey {
  readonly seed: Uint8Array;
  readonly multikey: ReturnType<typeof encodeMultikey>;
  readonly digest: string;
}

export interface TestAgency {
  readonly code: string;
  readonly region: string;
  readonly did: string;
  readonly name: string;
  readonly key: TestKey;
}

export interface Issued {
  readonly certificate: Certificate;
  readonly token: Uint8Array;
  readonly evidence: Evidence;
  readonly statusIndex: number;
  readonly leaf: Uint8Array;
}

export interface IssueOptions {
  readonly agency?: TestAgency;
  readonly key?: TestKey;
  readonly type?: TypeDefinition;
  readonly face?: Readonly<Record<string, FaceValue>>;
  readonly holder?: string;
  readonly issueDate?: string;
  readonly validFrom?: string;
  /** Null: long-term. */
  readonly validUntil?: string | null;
  /** Replaces the identifier that would be made. */
  readonly identifier?: string;
  /** Changes the token's claims before they are signed. */
  readonly claims?: (claims: TokenClaims) => TokenClaims;
  readonly unsigned?: (certificate: UnsignedCertificate) => UnsignedCertificate;
}

/** A province with an agency, a type and a registry that knows them, in memory; everything a verifier can meet can be made of it. */
export function makeWorld({ crypto = nodeCrypto }: { readonly crypto?: Crypto } = {}) {
  const registry = new MemoryRegistry(START);
  for (const region of [NATIONAL, ANHUI, SHANGHAI]) registry.addRegion(region);
  const type = foodPermit();
  let statusIndex = 70_000;

  const newKey = (): TestKey => {
    const seed = crypto.randomBytes(32);
    const multikey = encodeMultikey(crypto.publicKey(seed));
    return { seed, multikey, digest: toHex(keyDigest(crypto, multikey.bytes)) };
  };
  const register = (agency: TestAgency, key: TestKey = agency.key) =>
    registry.addKey({ agency: agency.code, region: agency.region }, key.digest, key.multikey.bytes);
  const newAgency = (region: string, body: string, name: string): TestAgency => {
    const code = generateUscc({ department: "1", category: "1", region, body });
    const agency = { code, region, did: `did:web:licences.example%3A3000:agencies:${code}`, name, key: newKey() };
    registry.registerAgency(region, code, agency.did);
    register(agency);
    return agency;
  };

  const agency = newAgency(ANHUI, "00298431", "虎符示例市市场监督管理局");
  const otherAgency = newAgency(ANHUI, "00298432", "虎符示例市交通运输局");
  registry.publishType(type.typeCode, type.version, toHex(typeDigest(crypto, type)));
  registry.authorise(agency.code, type.typeCode);
  registry.advance(DAY);

  const issue = (options: IssueOptions = {}): Issued => {
    const by = options.agency ?? agency;
    const key = options.key ?? by.key;
    const unsigned = unsignedCertificate(crypto, by, options.type ?? type, ++statusIndex, options);
    const proof = {
      created: formatUtcInstant(registry.time * 1000),
      verificationMethod: `${by.did}#${key.multikey.text}`,
    };
    const certificate = attachProof(
      unsigned,
      proof,
      crypto.sign(key.seed, certificateSigningInput(crypto, unsigned, proof)),
    );
    const digest = certificateDigest(crypto, certificate);
    const claims = claimsFor(certificate, options.type ?? type, digest);
    const token = signToken(crypto, options.claims?.(claims) ?? claims, key);
    const leaf = leafHash(crypto, licenceEntry(digest, crypto.sha256(token)));
    return { certificate, token, evidence: pendingEvidence(token), statusIndex, leaf };
  };

  /** Anchors a batch; the results are in its order and carry their evidence. */
  const anchor = (
    batch: readonly Issued[],
    { region = ANHUI, record = true }: { readonly region?: string; readonly record?: boolean } = {},
  ) => {
    const tree = buildTree(
      crypto,
      batch.map(({ leaf }) => leaf),
    );
    const root = toHex(tree.root);
    registry.advance(60);
    if (record) registry.anchor(region, root, tree.size);
    const hint: AnchorHint = {
      chainId: registry.chainId,
      registry: registry.address,
      block: registry.block,
      time: formatUtcInstant(registry.time * 1000),
      tx: `0x${"ab".repeat(32)}`,
    };
    const issued = batch.map((one, index) => ({
      ...one,
      evidence: evidenceFor(one.token, {
        batch: { region, root, size: tree.size },
        index,
        path: tree.path(index),
        anchors: [hint],
      }),
    }));
    return { issued, root, size: tree.size, tree };
  };

  /** One certificate, anchored in the middle of a batch of seven, a minute later. */
  const issueAnchored = (options: IssueOptions = {}): Issued => {
    const batch = [issue(), issue(), issue(options), issue(), issue(), issue(), issue()];
    const { issued } = anchor(batch);
    registry.advance(60);
    return issued[2]!;
  };

  const trust: Trust = { chainId: registry.chainId, registry: registry.address, maxAnchorDelay: 3_600 };
  const now = () => new Date(registry.time * 1000 + 5_000);

  const verify = (document: object | string | Uint8Array, options: Partial<VerifyOptions> = {}): Promise<Report> => {
    const input =
      typeof document === "string"
        ? { text: document }
        : { bytes: document instanceof Uint8Array ? document : canonicalBytes(document) };
    return verifyCertificate(input, { trust, registry, now: now(), crypto, ...options });
  };

  const documentOf = ({ certificate, evidence }: Issued, definition: TypeDefinition = type) =>
    ({ format: "tigertally-licence", formatVersion: 1, certificate, evidence, type: definition }) as const;
  const codeOf = ({ token }: Issued) => qrText("verify.example", token);

  return {
    crypto,
    registry,
    trust,
    now,
    type,
    agency,
    otherAgency,
    newKey,
    register,
    newAgency,
    issue,
    anchor,
    issueAnchored,
    documentOf,
    codeOf,
    verify,
  };
}

export type World = ReturnType<typeof makeWorld>;

/** A mirror that holds these licences. */
export function mirrorOf(...kept: readonly Issued[]): ProofSource {
  return {
    async findProof(leaf) {
      const found = kept.find((one) => toHex(one.leaf) === toHex(leaf));
      return found ? leafProof(found) : null;
    },
  };
}

export function leafProof({ evidence }: Issued): LeafProof {
  if (!("batch" in evidence)) throw new Error("not anchored");
  const { batch, index, path } = evidence;
  return { ...batch, index, path: path.map((hash) => Uint8Array.from(Buffer.from(hash, "hex"))) };
}

export function signToken(crypto: Crypto, claims: TokenClaims, key: TestKey): Uint8Array {
  const parts = tokenSigningInput(claims, keyIdOf(keyDigest(crypto, key.multikey.bytes)));
  return assembleToken(parts, crypto.sign(key.seed, parts.toSign));
}

function unsignedCertificate(
  crypto: Crypto,
  agency: TestAgency,
  type: TypeDefinition,
  statusIndex: number,
  options: IssueOptions,
): UnsignedCertificate {
  const { issueDate = "2026-03-03", validFrom = issueDate, validUntil = "2031-03-02" } = options;
  const status = {
    type: "BitstringStatusListEntry",
    statusListIndex: String(statusIndex % 131_072),
    statusListNumber: Math.floor(statusIndex / 131_072),
    statusListCredential: "https://licences.example/status/340000/0",
  } as const;
  const unsigned: UnsignedCertificate = {
    "@context": [VC_CONTEXT, LICENCE_CONTEXT],
    type: ["VerifiableCredential", "ElectronicLicence"],
    issuer: agency.did,
    validFrom: startOfDayShanghai(validFrom),
    ...(validUntil === null ? {} : { validUntil: endOfDayShanghai(validUntil) }),
    credentialSubject: {
      certificateIdentifier:
        options.identifier ??
        formatCertificateIdentifier({
          typeCode: type.typeCode,
          agencyCode: agency.code,
          serial: generateSerial(crypto),
          version: 1,
        }),
      certificateName: type.name.zh,
      certificateTypeCode: type.typeCode,
      certificateNumber: "JY13401000000016",
      issueDept: agency.name,
      issueDeptCode: agency.code,
      issueDate,
      certificateHolder: [
        {
          certificateHolder: options.holder ?? "虎符示例餐饮有限公司",
          certificateHolderCode: generateUscc({ department: "9", category: "1", region: "340100", body: "MA2ABCD1" }),
          certificateHolderType: "001",
        },
      ],
      certificateAreaCode: "340100",
      face: options.face ?? { businessAddress: "示例市虎符路1号", onlineBusiness: true, manager: "喆堃", remark: null },
      nonce: Buffer.from(crypto.randomBytes(16)).toString("base64url"),
    },
    credentialSchema: {
      id: schemaId(type.typeCode, type.version),
      type: "LicenceTypeDefinition",
      typeVersion: type.version,
      digestSRI: digestSri(typeDigest(crypto, type)),
    },
    credentialStatus: [
      { ...status, statusPurpose: "revocation" },
      { ...status, statusPurpose: "suspension" },
    ],
  };
  return options.unsigned?.(unsigned) ?? unsigned;
}

/** The permit with a photo of its manager. */
export function photoPermit(): TypeDefinition {
  const type = foodPermit(2);
  const { schema, labels } = type.fields;
  const properties = schema.properties as Readonly<Record<string, unknown>>;
  return {
    ...type,
    fields: {
      schema: { ...schema, properties: { ...properties, photo: { type: "string", format: "photo" } } },
      labels: [...labels, { field: "photo", label: { zh: "照片", en: "Photo" } }],
    },
    layout: {
      ...type.layout,
      body: { x: 26, y: 68, width: 122, height: 130 },
      photo: { pointer: "/face/photo", x: 154, y: 72, width: 26, height: 32 },
    },
  };
}

/** A type with a boolean and a nullable field. */
export function foodPermit(version = 1): TypeDefinition {
  const authority = generateUscc({ department: "1", category: "1", region: NATIONAL, body: "MB032716" });
  const label = (zh: string, en: string) => ({ zh, en });
  return {
    format: "tigertally-type",
    formatVersion: 1,
    typeCode: `${authority}014`,
    version,
    name: label("食品经营许可证", "Food business permit"),
    definingAuthority: { code: authority, name: label("虎符示例总局", "Example administration") },
    sharing: "unconditional",
    holder: { codeTypes: ["001"], max: 1 },
    number: { pattern: "JY[0-9]{14}", maxLength: 16, rule: label("JY和14位数字", "JY and 14 digits") },
    validity: { endDate: "required", maxYears: 5 },
    fields: {
      schema: {
        type: "object",
        additionalProperties: false,
        properties: {
          businessAddress: { type: "string" },
          onlineBusiness: { type: "boolean" },
          manager: { type: "string" },
          remark: { type: ["string", "null"] },
        },
        required: ["businessAddress", "onlineBusiness", "manager", "remark"],
      },
      labels: [
        { field: "businessAddress", label: label("经营场所", "Business address") },
        { field: "onlineBusiness", label: label("网络经营", "Online business") },
        { field: "manager", label: label("负责人", "Manager") },
        { field: "remark", label: label("备注", "Remark") },
      ],
    },
    states: {
      valid: { code: "01", label: label("有效", "Valid") },
      "revoked-penalty": { code: "03", label: label("吊销", "Revoked") },
    },
    qr: {
      face: [
        { pointer: "/certificateHolder/0/certificateHolder", label: label("经营者", "Operator"), maxBytes: 60 },
        { pointer: "/certificateNumber", label: label("编号", "Number"), maxBytes: 20 },
        { pointer: "/face/onlineBusiness", label: label("网络经营", "Online"), maxBytes: 5 },
      ],
    },
    layout: {
      layoutVersion: 1,
      page: "A4-portrait",
      title: label("食品经营许可证", "Food business permit"),
      rows: [
        { label: label("经营者", "Operator"), pointer: "/certificateHolder/0/certificateHolder", maxLines: 2 },
        { label: label("经营场所", "Business address"), pointer: "/face/businessAddress", maxLines: 2 },
        { label: label("有效期", "Validity"), pointer: "validity", maxLines: 1 },
      ],
      qr: { x: 29, y: 221, size: 40 },
      seal: { x: 136, y: 214, size: 42 },
    },
  };
}
