// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { sqliteAgencyStore } from "../../../src/adapters/sqlite/agency-store.js";
import { sqliteAuditStore } from "../../../src/adapters/sqlite/audit-store.js";
import { openDatabase } from "../../../src/adapters/sqlite/database.js";
import { TallyError } from "../../../src/core/errors.js";
import {
  createAdministration,
  createUnusedKeys,
  type KeyInfo,
  type RegistryGovernance,
  signersFrom,
} from "../../../src/domain/agencies/index.js";
import type { Actor } from "../../../src/domain/audit/index.js";
import type { AgencyRecord, Interval, KeyRecord, RegistrySnapshot } from "../../../src/verify/registry.js";

const AGENCY = "11340100TT00000153";
const TYPE = "11340000MB1A2B3CXU001";
const NOW = Date.UTC(2026, 10, 22);
const NEW = { code: AGENCY, name: "合肥市市场监督管理局（样例）", areaCode: "340100" };
const actor: Actor = { kind: "cli", id: "root", role: "operator", requestId: "request-1" };

/** An administration over a real store and a registry of maps; `acts` is what was asked of registry, keys and outbox, in order. */
function scene({ blockClock = null }: { blockClock?: (() => number) | null } = {}) {
  const agencies = new Map<string, AgencyRecord & { suspensions: Interval[] }>();
  const keys = new Map<string, { -readonly [K in keyof KeyRecord]: KeyRecord[K] }>();
  const authorisations = new Map<string, { from: number; until: number | null }[]>();
  const acts: string[] = [];
  const pending = new Map<string, number>();
  /** `time` is the newest block's. */
  const state = { drains: true, dies: false, delay: 0, time: 1 };
  const act = async (name: string, ...args: (string | number)[]) => {
    acts.push([name, ...args].join(" "));
    return { tx: "0x", block: 1, time: 1 };
  };
  const afterwards = (): void => {
    if (state.dies) throw new Error("killed");
  };
  const governance: Partial<RegistryGovernance> = {
    async registerAgency(region, agency, did) {
      agencies.set(agency, {
        agency,
        region,
        did,
        activeFrom: state.time + state.delay,
        removedAt: null,
        suspensions: [],
      });
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
      authorisations.set(`${agency} ${type}`, [{ from: state.time + state.delay, until: null }]);
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
        interval: { from: state.time + state.delay, until: null },
        compromises: [],
      });
      const done = act("key", keyDigest.slice(-1));
      afterwards();
      return done;
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
    get head() {
      return { chainId: 1, registry: "0x", block: 1, hash: "0x", time: state.time };
    },
    findAgency: async (code) => agencies.get(code) ?? null,
    findKey: async (digest) => keys.get(digest) ?? null,
    findAuthorisations: async (agency, type) => authorisations.get(`${agency} ${type}`) ?? [],
  };
  const database = openDatabase(":memory:");
  const store = sqliteAgencyStore(database);
  const audit = sqliteAuditStore(database);
  const made: KeyInfo[] = [];
  const toReissue: string[] = [];
  const reissueQueries: { compromisedSince: number; after?: string }[] = [];
  const administration = createAdministration({
    region: "340000",
    agencies: store,
    audit,
    registry: { snapshot: async () => snapshot as RegistrySnapshot },
    governance: governance as RegistryGovernance,
    keys: {
      async createKey(owner, purpose) {
        const name = String(made.length + 1);
        const key = { keyDigest: name.padStart(64, "0"), multikey: `z${name}`, owner, purpose, createdAt: name };
        made.push(key);
        return key;
      },
      list: async () => made,
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
      async certificatesToReissue({ compromisedSince, after = "", limit }) {
        reissueQueries.push({ compromisedSince, after });
        return toReissue.filter((identifier) => identifier > after).slice(0, limit);
      },
    },
    didOf: (code) => `did:web:tally.example:agencies:${code}`,
    now: () => NOW,
    blockClock,
  });
  const signers = signersFrom(
    store,
    { open: async (keyDigest) => ({ keyDigest, multikey: "", sign: () => new Uint8Array(64) }) },
    createUnusedKeys({
      keys: { list: async () => made },
      registry: { snapshot: async () => snapshot as RegistrySnapshot },
      audit,
      blockClock,
    }),
  );
  const events = () => audit.list({ order: "oldest-first", limit: 100 });
  const actions = async () => (await events()).map(({ action }) => action as string);
  const close = (): void => database.close();
  return {
    ...{ administration, acts, pending, state, store, actions, events, agencies, keys, made, signers },
    ...{ toReissue, reissueQueries, close },
  };
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

  describe("in a region with an activation delay", () => {
    const FIRST = "1".padStart(64, "0");
    const SECOND = "2".padStart(64, "0");
    const DELAY = 3600;

    const keyNow = async (): Promise<string | null | undefined> => (await here.store.findAgency(AGENCY))?.keyDigest;
    const delayed = async (): Promise<Scene> => {
      await registered();
      here.state.time = 1000;
      here.state.delay = DELAY;
      return here;
    };
    /** An agency that signs with its first key, given before there was a delay. */
    const settled = async (): Promise<Scene> => {
      await registered();
      await here.administration.addKey(actor, AGENCY);
      here.acts.length = 0;
      here.state.time = 1000;
      here.state.delay = DELAY;
      return here;
    };

    it("an agency says when its registration takes effect", async () => {
      here.state.delay = DELAY;
      expect(await here.administration.registerAgency(actor, NEW)).to.deep.include({ effectiveFrom: 1 + DELAY });
      here.state.time = 1 + DELAY;
      expect(await here.administration.registerAgency(actor, NEW)).to.deep.include({ effectiveFrom: null });
    });

    it("a first key is not signed with before it is in effect, and the command given again puts it to use", async () => {
      const { administration, acts, state, actions } = await delayed();
      const added = await administration.addKey(actor, AGENCY);
      expect(added).to.include({ keyDigest: FIRST, effectiveFrom: 1000 + DELAY });
      expect(await keyNow()).to.equal(null);
      state.time = 999 + DELAY;
      expect(await administration.addKey(actor, AGENCY)).to.deep.equal(added);
      expect(await keyNow()).to.equal(null);
      state.time = 1000 + DELAY;
      expect(await administration.addKey(actor, AGENCY)).to.deep.equal({ ...added, effectiveFrom: null });
      expect(await keyNow()).to.equal(FIRST);
      expect(acts).to.deep.equal(["key 1"]);
      expect((await actions()).slice(1)).to.deep.equal(["key-created", "agency-key-announced", "agency-key-changed"]);
    });

    it("issuing without a key in effect is refused in words that say when it will be", async () => {
      const { administration, signers, state } = await delayed();
      const refusal = async (): Promise<string> =>
        signers.signerFor(AGENCY).then(
          () => "signed",
          (error: Error) => error.message,
        );
      expect(await refusal()).to.contain("make one with `tally key add`");
      await administration.addKey(actor, AGENCY);
      expect(await refusal()).to.contain("takes effect at 1970-01-01T01:16:40.000Z");
      state.time = 1000 + DELAY;
      expect(await refusal()).to.contain("has taken effect");
      await administration.addKey(actor, AGENCY);
      expect(await refusal()).to.equal("signed");
    });

    it("a key does not take effect before its agency, however the delay was changed in between", async () => {
      here.state.delay = DELAY;
      await here.administration.registerAgency(actor, NEW);
      here.state.delay = 0;
      expect(await here.administration.addKey(actor, AGENCY)).to.include({ effectiveFrom: 1 + DELAY });
      expect(await here.administration.authorise(actor, AGENCY, TYPE)).to.deep.equal({ effectiveFrom: 1 + DELAY });
      expect(await keyNow()).to.equal(null);
    });

    it("a rotation leaves the old key signing until the new one is in effect, then anchors and retires", async () => {
      const { administration, acts, pending, state } = await settled();
      pending.set(FIRST, 2);
      const begun = await administration.rotateKey(actor, AGENCY);
      expect(begun).to.include({ keyDigest: SECOND, effectiveFrom: 1000 + DELAY, retired: null });
      expect(await keyNow()).to.equal(FIRST);
      state.time += DELAY;
      const ended = await administration.rotateKey(actor, AGENCY);
      expect(ended).to.include({ keyDigest: SECOND, effectiveFrom: null, retired: FIRST });
      expect(await keyNow()).to.equal(SECOND);
      expect(acts).to.deep.equal(["key 2", "drain 1", "retire 1"]);
    });

    it("an authorisation is not used before it is in effect, and the command given again finishes it", async () => {
      const { administration, acts, state, store, actions } = await delayed();
      expect(await administration.authorise(actor, AGENCY, TYPE)).to.deep.equal({ effectiveFrom: 1000 + DELAY });
      expect(await administration.authorise(actor, AGENCY, TYPE)).to.deep.equal({ effectiveFrom: 1000 + DELAY });
      expect(await store.isAuthorised(AGENCY, TYPE)).to.equal(false);
      state.time += DELAY;
      expect(await administration.authorise(actor, AGENCY, TYPE)).to.deep.equal({ effectiveFrom: null });
      expect(await store.isAuthorised(AGENCY, TYPE)).to.equal(true);
      expect(acts).to.deep.equal([`authorise ${TYPE}`]);
      expect((await actions()).slice(1)).to.deep.equal(["agency-authorisation-announced", "agency-authorised"]);
    });

    it("a withdrawal also ends what is not in effect yet", async () => {
      const { administration, acts, actions } = await delayed();
      await administration.authorise(actor, AGENCY, TYPE);
      await administration.withdraw(actor, AGENCY, TYPE);
      expect((await actions()).at(-1)).to.equal("agency-authorisation-withdrawn");
      expect(acts).to.deep.equal([`authorise ${TYPE}`, `end ${TYPE}`]);
    });

    it("an agency whose key is compromised signs nothing until its new one is in effect", async () => {
      const { administration, acts, state } = await settled();
      const { replacement } = await administration.claimCompromise(actor, FIRST, 1);
      expect(replacement).to.include({ agency: AGENCY, keyDigest: SECOND, effectiveFrom: 1000 + DELAY });
      expect(await keyNow()).to.equal(null);
      expect(acts).to.deep.equal(["key 2", "hold 1", "claim 1 1"]);
      state.time += DELAY;
      expect(await administration.addKey(actor, AGENCY)).to.include({ keyDigest: SECOND, effectiveFrom: null });
      expect(await keyNow()).to.equal(SECOND);
    });

    it("a key that was vetoed is not waited for: another is made", async () => {
      const { administration, keys } = await delayed();
      await administration.addKey(actor, AGENCY);
      keys.get(FIRST)!.interval = { from: 1000 + DELAY, until: 1000 + DELAY };
      expect((await administration.addKey(actor, AGENCY)).keyDigest).to.equal(SECOND);
    });

    it("whose chain stamps blocks with our clock, an act is in effect as soon as that clock says so", async () => {
      let clock = 1_000_000;
      here.close();
      here = scene({ blockClock: () => clock });
      const { administration } = await delayed();
      expect((await administration.addKey(actor, AGENCY)).effectiveFrom).to.equal(1000 + DELAY);
      clock = (1000 + DELAY) * 1000 - 1;
      expect((await administration.addKey(actor, AGENCY)).effectiveFrom).to.equal(1000 + DELAY);
      clock += 1;
      expect((await administration.addKey(actor, AGENCY)).effectiveFrom).to.equal(null);
    });
  });

  describe("a key that a crash left unused", () => {
    it("is taken up when the registry has it already", async () => {
      const { administration, acts, state, store, made } = await registered();
      state.dies = true;
      await administration.addKey(actor, AGENCY).catch(() => {});
      expect((await store.findAgency(AGENCY))?.keyDigest).to.equal(null);
      state.dies = false;
      const { keyDigest } = await administration.addKey(actor, AGENCY);
      expect((await store.findAgency(AGENCY))?.keyDigest).to.equal(keyDigest);
      expect(acts).to.deep.equal(["key 1"]);
      expect(made).to.have.length(1);
    });

    it("is registered when the registry has never seen it", async () => {
      const { administration, acts, made, keys, actions } = await registered();
      made.push({
        keyDigest: "1".padStart(64, "0"),
        multikey: "z1",
        owner: AGENCY,
        purpose: "certificate",
        createdAt: "1",
      });
      await administration.addKey(actor, AGENCY);
      expect(acts).to.deep.equal(["key 1"]);
      expect([...keys.keys()]).to.have.length(1);
      expect(await actions()).to.deep.equal(["agency-registered", "agency-key-changed"]);
    });

    it("is left alone when it has signed before, is another agency's or serves another purpose", async () => {
      const { administration, made } = await registered();
      const other = { multikey: "z9", createdAt: "0" } as const;
      made.push({ ...other, keyDigest: "8".padStart(64, "0"), owner: "11340100TT0000023X", purpose: "certificate" });
      made.push({ ...other, keyDigest: "9".padStart(64, "0"), owner: AGENCY, purpose: "audit" });
      const third = await administration.addKey(actor, AGENCY);
      const fourth = await administration.addKey(actor, AGENCY);
      expect([third, fourth].map(({ keyDigest }) => keyDigest.slice(-1))).to.deep.equal(["3", "4"]);
    });
  });

  describe("certificates to issue again", () => {
    const KEY = "1".padStart(64, "0");
    const listed = async (): Promise<string[]> => {
      const identifiers: string[] = [];
      for await (const identifier of here.administration.certificatesToReissue(actor, KEY))
        identifiers.push(identifier);
      return identifiers;
    };

    it("are those since the earliest claim that stands, however many", async () => {
      const { administration, keys, toReissue, reissueQueries, actions } = await registered();
      await administration.addKey(actor, AGENCY);
      keys.get(KEY)!.compromises = [
        { since: 900, effectiveAt: 900 },
        { since: 300, effectiveAt: 2000 },
      ];
      toReissue.push(...Array.from({ length: 1201 }, (_, i) => `c${String(i).padStart(5, "0")}`));
      expect(await listed()).to.deep.equal(toReissue);
      expect(reissueQueries.map(({ compromisedSince }) => compromisedSince)).to.deep.equal([300, 300, 300, 300]);
      expect((await actions()).at(-1)).to.equal("certificates-searched");
    });

    it("are not listed for a key that nobody claims to be compromised", async () => {
      await registered();
      await here.administration.addKey(actor, AGENCY);
      expect(await codeOf(listed())).to.equal("request.conflict");
    });
  });

  describe("the decision behind an act", () => {
    const PAPER = { legalBasis: "《样例条例》第三条", documentNumber: "皖样〔2026〕1号" };

    it("is written down with a suspension, a release and a claim of compromise", async () => {
      const { administration, events } = await registered();
      const { keyDigest } = await administration.addKey(actor, AGENCY);
      await administration.suspendAgency(actor, AGENCY, PAPER);
      await administration.releaseAgency(actor, AGENCY, PAPER);
      await administration.claimCompromise(actor, keyDigest, 1000, PAPER);
      for (const action of ["agency-suspended", "agency-released", "key-compromise-claimed"]) {
        const event = (await events()).find((one) => one.action === action);
        expect(event?.detail, action).to.deep.include(PAPER);
      }
    });

    it("is refused before anything is done when it is no printable text", async () => {
      const { administration, acts } = await registered();
      expect(await codeOf(administration.suspendAgency(actor, AGENCY, { legalBasis: "a\u202eb" }))).to.equal(
        "request.invalid",
      );
      expect(acts).to.deep.equal([]);
    });
  });
});
