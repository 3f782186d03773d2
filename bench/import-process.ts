// SPDX-License-Identifier: Apache-2.0
import { createPrivateKey, sign } from "node:crypto";
import { closeSync, createReadStream, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { CSV_HEADER, csvLine, fictionalPermits } from "../scripts/fictional-permits.js";
import { nodeCrypto } from "../src/adapters/node-crypto/index.js";
import { sqliteAgencyStore } from "../src/adapters/sqlite/agency-store.js";
import { sqliteAuditStore } from "../src/adapters/sqlite/audit-store.js";
import { sqliteCatalogueStore } from "../src/adapters/sqlite/catalogue-store.js";
import { sqliteCertificateStore } from "../src/adapters/sqlite/certificate-store.js";
import { type Database, openDatabase } from "../src/adapters/sqlite/database.js";
import { sqlitePickUpStore } from "../src/adapters/sqlite/pick-up-store.js";
import { sqliteStatusIndexStore } from "../src/adapters/sqlite/status-index-store.js";
import { type Actor, eventBy } from "../src/domain/audit/index.js";
import { createCatalogue } from "../src/domain/catalogue/index.js";
import { createPickUps, type PickUps, withLinks } from "../src/domain/holders/index.js";
import { createIssuance, type Issuance } from "../src/domain/issuance/index.js";
import { createRenderer } from "../src/render/index.js";
import type { ImportFigures } from "./import.js";
import { AGENCY, FOOD_PERMIT_FILE, keyOf, NOW, REGION, SEED } from "./licences.js";
import { PeakRss } from "./peak-rss.js";

const OPERATOR: Actor = { kind: "cli", id: "bench", role: "operator", requestId: "bench" };
const ISSUER: Actor & { readonly agency: string } = { ...OPERATOR, role: "issuer", agency: AGENCY.code };
const FOOD = "11340000MB1A2B3CXU001";
const GROUP = 500;
const WARM_UP = 2_000;

interface Desk {
  readonly issuance: Issuance;
  /** Null: no links are made. */
  readonly pickUps: PickUps | null;
}

async function main(rows: number, links: boolean): Promise<ImportFigures> {
  const folder = mkdtempSync(join(tmpdir(), "tally-bench-"));
  try {
    const rss = new PeakRss();
    const { importMs, lengths } = await importMillis(join(folder, "import.db"), rows, links, rss);
    const peakRssMb = rss.megabytes;
    return { rows, importMs, baselineMs: rawMillis(join(folder, "raw.db"), rows, lengths), peakRssMb };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Lengths {
  readonly certificate: number;
  readonly token: number;
}

async function importMillis(
  path: string,
  rows: number,
  links: boolean,
  rss: PeakRss,
): Promise<{ importMs: number; lengths: Lengths }> {
  const database = openDatabase(path);
  const issuance = await issuanceOver(database);
  const desk = { issuance, pickUps: links ? pickUpsOver(database, issuance) : null };
  const file = join(dirname(path), "permits.csv");
  // The first file warms the code up; the second is measured.
  writeCsv(`${file}.warm`, { first: 0, count: WARM_UP });
  writeCsv(file, { first: WARM_UP, count: rows });
  await importAll(desk, createReadStream(`${file}.warm`), rss);
  const start = performance.now();
  await importAll(desk, createReadStream(file), rss);
  const importMs = performance.now() - start;
  const stored = database.get<{ n: number }>("SELECT count(*) AS n FROM certificates")?.n ?? 0;
  if (stored !== rows + WARM_UP) throw new Error(`${stored} certificates are stored instead of ${rows + WARM_UP}`);
  const lengths = database.get<{ certificate: number; token: number }>(
    "SELECT avg(length(certificate)) AS certificate, avg(length(token)) AS token FROM (SELECT * FROM certificates LIMIT 1000)",
  );
  database.close();
  return { importMs, lengths: lengths as Lengths };
}

async function importAll({ issuance, pickUps }: Desk, file: AsyncIterable<Uint8Array>, rss: PeakRss): Promise<void> {
  let seen = 0;
  const rows = issuance.importCsv(ISSUER, { typeCode: FOOD }, file);
  for await (const result of pickUps === null ? rows : withLinks(pickUps, ISSUER, rows)) {
    if (!result.ok) throw new Error(`line ${result.line}: ${result.error.message}`);
    if (++seen % GROUP === 0) rss.look();
  }
}

function writeCsv(path: string, { first, count }: { readonly first: number; readonly count: number }): void {
  const permits = fictionalPermits(1);
  for (let i = 0; i < first; i++) permits.next();
  const file = openSync(path, "w");
  writeSync(file, `\ufeff${CSV_HEADER}\r\n`);
  for (let done = 0; done < count; done += GROUP) {
    let lines = "";
    for (let i = done; i < Math.min(done + GROUP, count); i++) lines += `${csvLine(permits.next().value)}\r\n`;
    writeSync(file, lines);
  }
  closeSync(file);
}

async function issuanceOver(database: Database): Promise<Issuance> {
  const now = () => NOW;
  const agencies = sqliteAgencyStore(database);
  const catalogue = createCatalogue({ store: sqliteCatalogueStore(database), crypto: nodeCrypto, now });
  await catalogue.publishType(OPERATOR, readFileSync(FOOD_PERMIT_FILE));
  const event = (action: "agency-registered" | "agency-authorised") =>
    eventBy(OPERATOR, { time: NOW, action, object: AGENCY.code });
  await agencies.addAgency(AGENCY, event("agency-registered"));
  await agencies.authorise(AGENCY.code, FOOD, event("agency-authorised"));
  const signer = keyOf(SEED);
  return createIssuance({
    region: REGION,
    publicUrl: "https://tally.example",
    certificates: sqliteCertificateStore(database),
    agencies,
    audit: sqliteAuditStore(database),
    catalogue,
    statusIndices: sqliteStatusIndexStore(database),
    signers: { signerFor: async () => signer },
    anchors: { proofOf: async () => null },
    checkRenderable: createRenderer({ verifyHost: "verify.tigertally.example" }).checkRenderable,
    crypto: nodeCrypto,
    now,
  });
}

function pickUpsOver(database: Database, issuance: Issuance): PickUps {
  const key = { id: "bench", secret: SEED };
  return createPickUps({
    store: sqlitePickUpStore(database),
    keys: { current: async () => key, open: async () => key, rotate: async () => key },
    issuance,
    renderPdf: () => Promise.reject(new Error("nothing is rendered here")),
    audit: sqliteAuditStore(database),
    pagesUrl: () => "https://tally.example",
    rules: { linkMs: 2_592_000_000, sessionMs: 1_800_000, tries: 5 },
    now: () => NOW,
  });
}

/** Two signatures a row, and one durable row of equal bytes in the same groups: what no import can do without. */
function rawMillis(path: string, rows: number, { certificate, token }: Lengths): number {
  const database = openDatabase(path);
  database.run("CREATE TABLE raw (id INTEGER PRIMARY KEY, certificate BLOB NOT NULL, token BLOB NOT NULL) STRICT");
  const prefix = Buffer.from("302e020100300506032b657004220420", "hex");
  const key = createPrivateKey({ key: Buffer.concat([prefix, SEED]), format: "der", type: "pkcs8" });
  const bytes = new Uint8Array(Math.round(certificate)).fill(65);
  const tokenBytes = new Uint8Array(Math.round(token)).fill(66);
  const start = performance.now();
  for (let done = 0; done < rows; done += GROUP) {
    database.write(() => {
      for (let i = 0; i < GROUP; i++) {
        sign(null, bytes.subarray(0, 64), key);
        sign(null, tokenBytes, key);
        database.run("INSERT INTO raw (certificate, token) VALUES (?, ?)", bytes, tokenBytes);
      }
    });
  }
  const ms = performance.now() - start;
  database.close();
  return ms;
}

const figures = await main(Number(process.argv[2] ?? 100_000), process.argv[3] === "links");
process.send?.(figures, () => process.disconnect());
