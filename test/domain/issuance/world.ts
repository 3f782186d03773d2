// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { sqliteAgencyStore } from "../../../src/adapters/sqlite/agency-store.js";
import { sqliteAnchoringStore } from "../../../src/adapters/sqlite/anchoring-store.js";
import { sqliteAuditStore } from "../../../src/adapters/sqlite/audit-store.js";
import { sqliteCatalogueStore } from "../../../src/adapters/sqlite/catalogue-store.js";
import { sqliteCertificateStore } from "../../../src/adapters/sqlite/certificate-store.js";
import { sqliteCopyStore } from "../../../src/adapters/sqlite/copy-store.js";
import { type Database, openDatabase } from "../../../src/adapters/sqlite/database.js";
import { sqliteIdempotencyStore } from "../../../src/adapters/sqlite/idempotency-store.js";
import { sqliteStatusIndexStore } from "../../../src/adapters/sqlite/status-index-store.js";
import { sqliteStatusQueue } from "../../../src/adapters/sqlite/status-queue.js";
import { toHex } from "../../../src/core/hex.js";
import { generateCitizenId } from "../../../src/core/identifiers/citizen-id.js";
import { mod11Over10 } from "../../../src/core/identifiers/iso7064.js";
import { generateUscc } from "../../../src/core/identifiers/uscc.js";
import { encodeMultikey } from "../../../src/core/multikey.js";
import type { Agency, AgencyStore, Signer } from "../../../src/domain/agencies/index.js";
import type { AnchoringStore, StatusQueue } from "../../../src/domain/anchoring/index.js";
import { type Actor, type AuditStore, eventBy } from "../../../src/domain/audit/index.js";
import { type Catalogue, type CatalogueStore, createCatalogue } from "../../../src/domain/catalogue/index.js";
import type { CopyStore } from "../../../src/domain/copies/index.js";
import type { IdempotencyStore } from "../../../src/domain/issuance/idempotency-store.js";
import {
  type CertificateStore,
  createIssuance,
  type Issuance,
  type IssuanceDependencies,
  type IssueRequest,
  type StatusIndexStore,
} from "../../../src/domain/issuance/index.js";
import { SAMPLE_PHOTO } from "../../../src/render/sample/sample-photo.js";

export const REGION = "340000";
export const FOOD = "11340000MB1A2B3CXU001";
export const BUSINESS = "11100000MB0143028R001";
export const TRANSPORT = "11100000000019713D071";

/** 2026-11-22, 10:00:00.500 in Shanghai. */
export const NOW = Date.UTC(2026, 10, 22, 2, 0, 0, 500);

export const AGENCY = usccOf(1);
export const OTHER_AGENCY = usccOf(2);

export function usccOf(n: number): string {
  return generateUscc({ department: "1", category: "1", region: "340100", body: String(n).padStart(8, "0") });
}

export function companyOf(n: number): string {
  return generateUscc({ department: "9", category: "1", region: "340100", body: `MA${String(n).padStart(6, "0")}` });
}

export function citizenOf(n: number): string {
  return generateCitizenId({ region: "349999", birthDate: "1990-06-15", sequence: String(n).padStart(3, "0") });
}

/** JY, business form, province, city, county, six digits, check digit. */
export function permitNumber(n: number): string {
  const digits = `1340101${String(n).padStart(6, "0")}`;
  return `JY${digits}${mod11Over10(digits)}`;
}

export function foodRequest(n: number, changes: Partial<IssueRequest> = {}): IssueRequest {
  return {
    typeCode: FOOD,
    certificateNumber: permitNumber(n),
    holders: [
      {
        certificateHolder: "合肥㛃龘餐饮管理有限公司",
        certificateHolderCode: companyOf(n),
        certificateHolderType: "001",
      },
    ],
    validUntil: "2031-11-21",
    face: {
      legalRepresentative: "王喆堃",
      domicile: "安徽省合肥市蜀山区样例路 1 号",
      premises: "安徽省合肥市蜀山区样例路 1 号",
      businessForm: "餐饮服务经营者",
      businessItems: "热食类食品制售；预包装食品销售",
      onlineOperation: true,
      warehouseAddress: null,
    },
    ...changes,
  };
}

export function businessRequest(n: number, changes: Partial<IssueRequest> = {}): IssueRequest {
  const code = companyOf(n);
  return {
    typeCode: BUSINESS,
    certificateNumber: code,
    holders: [{ certificateHolder: "合肥样例科技有限公司", certificateHolderCode: code, certificateHolderType: "001" }],
    face: {
      enterpriseType: "有限责任公司",
      legalRepresentative: "李样例",
      registeredCapital: "壹佰万元整",
      establishmentDate: "2020-02-29",
      domicile: "安徽省合肥市样例路 2 号",
      businessScope: "软件开发；技术服务",
    },
    ...changes,
  };
}

export function transportRequest(n: number, changes: Partial<IssueRequest> = {}): IssueRequest {
  const code = citizenOf(n);
  return {
    typeCode: TRANSPORT,
    certificateNumber: code,
    holders: [{ certificateHolder: "赵样例", certificateHolderCode: code, certificateHolderType: "111" }],
    validUntil: "2032-11-21",
    face: {
      sex: "男",
      birthDate: "1990-06-15",
      qualificationCategories: ["经营性道路货物运输驾驶员"],
      vehicleClass: "B2",
      firstIssueDate: "2014-05-01",
      photo: SAMPLE_PHOTO,
    },
    ...changes,
  };
}

export const issuer: Actor = { kind: "token", id: "token-1", role: "issuer", agency: AGENCY, requestId: "request-1" };
export const operator: Actor = { kind: "cli", id: "root", role: "operator", requestId: "request-0" };

export function catalogueFile(name: string): string {
  return readFileSync(new URL(`../../../catalogue/${name}.json`, import.meta.url), "utf8");
}

export function signerOf(seed: Uint8Array): Signer {
  const { bytes, text } = encodeMultikey(nodeCrypto.publicKey(seed));
  return {
    keyDigest: toHex(nodeCrypto.sha256(bytes)),
    multikey: text,
    sign: (message) => nodeCrypto.sign(seed, message),
  };
}

/** What issuing remembers, and the outbox that it fills, over one database. */
export interface WorldStores {
  readonly certificates: CertificateStore;
  readonly agencies: AgencyStore;
  readonly audit: AuditStore;
  readonly catalogue: CatalogueStore;
  readonly statusIndices: StatusIndexStore;
  readonly copies: CopyStore;
  readonly idempotency: IdempotencyStore;
  readonly anchoring: AnchoringStore & StatusQueue;
}

export interface StoredWorld {
  readonly certificates: CertificateStore;
  readonly audit: AuditStore;
  readonly catalogue: Catalogue;
  readonly issuance: Issuance;
  readonly dependencies: IssuanceDependencies;
  readonly publicKey: Uint8Array;
  readonly clock: { now: number };
}

export interface World extends StoredWorld {
  readonly database: Database;
}

/** Two agencies, three types, one key an agency, an empty store; `changes` replace dependencies. */
export async function createWorld(changes: Partial<IssuanceDependencies> = {}, path = ":memory:"): Promise<World> {
  const database = openDatabase(path);
  return { database, ...(await worldOver(sqliteWorldStores(database), changes)) };
}

export function sqliteWorldStores(database: Database): WorldStores {
  return {
    certificates: sqliteCertificateStore(database),
    agencies: sqliteAgencyStore(database),
    audit: sqliteAuditStore(database),
    catalogue: sqliteCatalogueStore(database),
    statusIndices: sqliteStatusIndexStore(database),
    copies: sqliteCopyStore(database),
    idempotency: sqliteIdempotencyStore(database),
    anchoring: { ...sqliteAnchoringStore(database), ...sqliteStatusQueue(database) },
  };
}

/** The same over any stores. */
export async function worldOver(
  { certificates, agencies, audit, catalogue: definitions, statusIndices }: WorldStores,
  changes: Partial<IssuanceDependencies> = {},
): Promise<StoredWorld> {
  const clock = { now: NOW };
  const now = () => clock.now;
  const catalogue = createCatalogue({ store: definitions, crypto: nodeCrypto, now });
  for (const name of ["business-licence", "food-business-permit", "road-transport-qualification"])
    await catalogue.publishType(operator, catalogueFile(name));

  const seed = new Uint8Array(32).fill(7);
  const signer = signerOf(seed);
  for (const code of [AGENCY, OTHER_AGENCY]) {
    await agencies.addAgency(agencyOf(code, signer.keyDigest), eventBy(operator, event("agency-registered", code)));
    for (const type of [BUSINESS, FOOD, TRANSPORT])
      await agencies.authorise(code, type, eventBy(operator, event("agency-authorised", code)));
  }

  const dependencies: IssuanceDependencies = {
    region: REGION,
    publicUrl: "https://tally.example",
    certificates,
    agencies,
    audit,
    catalogue,
    statusIndices,
    signers: { signerFor: async () => signer },
    anchors: { proofOf: async () => null },
    checkRenderable: () => [],
    crypto: nodeCrypto,
    now,
    ...changes,
  };
  const issuance = createIssuance(dependencies);
  const publicKey = nodeCrypto.publicKey(seed);
  return { certificates, audit, catalogue, issuance, dependencies, publicKey, clock };
}

function agencyOf(code: string, keyDigest: string): Agency {
  return {
    code,
    name: "合肥市样例局",
    region: REGION,
    areaCode: "340100",
    did: `did:web:tally.example:agencies:${code}`,
    keyDigest,
    suspended: false,
  };
}

function event(action: "agency-registered" | "agency-authorised", object: string) {
  return { time: NOW, action, object };
}

/** The error that the promise rejects with; fails when it resolves. */
// biome-ignore lint/suspicious/noExplicitAny: tests look at whatever it carries.
export async function rejection(work: Promise<unknown>): Promise<any> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error("expected a rejection");
}
