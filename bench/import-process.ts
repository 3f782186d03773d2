// SPDX-License-Identifier: Apache-2.0
import { createPrivateKey, sign } from "node:crypto";
import { closeSync, createReadStream, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MongoClient } from "mongodb";
import { CSV_HEADER, csvLine, fictionalPermits } from "../scripts/fictional-permits.js";
import { nodeCrypto } from "../src/adapters/node-crypto/index.js";
import { openDatabase } from "../src/adapters/sqlite/database.js";
import { type Actor, eventBy } from "../src/domain/audit/index.js";
import { createCatalogue } from "../src/domain/catalogue/index.js";
import { createPickUps, type PickUps, withLinks } from "../src/domain/holders/index.js";
import { createIssuance, type Issuance } from "../src/domain/issuance/index.js";
import { readConfig } from "../src/main/config.js";
import { dataDirectory } from "../src/main/data-directory.js";
import { findMongod } from "../src/main/mongod/find-mongod.js";
import { openLocalMongod } from "../src/main/mongod/local-mongod.js";
import { openStores, type Stores } from "../src/main/stores.js";
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

type Store = "sqlite" | "mongodb";

async function main(rows: number, links: boolean, store: Store): Promise<ImportFigures> {
  const folder = mkdtempSync(join(tmpdir(), "tally-bench-"));
  // Held for as long as this runs, so that both measurements have one server.
  const server = store === "mongodb" ? await localMongod(folder) : null;
  try {
    const rss = new PeakRss();
    const { importMs, lengths } = await importMillis(folder, store, rows, links, rss);
    const peakRssMb = rss.megabytes;
    const baselineMs =
      server === null
        ? rawMillis(join(folder, "raw.db"), rows, lengths)
        : await rawMongoMillis(server.adminUrl, rows, lengths);
    return { rows, importMs, baselineMs, peakRssMb };
  } finally {
    server?.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  }
}

async function localMongod(folder: string) {
  const found = await findMongod({ environment: process.env });
  if (found.path === null) throw new Error(found.why);
  return openLocalMongod({ folder: dataDirectory(folder).mongodb, mongod: found.path });
}

interface Lengths {
  readonly certificate: number;
  readonly token: number;
}

async function importMillis(
  folder: string,
  store: Store,
  rows: number,
  links: boolean,
  rss: PeakRss,
): Promise<{ importMs: number; lengths: Lengths }> {
  const config = readConfig({ dataDirectory: folder, store, region: REGION }, {});
  const stores = await openStores({ config, directory: dataDirectory(folder), say: () => {} });
  const issuance = await issuanceOver(stores);
  const desk = { issuance, pickUps: links ? pickUpsOver(stores, issuance) : null };
  const file = join(folder, "permits.csv");
  // The first file warms the code up; the second is measured.
  writeCsv(`${file}.warm`, { first: 0, count: WARM_UP });
  writeCsv(file, { first: WARM_UP, count: rows });
  await importAll(desk, createReadStream(`${file}.warm`), rss);
  const start = performance.now();
  await importAll(desk, createReadStream(file), rss);
  const importMs = performance.now() - start;
  const { pending } = await stores.anchoring.counts();
  if (pending !== rows + WARM_UP) throw new Error(`${pending} certificates are stored instead of ${rows + WARM_UP}`);
  const lengths = await lengthsIn(stores);
  await stores.close();
  return { importMs, lengths };
}

/** Of some of the certificates; their mean. */
async function lengthsIn({ certificates }: Stores): Promise<Lengths> {
  const { rows } = await certificates.search({ agency: AGENCY.code }, { limit: 200 });
  const found = await Promise.all(rows.map(({ identifier }) => certificates.findCertificate(identifier)));
  const mean = (part: "certificate" | "token"): number =>
    found.reduce((sum, record) => sum + record![part].length, 0) / found.length;
  return { certificate: mean("certificate"), token: mean("token") };
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

async function issuanceOver(stores: Stores): Promise<Issuance> {
  const now = () => NOW;
  const { agencies, audit, certificates, statusIndices } = stores;
  const catalogue = createCatalogue({ store: stores.catalogue, crypto: nodeCrypto, now });
  await catalogue.publishType(OPERATOR, readFileSync(FOOD_PERMIT_FILE));
  const event = (action: "agency-registered" | "agency-authorised") =>
    eventBy(OPERATOR, { time: NOW, action, object: AGENCY.code });
  await agencies.addAgency(AGENCY, event("agency-registered"));
  await agencies.authorise(AGENCY.code, FOOD, event("agency-authorised"));
  const signer = keyOf(SEED);
  return createIssuance({
    region: REGION,
    publicUrl: "https://tally.example",
    certificates,
    agencies,
    audit,
    catalogue,
    statusIndices,
    signers: { signerFor: async () => signer },
    anchors: { proofOf: async () => null },
    checkRenderable: createRenderer({ verifyHost: "verify.tigertally.example" }).checkRenderable,
    crypto: nodeCrypto,
    now,
  });
}

const nothingRendered = () => Promise.reject(new Error("nothing is rendered here"));

function pickUpsOver(stores: Stores, issuance: Issuance): PickUps {
  const key = { id: "bench", secret: SEED };
  return createPickUps({
    store: stores.pickUps,
    keys: { current: async () => key, open: async () => key, rotate: async () => key },
    issuance,
    copies: { make: nothingRendered, find: nothingRendered, fileOf: nothingRendered, list: nothingRendered },
    renderPdf: nothingRendered,
    audit: stores.audit,
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

/** Bulk inserts of documents of equal bytes, in the same groups, majority and journal. */
async function rawMongoMillis(url: string, rows: number, { certificate, token }: Lengths): Promise<number> {
  const client = new MongoClient(url, { writeConcern: { w: "majority", journal: true } });
  const raw = client.db("raw").collection<{ _id: number; certificate: Uint8Array; token: Uint8Array }>("raw");
  const bytes = new Uint8Array(Math.round(certificate)).fill(65);
  const tokenBytes = new Uint8Array(Math.round(token)).fill(66);
  const groupFrom = (first: number) =>
    Array.from({ length: GROUP }, (_, i) => ({ _id: first + i, certificate: bytes, token: tokenBytes }));
  await raw.insertMany(groupFrom(-GROUP));
  const start = performance.now();
  for (let done = 0; done < rows; done += GROUP) await raw.insertMany(groupFrom(done), { ordered: false });
  const ms = performance.now() - start;
  await client.close();
  return ms;
}

const [, , rowsAsked, linksAsked, storeAsked] = process.argv;
const figures = await main(
  Number(rowsAsked ?? 100_000),
  linksAsked === "links",
  storeAsked === "mongodb" ? "mongodb" : "sqlite",
);
process.send?.(figures, () => process.disconnect());
