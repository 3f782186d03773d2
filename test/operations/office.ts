// SPDX-License-Identifier: Apache-2.0
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ethersAnchorChain } from "../../src/adapters/ethereum/anchor-chain.js";
import { ethersGovernance } from "../../src/adapters/ethereum/registry-governance.js";
import { AccountFiles, FileKeyStore, readPassphrase } from "../../src/adapters/keys/index.js";
import { sqliteAuditStore } from "../../src/adapters/sqlite/audit-store.js";
import { openDatabase } from "../../src/adapters/sqlite/database.js";
import { mod11Over10 } from "../../src/core/identifiers/iso7064.js";
import type { Signer } from "../../src/domain/agencies/index.js";
import type { AnchorChain } from "../../src/domain/anchoring/index.js";
import type { RecordedEvent } from "../../src/domain/audit/index.js";
import { dataDirectory } from "../../src/main/data-directory.js";
import { emptyRegion, type Outcome, type RegionOnCommandLine } from "../main/region.js";
import { UNHURRIED_MS, until } from "../main/service-process.js";

export const REGION = "340000";
export const AUTHORITY = "11340000MB1A2B3CXU";
export const FOOD = `${AUTHORITY}001`;
export const AGENCY = "11340100TT00000153";

const file = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const PERMIT = JSON.parse(readFileSync(file("examples/food-permit.json"), "utf8"));

export interface Issued {
  readonly identifier: string;
  /** File with the document as it was issued. */
  readonly document: string;
}

/** A region with an agency that issues, and a thief who has read its data directory. */
export interface Office extends RegionOnCommandLine {
  issue(options?: { anchor?: boolean; to?: RegionOnCommandLine["tally"] }): Promise<Issued>;
  /** Verdict, standing and reason of a document. */
  verified(document: string, to?: RegionOnCommandLine["tally"]): Promise<Record<string, unknown>>;
  keyOf(agency: string): Promise<string | null>;
  /** Number of the one open alarm, and its detail. */
  alarm(): Promise<{ readonly number: string; readonly kind: string; readonly detail: string }>;
  /** Gives a command until what it says no longer speaks of a later time. */
  finished(...argv: string[]): Promise<Outcome>;
  events(action: string): Promise<readonly RecordedEvent[]>;
  addressOf(label: string): Promise<string>;
  /** Label of the operator in office. */
  operator(): Promise<string>;
  readonly thief: {
    chainAs(label: string): Promise<AnchorChain>;
    governanceAs(label: string): Promise<ReturnType<typeof ethersGovernance>>;
    signer(keyDigest: string): Promise<Signer>;
  };
}

let numbers = 200;

/** A request for the example permit under a number of its own. */
export function permit(): Record<string, unknown> {
  numbers += 1;
  const digits = `2349903${String(numbers).padStart(6, "0")}`;
  return { ...PERMIT, certificateNumber: `JY${digits}${mod11Over10(digits)}` };
}

export function statusIndexOf(document: string): number {
  const [entry] = JSON.parse(readFileSync(document, "utf8")).certificate.credentialStatus;
  return entry.statusListNumber * 131_072 + Number(entry.statusListIndex);
}

/** What sets the bit of one status index. */
export function masksOf(statusIndex: number, act: "revoke" | "suspend") {
  const position = statusIndex % 131_072;
  const masks = { list: Math.floor(statusIndex / 131_072), word: position >> 8, revoke: 0n, suspend: 0n, release: 0n };
  return { ...masks, [act]: 1n << BigInt(255 - (position & 255)) };
}

/** With further settings for every command of it. */
export async function openOffice(
  data: string,
  path: (name: string) => string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Office> {
  const region = await emptyRegion(data, settings);
  await region.done("init", "--region", REGION);
  await region.done("agency", "add", AUTHORITY, "--name", "安徽省市场监督管理局（样例）", "--area", "340000");
  await region.done("type", "publish", file("catalogue/food-business-permit.json"));
  await region.done("agency", "add", AGENCY, "--name", "合肥市市场监督管理局（样例）", "--area", "340100");
  await region.done("agency", "authorise", AGENCY, FOOD);
  await region.done("key", "add", AGENCY);

  const directory = dataDirectory(data);
  const files = async () => ({ directory: directory.keys, passphrase: await readPassphrase(directory.passphrase) });
  const accounts = new AccountFiles(await files());
  const network = () => {
    const { registry } = JSON.parse(readFileSync(directory.deployment, "utf8"));
    return { urls: region.network.urls, chainId: region.network.chainId, registry };
  };
  const json = async (...argv: string[]) => (await region.done(...argv)).map((line) => JSON.parse(line));

  return {
    ...region,
    async issue({ anchor = true, to = region.tally } = {}) {
      const content = permit();
      const request = path(`request-${numbers}.json`);
      const document = path(`document-${numbers}.json`);
      writeFileSync(request, JSON.stringify(content));
      const options = ["--agency", AGENCY, "--document", document, ...(anchor ? ["--anchor"] : [])];
      const { code, out, said } = await to(["issue", request, ...options]);
      if (code !== 0) throw new Error(`not issued: ${said}`);
      return { identifier: JSON.parse(out[0]!).certificateIdentifier, document };
    },
    async verified(document, to = region.tally) {
      return JSON.parse((await to(["verify", "--json", document])).out[0]!);
    },
    async keyOf(agency) {
      return (await json("agency", "list", "--json")).find(({ code }) => code === agency).keyDigest;
    },
    async alarm() {
      const open = await json("alarm", "list", "--json");
      if (open.length !== 1) throw new Error(`${open.length} alarms are open`);
      return { number: String(open[0].alarm), kind: open[0].kind, detail: open[0].detail };
    },
    async finished(...argv) {
      let last = await region.tally(argv);
      await until(
        async () => {
          if (last.code === 0 && !/takes effect at/.test(last.said)) return true;
          last = await region.tally(argv);
          return false;
        },
        120_000,
        UNHURRIED_MS,
      );
      return last;
    },
    async events(action) {
      const database = openDatabase(directory.store);
      try {
        const events = await sqliteAuditStore(database).list({ order: "oldest-first", limit: 5_000 });
        return events.filter((event) => event.action === action);
      } finally {
        database.close();
      }
    },
    async addressOf(label) {
      return (await accounts.list()).find((account) => account.label === label)!.address;
    },
    async operator() {
      return (await json("operator", "list", "--json")).find(({ rights }) => rights.length === 2).account;
    },
    thief: {
      async chainAs(label) {
        const { privateKey } = await new AccountFiles(await files()).open(label);
        return ethersAnchorChain({ ...network(), region: REGION, privateKey });
      },
      async governanceAs(label) {
        const { privateKey } = await new AccountFiles(await files()).open(label);
        return ethersGovernance({ ...network(), privateKey, confirmations: 0 });
      },
      signer: async (keyDigest) => new FileKeyStore(await files()).open(keyDigest),
    },
  };
}
