// SPDX-License-Identifier: Apache-2.0
import { sqlitePickUpStore } from "../../../src/adapters/sqlite/pick-up-store.js";
import type { RecordedEvent } from "../../../src/domain/audit/index.js";
import { createPickUps, type PickUpKey, type PickUps, type ToldLink } from "../../../src/domain/holders/index.js";
import type { PickUpStore } from "../../../src/domain/holders/pick-up-store.js";
import { createWorld, foodRequest, issuer, type World } from "../issuance/world.js";

export const MINUTE = 60_000;
export const DAY = 86_400_000;
export const TRIES = 5;

export interface Scene extends World {
  readonly store: PickUpStore;
  readonly pickUps: PickUps;
  readonly keys: Map<string, PickUpKey>;
  /** Issues a certificate and tells its first link. */
  delivered(n?: number): Promise<{ readonly identifier: string; readonly link: ToldLink; readonly secret: string }>;
  /** Events of delivery about a certificate. */
  history(identifier: string): Promise<readonly RecordedEvent[]>;
}

export const visitor = { requestId: "visit" };
export const secretIn = ({ url }: ToldLink): string => url.split("#")[1]!;
export const wrong = (code: string): string => (code === "000000" ? "000001" : "000000");

const noCopies = () => Promise.reject(new Error("no copies are made here"));

/** Delivery over the world of issuing, with a clock and keys that a test turns. */
export async function createScene(path?: string): Promise<Scene> {
  const world = await createWorld({}, path);
  const store = sqlitePickUpStore(world.database);
  const keys = new Map<string, PickUpKey>([["k1", { id: "k1", secret: new Uint8Array(32).fill(1) }]]);
  const newest = () => [...keys.values()].at(-1)!;
  const pickUps = createPickUps({
    store,
    keys: {
      current: async () => newest(),
      open: async (id) => {
        const key = keys.get(id);
        if (key === undefined) throw new Error(`no key ${id}`);
        return key;
      },
      rotate: async () => {
        const id = `k${keys.size + 1}`;
        keys.set(id, { id, secret: new Uint8Array(32).fill(keys.size + 1) });
        return { id };
      },
    },
    issuance: world.issuance,
    copies: { make: noCopies, list: noCopies, find: noCopies, fileOf: noCopies },
    renderPdf: async (actor, identifier) =>
      new TextEncoder().encode(`%PDF ${(await world.issuance.getCertificate(actor, identifier)).state}`),
    audit: world.audit,
    pagesUrl: () => "https://pages.example",
    rules: { linkMs: 30 * DAY, sessionMs: 30 * MINUTE, tries: TRIES },
    now: () => world.clock.now,
  });
  return {
    ...world,
    store,
    pickUps,
    keys,
    async delivered(n = 1) {
      const issued = await world.issuance.issueCertificate(issuer, foodRequest(n));
      const [link] = await pickUps.firstLinks(issuer, [issued]);
      return { identifier: issued.certificateIdentifier, link: link!, secret: secretIn(link!) };
    },
    async history(identifier) {
      const events = await world.audit.list({ object: identifier, order: "oldest-first", limit: 200 });
      return events.filter(({ action }) => action.startsWith("pick-up"));
    },
  };
}
