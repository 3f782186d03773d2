// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { sqliteAgencyStore } from "../../../src/adapters/sqlite/agency-store.js";
import { sqliteAuditStore } from "../../../src/adapters/sqlite/audit-store.js";
import { openDatabase } from "../../../src/adapters/sqlite/database.js";
import { TallyError } from "../../../src/core/errors.js";
import { createAdministration, type RegistryGovernance } from "../../../src/domain/agencies/index.js";
import type { Actor } from "../../../src/domain/audit/index.js";
import type { AgencyRecord, Interval, KeyRecord, RegistrySnapshot } from "../../../src/verify/registry.js";

const AGENCY = "11340100TT00000153";
const TYPE = "11340000MB1A2B3CXU001";
const NOW = Date.UTC(2026, 10, 22);
const NEW = { code: AGENCY, name: "合肥市市场监督管理局（样例）", areaCode: "340100" };
const actor: Actor = { kind: "cli", id: "root", role: "operator", requestId: "request-1" };

/** An administration over a real store and a registry of maps; `acts` is what was asked of registry, keys and outbox, in order. */
function scene() {
  const agencies = new Map<string, AgencyRecord & { suspensions: Interval[] }>();
  const keys = new Map<string, { -readonly [K in keyof KeyRecord]: KeyRecord[K] }>();
  const authorisations = new Map<string, { from: number; until: number | null }[]>();
  const acts: string[] = [];
  const pending = new Map<string, number>();
  const state = { drains: true, dies: false };
  const act = async (name: string, ...args: (string | number)[]) => {
    acts.push([name, ...args].join(" "));
    return { tx: "0x", block: 1, time: 1 };
  };
  const afterwards = (): void => {
    if (state.dies) throw new Error("killed");
  };
  const governance: Partial<RegistryGovernance> = {
    async registerAgency(region, agency, did) {
      agencies.set(agency, { agency, region, did, activeFrom: 1, removedAt: null, suspensions: [] });
      const done = act("register", agency);
      afterwards();
      return done;
    },
    async suspendAgency(agency) {
      agencies.get(agency)!.suspensions = [{ from: 1, until: null }];
      const done = act("suspend", agency);
      afterwards();
      return done;
    },
    async releaseAgency(agency) {
      agencies.get(agency)!.suspensions = [{ from: 1, until: 2 }];
      return act("release", agency);
    },
    async authorise(agency, type) {
      authorisations.set(`${agency} ${type}`, [{ from: 1, until: null }]);
      const done = act("authorise", type);
      afterwards();
      return done;
    },
    async endAuthorisation(agency, type) {
      authorisations.set(`${agency} ${type}`, [{ from: 1, until: 2 }]);
      return act("end", type);
    },
    async addAgencyKey(agency, purpose, multikey) {
      const keyDigest = multikey.slice(1).padStart(64, "0");
      keys.set(keyDigest, {
        keyDigest,
        agency,
        region: "340000",
        purpose,
        interval: { from: 1, until: null },
        compromises: [],
      });
      return act("key", keyDigest.slice(-1));
    },
    async retireKey(digest) {
      keys.get(digest)!.interval = { from: 1, until: 2 };
      return act("retire", digest.slice(-1));
    },
    async claimKeyCompromise(digest, since) {
      keys.get(digest)!.compromises = [{ since, effectiveAt: since }];
      return act("claim", digest.slice(-1), since);
    },
  };
  const snapshot: Partial<RegistrySnapshot> = {
    findAgency: async (code) => agencies.get(code) ?? null,
    findKey: async (digest) => keys.get(digest) ?? null,
    findAuthorisations: async (agency, type) => authorisations.get(`${agency} ${type}`) ?? [],
  };
  const database = openDatabase(":memory:");
  const store = sqliteAgencyStore(database);
  const audit = sqliteAuditStore(database);
  let made = 0;
  const administration = createAdministration({
    region: "340000",
    agencies: store,
    audit,
    registry: { snapshot: async () => snapshot as RegistrySnapshot },
    governance: governance as RegistryGovernance,
    keys: {
      async createKey() {
        made += 1;
        return { keyDigest: String(made).padStart(64, "0"), multikey: `z${made}` };
      },
    },
    pending: {
      pendingForKey: async (digest) => pending.get(digest) ?? 0,
      async drain(digest) {
        acts.push(`drain ${digest.slice(-1)}`);
        if (state.drains) pending.delete(digest);
      },
      async holdPending(digest) {
        const held = pending.get(digest) ?? 0;
        pending.delete(digest);
        acts.push(`hold ${digest.slice(-1)}`);
        return held;
      },
    },
    didOf: (code) => `did:web:tally.example:agencies:${code}`,
    now: () => NOW,
  });
  const actions = async () =>
    (await audit.list({ order: "oldest-first", limit: 100 })).map(({ action }) => action as string);
  return { administration, acts, pending, state, store, actions, agencies, close: () => database.close() };
}

type Scene = ReturnType<typeof scene>;

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof TallyError) return error.code;
    throw error;
  }
  return "nothing was refused";
}

describe("the administration of a region", () => {
  let here: Scene;
  beforeEach(() => {
    here = scene();
  });
  afterEach(() => here.close());

  const registered = async (): Promise<Scene> => {
    await here.administration.registerAgency(actor, NEW);
    here.acts.length = 0;
    return here;
  };

  describe("registering an agency", () => {
    it("tells the registry first, then the store, and writes it down", async () => {
      const agency = await here.administration.registerAgency(actor, NEW);
      expect(agency).to.deep.include({ ...NEW, region: "340000", keyDigest: null });
      expect(agency.did).to.equal(`did:web:tally.example:agencies:${AGENCY}`);
      expect(here.acts).to.deep.equal([`register ${AGENCY}`]);
      expect(await here.actions()).to.deep.equal(["agency-registered"]);
    });

    it("does nothing twice", async () => {
      await here.administration.registerAgency(actor, NEW);
      await here.administration.registerAgency(actor, NEW);
      expect(here.acts).to.have.length(1);
      expect(await here.actions()).to.have.length(1);
    });

    it("is finished by a repeat when it was cut off after the registry", async () => {
      here.state.dies = true;
      await here.administration.registerAgency(actor, NEW).catch(() => {});
      expect(await here.store.findAgency(AGENCY)).to.equal(null);
      here.state.dies = false;
      await here.administration.registerAgency(actor, NEW);
      expect(here.acts).to.have.length(1);
      expect(await here.store.findAgency(AGENCY)).to.deep.include(NEW);
    });

    it("is refused when another region holds the code", async () => {
      here.agencies.set(AGENCY, {
        agency: AGENCY,
        region: "310000",
        did: "did:web:other.example",
        activeFrom: 1,
        removedAt: null,
        suspensions: [],
      });
      expect(await codeOf(here.administration.registerAgency(actor, NEW))).to.equal("agency.invalid");
      expect(await here.store.listAgencies()).to.deep.equal([]);
    });

    for (const [what, change, code] of [
      ["a wrong last character", { code: "11340100TT00000154" }, "identifier.check-character"],
      ["a wrong organisation check", { code: "11340100TT00000053" }, "identifier.check-character"],
      ["a code that is too short", { code: "11340100TT0000015" }, "identifier.malformed"],
      ["lower case", { code: AGENCY.toLowerCase() }, "identifier.malformed"],
      ["an area of five digits", { areaCode: "34010" }, "request.invalid"],
      ["an area of other digits", { areaCode: "３４０１００" }, "request.invalid"],
      ["no name", { name: "" }, "request.invalid"],
      ["a name that turns the line around", { name: "合肥\u202e局" }, "request.invalid"],
      ["a name with a line feed", { name: "合肥\n局" }, "request.invalid"],
      ["an endless name", { name: "局".repeat(201) }, "request.invalid"],
    ] as const) {
      it(`with ${what} is refused before the registry is asked`, async () => {
        expect(await codeOf(here.administration.registerAgency(actor, { ...NEW, ...change }))).to.equal(code);
        expect(here.acts).to.deep.equal([]);
        expect(await here.actions()).to.deep.equal([]);
      });
    }
  });

  describe("suspending and releasing an agency", () => {
    it("is written down when a repeat finds it done in the registry", async () => {
      const { administration, acts, state, actions } = await registered();
      state.dies = true;
      await administration.suspendAgency(actor, AGENCY).catch(() => {});
      state.dies = false;
      await administration.suspendAgency(actor, AGENCY);
      expect(acts).to.deep.equal([`suspend ${AGENCY}`]);
      expect(await actions()).to.deep.equal(["agency-registered", "agency-suspended"]);
      await administration.releaseAgency(actor, AGENCY);
      expect(acts).to.deep.equal([`suspend ${AGENCY}`, `release ${AGENCY}`]);
    });

    it("signs nothing more first, anchors what was signed, and only then tells the registry", async () => {
      const { administration, acts, pending, state, store } = await registered();
      const { keyDigest } = await administration.addKey(actor, AGENCY);
      acts.length = 0;
      pending.set(keyDigest, 2);
      state.drains = false;
      expect(await codeOf(administration.suspendAgency(actor, AGENCY))).to.equal("request.conflict");
      expect(acts).to.deep.equal(["drain 1"]);
      expect((await store.findAgency(AGENCY))?.suspended).to.equal(true);
      state.drains = true;
      await administration.suspendAgency(actor, AGENCY);
      expect(acts).to.deep.equal(["drain 1", "drain 1", `suspend ${AGENCY}`]);
      await administration.releaseAgency(actor, AGENCY);
      expect((await store.findAgency(AGENCY))?.suspended).to.equal(false);
    });

    it("is refused for an agency that nobody knows", async () => {
      expect(await codeOf(here.administration.suspendAgency(actor, AGENCY))).to.equal("agency.unknown");
      expect(here.acts).to.deep.equal([]);
    });
  });

  describe("authorising an agency for a type", () => {
    it("is finished by a repeat, asks the registry once, and can be given again after it was withdrawn", async () => {
      const { administration, acts, state, store } = await registered();
      state.dies = true;
      await administration.authorise(actor, AGENCY, TYPE).catch(() => {});
      expect(await store.isAuthorised(AGENCY, TYPE)).to.equal(false);
      state.dies = false;
      await administration.authorise(actor, AGENCY, TYPE);
      await administration.authorise(actor, AGENCY, TYPE);
      expect(await store.isAuthorised(AGENCY, TYPE)).to.equal(true);
      await administration.withdraw(actor, AGENCY, TYPE);
      await administration.withdraw(actor, AGENCY, TYPE);
      expect(await store.isAuthorised(AGENCY, TYPE)).to.equal(false);
      await administration.authorise(actor, AGENCY, TYPE);
      expect(acts).to.deep.equal([`authorise ${TYPE}`, `end ${TYPE}`, `authorise ${TYPE}`]);
    });

    it("is withdrawn after what was signed under it is anchored", async () => {
      const { administration, acts, pending, store } = await registered();
      const { keyDigest } = await administration.addKey(actor, AGENCY);
      await administration.authorise(actor, AGENCY, TYPE);
      acts.length = 0;
      pending.set(keyDigest, 2);
      await administration.withdraw(actor, AGENCY, TYPE);
      expect(acts).to.deep.equal(["drain 1", `end ${TYPE}`]);
      expect(await store.isAuthorised(AGENCY, TYPE)).to.equal(false);
    });
  });

  describe("keys", () => {
    const FIRST = "1".padStart(64, "0");
    const SECOND = "2".padStart(64, "0");

    const withKey = async (waiting: number): Promise<Scene> => {
      await registered();
      await here.administration.addKey(actor, AGENCY);
      here.pending.set(FIRST, waiting);
      here.acts.length = 0;
      return here;
    };

    it("rotate: the new one signs, what is pending is anchored, and only then the old one is retired", async () => {
      const { administration, acts, store } = await withKey(3);
      const rotated = await administration.rotateKey(actor, AGENCY);
      expect(rotated).to.include({ keyDigest: SECOND, retired: FIRST });
      expect(acts).to.deep.equal(["key 2", "drain 1", "retire 1"]);
      expect((await store.findAgency(AGENCY))?.keyDigest).to.equal(SECOND);
    });

    it("are not retired while an agency signs with them", async () => {
      const { administration, acts, actions } = await withKey(3);
      expect(await codeOf(administration.retireKey(actor, FIRST))).to.equal("request.conflict");
      expect(acts).to.deep.equal([]);
      expect((await actions()).at(-1)).to.equal("agency-key-changed");
    });

    it("are not retired while something signed with them cannot be anchored", async () => {
      const { administration, acts, state } = await withKey(3);
      await administration.addKey(actor, AGENCY);
      acts.length = 0;
      state.drains = false;
      expect(await codeOf(administration.retireKey(actor, FIRST))).to.equal("request.conflict");
      expect(acts).to.deep.equal(["drain 1"]);
    });

    it("are retired once, however often it is asked", async () => {
      const { administration, acts } = await withKey(0);
      await administration.addKey(actor, AGENCY);
      acts.length = 0;
      await administration.retireKey(actor, FIRST);
      await administration.retireKey(actor, FIRST);
      expect(acts).to.deep.equal(["retire 1"]);
    });

    it("marked compromised: the agency gets a new one, what is pending is held, and only then it is claimed", async () => {
      const { administration, acts, actions, store } = await withKey(2);
      const outcome = await administration.claimCompromise(actor, FIRST, 1000);
      expect(outcome.held).to.equal(2);
      expect(outcome.replacement?.keyDigest).to.equal(SECOND);
      expect(acts).to.deep.equal(["key 2", "hold 1", "claim 1 1000"]);
      expect((await store.findAgency(AGENCY))?.keyDigest).to.equal(SECOND);
      expect((await actions()).at(-1)).to.equal("key-compromise-claimed");
    });

    it("marked compromised again: only an earlier time is claimed again", async () => {
      const { administration, acts } = await withKey(0);
      await administration.claimCompromise(actor, FIRST, 1000);
      await administration.claimCompromise(actor, FIRST, 1000);
      await administration.claimCompromise(actor, FIRST, 999);
      expect(acts.filter((act) => act.startsWith("claim"))).to.deep.equal(["claim 1 1000", "claim 1 999"]);
      expect(acts.filter((act) => act.startsWith("key"))).to.have.length(1);
    });

    for (const since of [NOW / 1000 + 1, -1, 0.5, Number.NaN]) {
      it(`are not marked compromised since ${since}`, async () => {
        const { administration, acts } = await withKey(1);
        expect(await codeOf(administration.claimCompromise(actor, FIRST, since))).to.equal("request.invalid");
        expect(acts).to.deep.equal([]);
      });
    }

    it("that the registry does not have, or that are no digests, are refused by name", async () => {
      const { administration, acts } = await withKey(1);
      expect(await codeOf(administration.retireKey(actor, SECOND))).to.equal("key.unknown");
      expect(await codeOf(administration.claimCompromise(actor, SECOND, 1))).to.equal("key.unknown");
      expect(await codeOf(administration.retireKey(actor, "../../etc"))).to.equal("request.invalid");
      expect(acts).to.deep.equal([]);
    });
  });
});
