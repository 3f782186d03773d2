// SPDX-License-Identifier: Apache-2.0
import type { CommandStartedEvent, Document, MongoClient } from "mongodb";

/** A command that looks documents up, with the store's method that sent it. */
export interface Sent {
  readonly method: string;
  readonly name: string;
  readonly collection: string;
  readonly command: Document;
}

const LOOKING = new Set(["find", "aggregate", "update", "delete", "findAndModify", "count", "distinct"]);
/** Of the session that the command was sent in; an explanation has its own. */
const SESSION = [
  "lsid",
  "txnNumber",
  "startTransaction",
  "autocommit",
  "$clusterTime",
  "$db",
  "readConcern",
  "writeConcern",
];

/** Writes down every command while it is told which method runs. */
export class Recorder {
  readonly sent: Sent[] = [];
  readonly inserted: { readonly method: string; readonly collection: string; readonly document: Document }[] = [];
  /** Names of methods that were called. */
  readonly called = new Set<string>();
  #method = "none";

  readonly onCommand = ({ commandName, command }: CommandStartedEvent): void => {
    const collection = command[commandName] as string;
    if (commandName === "insert") {
      for (const document of command.documents as Document[])
        this.inserted.push({ method: this.#method, collection, document });
    }
    if (!LOOKING.has(commandName)) return;
    const plain = Object.fromEntries(Object.entries(command).filter(([key]) => !SESSION.includes(key)));
    this.sent.push({ method: this.#method, name: commandName, collection, command: plain });
  };

  /** The same store; its methods must be called one after another. */
  watched<Store extends object>(name: string, store: Store): Store {
    const methods = Object.entries(store).map(([method, work]) => [
      method,
      async (...args: unknown[]) => {
        this.#method = `${name}.${method}`;
        this.called.add(this.#method);
        return (work as (...args: unknown[]) => unknown)(...args);
      },
    ]);
    return Object.fromEntries(methods) as Store;
  }
}

/** The filters of a command: one for each of its statements. */
export function filtersOf({ name, command }: Sent): Document[] {
  if (name === "find") return [command.filter ?? {}];
  if (name === "update") return (command.updates as Document[]).map(({ q }) => q as Document);
  if (name === "delete") return (command.deletes as Document[]).map(({ q }) => q as Document);
  if (name === "aggregate") return [(command.pipeline as Document[])[0]?.$match ?? {}];
  return [command.query ?? {}];
}

/** The stages of the plan that the server would carry the command out with. */
export async function stagesOf(admin: MongoClient, database: string, { name, command }: Sent): Promise<string[]> {
  const statements = name === "update" ? "updates" : name === "delete" ? "deletes" : null;
  // One statement at a time: a bulk write is explained by its first alone.
  const commands =
    statements === null
      ? [command]
      : (command[statements] as Document[]).map((each) => ({ ...command, [statements]: [each] }));
  const stages: string[] = [];
  for (const each of commands) {
    const { cursor: _cursor, ...rest } = each;
    const explained = name === "aggregate" ? { ...rest, cursor: {} } : rest;
    const plan = await admin.db(database).command({ explain: explained, verbosity: "queryPlanner" });
    stages.push(...stageNames(plan));
  }
  return stages;
}

function stageNames(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(stageNames);
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => {
    if (key === "rejectedPlans") return [];
    if (key === "stage" && typeof value === "string") return [value];
    if (key === "$sort") return ["SORT"];
    return stageNames(value);
  });
}
