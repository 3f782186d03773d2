// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { MongoClient } from "mongodb";
import { mongoAuditStore, mongoCertificateStore, openMongo } from "../../../src/adapters/mongo/index.js";
import { TallyError } from "../../../src/core/errors.js";
import { issue, REGION } from "../issued.js";
import { mongod } from "./cluster.js";
import { runSetupScript } from "./setup-script.js";

/** What a role of an older version is without. */
const LACKING = ["auditEvents", "deployment"];

describe("docs/mongodb-setup.js", () => {
  const names = [`setup-${process.pid}-a`, `setup-${process.pid}-b`] as const;
  const [ours, others] = names;
  const pwd = "secret-word";
  let admin: MongoClient;
  let adminUrl: string;

  before(async function () {
    ({ adminUrl } = await mongod(this, "replica-set-of-one"));
    admin = new MongoClient(adminUrl);
  });
  after(async () => {
    if (admin === undefined) return;
    for (const name of names) {
      await admin.db(name).dropDatabase();
      await admin.db(name).command({ dropAllRolesFromDatabase: 1 });
      await admin
        .db("admin")
        .command({ dropUser: name })
        .catch(() => {});
    }
    await admin.close();
  });

  const urlFor = (database: string, user = database) =>
    adminUrl.replace(/\/\/.*@/, `//${user}:${pwd}@`).replace("/?", `/${database}?`);
  const privilegesIn = async (database: string) => {
    const { roles } = await admin.db(database).command({ rolesInfo: 1, showPrivileges: true });
    return JSON.stringify(roles);
  };
  const refused = async (work: Promise<unknown>): Promise<TallyError> => {
    const error = await work.catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(TallyError);
    return error as TallyError;
  };

  /** What it prints for an operator to do, done. */
  const obey = async (printed: string) => {
    const said = /getSiblingDB\("admin"\)\.createUser\((\{.*\})\)$/.exec(printed)![1]!;
    const { user, roles } = JSON.parse(
      said.replace(/(user|roles): /g, '"$1": ').replace("pwd: passwordPrompt(), ", ""),
    );
    await admin.db("admin").command({ createUser: user, pwd, roles });
  };

  it("gives a user the rights of one database, for one region after another on the same set", async () => {
    for (const [database, region] of [
      [ours, REGION],
      [others, "310000"],
    ] as const) {
      await obey(await runSetupScript(admin, { MONGODB_DATABASE: database }));
      const opened = await openMongo({ url: urlFor(database), region });
      await issue(mongoCertificateStore(opened), 1);
      await opened.close();
    }
    const first = await openMongo({ url: urlFor(ours), region: REGION });
    await issue(mongoCertificateStore(first), 1, { first: 2 });
    await first.close();
    const stolen = openMongo({ url: urlFor(others, ours), region: "310000" });
    const error = await refused(stolen.then((opened) => opened.close()));
    expect(error.code).to.equal("config.invalid");
    expect(error.message)
      .to.match(new RegExp(`may not \\w+ in the collection \\w+ of the database ${others}: .*docs/mongodb-setup\\.js`))
      .and.not.include(pwd);
  });

  it("changes nothing when it is run again, and nothing of another database", async () => {
    const before = await Promise.all(names.map(privilegesIn));
    expect(await runSetupScript(admin, { MONGODB_DATABASE: ours })).to.match(/the user .* has the role/);
    expect(await Promise.all(names.map(privilegesIn))).to.deep.equal(before);
  });

  it("brings a role of an older version up to date, which a service needs, and names, while it runs and when it starts", async () => {
    const database = await openMongo({ url: urlFor(ours), region: REGION });
    const { roles } = await admin.db(ours).command({ rolesInfo: 1, showPrivileges: true });
    const [{ role, privileges }] = roles as [{ role: string; privileges: { resource: { collection: string } }[] }];
    const older = privileges.filter(({ resource }) => !LACKING.includes(resource.collection));
    await admin.db(ours).command({ updateRole: role, privileges: older });
    const lacking = (collection: string) =>
      new RegExp(`may not \\w+ in the collection ${collection} of the database ${ours}: .*mongodb-setup\\.js again`);
    const running = await refused(mongoAuditStore(database).list({ order: "newest-first", limit: 1 }));
    expect(running).to.include({ code: "store.failed" });
    expect(running.message).to.match(lacking("auditEvents"));
    await database.close();
    const starting = await refused(openMongo({ url: urlFor(ours), region: REGION }).then((opened) => opened.close()));
    expect(starting).to.include({ code: "config.invalid" });
    expect(starting.message).to.match(lacking("deployment"));

    await runSetupScript(admin, { MONGODB_DATABASE: ours });
    const again = await openMongo({ url: urlFor(ours), region: REGION });
    await again.close();
  });

  it("makes it for the documented database and user unless told otherwise", async () => {
    const commands: object[] = [];
    const recorder = { db: (name: string) => recorderOf(name) } as unknown as MongoClient;
    const recorderOf = (name: string) => ({
      collection: () => ({ find: () => ({ toArray: async () => [{ db: "admin", user: "tigertally" }] }) }),
      command: async (command: object) => void commands.push({ name, ...command }),
    });
    await runSetupScript(recorder, {});
    expect(commands[0]).to.include({ name: "tigertally", createRole: "tigertallyService" });
    const granted = [{ role: "tigertallyService", db: "tigertally" }];
    expect(commands[1]).to.deep.equal({ name: "admin", grantRolesToUser: "tigertally", roles: granted });
  });
});
