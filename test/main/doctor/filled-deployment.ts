// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from "node:crypto";
import { pino } from "pino";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { utf8 } from "../../../src/core/bytes.js";
import { toHex } from "../../../src/core/hex.js";
import { auditHeadBatch } from "../../../src/domain/anchoring/index.js";
import { anchorLease } from "../../../src/domain/anchoring/lease-store.js";
import type { Actor } from "../../../src/domain/audit/index.js";
import {
  type Discrepancy,
  type Examined,
  examineContents,
  type PartResult,
} from "../../../src/domain/examination/index.js";
import type { IdempotencyStore } from "../../../src/domain/issuance/idempotency-store.js";
import { createMirror } from "../../../src/domain/sharing/index.js";
import type { Deployment } from "../../../src/main/compose.js";
import type { DataDirectory } from "../../../src/main/data-directory.js";
import { openSettings } from "../../../src/main/settings.js";
import { withDeployment } from "../../../src/main/with-tally.js";
import { tiled } from "../../adapters/issued.js";
import { AGENCY, AUTHORITY, FOOD, type Office, openOffice, permit, REGION } from "../../operations/office.js";
import { PLAIN_ENVIRONMENT } from "../service-process.js";
import { fillSeals, leafOfSeal } from "./filled-seals.js";

export interface Examination {
  readonly found: readonly Discrepancy[];
  readonly parts: readonly PartResult[];
}

/** A deployment with a record of every kind, and an examination of it that asks the chain each question once. */
export interface FilledDeployment {
  readonly office: Office;
  readonly deployment: Deployment;
  /** Identifiers by what was done with them. */
  readonly certificates: Readonly<Record<string, string>>;
  examine(): Promise<Examination>;
  close(): Promise<void>;
}

/** What a test can edit behind the deployment's back. */
export interface FilledStore {
  /** Beside the deployment's own. */
  readonly requests: IdempotencyStore;
  close(): Promise<void>;
}

const actorOf = (agency: string): Actor => ({ kind: "cli", id: "test", role: "operator", agency, requestId: "test" });
const PAPER = { legalBasis: "行政许可法", documentNumber: "样例〔2026〕1号" };

export async function openFilled<Store extends FilledStore>(
  path: (name: string) => string,
  openStore: (directory: DataDirectory) => Promise<Store>,
  environment: Readonly<Record<string, string>> = {},
): Promise<{ readonly filled: FilledDeployment; readonly store: Store }> {
  const data = path("data");
  const office = await openOffice(data, path, environment);
  const { config, directory } = openSettings(
    {},
    { ...PLAIN_ENVIRONMENT, TALLY_DATA: data, TALLY_LOG: "warn", ...environment },
  );
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
  let store: Store | null = null;
  const close = async (): Promise<void> => {
    await store?.close();
    end();
    await running;
    await office.close();
  };
  try {
    store = await openStore(directory);
    const certificates = await fill(deployment, office, store);
    const examined = remembering(deployment.examined);
    const examine = async (): Promise<Examination> => {
      const found: Discrepancy[] = [];
      const parts: PartResult[] = [];
      const listener = { progress: () => {}, ended: (part: PartResult) => void parts.push(part) };
      await examineContents(examined, { ...listener, discrepancy: (_, each) => void found.push(each) });
      return { found, parts };
    };
    return { filled: { office, deployment, certificates, examine, close }, store };
  } catch (error) {
    await close();
    throw error;
  }
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

async function fill(
  deployment: Deployment,
  office: Office,
  { requests }: FilledStore,
): Promise<Record<string, string>> {
  const { issuance, pickUps, anchoring, administration, tokens, catalogue } = deployment;
  const actor = actorOf(AGENCY);
  const issue = async (agency = AGENCY): Promise<string> =>
    (await issuance.issueCertificate(actorOf(agency), permit())).certificateIdentifier;
  const anchor = async (): Promise<void> => {
    await anchoring.drainStatus({ timeoutMs: 60_000 });
    await anchoring.drain({ timeoutMs: 60_000 });
  };
  /** As the worker does when it is due. */
  const anchorHead = async (): Promise<void> => {
    const { anchoringStore: store } = deployment;
    const { head } = (await store.uncoveredEvents())!;
    const lease = (await store.claimLease(anchorLease(REGION), "heads", Date.now(), 60_000))!;
    const staged = await store.stageAuditHead(lease, auditHeadBatch(nodeCrypto, REGION, head), Date.now());
    if (staged.outcome !== "staged") throw new Error(staged.outcome);
    await store.releaseLease(lease);
    await anchoring.drain({ timeoutMs: 60_000 });
  };
  const change = (identifier: string, action: string, state?: string) =>
    issuance.changeState(actor, identifier, { action, ...(state && { state }), ...PAPER });

  const { copies } = deployment;
  const [today] = new Date().toISOString().split("T");
  /** The leaf of a reader's copy that waits from now on. */
  const copy = async (identifier: string): Promise<Uint8Array> => {
    const until = `${Number(today!.slice(0, 4)) + 1}-01-01`;
    const { copyNumber } = await copies.make(actor, identifier, { user: "样例公司", matter: "样例事项", until });
    const file = await deployment.examined.records.certificateFile(identifier);
    return file!.copies.find((each) => each.copy.number === copyNumber)!.copy.leafHash;
  };

  const named: Record<string, string> = {};
  for (const name of ["plain", "released", "revoked", "transferred", "renewed", "suspended", "locked", "opened"])
    named[name] = await issue();
  await anchor();
  await copy(named.plain!);
  await anchorHead();
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

  await fillSeals(deployment, actor, { again: named.plain!, once: named.released! });

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

  await anchorHead();

  // Anchored by an instance that was restored from an older backup, and taken back from the chain; out of turn, as when a key's were held.
  named.pending = await issue();
  named.adopted = await issue();
  const { leafHash } = (await deployment.examined.records.certificateFile(named.adopted))!.certificate;
  // A seal that waits, and one that is taken back, too.
  await deployment.renderPdf(actor, named.transferred!);
  await deployment.renderPdf(actor, named.opened!);
  // And copies.
  await copy(named.plain!);
  for (const leaf of [leafHash, await leafOfSeal(deployment, named.opened!), await copy(named.locked!)]) {
    const batch = { region: REGION, root: toHex(leaf), size: 1 };
    await (await office.thief.chainAs(await office.operator())).submitAnchor(batch);
    await deployment.anchoringStore.adoptBatch(
      { ...batch, ...(await tiled(leaf)) },
      (await deployment.chain.findAnchor(batch))!,
    );
  }

  // What a thief anchored: two alarms, of which one is closed.
  const thief = await office.thief.chainAs(await office.operator());
  for (let i = 0; i < 2; i++) await thief.submitAnchor({ root: toHex(randomBytes(32)), size: 1 });
  await anchoring.watchOnce();
  const [alarm] = await deployment.alarms.list();
  await deployment.alarms.clear(actor, alarm!.seq);
  await deployment.regions.disownRoot(actor, REGION, alarm!.object.split("/")[0]!, 1);

  const request = { scope: "token/route", key: "k", requestHash: new Uint8Array(32).fill(7), plan: "{}" };
  await requests.reserve([request], { now: Date.now(), abandonedBefore: 0, forgottenBefore: 0 });
  const unanswered = { ...request, key: "unanswered" };
  await requests.reserve([unanswered], { now: Date.now(), abandonedBefore: 0, forgottenBefore: 0 });
  const { stateCode: _s, acts: _a, certificate, ...summary } = await issuance.getCertificate(actor, named.plain!);
  const [asked, credential] = [request, { ...request, key: "credential" }];
  await requests.reserve([credential], { now: Date.now(), abandonedBefore: 0, forgottenBefore: 0 });
  const answerOf = (body: object) => ({ status: 201, body: utf8(JSON.stringify(body)) });
  await requests.answer([
    { ...asked, response: answerOf({ ...summary, warnings: [] }) },
    { ...credential, response: answerOf({ verifiableCredential: certificate }) },
  ]);

  const { mirrorStore: store, chain, evidence: own, types } = deployment;
  const mirror = createMirror({ store, chain, peers: [], own, types, crypto: nodeCrypto });
  while ((await mirror.runOnce()).more);
  await deployment.floor.raise(1);
  return named;
}

function wrongCode(code: string): string {
  return code === "000000" ? "000001" : "000000";
}
