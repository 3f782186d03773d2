// SPDX-License-Identifier: Apache-2.0
import { setTimeout as pause } from "node:timers/promises";
import { MongoClient, type MongoClientOptions, MongoServerError } from "mongodb";
import { TallyError } from "../../core/errors.js";
import { servicePrivileges } from "./service-role.js";

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

export const SERVICE_ROLE = "tigertallyService";

const ALREADY_EXISTS = new Set([51_002, 51_003, 11_000]);
const NOT_INITIALISED = 94;
const FAILS_TO_AUTHENTICATE = 18;
const UNAUTHORIZED = 13;

/**
 * Makes a replica set of servers that were just started, or tells one that knows its members by other addresses their new ones.
 * Makes the administrator at the first start. Resolves when there is a primary.
 */
export async function initiateReplicaSet({
  hosts,
  name,
  admin,
  timeoutMs,
}: {
  readonly hosts: readonly string[];
  readonly name: string;
  readonly admin: Credentials;
  readonly timeoutMs: number;
}): Promise<void> {
  const members = hosts.map((host, _id) => ({ _id, host }));
  await withServer(hosts[0]!, admin, async (client) => {
    const server = client.db("admin");
    try {
      const { config } = (await server.command({ replSetGetConfig: 1 })) as { config: ReplicaSetConfig };
      if (config.members.every(({ host }, n) => host === hosts[n])) return;
      const moved = config.members.map((member, n) => ({ ...member, host: hosts[n] }));
      const reconfigured = { ...config, version: config.version + 1, members: moved };
      await server.command({ replSetReconfig: reconfigured, force: true });
    } catch (error) {
      // Before there is an administrator nobody may ask, and there is nothing to ask for.
      const isNew = error instanceof MongoServerError && [NOT_INITIALISED, UNAUTHORIZED].includes(Number(error.code));
      if (!isNew) throw error;
      // A new primary within two seconds of the old one's end, not ten.
      const settings = { electionTimeoutMillis: 2_000 };
      await server.command({ replSetInitiate: { _id: name, members, settings } });
    }
  });
  await primaryOf(hosts, admin, timeoutMs);
}

interface ReplicaSetConfig {
  readonly version: number;
  readonly members: readonly { readonly host: string }[];
}

async function primaryOf(hosts: readonly string[], admin: Credentials, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const { isWritablePrimary, primary } = await withServer(hosts[0]!, admin, (client) =>
      client.db("admin").command({ hello: 1 }),
    );
    if (isWritablePrimary || (hosts.length > 1 && typeof primary === "string")) return;
    if (Date.now() > deadline) throw new TallyError("store.failed", "the replica set has elected no primary in time");
    await pause(50);
  }
}

/** Makes the users of a new server or set, through the exception for connections from itself; nothing where they are. */
export async function createServiceUser({
  hosts,
  name,
  admin,
  service,
}: {
  readonly hosts: readonly string[];
  readonly name: string | null;
  readonly admin: Credentials;
  readonly service: Credentials;
}): Promise<void> {
  const options: MongoClientOptions = name === null ? { directConnection: true } : { replicaSet: name };
  const url = `mongodb://${hosts.join(",")}/`;
  await withClient(url, options, async (client) => {
    const createUser = { createUser: admin.user, pwd: admin.password, roles: ["root"] };
    await client
      .db("admin")
      .command({ ...createUser, writeConcern: { w: "majority" } })
      .catch((error: unknown) => {
        // Without the exception nobody may ask: there are users already.
        const { code } = error as MongoServerError;
        if (error instanceof MongoServerError && (ALREADY_EXISTS.has(Number(code)) || code === UNAUTHORIZED)) return;
        throw error;
      });
  });
  await withClient(url, { ...options, ...authOf(admin) }, async (client) => {
    const server = client.db("admin");
    const privileges = servicePrivileges("");
    const role = { privileges, roles: [] };
    await server.command({ createRole: SERVICE_ROLE, ...role }).catch(async (error: unknown) => {
      if (!(error instanceof MongoServerError) || !ALREADY_EXISTS.has(Number(error.code))) throw error;
      // A newer version may need more collections.
      await server.command({ updateRole: SERVICE_ROLE, ...role });
    });
    const createUser = { createUser: service.user, pwd: service.password, roles: [SERVICE_ROLE] };
    await server.command(createUser).catch((error: unknown) => {
      if (!(error instanceof MongoServerError) || !ALREADY_EXISTS.has(Number(error.code))) throw error;
    });
  });
}

/** With the administrator's password, or without one as long as there is no administrator. */
async function withServer<T>(host: string, admin: Credentials, use: (client: MongoClient) => Promise<T>): Promise<T> {
  const url = `mongodb://${host}/`;
  try {
    return await withClient(url, { directConnection: true, ...authOf(admin) }, use);
  } catch (error) {
    if (!(error instanceof MongoServerError) || error.code !== FAILS_TO_AUTHENTICATE) throw error;
    return await withClient(url, { directConnection: true }, use);
  }
}

function authOf({ user: username, password }: Credentials): MongoClientOptions {
  return { auth: { username, password }, authSource: "admin" };
}

async function withClient<T>(
  url: string,
  options: MongoClientOptions,
  use: (client: MongoClient) => Promise<T>,
): Promise<T> {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 20_000, ...options });
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}
