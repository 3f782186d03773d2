// SPDX-License-Identifier: Apache-2.0
import { cpSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { mod11Over10 } from "../../src/core/identifiers/iso7064.js";
import { readConfig } from "../../src/main/config.js";
import { dataDirectory } from "../../src/main/data-directory.js";
import { openStores } from "../../src/main/stores.js";
import { mongod, withPath } from "../adapters/mongo/cluster.js";
import { type ServiceProcess, startLasting, startServiceWith, tallyWith, until, workspace } from "./service-process.js";

const AUTHORITY = "11340000MB1A2B3CXU";
const FOOD = `${AUTHORITY}001`;
const AGENCY = "11340100TT00000153";
const file = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const PERMIT = JSON.parse(readFileSync(file("examples/food-permit.json"), "utf8"));

type Settings = Readonly<Record<string, string>>;

describe("several processes of one region, each with its role", function () {
  this.timeout(240_000);
  const here = workspace();
  const setup = here.path("setup");
  const running: ServiceProcess[] = [];
  let store: Settings;
  let network: Settings;
  let token: string;
  let apis: readonly ServiceProcess[];
  let workers: readonly ServiceProcess[];

  before(async function () {
    const { url } = await mongod(this, "replica-set");
    store = { TALLY_STORE: "mongodb", TALLY_MONGODB_URL: withPath(url, `roles-${process.pid}`) };
    const chain = await startLasting({ TALLY_DATA: setup, TALLY_CHAIN_PORT: "0", ...store }, "chain");
    running.push(chain);
    const [init] = await tally("init", "--region", "340000", "--json");
    const { registry, chainId, next } = JSON.parse(init!);
    expect(next).to.deep.equal([]);
    await tally("agency", "add", AUTHORITY, "--name", "安徽省市场监督管理局（样例）", "--area", "340000");
    await tally("type", "publish", file("catalogue/food-business-permit.json"));
    await tally("agency", "add", AGENCY, "--name", "合肥市市场监督管理局（样例）", "--area", "340100");
    await tally("agency", "authorise", AGENCY, FOOD);
    await tally("key", "add", AGENCY);
    [token] = (await tally("token", "create", AGENCY)) as [string];
    network = { TALLY_CHAIN_URLS: chain.ready.url, TALLY_CHAIN_ID: String(chainId), TALLY_REGISTRY: registry };
    const started = await Promise.all([
      ...["api-a", "api-b"].map((name) =>
        start(
          "api",
          directoryWith(name, (key) => !key.startsWith("account-")),
        ),
      ),
      ...["worker-1", "worker-2"].map((name) =>
        start(
          "worker",
          directoryWith(name, (key) => key === "account-operator-340000.json"),
        ),
      ),
    ]);
    [apis, workers] = [started.slice(0, 2), started.slice(2)];
  });

  after(async () => {
    for (const each of running.toReversed()) each.killNow();
    await Promise.all(running.map(({ exited }) => exited));
    here.remove();
  });

  /** Runs a command in the directory in which the region was set up; lines of stdout. */
  async function tally(...argv: string[]): Promise<readonly string[]> {
    const { code, out, said } = await tallyWith({ TALLY_DATA: setup, TALLY_LOG: "warn", ...store }, ...argv);
    if (code !== 0) throw new Error(`tally ${argv.join(" ")} ended with ${code}: ${said}`);
    return out.split("\n").filter((line) => line !== "");
  }

  /** A data directory of another machine, which got the keys of its role and no others. */
  function directoryWith(name: string, isGiven: (keyFile: string) => boolean): string {
    const target = here.path(name);
    for (const part of ["profile.json", "passphrase", "keys"])
      cpSync(join(setup, part), join(target, part), { recursive: true });
    for (const key of readdirSync(join(target, "keys"))) if (!isGiven(key)) rmSync(join(target, "keys", key));
    return target;
  }

  async function start(role: "api" | "worker", data: string): Promise<ServiceProcess> {
    const settings = { ...store, ...network, TALLY_ANCHOR_EVERY: "1", TALLY_MONITOR_PORT: "0" };
    const service = await startServiceWith(settings, data, "--role", role);
    running.push(service);
    return service;
  }

  const headers = () => ({ Authorization: `Bearer ${token}`, "Content-Type": "application/json" });
  let numbers = 0;

  async function issue({ ready }: ServiceProcess): Promise<string> {
    const digits = `2349901${String(++numbers).padStart(6, "0")}`;
    const response = await fetch(`${ready.url}/v1/certificates`, {
      method: "POST",
      headers: { ...headers(), "Idempotency-Key": `roles-${numbers}` },
      body: JSON.stringify({ ...PERMIT, certificateNumber: `JY${digits}${mod11Over10(digits)}` }),
    });
    const answer = (await response.json()) as { certificateIdentifier: string };
    expect(response.status, JSON.stringify(answer)).to.equal(201);
    return answer.certificateIdentifier;
  }

  async function get(service: ServiceProcess, path: string): Promise<Response> {
    return fetch(`${service.ready.url}/v1/certificates/${path}`, { headers: headers() });
  }

  async function isAnchored(service: ServiceProcess, identifier: string): Promise<boolean> {
    const found = (await (await get(service, identifier)).json()) as { anchoring: string };
    return found.anchoring === "anchored";
  }

  /** Gets the document from one process and has another verify it. */
  async function verified(from: ServiceProcess, by: ServiceProcess, identifier: string) {
    const document = await get(from, `${identifier}/document`);
    const body = await document.text();
    const report = await fetch(`${by.ready.url}/v1/verify`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body,
    });
    return (await report.json()) as { verdict: string; standing: string };
  }

  it("anchors what either interface issued once, and verifies it through the other", async () => {
    const [a, b] = apis as [ServiceProcess, ServiceProcess];
    const issued = await Promise.all(Array.from({ length: 12 }, (_, turn) => issue(turn % 2 === 0 ? a : b)));
    for (const [turn, identifier] of issued.entries()) {
      const [from, by] = turn % 2 === 0 ? [a, b] : [b, a];
      await until(() => isAnchored(by, identifier), 30_000);
      expect(await verified(from, by, identifier)).to.include({ verdict: "valid" });
    }
    expect(await placesInBatches()).to.deep.equal({ entries: issued.length, leaves: issued.length });
  });

  it("goes on when a worker is killed, whichever it is", async () => {
    const [a, b] = apis as [ServiceProcess, ServiceProcess];
    const goesOn = async (): Promise<void> => {
      const [first, second] = [await issue(a), await issue(b)];
      await until(async () => (await isAnchored(b, first)) && (await isAnchored(a, second)), 60_000);
    };
    const [one, other] = workers as [ServiceProcess, ServiceProcess];
    const before = await issue(a);
    await one.kill();
    await goesOn();
    workers = [await start("worker", here.path("worker-1"))];
    await other.kill();
    await goesOn();
    expect(await isAnchored(b, before)).to.equal(true);
    expect(await placesInBatches()).to.deep.equal({ entries: numbers, leaves: numbers });
  });

  it("shows a revocation through one interface in the other", async () => {
    const [a, b] = apis as [ServiceProcess, ServiceProcess];
    const identifier = await issue(a);
    await until(() => isAnchored(b, identifier), 30_000);
    const response = await fetch(`${a.ready.url}/v1/certificates/${identifier}/revoke`, {
      method: "POST",
      headers: { ...headers(), "Idempotency-Key": "roles-revoke" },
      body: JSON.stringify({ legalBasis: "《食品安全法》第一百二十四条", documentNumber: "皖市监〔2026〕1号" }),
    });
    expect(response.status).to.equal(200);
    expect(await (await get(b, identifier)).json()).to.include({ state: "cancelled" });
    await until(async () => (await verified(a, b, identifier)).standing === "revoked", 30_000);
  });

  it("ends a token in every interface at once", async () => {
    const [other] = (await tally("token", "create", AGENCY)) as [string];
    const status = async ({ ready }: ServiceProcess): Promise<number> =>
      (await fetch(`${ready.url}/v1/token`, { headers: { Authorization: `Bearer ${other}` } })).status;
    expect(await Promise.all(apis.map(status))).to.deep.equal([200, 200]);
    await tally("token", "revoke", other.split("_")[1]!);
    expect(await Promise.all(apis.map(status))).to.deep.equal([401, 401]);
  });

  it("answers health and figures of each, and the requests of strangers in none but the interfaces", async () => {
    const [worker] = workers as [ServiceProcess];
    for (const { ready } of [...apis, worker]) {
      const readiness = await fetch(`${ready.monitor}/readyz`);
      expect(await readiness.json()).to.deep.equal({ ready: true, checks: { chain: "ok", store: "ok" } });
    }
    expect(worker.ready).to.include({ role: "worker" }).and.not.have.property("url");
    const figures = await (await fetch(`${worker.ready.monitor}/metrics`)).text();
    expect(figures).to.match(/^tally_batches_anchored_total(?:\{\})? \d+/m);
  });

  it("refuses to start with a part of what its role needs, in words", async () => {
    const refused = async (data: string, settings: Settings, ...options: string[]) => {
      const { code, said } = await tallyWith(
        { ...store, ...network, TALLY_DATA: data, ...settings },
        "serve",
        ...options,
      );
      expect(code, said).to.not.equal(0);
      return said;
    };
    const withoutOperator = directoryWith("no-operator", (key) => !key.startsWith("account-"));
    const lone = { TALLY_STORE: "sqlite", TALLY_MONGODB_URL: "", TALLY_ROLE: "worker" };
    const wrong = { TALLY_ROLE: "api", TALLY_PASSPHRASE_FILE: join(setup, "profile.json") };
    const said = await Promise.all([
      refused(withoutOperator, { TALLY_ROLE: "worker" }),
      refused(here.path("api-b"), { TALLY_ROLE: "api" }, "--demo-data"),
      refused(here.path("lone"), lone),
      refused(
        directoryWith("wrong", (key) => key.startsWith("key-")),
        wrong,
      ),
    ]);
    expect(said[0]).to.match(/account-operator-340000\.json/);
    expect(said[1]).to.match(/--demo-data needs the whole service/);
    expect(said[2]).to.match(/TALLY_ROLE.*SQLite.*TALLY_STORE to mongodb/);
    expect(said[3]).to.match(/the passphrase does not open this key/);
  });

  /** Certificates that batches say they took, and leaves that the batches have. */
  async function placesInBatches(): Promise<{ entries: number; leaves: number }> {
    const config = readConfig({ dataDirectory: setup }, store);
    const stores = await openStores({ config, directory: dataDirectory(setup), say: () => {} });
    try {
      const batches = await stores.anchoring.anchoredSince(0, 1_000);
      const leaves = await Promise.all(
        batches.map(async (batch) => {
          const found = await stores.anchoring.findBatchByName(batch);
          return Buffer.from((await stores.anchoring.batchLeaves(found!.id))!);
        }),
      );
      const hashes = leaves.flatMap((all) =>
        Array.from({ length: all.length / 32 }, (_, place) =>
          all.subarray(32 * place, 32 * place + 32).toString("hex"),
        ),
      );
      return { entries: batches.reduce((sum, { size }) => sum + size, 0), leaves: new Set(hashes).size };
    } finally {
      await stores.close();
    }
  }
});
