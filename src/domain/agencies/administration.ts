// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import { isHex } from "../../core/hex.js";
import { parseUscc } from "../../core/identifiers/uscc.js";
import { refuseUnsafeText } from "../../core/text.js";
import type { KeyPurpose, KeyRecord, RegistryAccess } from "../../verify/registry.js";
import { type Actor, type AuditStore, eventBy } from "../audit/index.js";
import type { Agency } from "./agency.js";
import type { AgencyStore } from "./agency-store.js";
import type { RegistryGovernance } from "./registry-governance.js";

export interface CreatedKey {
  /** Lower-case hex. */
  readonly keyDigest: string;
  /** Multikey text. */
  readonly multikey: string;
}

/** Makes and keeps private keys; what leaves it is public. */
export interface KeyMaker {
  /** `owner`: an agency's USCC or a region code. The private half is safe on disk when this resolves. */
  createKey(owner: string, purpose: KeyPurpose): Promise<CreatedKey>;
}

/** What waits for its anchor under a key. */
export interface PendingUnderKey {
  /** Certificates of the key that no anchor protects yet. */
  pendingForKey(keyDigest: string): Promise<number>;
  /** Anchors what is pending under the key, or rejects. */
  drain(keyDigest: string): Promise<void>;
  /** Takes the pending ones out of the outbox, to be issued again under another key; how many. */
  holdPending(keyDigest: string): Promise<number>;
}

export interface AdministrationDependencies {
  readonly region: string;
  readonly agencies: AgencyStore;
  readonly audit: AuditStore;
  readonly registry: RegistryAccess;
  /** Sends from the region admin's account. */
  readonly governance: RegistryGovernance;
  readonly keys: KeyMaker;
  readonly pending: PendingUnderKey;
  /** The DID under which an agency's document is published. */
  readonly didOf: (agency: string) => string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
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
 * nothing twice.
 */
export interface Administration {
  /** What cannot be right is refused before the registry is asked: nobody can correct it there. */
  registerAgency(actor: Actor, agency: NewAgency): Promise<Agency>;
  /** It signs nothing more, what it signed before is anchored, and only then the registry is told. */
  suspendAgency(actor: Actor, agency: string): Promise<void>;
  releaseAgency(actor: Actor, agency: string): Promise<void>;
  authorise(actor: Actor, agency: string, typeCode: string): Promise<void>;
  /** Like a suspension, for one type. */
  withdraw(actor: Actor, agency: string, typeCode: string): Promise<void>;
  /** A first or further signing key; from now on the agency signs with it. */
  addKey(actor: Actor, agency: string): Promise<CreatedKey>;
  /** A new key takes over, what was signed with the old one is anchored, then the old one is retired. */
  rotateKey(actor: Actor, agency: string): Promise<CreatedKey & { readonly retired: string | null }>;
  /** Not the key that an agency signs with: that one is rotated. */
  retireKey(actor: Actor, keyDigest: string): Promise<void>;
  /**
   * What was anchored under the key from `since` (seconds) on no longer counts; pending ones are held for reissue. When an
   * agency still signs with the key, it gets a new one first.
   */
  claimCompromise(
    actor: Actor,
    keyDigest: string,
    since: number,
  ): Promise<{ readonly held: number; readonly replacement: CreatedKey | null }>;
}

export function createAdministration(dependencies: AdministrationDependencies): Administration {
  const { region, agencies, audit, registry, governance, keys, pending, didOf, now } = dependencies;

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

  const record = async (
    actor: Actor,
    action: "key-created" | "key-retired" | "key-compromise-claimed",
    object: string,
    detail: Record<string, string | number> = {},
  ): Promise<void> => {
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
  const anchorSigned = async (keyDigest: string | null): Promise<void> => {
    if (keyDigest === null) return;
    if ((await pending.pendingForKey(keyDigest)) > 0) await pending.drain(keyDigest);
    const left = await pending.pendingForKey(keyDigest);
    if (left === 0) return;
    throw new TallyError(
      "request.conflict",
      `${left} certificates signed with key ${keyDigest} are not anchored yet; let the worker finish, then give the command again`,
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
    await anchorSigned(keyDigest);
    if (key.interval.until === null) await governance.retireKey(keyDigest);
    await record(actor, "key-retired", keyDigest);
  };

  const addKey = async (actor: Actor, code: string): Promise<CreatedKey> => {
    await known(code);
    const key = await keys.createKey(code, "certificate");
    await record(actor, "key-created", key.keyDigest, { agency: code });
    await governance.addAgencyKey(code, "certificate", key.multikey);
    const event = eventBy(actor, {
      time: now(),
      action: "agency-key-changed",
      object: code,
      detail: { key: key.keyDigest },
    });
    await agencies.setKey(code, key.keyDigest, event);
    return key;
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
      const event = eventBy(actor, { time: now(), action: "agency-registered", object: code });
      await agencies.addAgency(agency, event);
      return known(code);
    },

    async suspendAgency(actor, code) {
      const { keyDigest } = await known(code);
      const event = eventBy(actor, { time: now(), action: "agency-suspended", object: code });
      await agencies.setSuspended(code, true, event);
      await anchorSigned(keyDigest);
      if (!(await isSuspended(code))) await governance.suspendAgency(code);
    },

    async releaseAgency(actor, code) {
      await known(code);
      if (await isSuspended(code)) await governance.releaseAgency(code);
      const event = eventBy(actor, { time: now(), action: "agency-released", object: code });
      await agencies.setSuspended(code, false, event);
    },

    async authorise(actor, code, typeCode) {
      await known(code);
      const intervals = await (await registry.snapshot()).findAuthorisations(code, typeCode);
      if (!intervals.some(({ until }) => until === null)) await governance.authorise(code, typeCode);
      const event = eventBy(actor, { time: now(), action: "agency-authorised", object: code, detail: { typeCode } });
      await agencies.authorise(code, typeCode, event);
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
      const intervals = await (await registry.snapshot()).findAuthorisations(code, typeCode);
      if (intervals.some(({ until }) => until === null)) await governance.endAuthorisation(code, typeCode);
    },

    addKey,

    async rotateKey(actor, code) {
      const old = (await known(code)).keyDigest;
      const key = await addKey(actor, code);
      if (old !== null) await retire(actor, old);
      return { ...key, retired: old };
    },

    retireKey: retire,

    async claimCompromise(actor, keyDigest, since) {
      if (!Number.isSafeInteger(since) || since < 0 || since * 1000 > now()) {
        throw new TallyError("request.invalid", `since: ${since} is not a time in the past, in seconds`, {
          field: "since",
        });
      }
      const { compromises } = await registered(keyDigest);
      const signing = await signingWith(keyDigest);
      const replacement = signing === undefined ? null : await addKey(actor, signing.code);
      // Held before it is claimed: an anchor that the worker makes in between would be born dead.
      const held = await pending.holdPending(keyDigest);
      // A claim that reaches as far back stands already when this is repeated after a crash.
      if (!compromises.some((claim) => claim.since <= since)) await governance.claimKeyCompromise(keyDigest, since);
      await record(actor, "key-compromise-claimed", keyDigest, { since, held });
      return { held, replacement };
    },
  };
}

const LONGEST_NAME = 200;

function checkNewAgency({ code, name, areaCode }: NewAgency): void {
  parseUscc(code, "code");
  refuseUnsafeText("name", name, { maxLength: LONGEST_NAME });
  if (name === "") throw new TallyError("request.invalid", "name must not be empty", { field: "name" });
  if (!/^\d{6}$/.test(areaCode)) {
    throw new TallyError("request.invalid", "areaCode must be six digits (GB/T 2260)", { field: "areaCode" });
  }
}
