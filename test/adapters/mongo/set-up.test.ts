// SPDX-License-Identifier: Apache-2.0
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { runInNewContext } from "node:vm";
import { expect } from "chai";
import { MongoClient } from "mongodb";
import { parse } from "yaml";
import { mongoCertificateStore, openMongo } from "../../../src/adapters/mongo/index.js";
import { identifierOf, issue, REGION } from "../issued.js";
import { BareMongods } from "./bare-mongod.js";
import { runSetupScript } from "./setup-script.js";

const PAGE = readFileSync(new URL("../../../docs/mongodb.md", import.meta.url), "utf8");
const PASSWORD = "secretword";
const PATIENCE_MS = 120_000;

describe("the set-up of a MongoDB in docs/mongodb.md", function () {
  this.timeout(300_000);
  let bare: BareMongods;
  const clients: MongoClient[] = [];
  /** By the letter of its name on the page. */
  const ports = new Map<string, number>();

  before(async function () {
    bare = await BareMongods.find(this);
    writeFileSync(join(bare.folder, "mongod.key"), "0123456789abcdef", { mode: 0o400 });
  });
  after(async () => {
    await Promise.all(clients.map((client) => client.close()));
    await bare?.remove();
  });

  /** The names of the page lead here. */
  const here = (text: string) =>
    text.replace(/\b([a-d])\.example(?::27017)?/g, (_, letter: string) => `127.0.0.1:${ports.get(letter)}`);
  const blocks = (kind: string) =>
    [...PAGE.matchAll(new RegExp(`\`\`\`${kind}\\n(.*?)\`\`\``, "gs"))].map(([, text]) => here(text!));
  const [configuration] = [...PAGE.matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) => parse(text!));
  const urlOf = (name: string) => {
    const found = new RegExp(`${name}='(.*?)'`).exec(PAGE)![1]!;
    const withPassword = here(found)
      .replace("//administrator@", `//administrator:${PASSWORD}@`)
      .replace("‹password›", PASSWORD);
    return withPassword.replace(/&tls.*$/, "");
  };
  const connect = (url: string) => {
    const client = new MongoClient(url, { serverSelectionTimeoutMS: PATIENCE_MS });
    clients.push(client);
    return client;
  };

  async function startMember(letter: string): Promise<void> {
    const port = await bare.start(({ port, data }) => {
      const { net, storage, systemLog, security, ...others } = configuration;
      const { tls: _, ...plainNet } = net;
      const file = `${data}.conf`;
      const adapted = {
        ...others,
        net: { ...plainNet, port, bindIp: "127.0.0.1", unixDomainSocket: { enabled: false } },
        storage: { ...storage, dbPath: data, wiredTiger: { engineConfig: { cacheSizeGB: 0.25 } } },
        systemLog: { ...systemLog, path: join(data, "mongod.log") },
        security: { ...security, keyFile: join(bare.folder, "mongod.key") },
      };
      // What is valid JSON is valid YAML.
      writeFileSync(file, JSON.stringify(adapted));
      return ["--config", file];
    });
    ports.set(letter, port);
  }

  /** A block of the page as mongosh runs it, whose methods wait by themselves. */
  async function inMongosh(client: MongoClient, block: string): Promise<void> {
    const steps: (() => Promise<unknown>)[] = [];
    const admin = client.db("admin");
    const reconfigured = (change: (members: Member[]) => Member[]) => async () => {
      const { config } = await admin.command({ replSetGetConfig: 1 });
      const members = change(config.members as Member[]);
      await admin.command({ replSetReconfig: { ...config, version: config.version + 1, members } });
    };
    const rs = {
      initiate: (config: object) => steps.push(() => admin.command({ replSetInitiate: config })),
      remove: (gone: string) => steps.push(reconfigured((members) => members.filter(({ host }) => host !== gone))),
      add: (host: string) =>
        steps.push(
          reconfigured((members) => [...members, { _id: Math.max(...members.map(({ _id }) => _id)) + 1, host }]),
        ),
    };
    const createUser = ({ user, ...others }: { user: string }) =>
      steps.push(() => admin.command({ createUser: user, ...others }));
    runInNewContext(block, { rs, db: { getSiblingDB: () => ({ createUser }) }, passwordPrompt: () => PASSWORD });
    for (const step of steps) await step();
  }
  interface Member {
    readonly _id: number;
    readonly host: string;
  }

  const helloOf = (client: MongoClient) => client.db("admin").command({ hello: 1 });

  async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
    for (const deadline = Date.now() + PATIENCE_MS; !(await holds().catch(() => false)); await pause(100))
      if (Date.now() > deadline) throw new Error(`${what}: not in time`);
  }

  it("leads from empty machines to a store that is opened with the documented URL", async () => {
    expect(configuration.security).to.include({ authorization: "enabled" }).and.to.have.property("keyFile");
    expect(configuration.net.tls).to.include({ mode: "requireTLS" });
    await Promise.all(["a", "b", "c"].map(startMember));
    const [initiate, administrator, service] = blocks("js");
    const fromItself = connect(`mongodb://127.0.0.1:${ports.get("a")}/?directConnection=true`);
    await inMongosh(fromItself, initiate!);
    await until("a primary", async () => (await helloOf(fromItself)).primary !== undefined);
    const primary = connect(`mongodb://${(await helloOf(fromItself)).primary}/?directConnection=true`);
    await until("a primary that writes", async () => (await helloOf(primary)).isWritablePrimary === true);
    await inMongosh(primary, administrator!);
    // Whoever comes now is nobody.
    const refusal = await inMongosh(primary, administrator!).catch((error: unknown) => error);
    expect(refusal).to.have.property("code", 13);

    const admin = connect(urlOf("ADMIN_URL"));
    expect(await runSetupScript(admin, {})).to.include('createUser({ user: "tigertally"');
    await inMongosh(admin, service!);
    const database = await openMongo({ url: urlOf("TALLY_MONGODB_URL"), region: REGION });
    await issue(mongoCertificateStore(database), 1);
    await database.close();
  });

  it("replaces a member that is lost for good", async () => {
    await bare.lose(ports.get("c")!);
    await startMember("d");
    const admin = connect(urlOf("ADMIN_URL"));
    await until("a primary without it", async () => (await helloOf(admin)).isWritablePrimary === true);
    const block = blocks("js").find((text) => text.includes("rs.remove"))!;
    await inMongosh(admin, block);
    await until("the new member follows", async () => {
      const { members } = await admin.db("admin").command({ replSetGetStatus: 1 });
      const states = (members as { name: string; stateStr: string }[]).map(({ stateStr }) => stateStr);
      return states.toSorted().join() === "PRIMARY,SECONDARY,SECONDARY";
    });
    const { config } = await admin.db("admin").command({ replSetGetConfig: 1 });
    const hosts = (config.members as Member[]).map(({ host }) => host);
    expect(hosts).to.have.members(["a", "b", "d"].map((letter) => `127.0.0.1:${ports.get(letter)}`));
    // Through the new one alone, which tells of the others.
    const url = urlOf("TALLY_MONGODB_URL").replace(/@[^/]*\//, `@127.0.0.1:${ports.get("d")}/`);
    const database = await openMongo({ url, region: REGION });
    expect(await mongoCertificateStore(database).findCertificate(identifierOf(0))).to.not.equal(null);
    await database.close();
  });
});
