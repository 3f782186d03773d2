// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from "node:crypto";
import { pino } from "pino";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { type Database, openDatabase, type SqlValue } from "../../../src/adapters/sqlite/database.js";
import { sqliteIdempotencyStore } from "../../../src/adapters/sqlite/idempotency-store.js";
import { writeSnapshot } from "../../../src/adapters/sqlite/snapshot.js";
import { toHex } from "../../../src/core/hex.js";
import type { Actor } from "../../../src/domain/audit/index.js";
import {
  type Discrepancy,
  type Examined,
  examineContents,
  type PartResult,
} from "../../../src/domain/examination/index.js";
import { createMirror } from "../../../src/domain/sharing/index.js";
import { withDeployment } from "../../../src/main/command-context.js";
import type { Deployment } from "../../../src/main/compose.js";
import { openSettings } from "../../../src/main/settings.js";
import { AGENCY, AUTHORITY, FOOD, type Office, openOffice, permit, REGION } from "../../operations/office.js";
import { PLAIN_ENVIRONMENT } from "../service-process.js";

export interface Examination {
  readonly found: readonly Discrepancy[];
  readonly parts: readonly PartResult[];
}

/** A deployment with a record of every kind, whose store can be edited behind its back and put back. */
export interface TamperedStore {
  readonly office: Office;
  readonly deployment: Deployment;
  readonly database: Database;
  /** Identifiers by what was done with them. */
  readonly certificates: Readonly<Record<string, string>>;
  /** Edits without triggers and foreign keys, as anybody with the file can. */
  edit(sql: string, ...values: readonly SqlValue[]): void;
  restore(): void;
  examine(): Promise<Examination>;
  close(): Promise<void>;
}

const actorOf = (agency: string): Actor => ({ kind: "cli", id: "test", role: "operator", agency, requestId: "test" });
const PAPER = { legalBasis: "行政许可法", documentNumber: "样例〔2026〕1号" };

export async function openTamperedStore(path: (name: string) => string): Promise<TamperedStore> {
  const data = path("data");
  const office = await openOffice(data, path);
  const { config, directory } = openSettings({}, { ...PLAIN_ENVIRONMENT, TALLY_DATA: data, TALLY_LOG: "warn" });
  let end = (): void => {};
  let running: Promise<void> = Promise.resolve();
  const deployment = await new Promise<Deployment>((resolve, reject) => {
    running = withDeployment(config, directory, pino({ level: "silent" }), async (opened) => {
      resolve(opened);
      await new Promise<void>((ended) => {
        end = ended;
      });
    });
    running.catch(reject);
  });
  const close = async (): Promise<void> => {
    end();
    await running;
    await office.close();
  };
  try {
    return await prepared(office, deployment, { store: directory.store, pristine: path("pristine.db"), close });
  } catch (error) {
    await close();
    throw error;
  }
}

async function prepared(
  office: Office,
  deployment: Deployment,
  { store, pristine, close }: { store: string; pristine: string; close: () => Promise<void> },
): Promise<TamperedStore> {
  // Beside the deployment's own, as an intruder's would be.
  const database = openDatabase(store);
  const certificates = await fill(deployment, office, database);

  writeSnapshot(store, pristine);
  database.run("PRAGMA foreign_keys = OFF");
  database.run("ATTACH ? AS pristine", pristine);
  const tables = [...tablesOf(database), "sqlite_sequence"];

  const withoutRules = (work: () => void): void => {
    database.write(() => {
      const triggers = database.all<{ name: string; sql: string }>(
        "SELECT name, sql FROM main.sqlite_schema WHERE type = 'trigger'",
      );
      for (const { name } of triggers) database.run(`DROP TRIGGER main.${name}`);
      work();
      for (const { sql } of triggers) database.run(sql);
    });
  };
  const examined = remembering(deployment.examined!);
  return {
    office,
    deployment,
    database,
    certificates,
    edit: (sql, ...values) =>
      withoutRules(() => {
        if (database.run(sql, ...values).changes === 0) throw new Error(`nothing was edited by ${sql}`);
      }),
    restore: () =>
      withoutRules(() => {
        for (const table of tables) {
          database.run(`DELETE FROM main.${table}`);
          database.run(`INSERT INTO main.${table} SELECT * FROM pristine.${table}`);
        }
      }),
    async examine() {
      const found: Discrepancy[] = [];
      const parts: PartResult[] = [];
      const listener = { progress: () => {}, ended: (part: PartResult) => void parts.push(part) };
      await examineContents(examined, { ...listener, discrepancy: (_, each) => void found.push(each) });
      return { found, parts };
    },
    close: async () => {
      database.close();
      await close();
    },
  };
}

export function tablesOf(database: Database): readonly string[] {
  const sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
  return database.all<{ name: string }>(sql).map(({ name }) => name);
}

/** The chain stands still while the store is edited, so each question is asked once. */
function remembering(examined: Examined): Examined {
  const memory = new Map<string, Promise<unknown>>();
  const once = <T extends object>(name: string, target: T): T =>
    new Proxy(target, {
      get(of, property, receiver) {
        const value = Reflect.get(of, property, receiver) as unknown;
        if (typeof value !== "function") return value;
        return (...args: unknown[]) => {
          const question = JSON.stringify([name, property, args]);
          const answer = memory.get(question) ?? Promise.resolve(value.apply(of, args));
          memory.set(question, answer);
          return property === "snapshot" ? answer.then((snapshot) => once("snapshot", snapshot as object)) : answer;
        };
      },
    });
  return {
    ...examined,
    chain: once("chain", examined.chain),
    registry: once("registry", examined.registry),
    pickUpKeys: once("keys", examined.pickUpKeys),
  };
}

async function fill(deployment: Deployment, office: Office, database: Database): Promise<Record<string, string>> {
  const { issuance, pickUps, anchoring, administration, tokens, catalogue } = deployment;
  const actor = actorOf(AGENCY);
  const issue = async (agency = AGENCY): Promise<string> =>
    (await issuance.issueCertificate(actorOf(agency), permit())).certificateIdentifier;
  const anchor = async (): Promise<void> => {
    await anchoring.drainStatus({ timeoutMs: 60_000 });
    await anchoring.drain({ timeoutMs: 60_000 });
  };
  const change = (identifier: string, action: string, state?: string) =>
    issuance.changeState(actor, identifier, { action, ...(state && { state }), ...PAPER });

  const named: Record<string, string> = {};
  for (const name of ["plain", "released", "revoked", "transferred", "renewed", "suspended", "locked", "opened"])
    named[name] = await issue();
  await anchor();
  await change(named.released!, "suspend");
  await change(named.released!, "release");
  await anchor();
  await change(named.revoked!, "revoke", "revoked-penalty");
  await change(named.transferred!, "suspend");
  await change(named.transferred!, "suspend", "transferred-out");
  await change(named.suspended!, "suspend");
  const period = { validFrom: "2027-01-01", validUntil: "2031-12-31" };
  named.successor = (await issuance.renewCertificate(actor, named.renewed!, period)).certificateIdentifier;
  named.heir = (await issuance.renewCertificate(actor, named.suspended!, period)).certificateIdentifier;
  await anchor();

  // Held: its key was stolen before it was anchored.
  const admin = actorOf(AUTHORITY);
  await administration.authorise(admin, AUTHORITY, FOOD);
  const { keyDigest } = await administration.addKey(admin, AUTHORITY);
  named.held = await issue(AUTHORITY);
  await administration.claimCompromise(admin, keyDigest, Math.floor(Date.now() / 1000) - 5);

  // Links of every fate.
  const deliver = (identifier: string) =>
    pickUps.firstLinks(actor, [{ certificateIdentifier: identifier, issueDeptCode: AGENCY }]);
  const secretsIn = (told: { url: string; code: string }) => ({ secret: told.url.split("#")[1]!, code: told.code });
  const [locked] = await deliver(named.locked!);
  for (let i = 0; i < deployment.config.pickUpTries; i++)
    await pickUps.open({ requestId: "r" }, locked!.link, { ...secretsIn(locked!), code: wrongCode(locked!.code) });
  const [opens] = await deliver(named.opened!);
  await pickUps.open({ requestId: "r" }, opens!.link, secretsIn(opens!));
  const [old] = await deliver(named.plain!);
  await pickUps.sendLink(actor, named.plain!, {});
  await pickUps.sendLink(actor, named.plain!, { keepOlder: true });
  const [taken] = await deliver(named.released!);
  await pickUps.revokeLink(actor, named.released!, taken!.link);
  if (old === undefined) throw new Error("no link was made");

  await tokens.createToken(actor, { agency: AGENCY, role: "issuer", types: [FOOD], label: "counter", validDays: 30 });
  const { id } = await tokens.createToken(actor, { agency: AGENCY, role: "reader", label: "screen" });
  await tokens.revokeToken(actor, id);

  // A second version of the type, retired, and a third that is on chain and nowhere else.
  const { definition } = await catalogue.getType(FOOD, 1);
  const governance = await deployment.governance(`admin-${REGION}`);
  const { digest } = await catalogue.publishType(actor, { ...definition, version: 2 });
  await governance.publishTypeDefinition(FOOD, 2, digest);
  await catalogue.retireType(actor, FOOD, 2);
  await governance.publishTypeDefinition(FOOD, 3, toHex(randomBytes(32)));

  // What a thief anchored: two alarms, of which one is closed.
  const thief = await office.thief.chainAs(await office.operator());
  for (let i = 0; i < 2; i++) await thief.submitAnchor({ root: toHex(randomBytes(32)), size: 1 });
  await anchoring.watchOnce();
  const [alarm] = await deployment.alarms.list();
  await deployment.alarms.clear(actor, alarm!.seq);

  const requests = sqliteIdempotencyStore(database);
  const request = { scope: "token/route", key: "k", requestHash: new Uint8Array(32).fill(7), plan: "{}" };
  await requests.reserve([request], { now: Date.now(), abandonedBefore: 0, forgottenBefore: 0 });
  await requests.answer([{ ...request, response: { status: 201, body: new Uint8Array(2) } }]);

  const { mirrorStore: store, chain, evidence: own, types } = deployment;
  const mirror = createMirror({ store, chain, peers: [], own, types, crypto: nodeCrypto });
  while ((await mirror.runOnce()).more);
  await deployment.floor.raise(1);
  named.pending = await issue();
  return named;
}

function wrongCode(code: string): string {
  return code === "000000" ? "000001" : "000000";
}
