// SPDX-License-Identifier: Apache-2.0
import type { ClientSession } from "mongodb";
import type { StoreFault } from "../../domain/examination/stored-records.js";
import { bodyOf } from "./certificate-documents.js";
import type { MongoDatabase } from "./database.js";
import { MOST_FAULTS } from "./first-among.js";

/** Orders name links that are there, of certificates that are there. */
export async function pickUpOrders(database: MongoDatabase): Promise<StoreFault[]> {
  const found: StoreFault[] = [];
  for (let after: string | null = ""; after !== null && found.length < MOST_FAULTS; ) {
    const page: OrdersPage = await pageOfOrders(database, after);
    found.push(...page.faults);
    after = page.next;
  }
  return found;
}

interface OrdersPage {
  readonly faults: readonly StoreFault[];
  /** After which the next page begins; null: there is none. */
  readonly next: string | null;
}

function pageOfOrders(database: MongoDatabase, after: string): Promise<OrdersPage> {
  return database.transaction(async (session) => {
    const orders = await database
      .collection("pickUpOrders")
      .find({ _id: { $gt: after } }, { session })
      .sort({ _id: 1 })
      .limit(PAGE)
      .toArray();
    const certificates = new Set(
      await idsAmong(
        database,
        "certificates",
        orders.map(({ _id }) => bodyOf(_id)),
        session,
      ),
    );
    const links = new Set(
      await idsAmong(
        database,
        "pickUpLinks",
        orders.flatMap((order) => order.links),
        session,
      ),
    );
    const faults: StoreFault[] = [];
    for (const { _id, links: ordered } of orders) {
      const wrong = (field: string, why: string) => faults.push({ collection: "pickUpOrders", key: _id, field, why });
      if (!certificates.has(bodyOf(_id))) wrong("_id", "names a certificate that is not here");
      if (ordered.length === 0 || ordered.some((id) => !links.has(id))) wrong("links", "names a link that is not here");
    }
    return { faults, next: orders.length === PAGE ? orders.at(-1)!._id : null };
  });
}

async function idsAmong(
  database: MongoDatabase,
  name: "certificates" | "pickUpLinks",
  ids: readonly string[],
  session: ClientSession,
): Promise<string[]> {
  const found = await database.db
    .collection<{ _id: string }>(name)
    .find({ _id: { $in: [...ids] } }, { session, projection: { _id: 1 } })
    .toArray();
  return found.map(({ _id }) => _id);
}

const PAGE = 1_000;
