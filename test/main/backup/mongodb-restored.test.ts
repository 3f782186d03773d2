// SPDX-License-Identifier: Apache-2.0
import { cpSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type Document, MongoClient } from "mongodb";
import { COLLECTIONS } from "../../../src/adapters/mongo/schema.js";
import type { Tally } from "../../../src/cli/tally.js";
import { createApiTokens } from "../../../src/domain/agencies/api-tokens.js";
import type { AnchorChain } from "../../../src/domain/anchoring/index.js";
import { createContext } from "../../../src/main/command-context.js";
import { readConfig } from "../../../src/main/config.js";
import { dataDirectory } from "../../../src/main/data-directory.js";
import { openStores, type Stores } from "../../../src/main/stores.js";
import { mongod, withPath } from "../../adapters/mongo/cluster.js";
import {
  AGENCY,
  type Issued,
  type Office,
  openOffice,
  permit,
  REGION,
  statusIndexOf,
} from "../../operations/office.js";
import { Runbook } from "../../operations/runbook.js";
import { PLAIN_ENVIRONMENT, type ServiceProcess, startServiceWith, until, workspace } from "../service-process.js";

/**
 * A plain copy of all collections through the driver stands in for mongodump and mongorestore, which are no part of the server that the
 * tests have: nothing writes while it is made, so it is of one instant as a dump with its oplog is.
 */
describe("a MongoDB that was put back", function () {
  this.timeout(300_000);
  const here = workspace();
  const running: ServiceProcess[] = [];
  let office: Office;
  let store: Record<string, string>;
  let chain: AnchorChain;
  let admin: MongoClient;
  let name: string;
  let earlier: Issued;
  let waiting: readonly Issued[];
  let later: Issued;
  let copy: ReadonlyMap<string, readonly Document[]>;
  const tokens = { leaver: "", counter: "" };

  before(async function () {
    const { url, adminUrl } = await mongod(this, "replica-set-of-one");
    name = `restored-${process.pid}`;
    store = { TALLY_STORE: "mongodb", TALLY_MONGODB_URL: withPath(url, name) };
    admin = new MongoClient(adminUrl);
    office = await openOffice(here.path("data"), here.path, store);
    chain = await office.thief.chainAs(await office.operator());
    earlier = await office.issue();
    waiting = [await office.issue({ anchor: false }), await office.issue({ anchor: false })];
    for (const each of ["leaver", "counter"] as const)
      tokens[each] = (await office.done("token", "create", AGENCY, "--label", each))[0]!;
    copy = await copied();
    await office.done("token", "revoke", idOf(tokens.leaver));
    await inTally((there) => there.anchorPending());
    later = await office.issue();
  });

  after(async () => {
    for (const each of running) each.killNow();
    await Promise.all(running.map(({ exited }) => exited));
    await office?.close();
    await admin?.db(name).dropDatabase();
    await admin?.close();
    here.remove();
  });

  async function copied(): Promise<ReadonlyMap<string, readonly Document[]>> {
    const all = new Map<string, readonly Document[]>();
    for (const each of Object.keys(COLLECTIONS)) all.set(each, await admin.db(name).collection(each).find().toArray());
    return all;
  }

  /** All roles are stopped first, as the runbook says. */
  async function putBack(): Promise<void> {
    for (const each of running) await each.kill();
    const written = { writeConcern: { w: "majority" } } as const;
    for (const [each, documents] of copy) {
      await admin.db(name).collection(each).deleteMany({}, written);
      if (documents.length > 0)
        await admin
          .db(name)
          .collection(each)
          .insertMany([...documents], written);
    }
  }

  /** One command in the directory in which the region was set up. */
  async function inTally<T>(use: (tally: Tally) => Promise<T>): Promise<T> {
    const environment = { ...PLAIN_ENVIRONMENT, TALLY_DATA: office.directory, TALLY_LOG: "silent", ...store };
    const silent = { write: () => {} };
    return createContext({ environment, stdout: silent, stderr: silent }).withTally(use);
  }

  async function inStores<T>(use: (stores: Stores) => Promise<T>): Promise<T> {
    const config = readConfig({ dataDirectory: office.directory }, store);
    const stores = await openStores({ config, directory: dataDirectory(office.directory), say: () => {} });
    try {
      return await use(stores);
    } finally {
      await stores.close();
    }
  }

  /** Of another machine, which has the keys of its role and has never seen the administration's directory. */
  function directoryFor(role: "api" | "worker" | "administration"): string {
    const target = here.copyOf(join(office.directory, "keys"));
    const keys = join(target, "keys");
    for (const key of readdirSync(target)) {
      const isItsOwn = role === "administration" || key.startsWith("account-") === (role === "worker");
      if (isItsOwn) cpSync(join(target, key), join(keys, key), { recursive: true });
      rmSync(join(target, key), { recursive: true });
    }
    for (const part of ["profile.json", "passphrase"]) cpSync(join(office.directory, part), join(target, part));
    return target;
  }

  function network(url: string): Record<string, string> {
    const { registry } = JSON.parse(readFileSync(dataDirectory(office.directory).deployment, "utf8"));
    return { TALLY_CHAIN_URLS: url, TALLY_CHAIN_ID: String(office.network.chainId), TALLY_REGISTRY: registry };
  }

  async function start(role: "api" | "worker", url: string): Promise<ServiceProcess> {
    const settings = { ...store, ...network(url), TALLY_ANCHOR_EVERY: "1" };
    const service = await startServiceWith(settings, directoryFor(role), "--role", role);
    running.push(service);
    return service;
  }

  async function issueThrough(
    { ready }: ServiceProcess,
    token: string,
  ): Promise<{ identifier: string; index: number }> {
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
    const content = permit();
    const response = await fetch(`${ready.url}/v1/certificates`, {
      method: "POST",
      headers: { ...headers, "Idempotency-Key": `restored-${content.certificateNumber}` },
      body: JSON.stringify(content),
    });
    const answer = (await response.json()) as { certificateIdentifier: string };
    expect(response.status, JSON.stringify(answer)).to.equal(201);
    const identifier = answer.certificateIdentifier;
    const document = await fetch(`${ready.url}/v1/certificates/${identifier}/document`, { headers });
    const [entry] = JSON.parse(await document.text()).certificate.credentialStatus;
    return { identifier, index: entry.statusListNumber * 131_072 + Number(entry.statusListIndex) };
  }

  async function statusOf(api: ServiceProcess, token: string): Promise<number> {
    return (await fetch(`${api.ready.url}/v1/token`, { headers: { Authorization: `Bearer ${token}` } })).status;
  }

  /** How many entries the region's batches on chain have altogether: one that was anchored twice would count twice. No command looks. */
  async function entriesOnChain(): Promise<number> {
    const { block } = await chain.head();
    const events = await chain.events({ fromBlock: 1, toBlock: block });
    const sizes = events.map((event) => (event.kind === "batch-anchored" && event.region === REGION ? event.size : 0));
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  const areAnchored = (identifiers: readonly string[]): Promise<boolean> =>
    inStores(async ({ anchoring }) => {
      const positions = await Promise.all(identifiers.map((each) => anchoring.leafPosition(each)));
      return positions.every((position) => position?.state === "anchored");
    });

  const identifiersOf = (all: readonly Issued[]): string[] => all.map(({ identifier }) => identifier);
  const storeRestored = () =>
    inStores(({ audit }) => audit.list({ action: "store-restored", order: "oldest-first", limit: 10 }));

  it("is compared with the chain: what was anchored since is found again, nothing is anchored twice, no index comes again", async () => {
    const before = await entriesOnChain();
    expect(before).to.equal(4);
    await putBack();
    const begun = Math.floor(Date.now() / 1000);
    const runbook = new Runbook("A MongoDB that was put back", office, {});
    const [restored] = await runbook.step();
    runbook.finished();
    const { out, said } = restored!;
    expect(said).to.contain("1 batches with 2 waiting entries were found on the chain again");
    expect(out.map((line) => line.split(/\s+/)[0])).to.deep.equal([
      ...["token", "token"],
      ...["pick-up-link", "pick-up-link", "pick-up-link"],
    ]);
    expect(out.slice(0, 2).map((line) => line.split(/\s+/)[1])).to.have.members(Object.values(tokens).map(idOf));

    await start("worker", office.network.urls[0]!);
    const issued = [await office.issue({ anchor: false }), await office.issue({ anchor: false })];
    await until(() => areAnchored(identifiersOf([earlier, ...waiting, ...issued])), 60_000);
    expect(await entriesOnChain()).to.equal(before + issued.length);
    const used = [earlier, ...waiting, later].map(({ document }) => statusIndexOf(document));
    for (const { document } of issued) {
      expect(used).to.not.include(statusIndexOf(document));
      expect(Math.floor(statusIndexOf(document) / 131_072)).to.be.within(begun, begun + 60);
    }
    for (const { document } of [earlier, later])
      expect(await office.verified(document), document).to.include({ verdict: "valid" });
    // Written while they waited, so their proof comes with the worker's mirror.
    for (const { document } of issued)
      await until(async () => (await office.verified(document)).verdict === "valid", 60_000);
    await inTally(async ({ alarms, pickUps, watchOnce, tokens: live }) => {
      await watchOnce();
      // The one batch that the copy cannot know.
      expect((await alarms.list()).map(({ kind }) => kind)).to.deep.equal(["unknown-batch"]);
      for (const token of Object.values(tokens)) expect(await live.authenticate(token)).to.equal(null);
      const reader = {
        kind: "cli",
        id: userInfo().username,
        role: "operator",
        agency: AGENCY,
        requestId: "r",
      } as const;
      for (const { identifier } of [earlier, ...waiting])
        expect((await pickUps.listLinks(reader, identifier)).map(({ state }) => state)).to.deep.equal(["revoked"]);
    });
  });

  it("has nothing staged by a worker of another directory while it cannot be compared, and answers requests meanwhile", async () => {
    await putBack();
    const before = await entriesOnChain();
    const frail = await frailChain(office.network.urls[0]!);
    try {
      const administration = { TALLY_DATA: directoryFor("administration"), ...network(frail.url) };
      const told = (...argv: string[]) => office.tally(argv, { environment: administration });
      frail.refuses = () => true;
      const first = await told("restore", "--mongodb");
      expect(first.code, first.said).to.equal(70);
      expect(first.said).to.contain("not compared with the chain yet");
      const again = await told("restore", "--mongodb", "--keep-tokens");
      expect(again.code, again.said).to.equal(70);
      expect(again.said).to.contain("is not finished and is gone on with");
      expect(again.out).to.deep.equal(first.out);
      const [event, ...others] = await storeRestored();
      expect(others).to.deep.equal([]);
      const counter = Number(event!.detail!.statusIndexCounter);

      // It could take batches, and cannot say which it has.
      frail.refuses = (method) => method === "eth_getLogs";
      const api = await start("api", frail.url);
      const worker = await start("worker", frail.url);
      expect(worker.stderr()).to.contain("not compared with the chain yet, so nothing is anchored or sent");
      expect(await Promise.all(Object.values(tokens).map((each) => statusOf(api, each)))).to.deep.equal([401, 401]);
      const issued = await issueThrough(api, await inStores(tokenIn));
      expect(issued.index).to.be.at.least(counter);
      await until(() => worker.stderr().split("restoration-unfinished").length > 3, 60_000);
      expect(await inStores(({ anchoring }) => anchoring.counts())).to.include({ pending: 3, openBatches: 0 });
      expect(await entriesOnChain()).to.equal(before);
      const doctor = await told("doctor");
      expect(doctor.out.join("\n")).to.match(/store +mongodb, restored at .* not compared with the chain yet/);

      frail.refuses = () => false;
      await until(() => areAnchored([...identifiersOf(waiting), issued.identifier]), 60_000);
      expect(await inStores(({ restoration }) => restoration.unfinishedRestoration())).to.equal(null);
      expect(await entriesOnChain()).to.equal(before + 1);
      expect(await storeRestored()).to.have.length(1);
    } finally {
      for (const each of running) each.killNow();
      await frail.close();
    }
  });

  it("whose restoration was killed at once is gone on with by an api before it answers", async () => {
    await putBack();
    const at = Date.now();
    const actor = { kind: "cli", id: "root", role: "operator", requestId: "killed" } as const;
    const orders = { kept: { tokens: false, pickUpLinks: false }, actor };
    const backupOf = new Date(at - 60_000).toISOString();
    await inStores(({ restoration }) => restoration.beginRestoration({ at, backupOf, orders }));

    const api = await start("api", office.network.urls[0]!);
    expect(await Promise.all(Object.values(tokens).map((each) => statusOf(api, each)))).to.deep.equal([401, 401]);
    const [event] = await storeRestored();
    expect(event).to.deep.include({ time: at, requestId: "killed" });
    expect(event!.detail).to.include({ backupOf, tokensRevoked: 2, pickUpLinksRevoked: 3 });
    const { index } = await issueThrough(api, await inStores(tokenIn));
    expect(Math.floor(index / 131_072)).to.equal(Math.floor(at / 1000));

    const before = await entriesOnChain();
    expect(await inStores(({ anchoring }) => anchoring.counts())).to.include({ pending: 3 });
    // A command of the administration, whose directory knows nothing of it either.
    await inTally((there) => there.anchorPending());
    expect(await inStores(({ restoration }) => restoration.unfinishedRestoration())).to.equal(null);
    expect(await areAnchored(identifiersOf(waiting))).to.equal(true);
    expect(await entriesOnChain()).to.equal(before + 1);
    expect(await storeRestored()).to.have.length(1);
  });
});

const idOf = (token: string): string => token.split("_")[1]!;

/** One that was made after the restoration. */
async function tokenIn({ apiTokens: store, agencies }: Stores): Promise<string> {
  const actor = { kind: "cli", id: "root", role: "operator", requestId: "r" } as const;
  const tokens = createApiTokens({ store, agencies, now: Date.now });
  return (await tokens.createToken(actor, { agency: AGENCY, role: "issuer", label: "new" })).token;
}

interface FrailChain {
  readonly url: string;
  /** The methods that it answers with 503. */
  refuses(method: string): boolean;
  close(): Promise<void>;
}

/** Between a service and its node. */
async function frailChain(node: string): Promise<FrailChain> {
  const chain = { refuses: (_: string): boolean => false };
  const server: Server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    const calls = [JSON.parse(body)].flat() as { readonly method: string }[];
    if (calls.some(({ method }) => chain.refuses(method))) return response.writeHead(503).end();
    const answer = await fetch(node, { method: "POST", headers: { "Content-Type": "application/json" }, body });
    response.writeHead(answer.status, { "Content-Type": "application/json" }).end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(chain, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
