// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { canonicalBytes } from "../../src/core/canonical-json.js";
import { type Certificate, type FaceValue, LICENCE_CONTEXT, VC_CONTEXT } from "../../src/core/certificate.js";
import type { Evidence } from "../../src/core/evidence.js";
import type { TypeDefinition } from "../../src/core/type-definition.js";

export const HOST = "verify.licence.example.cn";

/** A type of our own for the tests of `render/`: every kind of row that a layout knows. */
export const permitType: TypeDefinition = {
  format: "tigertally-type",
  formatVersion: 1,
  typeCode: "11340000MB0000000X901",
  version: 1,
  name: { zh: "食品经营许可证", en: "Food Business Permit" },
  definingAuthority: {
    code: "11340000MB0000000X",
    name: { zh: "样例省市场监督管理局", en: "Sample market administration" },
  },
  sharing: "unconditional",
  holder: { codeTypes: ["001"], max: 1 },
  number: { pattern: "JY[0-9]{14}", maxLength: 16, rule: { zh: "JY 加 14 位数字", en: "JY and 14 digits" } },
  validity: { endDate: "optional", maxYears: 5 },
  fields: { schema: { type: "object" }, labels: [] },
  states: {},
  qr: { face: [] },
  layout: {
    layoutVersion: 1,
    page: "A4-portrait",
    palette: "jade",
    title: { zh: "食品经营许可证", en: "Food Business Permit" },
    rows: [
      { label: { zh: "经营者名称", en: "Operator" }, pointer: "/certificateHolder/0/certificateHolder", maxLines: 3 },
      {
        label: { zh: "社会信用代码", en: "Unified social credit code" },
        pointer: "/certificateHolder/0/certificateHolderCode",
        maxLines: 1,
      },
      { label: { zh: "许可证编号", en: "Permit number" }, pointer: "/certificateNumber", maxLines: 1 },
      {
        label: { zh: "法定代表人（负责人）", en: "Legal representative" },
        pointer: "/face/representative",
        maxLines: 1,
        width: "half",
      },
      { label: { zh: "网络经营", en: "Online business" }, pointer: "/face/online", maxLines: 1, width: "half" },
      { label: { zh: "住所", en: "Registered address" }, pointer: "/face/domicile", maxLines: 2 },
      { label: { zh: "经营场所", en: "Business premises" }, pointer: "/face/premises", maxLines: 2 },
      { label: { zh: "主体业态", en: "Business form" }, pointer: "/face/form", maxLines: 1 },
      { label: { zh: "经营项目", en: "Scope of business" }, pointer: "/face/scope", maxLines: 4 },
      {
        label: { zh: "仓库地址", en: "Warehouse" },
        pointer: "/face/warehouse",
        maxLines: 1,
        words: { null: { zh: "无", en: "none" } },
      },
      { label: { zh: "有效期至", en: "Valid" }, pointer: "validity", maxLines: 1 },
    ],
    qr: { x: 29, y: 221, size: 40 },
    seal: { x: 130, y: 217, size: 46 },
  },
};

export const permitFace: Readonly<Record<string, FaceValue>> = {
  representative: "王喆堃",
  online: true,
  domicile: "安徽省合肥市蜀山区科学大道 188 号样例大厦 3 幢 1205 室",
  premises: "安徽省合肥市庐阳区淮河路步行街样例广场 B1 层 027 号",
  form: "餐饮服务经营者（网络经营）",
  scope: [
    "预包装食品销售（含冷藏冷冻食品）",
    "散装食品销售（含冷藏冷冻食品）",
    "热食类食品制售",
    "冷食类食品制售",
    "糕点类食品制售（含裱花蛋糕）",
    "自制饮品制售",
  ],
  warehouse: null,
};

export interface PermitChanges {
  readonly holder?: string;
  readonly face?: Readonly<Record<string, FaceValue>>;
  readonly validUntil?: string | null;
  readonly issueDept?: string;
  /** Varies identifier, number, nonce and signature. */
  readonly serial?: number;
}

/** A certificate as `render/` receives it; its signature is not one, nobody checks it here. */
export function permit({ holder, face, validUntil, issueDept, serial = 0 }: PermitChanges = {}): Certificate {
  const random = createHash("sha512").update(`permit ${serial}`).digest();
  const status = (statusPurpose: "revocation" | "suspension") => ({
    type: "BitstringStatusListEntry" as const,
    statusPurpose,
    statusListIndex: "94567",
    statusListNumber: 0,
    statusListCredential: "https://licences.example.cn/v1/status-lists/340000/0",
  });
  const until = validUntil === undefined ? "2031-11-21T23:59:59+08:00" : validUntil;
  return {
    "@context": [VC_CONTEXT, LICENCE_CONTEXT],
    type: ["VerifiableCredential", "ElectronicLicence"],
    issuer: "did:web:licences.example.cn:agencies:11340100MB00000000",
    validFrom: "2026-11-22T00:00:00+08:00",
    ...(until === null ? {} : { validUntil: until }),
    credentialSubject: {
      certificateIdentifier: `1.2.156.3005.2.${permitType.typeCode}.11340100MB00000000.${random.toString("hex").toUpperCase().slice(0, 20)}.001.K`,
      certificateName: "食品经营许可证",
      certificateTypeCode: permitType.typeCode,
      certificateNumber: `JY${13401000000000 + serial}`,
      issueDept: issueDept ?? "合肥市样例市场监督管理局",
      issueDeptCode: "11340100MB00000000",
      issueDate: "2026-11-22",
      certificateHolder: [
        {
          certificateHolder: holder ?? "合肥㛃龘餐饮管理有限公司",
          certificateHolderCode: "91340100MA00000000",
          certificateHolderType: "001",
        },
      ],
      certificateAreaCode: "340100",
      face: { ...permitFace, ...face },
      nonce: random.toString("base64url").slice(0, 22),
    },
    credentialSchema: {
      id: `https://tigertally.example/types/${permitType.typeCode}/1`,
      type: "LicenceTypeDefinition",
      typeVersion: 1,
      digestSRI: `sha256-${createHash("sha256").update(canonicalBytes(permitType)).digest("base64")}`,
    },
    credentialStatus: [status("revocation"), status("suspension")],
    proof: {
      type: "DataIntegrityProof",
      cryptosuite: "eddsa-jcs-2022",
      created: "2026-11-22T03:04:05Z",
      verificationMethod: `did:web:licences.example.cn:agencies:11340100MB00000000#z6Mk${random.toString("hex").slice(0, 44)}`,
      proofPurpose: "assertionMethod",
      proofValue: `z${random.toString("hex").slice(0, 87)}`,
    },
  };
}

/** Bytes as long and as random as a token's. */
function token(serial: number): string {
  let bytes = Buffer.alloc(0);
  for (let i = 0; bytes.length < 370; i++)
    bytes = Buffer.concat([bytes, createHash("sha512").update(`token ${serial} ${i}`).digest()]);
  return bytes.subarray(0, 370).toString("base64url");
}

export function pendingEvidence(serial = 0): Evidence {
  return { version: 1, token: token(serial) };
}

export function anchoredEvidence(serial = 0): Evidence {
  const digest = (name: string) => createHash("sha256").update(name).digest("hex");
  return {
    version: 1,
    token: token(serial),
    batch: { region: "340000", root: digest("root"), size: 1024 },
    index: serial % 1024,
    path: Array.from({ length: 10 }, (_, i) => digest(`node ${serial} ${i}`)),
    anchors: [
      {
        chainId: 20261122,
        registry: "0x5FbDB2315678afecb367f032d93F642f64180aa3",
        block: 42,
        time: "2026-11-22T03:05:00Z",
        tx: `0x${digest("tx")}`,
      },
    ],
  };
}
