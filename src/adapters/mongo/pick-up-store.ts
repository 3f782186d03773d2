// SPDX-License-Identifier: Apache-2.0
import type { ClientSession } from "mongodb";
import {
  type LinkPage,
  type LinkWithEvent,
  type PickUpLink,
  type PickUpStore,
  type RevokedLink,
  stateOf,
} from "../../domain/holders/index.js";
import { bytesOf } from "./bytes.js";
import { requireCertificates } from "./certificate-documents.js";
import type { MongoDatabase } from "./database.js";
import type { PickUpLinkDocument, PickUpOrderDocument } from "./documents.js";
import { withWords } from "./failures.js";
import type { LoggedWrite } from "./logged-write.js";

/** Whether the link can still be used; in the filter of a write, so that of two that come at once the second finds nothing. */
function whileOpen(id: string, at: number) {
  const untouched = { openedAt: null, revokedAt: null, supersededAt: null, lockedAt: null };
  return { _id: id, ...untouched, expiresAt: { $gt: at } };
}

/** Links that can still be opened, and opened ones whose browser still sees the licence. */
function liveAt(at: number) {
  const opens = { openedAt: null, lockedAt: null, expiresAt: { $gt: at } };
  return { revokedAt: null, supersededAt: null, $or: [opens, { "session.expiresAt": { $gt: at } }] };
}

function behind({ after }: LinkPage) {
  return after === undefined ? {} : { _id: { $gt: after } };
}

const WHOSE = { certificate: 1, agency: 1 } as const;

function revokedLinkOf({ _id: id, certificate, agency }: PickUpLinkDocument): RevokedLink {
  return { id, certificate, agency };
}

export function mongoPickUpStore(database: MongoDatabase): PickUpStore {
  const links = database.collection("pickUpLinks");
  const orders = database.collection("pickUpOrders");

  return withWords("pick-up links", {
    async addFirst(items) {
      if (items.length === 0) return [];
      return database.logged((write) => addFirst(database, write, items));
    },

    add: (item, { supersede }) => database.logged((write) => addNext(database, write, item, supersede)),

    find: (id) => find(database, id),

    async list(certificate) {
      const order = await orders.findOne({ _id: certificate });
      return order === null ? [] : linksOf(database, order);
    },

    countWrongCode: (id, { limit, at }, { wrong, locked }) =>
      database.logged(async (write) => {
        const { session } = write;
        const counted = await links.findOneAndUpdate(
          whileOpen(id, at),
          [
            { $set: { wrongCodes: { $add: ["$wrongCodes", 1] } } },
            { $set: { lockedAt: { $cond: [{ $gte: ["$wrongCodes", limit] }, at, null] } } },
          ],
          { session, returnDocument: "after" },
        );
        if (counted === null) return find(database, id, session);
        const link = linkOf(counted);
        write.append(wrong);
        if (stateOf(link, at) === "locked") write.append(locked);
        return link;
      }),

    open: (id, at, { hash, expiresAt }, event) =>
      database.logged(async (write) => {
        const update = { $set: { openedAt: at, session: { hash, expiresAt } } };
        const opened = await links.updateOne(whileOpen(id, at), update, { session: write.session });
        if (opened.matchedCount > 0) write.append(event);
        return opened.matchedCount > 0;
      }),

    async closeSession(id, hash) {
      await links.updateOne({ _id: id, "session.hash": hash }, { $set: { session: null } });
    },

    revoke: (id, at, event) =>
      database.logged(async (write) => {
        const { session } = write;
        const revoked = await links.updateOne({ _id: id, revokedAt: null }, { $set: { revokedAt: at } }, { session });
        if (revoked.matchedCount > 0) write.append(event);
        return revoked.matchedCount > 0;
      }),

    revokeLive: (at, page, eventOf) =>
      database.logged(async (write) => {
        const { session } = write;
        const options = { session, projection: WHOSE };
        const live = await links
          .find({ ...behind(page), ...liveAt(at) }, options)
          .sort({ _id: 1 })
          .limit(page.limit)
          .toArray();
        const ids = live.map(({ _id }) => _id);
        await links.updateMany({ _id: { $in: ids } }, { $set: { revokedAt: at } }, { session });
        const revoked = live.map(revokedLinkOf);
        for (const link of revoked) write.append(eventOf(link));
        return revoked;
      }),

    async revokedAt(at, page) {
      const filter = { ...behind(page), revokedAt: at };
      const revoked = await links.find(filter, { projection: WHOSE }).sort({ _id: 1 }).limit(page.limit).toArray();
      return revoked.map(revokedLinkOf);
    },

    purge: (expiredBefore, limit) => database.transaction((session) => purge(database, session, expiredBefore, limit)),
  } satisfies PickUpStore);
}

async function addFirst(
  database: MongoDatabase,
  write: LoggedWrite,
  items: readonly LinkWithEvent[],
): Promise<PickUpLink[]> {
  const { session } = write;
  const certificates = items.map(({ link }) => link.certificate);
  await requireCertificates(database, certificates, session);
  const orders = await database
    .collection("pickUpOrders")
    .find({ _id: { $in: certificates } }, { session })
    .toArray();
  const known = new Map<string, PickUpLink>();
  const firsts = orders.flatMap(({ links }) => links.slice(0, 1));
  for (const document of await linkDocuments(database, firsts, session))
    known.set(document.certificate, linkOf(document));
  const added: PickUpLinkDocument[] = [];
  const answers = items.map((item) => {
    const there = known.get(item.link.certificate);
    if (there !== undefined) return there;
    const document = linkDocument(item, 1);
    known.set(item.link.certificate, linkOf(document));
    added.push(document);
    write.append(item.event);
    return linkOf(document);
  });
  await write.insert("pickUpLinks", added);
  await write.insert(
    "pickUpOrders",
    added.map(({ certificate, _id }) => ({ _id: certificate, links: [_id] })),
  );
  return answers;
}

async function addNext(
  database: MongoDatabase,
  write: LoggedWrite,
  item: LinkWithEvent,
  supersede: boolean,
): Promise<PickUpLink> {
  const { session } = write;
  const { id, certificate, madeAt } = item.link;
  const there = await find(database, id, session);
  if (there !== null) return there;
  await requireCertificates(database, [certificate], session);
  const orders = database.collection("pickUpOrders");
  const order = await orders.findOne({ _id: certificate }, { session });
  const older = order === null ? [] : await linksOf(database, order, session);
  if (supersede) {
    const filter = { _id: { $in: older.map((link) => link.id) }, supersededAt: null, revokedAt: null };
    await database.collection("pickUpLinks").updateMany(filter, { $set: { supersededAt: madeAt } }, { session });
  }
  const document = linkDocument(item, Math.max(0, ...older.map(({ ordinal }) => ordinal)) + 1);
  await write.insert("pickUpLinks", [document]);
  await orders.updateOne({ _id: certificate }, { $push: { links: id } }, { session, upsert: true });
  write.append(item.event);
  return linkOf(document);
}

async function purge(
  database: MongoDatabase,
  session: ClientSession,
  expiredBefore: number,
  limit: number,
): Promise<number> {
  const links = database.collection("pickUpLinks");
  const over = await links
    .find(
      {
        expiresAt: { $lt: expiredBefore },
        $or: [{ session: null }, { "session.expiresAt": { $lt: expiredBefore } }],
      },
      { session, projection: { certificate: 1 } },
    )
    .sort({ expiresAt: 1 })
    .limit(limit)
    .toArray();
  if (over.length === 0) return 0;
  const certificates = [...new Set(over.map(({ certificate }) => certificate))];
  const ids = over.map(({ _id }) => _id);
  const orders = database.collection("pickUpOrders");
  await orders.updateMany({ _id: { $in: certificates } }, { $pullAll: { links: ids } }, { session });
  await orders.deleteMany({ _id: { $in: certificates }, links: { $size: 0 } }, { session });
  return (await links.deleteMany({ _id: { $in: ids } }, { session })).deletedCount;
}

async function find(database: MongoDatabase, id: string, session?: ClientSession): Promise<PickUpLink | null> {
  const [document] = await linkDocuments(database, [id], session);
  return document === undefined ? null : linkOf(document);
}

async function linksOf(
  database: MongoDatabase,
  { links }: PickUpOrderDocument,
  session?: ClientSession,
): Promise<PickUpLink[]> {
  const documents = await linkDocuments(database, links, session);
  return documents.map(linkOf).sort((a, b) => a.ordinal - b.ordinal);
}

async function linkDocuments(
  database: MongoDatabase,
  ids: readonly string[],
  session?: ClientSession,
): Promise<PickUpLinkDocument[]> {
  if (ids.length === 0) return [];
  const options = session === undefined ? {} : { session };
  return database
    .collection("pickUpLinks")
    .find({ _id: { $in: [...ids] } }, options)
    .toArray();
}

function linkDocument({ link }: LinkWithEvent, ordinal: number): PickUpLinkDocument {
  const { id, certificate, agency, keyId, secretHash, codeHash, madeAt, expiresAt } = link;
  const nothing = { lockedAt: null, openedAt: null, revokedAt: null, supersededAt: null, session: null };
  const made = { certificate, ordinal, agency, keyId, secretHash, codeHash, madeAt, expiresAt };
  return { _id: id, ...made, wrongCodes: 0, ...nothing };
}

export function linkOf({ _id: id, secretHash, codeHash, session, ...link }: PickUpLinkDocument): PickUpLink {
  return {
    id,
    ...link,
    secretHash: bytesOf(secretHash),
    codeHash: bytesOf(codeHash),
    session: session === null ? null : { hash: bytesOf(session.hash), expiresAt: session.expiresAt },
  };
}
