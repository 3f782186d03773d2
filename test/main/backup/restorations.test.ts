// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import {
  type MongoDatabase,
  mongoAgencyStore,
  mongoAlarmStore,
  mongoAnchoringStore,
  mongoApiTokenStore,
  mongoAuditStore,
  mongoCertificateStore,
  mongoCursorStore,
  mongoPickUpStore,
  mongoRestorationStore,
  mongoStatusIndexStore,
  mongoStatusQueue,
} from "../../../src/adapters/mongo/index.js";
import { anchorLease, type Restoration, statusLease } from "../../../src/domain/anchoring/index.js";
import { createRestorations, type RestorationsDeps } from "../../../src/main/backup/restorations.js";
import { issue, REGION, tiled } from "../../adapters/issued.js";
import { useDatabase } from "../../adapters/mongo/cluster.js";

const AGENCY = "11340100TT00000153";
const ACTOR = { kind: "cli", id: "root", role: "operator", requestId: "restoring" } as const;
const RESTORATION: Restoration = {
  at: 1_800_000_000_000,
  backupOf: "2026-11-30T01:00:00.000Z",
  orders: { kept: { tokens: false, pickUpLinks: false }, actor: ACTOR },
};
const event = { time: 1, actor: ACTOR, object: AGENCY, requestId: "r", result: "done" } as const;
const NOTHING = { batches: 0, entries: 0, unknown: [] };

type RestorationStores = RestorationsDeps["stores"];

function storesOf(database: MongoDatabase) {
  return {
    anchoring: {
      ...mongoAnchoringStore(database),
      ...mongoStatusQueue(database),
      ...mongoAlarmStore(database),
      ...mongoCursorStore(database),
    },
    restoration: mongoRestorationStore(database),
    statusIndices: mongoStatusIndexStore(database),
    audit: mongoAuditStore(database),
    apiTokens: mongoApiTokenStore(database),
    pickUps: mongoPickUpStore(database),
  };
}

describe("going on with a restoration", function () {
  this.timeout(60_000);
  const scene = useDatabase("replica-set-of-one");
  let stores: RestorationStores;

  beforeEach(async () => {
    const { database } = scene();
    stores = storesOf(database);
    await database.collection("deployment").updateOne({ _id: "tigertally" }, { $unset: { restoration: 1 } });
    const names = { name: "样例局", areaCode: "340100", did: "did:web:a" };
    const agency = { code: AGENCY, ...names, region: REGION, keyDigest: null, suspended: false };
    await mongoAgencyStore(database).addAgency(agency, { ...event, action: "agency-registered" });
    for (const id of ["a", "b"]) {
      const token = { id, secretHash: new Uint8Array(32).fill(id.charCodeAt(0)), agency: AGENCY, types: ["*"] };
      const made = { role: "issuer", label: id, createdAt: 1, expiresAt: null, revokedAt: null } as const;
      await stores.apiTokens.addToken({ ...token, ...made }, { ...event, action: "token-created", object: id });
    }
    await stores.statusIndices.leaseStatusIndices(REGION, 7);
    await stores.restoration.beginRestoration(RESTORATION);
  });

  const restorations = (of: RestorationStores = stores, recover: RestorationsDeps["recover"] = async () => NOTHING) =>
    createRestorations({ region: REGION, stores: of, recover });

  const claim = (name: string, holder: string) => stores.anchoring.claimLease(name, holder, Date.now(), 15_000);

  /** As every process would find it: who may stage, what may be handed out, what was logged. */
  async function state() {
    const log = await stores.audit.list({ order: "oldest-first", limit: 100 });
    return {
      unfinished: await stores.restoration.unfinishedRestoration(),
      counter: await stores.statusIndices.leasedStatusIndices(REGION),
      tokens: (await stores.apiTokens.listTokens()).map(({ revokedAt }) => revokedAt),
      log: log.map(({ action, time, detail }) => ({ action, time, ...detail })).slice(3),
    };
  }
  const FINISHED = {
    unfinished: null,
    counter: 1_800_000_000 * 131_072,
    tokens: [RESTORATION.at, RESTORATION.at],
    log: [
      { action: "token-revoked", time: RESTORATION.at, reason: "store-restored" },
      { action: "token-revoked", time: RESTORATION.at, reason: "store-restored" },
      {
        ...{ action: "store-restored", time: RESTORATION.at, backupOf: RESTORATION.backupOf },
        ...{ statusIndexCounter: 1_800_000_000 * 131_072, tokensRevoked: 2, pickUpLinksRevoked: 0 },
      },
    ],
  };

  it("ends access, moves the counter and logs it before it asks a chain, and lets nobody stage until it has", async () => {
    const away = restorations(stores, () => Promise.reject(new Error("the chain is away")));
    expect(await refusal(away.finish(() => {}))).to.equal("the chain is away");
    expect(await state()).to.deep.equal({ ...FINISHED, unfinished: { ...RESTORATION, orders: null } });
    for (const name of [anchorLease(REGION), statusLease(REGION)]) expect(await claim(name, "worker")).to.equal(null);
    expect(await restorations().finish(() => {})).to.deep.equal(NOTHING);
    expect(await state()).to.deep.equal(FINISHED);
    for (const name of [anchorLease(REGION), statusLease(REGION)])
      expect(await claim(name, "worker")).to.not.equal(null);
    expect(await restorations().finish(() => {})).to.equal(null);
  });

  it("stops a worker that was at work before: what it was about to stage is refused", async () => {
    const lease = (await claim(anchorLease(REGION), "worker"))!;
    await issue(mongoCertificateStore(scene().database), 1);
    const { entries } = await stores.anchoring.pendingWork(10);
    const batch = { region: REGION, root: "ab".repeat(32), size: 1, entries, ...(await tiled(entries[0]!.leafHash)) };
    await restorations().prepare();
    expect(await stores.anchoring.stageBatch(lease, batch, Date.now())).to.deep.equal({ outcome: "lease-lost" });
    expect(await claim(anchorLease(REGION), "worker")).to.equal(null);
    expect(await stores.anchoring.counts()).to.include({ pending: 1, openBatches: 0 });
  });

  it("is one process's work at a time, and the others are told", async () => {
    let arrived!: () => void;
    let goOn!: () => void;
    const comparing = new Promise<void>((resolve) => (arrived = resolve));
    const answer = new Promise<void>((resolve) => (goOn = resolve));
    const first = restorations(stores, async () => {
      arrived();
      await answer;
      return NOTHING;
    }).finish(() => {});
    await comparing;
    const second = restorations(stores, () => Promise.reject(new Error("two at once")));
    expect(await refusal(second.finish(() => {}))).to.match(/another process is finishing the restoration/);
    // What only issues need not wait for it.
    await second.prepare();
    goOn();
    expect(await first).to.deep.equal(NOTHING);
    expect(await state()).to.deep.equal(FINISHED);
  });

  const STEPS: readonly [keyof RestorationStores, string][] = [
    ["anchoring", "claimLease"],
    ["statusIndices", "skipStatusIndices"],
    ["apiTokens", "revokeToken"],
    ["pickUps", "revokeLive"],
    ["audit", "append"],
    ["restoration", "ordersCarriedOut"],
    ["anchoring", "releaseLease"],
    ["restoration", "endRestoration"],
  ];
  for (const [store, method] of STEPS)
    for (const when of ["before", "after"] as const)
      for (const nth of method === "claimLease" || method === "releaseLease" ? [1, 2, 3] : [1])
        it(`ends the same when its process ends ${when} ${store}.${method}, call ${nth}`, async () => {
          const dying = restorations(failing(stores, store, method, when, nth));
          expect(await refusal(dying.finish(() => {}))).to.equal("killed");
          // A killed process hands back nothing; the next one need not wait for the lease here.
          await stores.anchoring.endLease(`restoration:${REGION}`);
          await restorations().finish(() => {});
          expect(await state()).to.deep.equal(FINISHED);
          for (const name of [anchorLease(REGION), statusLease(REGION)])
            expect(await claim(name, "worker")).to.not.equal(null);
        });
});

/** The same stores, of which everything fails from the nth call of a method on. */
function failing(
  stores: RestorationStores,
  store: keyof RestorationStores,
  method: string,
  when: "before" | "after",
  nth: number,
): RestorationStores {
  let calls = 0;
  let dead = false;
  const killed = () => Promise.reject(new Error("killed"));
  const wrapped = Object.entries(stores).map(([name, each]) => {
    const methods = Object.entries(each).map(([called, work]) => [
      called,
      async (...args: unknown[]) => {
        const isIt = name === store && called === method && ++calls === nth;
        if (dead || (isIt && when === "before")) {
          dead = true;
          return killed();
        }
        const answer = await (work as (...args: unknown[]) => Promise<unknown>)(...args);
        if (!isIt) return answer;
        dead = true;
        return killed();
      },
    ]);
    return [name, Object.fromEntries(methods)];
  });
  return Object.fromEntries(wrapped) as RestorationStores;
}

async function refusal(work: Promise<unknown>): Promise<string | null> {
  return work.then(
    () => null,
    (error: Error) => error.message,
  );
}
