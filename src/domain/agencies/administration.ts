// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import { isHex } from "../../core/hex.js";
import { parseUscc } from "../../core/identifiers/uscc.js";
import { refuseUnsafeText } from "../../core/text.js";
import type { KeyRecord, RegistryAccess } from "../../verify/registry.js";
import { type Actor, type AuditAction, type AuditDetail, type AuditStore, eventBy } from "../audit/index.js";
import { type Effect, effectOf } from "./activation.js";
import { type Agency, agencyDigest } from "./agency.js";
import type { AgencyStore } from "./agency-store.js";
import { type Paper, readPaper } from "./paper.js";
import type { RegistryGovernance } from "./registry-governance.js";
import type { KeyStore } from "./signer.js";
import { createUnusedKeys } from "./unused-key.js";

export interface CreatedKey {
  /** Lower-case hex. */
  readonly keyDigest: string;
  /** Multikey text. */
  readonly multikey: string;
}

/** A key that the registry has. */
export interface AddedKey extends CreatedKey, Effect {}

/** What waits for its anchor under a key. */
export interface PendingUnderKey {
  /** Certificates of the key that no anchor protects yet. */
  pendingForKey(keyDigest: string): Promise<number>;
  /** Anchors what is pending under the key, or rejects. */
  drain(keyDigest: string): Promise<void>;
  /** Takes the pending ones out of the outbox, to be issued again under another key; how many. */
  holdPending(keyDigest: string): Promise<number>;
  /** Identifiers of what needs another key when this one counts for nothing since `compromisedSince` (seconds), ordered. */
  certificatesToReissue(query: {
    readonly keyDigest: string;
    readonly compromisedSince: number;
    readonly after?: string;
    readonly limit: number;
  }): Promise<readonly string[]>;
}

export interface AdministrationDependencies {
  readonly region: string;
  readonly agencies: AgencyStore;
  readonly audit: AuditStore;
  readonly registry: RegistryAccess;
  /** Sends from the region admin's account. */
  readonly governance: RegistryGovernance;
  readonly keys: Pick<KeyStore, "createKey" | "list">;
  readonly pending: PendingUnderKey;
  /** The DID under which an agency's document is published. */
  readonly didOf: (agency: string) => string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The clock that stamps the chain's blocks, when that is ours to read; see `effectOf`. */
  readonly blockClock: (() => number) | null;
}

export interface NewAgency {
  /** USCC. */
  readonly code: string;
  readonly name: string;
  /** GB/T 2260, six digits. */
  readonly areaCode: string;
}

/**
 * What a region admin does with agencies and keys. What begins goes to the registry first and then into the store, what ends the
 * other way round, and each act looks at the registry before it asks: repeated after a crash, it finishes what was begun and does
 * nothing twice. What the registry lets begin later (the region's activation delay) is not put to use before: the act then answers
 * `effectiveFrom`, and given again after that time it is finished.
 */
export interface Administration {
  /** What cannot be right is refused before the registry is asked: nobody can correct it there. */
  registerAgency(actor: Actor, agency: NewAgency): Promise<Agency & Effect>;
  /** It signs nothing more, what it signed before is anchored, and only then the registry is told. */
  suspendAgency(actor: Actor, agency: string, paper?: Paper): Promise<void>;
  releaseAgency(actor: Actor, agency: string, paper?: Paper): Promise<void>;
  authorise(actor: Actor, agency: string, typeCode: string): Promise<Effect>;
  /** Like a suspension, for one type. */
  withdraw(actor: Actor, agency: string, typeCode: string): Promise<void>;
  /**
   * A first or further signing key; as soon as it is in effect the agency signs with it. A key that waits for that, or that a
   * crash left unused, is taken up before another is made.
   */
  addKey(actor: Actor, agency: string): Promise<AddedKey>;
  /** A new key takes over as by `addKey`; once it has, what was signed with the old one is anchored and the old one retired. */
  rotateKey(actor: Actor, agency: string): Promise<AddedKey & { readonly retired: string | null }>;
  /** Not the key that an agency signs with: that one is rotated. */
  retireKey(actor: Actor, keyDigest: string): Promise<void>;
  /**
   * What was anchored under the key from `since` (seconds) on no longer counts; pending ones are held for reissue. When an
   * agency still signs with the key, it gets a new one first, and signs nothing until that is in effect.
   */
  claimCompromise(
    actor: Actor,
    keyDigest: string,
    since: number,
    paper?: Paper,
  ): Promise<{ readonly held: number; readonly replacement: (AddedKey & { readonly agency: string }) | null }>;
  /**
   * Identifiers of the certificates that need a new one under another key, as far as the registry's standing claims reach back:
   * held ones, staged ones, and those anchored since. Rejects with `request.conflict` when no claim stands.
   */
  certificatesToReissue(actor: Actor, keyDigest: string): AsyncIterable<string>;
}

export function createAdministration(dependencies: AdministrationDependencies): Administration {
  const { region, agencies, audit, registry, governance, keys, pending, didOf, now, blockClock } = dependencies;
  const unusedKeys = createUnusedKeys({ keys, registry, audit, blockClock });

  const known = async (code: string): Promise<Agency> => {
    const agency = await agencies.findAgency(code);
    if (agency !== null) return agency;
    throw new TallyError(
      "agency.unknown",
      `agency ${code} is not registered here; tally agency list shows those that are`,
      {
        field: "agency",
      },
    );
  };

  const record = async (actor: Actor, action: AuditAction, object: string, detail: AuditDetail = {}): Promise<void> => {
    await audit.append(eventBy(actor, { time: now(), action, object, detail }));
  };

  const registered = async (keyDigest: string): Promise<KeyRecord> => {
    if (!isHex(keyDigest, 32)) {
      throw new TallyError("request.invalid", "key takes the digest of a key, 64 lower-case hex digits", {
        field: "key",
      });
    }
    const key = await (await registry.snapshot()).findKey(keyDigest);
    if (key !== null) return key;
    throw new TallyError("key.unknown", `the registry has no key ${keyDigest}`, { field: "key" });
  };

  const isSuspended = async (code: string): Promise<boolean> => {
    const agency = await (await registry.snapshot()).findAgency(code);
    return agency?.suspensions.some(({ until }) => until === null) ?? false;
  };

  /** What is anchored after its key, agency or authorisation ended never counts, so what was signed before is anchored first. */
  const anchorSigned = async (keyDigest: string | null, then = "give the command again"): Promise<void> => {
    if (keyDigest === null) return;
    if ((await pending.pendingForKey(keyDigest)) > 0) await pending.drain(keyDigest);
    const left = await pending.pendingForKey(keyDigest);
    if (left === 0) return;
    throw new TallyError(
      "request.conflict",
      `${left} certificates signed with key ${keyDigest} are not anchored yet; let the worker finish, then ${then}`,
    );
  };

  const signingWith = async (keyDigest: string): Promise<Agency | undefined> =>
    (await agencies.listAgencies()).find((agency) => agency.keyDigest === keyDigest);

  const retire = async (actor: Actor, keyDigest: string): Promise<void> => {
    const key = await registered(keyDigest);
    const signing = await signingWith(keyDigest);
    if (signing !== undefined) {
      throw new TallyError(
        "request.conflict",
        `agency ${signing.code} signs with key ${keyDigest}; give it a new one with tally key rotate, which retires this one`,
      );
    }
    // Not "again": a rotation has put its new key to use by now, and a second one would make another.
    await anchorSigned(keyDigest, `retire the key with tally key retire ${keyDigest}`);
    if (key.interval.until === null) await governance.retireKey(keyDigest);
    await record(actor, "key-retired", keyDigest);
  };

  /** From when on the agency may issue the type; null when the registry does not let it. */
  const openAuthorisation = async (code: string, typeCode: string): Promise<Effect | null> => {
    const snapshot = await registry.snapshot();
    const [intervals, agency] = await Promise.all([
      snapshot.findAuthorisations(code, typeCode),
      snapshot.findAgency(code),
    ]);
    const open = intervals.find(({ until }) => until === null);
    if (open === undefined) return null;
    return effectOf(Math.max(open.from, agency?.activeFrom ?? 0), snapshot.head, blockClock);
  };

  const addKey = async (actor: Actor, code: string): Promise<AddedKey> => {
    await known(code);
    const unused = await unusedKeys.find(code);
    const { keyDigest, multikey } = unused?.key ?? (await keys.createKey(code, "certificate"));
    if (unused === null) await record(actor, "key-created", keyDigest, { agency: code });
    const isNew = unused === null || unused.effect === null;
    if (isNew) await governance.addAgencyKey(code, "certificate", multikey);
    const effect = unused?.effect ?? confirmed(await unusedKeys.effectOfKey(code, keyDigest));
    const { effectiveFrom } = effect;
    if (effectiveFrom === null) {
      const event = { time: now(), action: "agency-key-changed", object: code, detail: { key: keyDigest } } as const;
      await agencies.setKey(code, keyDigest, eventBy(actor, event));
    } else if (isNew) await record(actor, "agency-key-announced", code, { key: keyDigest, effectiveFrom });
    return { keyDigest, multikey, effectiveFrom };
  };

  /** A new key for an agency whose own is compromised; the agency signs nothing while it waits for it. */
  const replaceKey = async (actor: Actor, code: string): Promise<AddedKey & { readonly agency: string }> => {
    const key = await addKey(actor, code);
    if (key.effectiveFrom !== null) {
      const event = { time: now(), action: "agency-key-changed", object: code, detail: { key: null } } as const;
      await agencies.setKey(code, null, eventBy(actor, event));
    }
    return { ...key, agency: code };
  };

  return {
    async registerAgency(actor, { code, name, areaCode }) {
      checkNewAgency({ code, name, areaCode });
      const did = didOf(code);
      const record = await (await registry.snapshot()).findAgency(code);
      if (record === null) await governance.registerAgency(region, code, did);
      else if (record.region !== region || record.did !== did || record.removedAt !== null) {
        throw new TallyError(
          "agency.invalid",
          `agency ${code} is registered already, in region ${record.region} as ${record.did}; the governor can strike a wrong claim`,
          { field: "code" },
        );
      }
      const agency: Agency = { code, name, region, areaCode, did, keyDigest: null, suspended: false };
      const digestAfter = agencyDigest(agency);
      const event = eventBy(actor, { time: now(), action: "agency-registered", object: code, digestAfter });
      await agencies.addAgency(agency, event);
      const snapshot = await registry.snapshot();
      const { activeFrom } = confirmed(await snapshot.findAgency(code));
      // Known here at once: its keys and authorisations, which take effect no earlier than it, keep it from issuing.
      return { ...(await known(code)), ...effectOf(activeFrom, snapshot.head, blockClock) };
    },

    async suspendAgency(actor, code, paper = {}) {
      const detail = { ...readPaper(paper) };
      const { keyDigest } = await known(code);
      const event = eventBy(actor, { time: now(), action: "agency-suspended", object: code, detail });
      await agencies.setSuspended(code, true, event);
      await anchorSigned(keyDigest);
      if (!(await isSuspended(code))) await governance.suspendAgency(code);
    },

    async releaseAgency(actor, code, paper = {}) {
      const detail = { ...readPaper(paper) };
      await known(code);
      if (await isSuspended(code)) await governance.releaseAgency(code);
      const event = eventBy(actor, { time: now(), action: "agency-released", object: code, detail });
      await agencies.setSuspended(code, false, event);
    },

    async authorise(actor, code, typeCode) {
      await known(code);
      const begun = await openAuthorisation(code, typeCode);
      if (begun === null) await governance.authorise(code, typeCode);
      const effect = begun ?? confirmed(await openAuthorisation(code, typeCode));
      const { effectiveFrom } = effect;
      if (effectiveFrom === null) {
        const event = eventBy(actor, { time: now(), action: "agency-authorised", object: code, detail: { typeCode } });
        await agencies.authorise(code, typeCode, event);
      } else if (begun === null) {
        await record(actor, "agency-authorisation-announced", code, { typeCode, effectiveFrom });
      }
      return effect;
    },

    async withdraw(actor, code, typeCode) {
      const { keyDigest } = await known(code);
      // Here the store goes first: from now on nothing is signed that the registry would refuse.
      const event = eventBy(actor, {
        time: now(),
        action: "agency-authorisation-withdrawn",
        object: code,
        detail: { typeCode },
      });
      await agencies.withdraw(code, typeCode, event);
      await anchorSigned(keyDigest);
      const open = await openAuthorisation(code, typeCode);
      if (open === null) return;
      await governance.endAuthorisation(code, typeCode);
      // The store has never had what was not in effect, and so has written nothing down.
      if (open.effectiveFrom !== null) await audit.append(event);
    },

    addKey,

    async rotateKey(actor, code) {
      const old = (await known(code)).keyDigest;
      const key = await addKey(actor, code);
      if (key.effectiveFrom !== null || old === null) return { ...key, retired: null };
      await retire(actor, old);
      return { ...key, retired: old };
    },

    retireKey: retire,

    async claimCompromise(actor, keyDigest, since, paper = {}) {
      const detail = readPaper(paper);
      if (!Number.isSafeInteger(since) || since < 0 || since * 1000 > now()) {
        throw new TallyError("request.invalid", `since: ${since} is not a time in the past, in seconds`, {
          field: "since",
        });
      }
      const { compromises } = await registered(keyDigest);
      const signing = await signingWith(keyDigest);
      const replacement = signing === undefined ? null : await replaceKey(actor, signing.code);
      // Held before it is claimed: an anchor that the worker makes in between would be born dead.
      const held = await pending.holdPending(keyDigest);
      // A claim that reaches as far back stands already when this is repeated after a crash.
      if (!compromises.some((claim) => claim.since <= since)) await governance.claimKeyCompromise(keyDigest, since);
      await record(actor, "key-compromise-claimed", keyDigest, { since, held, ...detail });
      return { held, replacement };
    },

    async *certificatesToReissue(actor, keyDigest) {
      const { compromises } = await registered(keyDigest);
      if (compromises.length === 0) {
        const message = `no claim stands that key ${keyDigest} is compromised; tally key mark-compromised makes one`;
        throw new TallyError("request.conflict", message, { field: "key" });
      }
      await record(actor, "certificates-searched", keyDigest);
      const query = { keyDigest, compromisedSince: Math.min(...compromises.map(({ since }) => since)), limit: PAGE };
      let page = await pending.certificatesToReissue(query);
      while (page.length > 0) {
        yield* page;
        page = await pending.certificatesToReissue({ ...query, after: page.at(-1)! });
      }
    },
  };
}

const LONGEST_NAME = 200;
const PAGE = 500;

/** What the registry has just recorded, unless the node we ask now has not seen it yet. */
function confirmed<T>(found: T | null): T {
  if (found !== null) return found;
  throw new TallyError("chain.unreachable", "the registry does not show the act yet; give the command again");
}

function checkNewAgency({ code, name, areaCode }: NewAgency): void {
  parseUscc(code, "code");
  refuseUnsafeText("name", name, { maxLength: LONGEST_NAME });
  if (name === "") throw new TallyError("request.invalid", "name must not be empty", { field: "name" });
  if (!/^\d{6}$/.test(areaCode)) {
    throw new TallyError("request.invalid", "areaCode must be six digits (GB/T 2260)", { field: "areaCode" });
  }
}
