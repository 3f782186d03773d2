// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { packageFile } from "../adapters/package-folder/index.js";
import { parseJson } from "../core/strict-json.js";
import type { Actor } from "../domain/audit/index.js";
import { adminLabel } from "./acting-account.js";
import type { Deployment } from "./compose.js";
import { didWeb } from "./did-web.js";

/** National level: defines types, issues none. */
const NATIONAL = "100000";
/** The other regions that the demo registry knows besides its own. */
const NEIGHBOURS = ["310000", "320000", "330000", "340000"];

/** Where each type of the catalogue comes from. Ministries and the market regulator define real types; every issuing agency is invented. */
const TYPES = [
  { file: "business-licence", region: NATIONAL },
  { file: "road-transport-qualification", region: NATIONAL },
  { file: "road-transport-certificate", region: NATIONAL },
  { file: "real-estate-certificate", region: NATIONAL },
  { file: "food-business-permit", region: "340000" },
] as const;

interface DemoAgency {
  readonly code: string;
  readonly name: string;
  readonly areaCode: string;
  readonly types: readonly string[];
}

const FOOD_PERMIT = "11340000MB1A2B3CXU001";
const BUSINESS_LICENCE = "11100000MB0143028R001";
const ROAD_TRANSPORT_QUALIFICATION = "11100000000019713D071";
const ROAD_TRANSPORT_CERTIFICATE = "11100000000019713D013";
const REAL_ESTATE = "11100000MB03271699001";

/** Invented agencies, with valid check characters. */
export const DEMO_AGENCIES: readonly DemoAgency[] = [
  {
    code: "11340100TT00000153",
    name: "合肥市市场监督管理局（样例）",
    areaCode: "340100",
    types: [FOOD_PERMIT, BUSINESS_LICENCE],
  },
  {
    code: "11340100TT0000023X",
    name: "合肥市交通运输局（样例）",
    areaCode: "340100",
    types: [ROAD_TRANSPORT_QUALIFICATION, ROAD_TRANSPORT_CERTIFICATE],
  },
  { code: "11340100TT0000031Q", name: "合肥市自然资源和规划局（样例）", areaCode: "340100", types: [REAL_ESTATE] },
];

/** Certificates to look at, each from a file of `examples/`. */
const EXAMPLES = [
  { file: "business-licence", agency: "11340100TT00000153" },
  { file: "food-permit", agency: "11340100TT00000153" },
  { file: "road-transport-qualification", agency: "11340100TT0000023X" },
  { file: "road-transport-certificate", agency: "11340100TT0000023X" },
  { file: "real-estate-certificate", agency: "11340100TT0000031Q" },
] as const;

export interface DemoData {
  readonly token: string;
  readonly agency: string;
  /** Identifier of one of its certificates. */
  readonly certificate: string;
}

/** Regions, types, agencies, keys, seals and certificates for a first look, all through the same use cases as real ones. */
export async function addDemoData(deployment: Deployment, say: (text: string) => void): Promise<DemoData> {
  const actor: Actor = { kind: "system", id: "demo-data", role: "operator", requestId: "demo-data" };
  say("making demo data: regions, types, agencies, certificates");
  await addRegions(deployment);
  await publishTypes(deployment, actor);
  for (const agency of DEMO_AGENCIES) await addAgency(deployment, actor, agency);
  await addSeals(deployment, actor);
  const certificates: string[] = [];
  for (const { file, agency } of EXAMPLES) {
    const request = parseJson(readFileSync(packageFile(`examples/${file}.json`)));
    const issuer: Actor = { ...actor, role: "issuer", agency };
    certificates.push((await deployment.issuance.issueCertificate(issuer, request)).certificateIdentifier);
  }
  await deployment.anchoring.drain({ timeoutMs: 60_000 });
  const [first] = DEMO_AGENCIES;
  const { token } = await deployment.tokens.createToken(actor, { agency: first!.code, role: "issuer", label: "demo" });
  return { token, agency: first!.code, certificate: certificates[0]! };
}

/** With them every file that is downloaded is sealed. */
async function addSeals({ seals: { authority } }: Deployment, actor: Actor): Promise<void> {
  await authority.establish(actor);
  for (const { code } of DEMO_AGENCIES)
    if ((await authority.sealsOf(code)).length === 0) await authority.issueSeal(actor, code);
}

async function addRegions({ accounts, governance }: Deployment): Promise<void> {
  const governor = await governance("governor");
  const regions = [NATIONAL, ...NEIGHBOURS];
  // Each key file takes a good part of a second on purpose: all at once, as many at a time as there are cores.
  const admins = await Promise.all(regions.map((region) => accounts.sealedOrNew(adminLabel(region))));
  for (const [i, region] of regions.entries()) {
    const { address } = admins[i]!;
    if ((await governor.findRegion(region)) === null) await governor.addRegion(region, address, 0);
  }
}

/** Publishes the catalogue's types, on chain by the region whose authority defines them. */
async function publishTypes(deployment: Deployment, actor: Actor): Promise<void> {
  for (const { file, region } of TYPES) await publishType(deployment, actor, file, region);
}

/** Publishes one type of `catalogue/`; the account of the region's admin must be in this data directory. */
export async function publishType(deployment: Deployment, actor: Actor, file: string, region: string): Promise<void> {
  const { catalogue, registry, config } = deployment;
  const { definition, digest } = await catalogue.publishType(
    actor,
    readFileSync(packageFile(`catalogue/${file}.json`)),
  );
  const { typeCode, version, definingAuthority } = definition;
  const snapshot = await registry.snapshot();
  if ((await snapshot.findTypeDefinition(typeCode, version)) !== null) return;
  const admin = await deployment.governance(adminLabel(region));
  const { code } = definingAuthority;
  if ((await snapshot.findAgency(code)) === null)
    await admin.registerAgency(region, code, didWeb(config.publicUrl, code));
  await admin.publishTypeDefinition(typeCode, version, digest);
}

async function addAgency({ administration }: Deployment, actor: Actor, { code, name, areaCode, types }: DemoAgency) {
  await administration.registerAgency(actor, { code, name, areaCode });
  for (const typeCode of types) await administration.authorise(actor, code, typeCode);
  await administration.addKey(actor, code);
}
