// SPDX-License-Identifier: Apache-2.0
import { Binary, type Document, MongoClient } from "mongodb";
import { eventDocument } from "../../../src/adapters/mongo/audit-store.js";
import { LOG_COUNTER } from "../../../src/adapters/mongo/counters.js";
import type { AuditEventDocument, CounterDocument, Documents } from "../../../src/adapters/mongo/documents.js";
import { mongoIdempotencyStore, openMongo } from "../../../src/adapters/mongo/index.js";
import { hashOlderEvents } from "../../../src/adapters/mongo/migrations.js";
import { COLLECTIONS } from "../../../src/adapters/mongo/schema.js";
import { type Fields, SHAPES, type Shape } from "../../../src/adapters/mongo/shapes.js";
import type { AuditEvent } from "../../../src/domain/audit/index.js";
import { withPath } from "../../adapters/mongo/cluster.js";
import { REGION } from "../../operations/office.js";
import { type FilledDeployment, openFilled } from "./filled-deployment.js";

export type Name = keyof Documents;
export const NAMES = Object.keys(COLLECTIONS) as readonly Name[];

/** A document whose fields a test can take and set. */
export type Editable = Record<string, unknown> & { _id: unknown };

/** A deployment with a record of every kind in a MongoDB that can be edited behind its back, and put back. */
export interface TamperedMongo extends FilledDeployment {
  /** All documents of a collection, to be changed, as its administrator can; what is left of them is stored. */
  edit(name: Name, change: (documents: Editable[]) => void): Promise<void>;
  restore(): Promise<void>;
}

export async function openTamperedMongo(
  path: (name: string) => string,
  { url, adminUrl }: { readonly url: string; readonly adminUrl: string },
): Promise<TamperedMongo> {
  const name = `tampered-${process.pid}`;
  const own = withPath(url, name);
  const admin = new MongoClient(adminUrl);
  const db = admin.db(name);
  const settings = { TALLY_MONGODB_URL: own };
  const { filled } = await openFilled(
    path,
    async () => {
      const database = await openMongo({ url: own, region: REGION });
      return {
        requests: mongoIdempotencyStore(database),
        async close() {
          await database.close();
          await db.dropDatabase();
          await admin.close();
        },
      };
    },
    settings,
  );
  await appendAsBefore();

  const pristine = new Map<Name, Document[]>();
  for (const each of NAMES) pristine.set(each, await db.collection(each).find().toArray());
  const written = { writeConcern: { w: "majority" } } as const;
  const edited = new Set<Name>();
  const put = async (name: Name, documents: readonly Document[]): Promise<void> => {
    await db.collection(name).deleteMany({}, written);
    if (documents.length > 0) await db.collection(name).insertMany([...documents], written);
  };
  return {
    ...filled,
    async edit(each, change) {
      const before = await db.collection(each).find().toArray();
      const documents = copied(before) as Editable[];
      change(documents);
      edited.add(each);
      await put(each, documents);
    },
    async restore() {
      for (const each of edited) await put(each, pristine.get(each)!);
      edited.clear();
    },
  };

  /** An event of schema version 1 gets its hash beside it. */
  async function appendAsBefore(): Promise<void> {
    const counters = db.collection<CounterDocument>("counters");
    const { event = 0 } = (await counters.findOne({ _id: LOG_COUNTER })) ?? {};
    const actor = { kind: "system", id: "test", role: "operator" } as const;
    const about = { object: "old", purpose: "监督检查", matter: "m", requestId: "r" };
    const read: AuditEvent = { time: 0, actor, action: "certificate-read", ...about, result: "done" };
    await db.collection<AuditEventDocument>("auditEvents").insertOne(eventDocument(read, event + 1));
    await counters.updateOne({ _id: LOG_COUNTER }, { $set: { event: event + 1 } });
    const database = await openMongo({ url: own, region: REGION });
    await hashOlderEvents(database);
    await database.close();
  }
}

/** Bytes stay bytes, which `structuredClone` makes plain objects of. */
export function copied<Of>(value: Of): Of;
export function copied(value: unknown): unknown {
  if (value instanceof Binary) return new Binary(Buffer.from(value.value()), value.sub_type);
  if (Array.isArray(value)) return value.map(copied);
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, copied(each)]));
}

/** Every field of a collection, those within others included: `_id.code`, `runs.0.entry`. */
export function fieldsOf(name: Name): readonly { readonly path: string; readonly shape: Shape }[] {
  const within = (fields: Fields, before: string): { path: string; shape: Shape }[] =>
    Object.entries(fields).flatMap(([field, shape]) => inside(shape, `${before}${field}`));
  const inside = (shape: Shape, path: string): { path: string; shape: Shape }[] => {
    if (shape.kind === "fields") return within(shape.fields, `${path}.`);
    return shape.kind === "list" ? inside(shape.of, `${path}.0`) : [{ path, shape }];
  };
  return within(SHAPES[name], "");
}

export function valueAt(document: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((of, step) => (of as Record<string, unknown> | null | undefined)?.[step], document);
}

/** False when there is nothing to set it in. */
export function setAt(document: Editable, path: string, value: unknown): boolean {
  const steps = path.split(".");
  const last = steps.pop()!;
  const target = (steps.length === 0 ? document : valueAt(document, steps.join("."))) as Record<string, unknown>;
  if (typeof target !== "object" || target === null) return false;
  if (value === undefined) delete target[last];
  else target[last] = value;
  return true;
}

/** The next number, other text of the same length, another last byte; a flag is taken away. */
export function changed(value: unknown, shape: Shape): unknown {
  switch (shape.kind) {
    case "number":
      return typeof value === "number" ? value + 1 : 1;
    case "text":
      return typeof value === "string" && value !== "" ? `${value.startsWith("x") ? "y" : "x"}${value.slice(1)}` : "x";
    case "boolean":
      return value !== true;
    case "flag":
      return value === true ? undefined : true;
    case "bytes": {
      const bytes = value instanceof Binary ? Buffer.from(value.value()) : Buffer.alloc(32);
      bytes[bytes.length - 1]! ^= 1;
      return new Binary(bytes);
    }
    case "values": {
      const [[name] = ["x"]] = Object.entries(value ?? {});
      return { ...(value as object), [name]: "edited" };
    }
    default:
      throw new Error(`a ${shape.kind} has fields of its own`);
  }
}
