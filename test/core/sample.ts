// SPDX-License-Identifier: Apache-2.0
import { nodeCrypto } from "../../src/adapters/node-crypto/index.js";
import { LICENCE_CONTEXT, type UnsignedCertificate, VC_CONTEXT } from "../../src/core/certificate.js";
import { certificateDigest, schemaId } from "../../src/core/certificate-reader.js";
import { attachProof, certificateSigningInput } from "../../src/core/data-integrity.js";
import { formatCertificateIdentifier } from "../../src/core/identifiers/certificate-identifier.js";
import { generateUscc } from "../../src/core/identifiers/uscc.js";
import { encodeMultikey, keyDigest, keyIdOf } from "../../src/core/multikey.js";
import { assembleToken, type TokenClaims, tokenSigningInput } from "../../src/core/token.js";
import { claimsFor } from "../../src/core/token-claims.js";
import type { TypeDefinition } from "../../src/core/type-definition.js";
import { digestSri, typeDigest } from "../../src/core/type-reader.js";

/** Fictional, with valid check characters; region code 349900 is not assigned. */
export const AUTHORITY = generateUscc({ department: "1", category: "1", region: "349900", body: "TALLY001" });
export const AGENCY = generateUscc({ department: "1", category: "1", region: "349901", body: "TALLY002" });
export const TYPE_CODE = `${AUTHORITY}001`;
export const DID = `did:web:verify.example%3A8443:agencies:${AGENCY}`;

/** The bytes 00 01 02 … 1f: a key that everybody knows. */
export const SEED = Uint8Array.from({ length: 32 }, (_, i) => i);
export const PUBLIC_KEY = nodeCrypto.publicKey(SEED);
export const MULTIKEY = encodeMultikey(PUBLIC_KEY);
export const KID = keyIdOf(keyDigest(nodeCrypto, MULTIKEY.bytes));
export const PROOF_OPTIONS = { created: "2026-03-01T02:03:04Z", verificationMethod: `${DID}#${MULTIKEY.text}` };

export const SAMPLE_TYPE = {
  format: "tigertally-type",
  formatVersion: 1,
  typeCode: TYPE_CODE,
  version: 1,
  name: { zh: "样例许可证", en: "Sample permit" },
  definingAuthority: { code: AUTHORITY, name: { zh: "示例省示范局", en: "Demonstration Bureau of Example Province" } },
  sharing: "conditional",
  holder: { codeTypes: ["001", "111"], max: 3 },
  number: {
    pattern: "JY[0-9]{14}",
    maxLength: 16,
    check: { algorithm: "iso7064-mod11-10", skip: 2 },
    rule: { zh: "JY 加 14 位数字", en: "JY and 14 digits" },
  },
  validity: { endDate: "required", maxYears: 5 },
  fields: {
    schema: {
      type: "object",
      properties: {
        premises: { type: "string", minLength: 1, maxLength: 200 },
        online: { type: "boolean" },
        note: { type: ["string", "null"], maxLength: 200 },
        items: { type: "array", items: { type: "string" }, maxItems: 10 },
      },
      required: ["premises", "online", "note"],
      additionalProperties: false,
    },
    labels: [
      { field: "premises", label: { zh: "经营场所", en: "Premises" } },
      { field: "online", label: { zh: "网络经营", en: "Online trade" } },
      { field: "note", label: { zh: "备注", en: "Note" } },
      { field: "items", label: { zh: "经营项目", en: "Items" } },
    ],
  },
  states: {
    valid: { code: "01", label: { zh: "有效", en: "Valid" } },
    suspended: { code: "02", label: { zh: "暂扣", en: "Suspended" } },
  },
  qr: {
    face: [
      { pointer: "/certificateHolder/0/certificateHolder", label: { zh: "持证主体", en: "Holder" }, maxBytes: 60 },
      { pointer: "/certificateNumber", label: { zh: "编号", en: "Number" }, maxBytes: 16 },
      { pointer: "/face/premises", label: { zh: "经营场所", en: "Premises" }, maxBytes: 30 },
      { pointer: "/face/online", label: { zh: "网络经营", en: "Online trade" }, maxBytes: 5 },
      { pointer: "/face/note", label: { zh: "备注", en: "Note" }, maxBytes: 12 },
    ],
  },
  layout: {
    layoutVersion: 1,
    page: "A4-portrait",
    title: { zh: "样例许可证", en: "Sample permit" },
    rows: [
      { label: { zh: "持证主体", en: "Holder" }, pointer: "/certificateHolder/0/certificateHolder", maxLines: 2 },
      { label: { zh: "经营场所", en: "Premises" }, pointer: "/face/premises", maxLines: 3 },
      { label: { zh: "有效期", en: "Validity" }, pointer: "validity", maxLines: 1 },
    ],
    qr: { x: 140, y: 220, size: 40 },
    seal: { x: 90, y: 220, size: 42 },
  },
} as const satisfies TypeDefinition;

/** The same with a photo, which a box at the upper right shows. */
export const PHOTO_TYPE: TypeDefinition = {
  ...SAMPLE_TYPE,
  fields: {
    schema: {
      ...SAMPLE_TYPE.fields.schema,
      properties: { ...SAMPLE_TYPE.fields.schema.properties, photo: { type: "string", format: "photo" } },
    },
    labels: [...SAMPLE_TYPE.fields.labels, { field: "photo", label: { zh: "照片", en: "Photo" } }],
  },
  layout: {
    ...SAMPLE_TYPE.layout,
    body: { x: 26, y: 68, width: 122, height: 140 },
    photo: { pointer: "/face/photo", x: 154, y: 72, width: 26, height: 32 },
  },
};

export const IDENTIFIER = formatCertificateIdentifier({
  typeCode: TYPE_CODE,
  agencyCode: AGENCY,
  serial: "7K2Q9XW4M1Z8C5T3B6N0",
  version: 1,
});

export const SAMPLE_UNSIGNED: UnsignedCertificate = {
  "@context": [VC_CONTEXT, LICENCE_CONTEXT],
  type: ["VerifiableCredential", "ElectronicLicence"],
  issuer: DID,
  validFrom: "2026-03-01T00:00:00+08:00",
  validUntil: "2031-02-28T23:59:59+08:00",
  credentialSubject: {
    certificateIdentifier: IDENTIFIER,
    certificateName: "样例许可证",
    certificateTypeCode: TYPE_CODE,
    certificateNumber: "JY13499010000011",
    issueDept: "示例市示范局",
    issueDeptCode: AGENCY,
    issueDate: "2026-03-01",
    certificateHolder: [
      {
        certificateHolder: "示例市喆堃食品有限公司",
        certificateHolderCode: generateUscc({ department: "9", category: "1", region: "349901", body: "TALLY003" }),
        certificateHolderType: "001",
      },
    ],
    certificateAreaCode: "349901",
    face: {
      premises: "示例市示范区样例路 1 号 䶮𬭎㛃龘商铺",
      online: true,
      note: null,
      items: ["热食类食品制售", "预包装食品销售"],
    },
    nonce: "EBESExQVFhcYGRobHB0eHw",
  },
  credentialSchema: {
    id: schemaId(TYPE_CODE, 1),
    type: "LicenceTypeDefinition",
    typeVersion: 1,
    digestSRI: digestSri(typeDigest(nodeCrypto, SAMPLE_TYPE)),
  },
  credentialStatus: [statusEntry("revocation"), statusEntry("suspension")],
};

function statusEntry<const P extends "revocation" | "suspension">(statusPurpose: P) {
  return {
    type: "BitstringStatusListEntry",
    statusPurpose,
    statusListIndex: "94567",
    statusListNumber: 0,
    statusListCredential: `https://verify.example/v1/status-lists/349900/${statusPurpose}/0`,
  } as const;
}

export function sign(unsigned: UnsignedCertificate, seed = SEED, options = PROOF_OPTIONS) {
  return attachProof(unsigned, options, nodeCrypto.sign(seed, certificateSigningInput(nodeCrypto, unsigned, options)));
}

export const SAMPLE_CERTIFICATE = sign(SAMPLE_UNSIGNED);
export const SAMPLE_DIGEST = certificateDigest(nodeCrypto, SAMPLE_CERTIFICATE);

export function mint(claims: TokenClaims, seed = SEED, kid = KID): Uint8Array {
  const parts = tokenSigningInput(claims, kid);
  return assembleToken(parts, nodeCrypto.sign(seed, parts.toSign));
}

export const SAMPLE_CLAIMS = claimsFor(SAMPLE_CERTIFICATE, SAMPLE_TYPE, SAMPLE_DIGEST);
export const SAMPLE_TOKEN = mint(SAMPLE_CLAIMS);

// biome-ignore lint/suspicious/noExplicitAny: tests put in what the types forbid.
export type Alteration = (copy: any) => void;

/** A deep copy with something altered. */
// biome-ignore lint/suspicious/noExplicitAny: see above.
export function changed(value: unknown, change: Alteration): any {
  const copy = structuredClone(value);
  change(copy);
  return copy;
}
