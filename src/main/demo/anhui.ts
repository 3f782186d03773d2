// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { mod11Over10 } from "../../core/identifiers/iso7064.js";
import { generateUscc } from "../../core/identifiers/uscc.js";
import { parseJson } from "../../core/strict-json.js";
import type { Actor } from "../../domain/audit/index.js";
import type { LicenceDocument } from "../../domain/issuance/index.js";
import type { Deployment } from "../compose.js";
import { publishType } from "../demo-data.js";
import { ANHUI, FOOD_PERMIT } from "./stage.js";

/** Invented agencies of Anhui, one for each thing that can happen to an agency or its key. */
const AGENCIES = {
  main: "合肥市市场监督管理局（样例）",
  other: "合肥市另一机关（样例）",
  retired: "换钥机关（样例）",
  robbedLater: "失钥机关（样例）",
  robbedBefore: "早失钥机关（样例）",
  suspended: "停用机关（样例）",
  unauthorised: "无权机关（样例）",
} as const;

export type AgencyName = keyof typeof AGENCIES | "late";

export interface DemoAgency {
  readonly code: string;
  readonly token: string;
}

const ADMINISTRATOR: Actor = { kind: "system", id: "demo", role: "operator", requestId: "demo" };

/** Agencies with their keys, authorisations and API tokens; the type that they issue is published. */
export async function foundAgencies(anhui: Deployment): Promise<Readonly<Record<keyof typeof AGENCIES, DemoAgency>>> {
  await publishType(anhui, ADMINISTRATOR, "food-business-permit", ANHUI);
  const founded: Partial<Record<AgencyName, DemoAgency>> = {};
  for (const [i, [name, title]] of Object.entries(AGENCIES).entries()) {
    founded[name as AgencyName] = await foundAgency(anhui, title, i, name !== "unauthorised");
  }
  return founded as Record<keyof typeof AGENCIES, DemoAgency>;
}

/** An agency that joins when the demo is under way. */
export function foundLateAgency(anhui: Deployment): Promise<DemoAgency> {
  return foundAgency(anhui, "新设机关（样例）", 90, true);
}

async function foundAgency(anhui: Deployment, name: string, index: number, authorised: boolean): Promise<DemoAgency> {
  const body = `TT0001${String(index).padStart(2, "0")}`;
  const code = generateUscc({ department: "1", category: "1", region: "340100", body });
  const { administration, tokens } = anhui;
  await administration.registerAgency(ADMINISTRATOR, { code, name, areaCode: "340100" });
  if (authorised) await administration.authorise(ADMINISTRATOR, code, FOOD_PERMIT);
  await administration.addKey(ADMINISTRATOR, code);
  const { token } = await tokens.createToken(ADMINISTRATOR, { agency: code, role: "issuer", label: "demo" });
  return { code, token };
}

export interface FetchedLicence {
  readonly identifier: string;
  /** The JSON document as it was served. */
  readonly json: Uint8Array;
  readonly document: LicenceDocument;
  readonly pdf: Uint8Array;
}

/** Anhui's service as its agencies use it, over HTTP. */
export class AnhuiClient {
  #counter = 0;

  constructor(private readonly url: string) {}

  /** Issues a food permit; its identifier. */
  async issue({ token }: DemoAgency, change: object = {}): Promise<string> {
    const answer = await this.#send("POST", "/v1/certificates", token, { ...permit(this.#counter++), ...change });
    return (answer as { certificateIdentifier: string }).certificateIdentifier;
  }

  async change({ token }: DemoAgency, identifier: string, action: "suspend" | "release" | "revoke"): Promise<void> {
    const decision = {
      legalBasis: "《食品经营许可和备案管理办法》（样例）",
      documentNumber: `样例决〔2026〕${++this.#counter}号`,
    };
    await this.#send("POST", `/v1/certificates/${identifier}/${action}`, token, decision);
  }

  /** Waits until the certificate is anchored and downloads every form of it. */
  async fetchAnchored(agency: DemoAgency, identifier: string): Promise<FetchedLicence> {
    await until(`${identifier} is anchored`, async () => {
      const { anchoring } = (await this.#get(`/v1/certificates/${identifier}`, agency)) as { anchoring: string };
      return anchoring === "anchored";
    });
    return this.fetchNow(agency, identifier);
  }

  async fetchNow({ token }: DemoAgency, identifier: string): Promise<FetchedLicence> {
    const json = await this.#bytes(`/v1/certificates/${identifier}/document`, token);
    const pdf = await this.#bytes(`/v1/certificates/${identifier}/pdf`, token);
    return { identifier, json, pdf, document: parseJson(json) as unknown as LicenceDocument };
  }

  /** The file of a reader's copy that is made now, once it is anchored. */
  async copyAnchored(agency: DemoAgency, identifier: string, request: object): Promise<Uint8Array> {
    const copies = `/v1/certificates/${identifier}/copies`;
    const { copyNumber } = (await this.#send("POST", copies, agency.token, request)) as { copyNumber: string };
    const path = `${copies}/${copyNumber}`;
    await until(`copy ${copyNumber} is anchored`, async () => {
      const { anchoring } = (await this.#get(path, agency)) as { anchoring: string };
      return anchoring === "anchored";
    });
    return this.#bytes(`${path}/pdf`, agency.token);
  }

  async #get(path: string, { token }: DemoAgency): Promise<unknown> {
    return parseJson(await this.#bytes(path, token));
  }

  async #bytes(path: string, token: string): Promise<Uint8Array> {
    const response = await fetch(this.url + path, { headers: { authorization: `Bearer ${token}` } });
    if (!response.ok) throw new Error(`GET ${path} answered ${response.status}: ${await response.text()}`);
    return new Uint8Array(await response.arrayBuffer());
  }

  async #send(method: string, path: string, token: string, body: object): Promise<unknown> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        "idempotency-key": randomUUID(),
      },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return response.json();
  }
}

/** Another permit for another invented shop, each with a valid number and holder code. */
function permit(counter: number): object {
  const holder = generateUscc({
    department: "9",
    category: "2",
    region: "340199",
    body: `TT0009${String(counter).padStart(2, "0")}`,
  });
  return {
    typeCode: FOOD_PERMIT,
    certificateNumber: permitNumber(counter),
    holders: [
      { certificateHolder: `样例区䶮记小吃${counter}店`, certificateHolderCode: holder, certificateHolderType: "001" },
    ],
    validFrom: "2026-06-01",
    validUntil: "2031-05-31",
    face: {
      legalRepresentative: "样例·龘",
      domicile: "安徽省合肥市样例区㛃玉路22号",
      premises: "安徽省合肥市样例区㛃玉路22号一层",
      businessForm: "餐饮服务经营者",
      businessItems: "热食类食品制售，冷食类食品制售，自制饮品制售",
      onlineOperation: true,
      warehouseAddress: null,
    },
  };
}

/** JY, business form, six digits of a region that does not exist, sequence, check digit. */
export function permitNumber(counter: number): string {
  const body = `2349999${String(900_000 + counter)}`;
  return `JY${body}${mod11Over10(body)}`;
}

/** Repeats a question until its answer is yes; gives up after half a minute. */
export async function until(what: string, ask: () => Promise<boolean>): Promise<void> {
  for (const started = Date.now(); !(await ask()); ) {
    if (Date.now() - started > 30_000) throw new Error(`waited in vain until ${what}`);
    await pause(100);
  }
}
