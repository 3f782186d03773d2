// SPDX-License-Identifier: Apache-2.0
import { type Document, MongoClient } from "mongodb";

export interface WhyNoPrimary {
  /** Of the servers that were asked, each with the way out. */
  readonly words: string;
  /** All answer, and none is a member of the set that is looked for: waiting changes nothing. */
  readonly isSettled: boolean;
}

/** For one server and step, connecting or answering; all are asked at once. */
const ASK_MS = 3_000;
/** A set has at most 50 members, and an operator reads a few of them. */
const MOST_ASKED = 10;

export const STANDALONE =
  "a standalone server, which can do no transactions: make it a replica set, of one member if need be " +
  "(start mongod with --replSet and run rs.initiate(), docs/mongodb.md)";
export const NOT_INITIATED =
  "started with --replSet and not initiated: run rs.initiate() once, on one of the members (docs/mongodb.md), or rs.add() on the " +
  "primary when the others are a set already";

/**
 * Why none of the servers that a URL names could be used. The driver leaves out a server that is no member of the set that the URL names, and then
 * says of it what it says of one that is down; so each is asked what it is, without user and password. Null when none answers.
 */
export async function whyNoPrimary(client: MongoClient, url: string): Promise<WhyNoPrimary | null> {
  const { hosts, replicaSet, serverSelectionTimeoutMS } = client.options;
  const askMs = Math.min(ASK_MS, serverSelectionTimeoutMS);
  const asked = await Promise.all(
    hosts.slice(0, MOST_ASKED).map(async (address) => {
      const host = String(address);
      const hello = await helloOf(directUrl(url, host), askMs);
      return { host, ...(hello === null ? silent(askMs) : judged(hello, replicaSet)) };
    }),
  );
  if (asked.every(({ kind }) => kind === "silent")) return null;
  const sentences = [...new Set(asked.map(({ words }) => words))].map((words) => {
    const alike = asked.filter((each) => each.words === words);
    return `${alike.map(({ host }) => host).join(", ")}: ${words}`;
  });
  return { words: sentences.join("; "), isSettled: asked.every(({ kind }) => kind === "stranger") };
}

interface Judged {
  readonly kind: "silent" | "stranger" | "member";
  readonly words: string;
}

function silent(askMs: number): Judged {
  return { kind: "silent", words: `no answer within ${askMs / 1000} seconds` };
}

function judged({ setName, isreplicaset, msg, primary }: Document, wanted: string | undefined): Judged {
  if (isreplicaset === true) return { kind: "stranger", words: NOT_INITIATED };
  if (msg === "isdbgrid")
    return { kind: "stranger", words: "a mongos of a sharded cluster: leave replicaSet out of TALLY_MONGODB_URL" };
  if (setName === undefined) return { kind: "stranger", words: STANDALONE };
  if (wanted !== undefined && setName !== wanted)
    return {
      kind: "stranger",
      words: `its replica set is ${setName}, not ${wanted}: correct replicaSet in TALLY_MONGODB_URL`,
    };
  if (primary === undefined)
    return {
      kind: "member",
      words:
        "a member that knows no primary: an election is under way, or fewer than a majority are up (rs.status() shows which)",
    };
  return {
    kind: "member",
    words: `a member whose primary calls itself ${primary}: that name must lead to it from here too (rs.conf() has the names of the members)`,
  };
}

async function helloOf(url: string, askMs: number): Promise<Document | null> {
  const bounds = { serverSelectionTimeoutMS: askMs, connectTimeoutMS: askMs, socketTimeoutMS: askMs };
  let client: MongoClient | undefined;
  try {
    client = new MongoClient(url, { appName: "tigertally", directConnection: true, ...bounds });
    return await client.db("admin").command({ hello: 1 });
  } catch {
    return null;
  } finally {
    await client?.close();
  }
}

/** For one server of a URL: with what the URL says of TLS and of a proxy, and without the rest of it. */
export function directUrl(url: string, host: string): string {
  const [, options = ""] = url.split("?");
  const kept = options.split("&").filter((option) => /^(?:tls|ssl|proxy)/i.test(option));
  // With `mongodb+srv` TLS is what goes without saying.
  if (url.startsWith("mongodb+srv:") && !kept.some((option) => /^(?:tls|ssl)=/i.test(option))) kept.push("tls=true");
  return `mongodb://${host}/?${kept.join("&")}`;
}
