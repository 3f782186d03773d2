// SPDX-License-Identifier: Apache-2.0

import { toBase58 } from "../../core/base58.js";
import { canonicalBytes } from "../../core/canonical-json.js";
import type { Crypto } from "../../core/crypto.js";
import { TallyError } from "../../core/errors.js";
import { toHex } from "../../core/hex.js";
import type { JsonObject } from "../../core/json.js";
import {
  type AgencyRecord,
  type KeyPurpose,
  type KeyRecord,
  type RegistryAccess,
  RegistryError,
  type RegistrySnapshot,
} from "../../verify/registry.js";
import { type AgencyStore, effectOf, type KeyStore } from "../agencies/index.js";
import type { BlockFloor } from "./block-floor.js";
import { forwardOnly } from "./forward-only.js";
import { type KeptAnswer, keptAnswer } from "./kept-answer.js";
import { type Made, type Published, published } from "./published.js";

/** Where keys that were ever registered are found; what it says is checked against the registry's state. */
export interface KeyLog {
  /** Multikey bytes of every key registered for the agency; null: for regions themselves. Rejects when nobody answers. */
  keysOf(agency: string | null): Promise<readonly Uint8Array[]>;
}

export interface DidDocumentsDependencies {
  readonly region: string;
  /** Under which the region itself signs, its status lists. */
  readonly regionDid: string;
  readonly agencies: Pick<AgencyStore, "findAgency">;
  readonly registry: RegistryAccess;
  /** Of what this deployment has published. */
  readonly floor: BlockFloor;
  readonly keyLog: KeyLog;
  readonly keys: Pick<KeyStore, "list">;
  readonly crypto: Crypto;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** See `effectOf`. */
  readonly blockClock: (() => number) | null;
  /** How long a document stands before the registry is asked again, and how long it is given while that fails. */
  readonly freshMs?: number;
  readonly keepMs?: number;
}

/**
 * DID documents (W3C DID Core 1.0) for software that knows nothing of the registry, made of what the registry says and nothing
 * else. Our own verifier never reads them.
 */
export interface DidDocuments {
  /** Null for an agency that is not of this region, or whose registration was struck. */
  ofAgency(code: string): Promise<Published | null>;
  ofRegion(): Promise<Published>;
}

const FRESH_MS = 5_000;
const KEEP_MS = 24 * 3_600_000;

export function createDidDocuments(dependencies: DidDocumentsDependencies): DidDocuments {
  const { region, regionDid, agencies, crypto, now, freshMs = FRESH_MS, keepMs = KEEP_MS } = dependencies;
  const registry = forwardOnly(dependencies.registry, dependencies.floor);
  const kept = new Map<string, () => Promise<KeptAnswer<Made | null>>>();

  const keep = async (
    name: string,
    write: (snapshot: RegistrySnapshot) => Promise<JsonObject | null>,
  ): Promise<KeptAnswer<Made | null>> => {
    const known = kept.get(name) ?? keptDocument(write);
    kept.set(name, known);
    try {
      return await known();
    } catch (cause) {
      if (!(cause instanceof RegistryError)) throw cause;
      throw new TallyError("chain.unreachable", `the registry does not say which keys there are: ${cause.message}`, {
        cause,
      });
    }
  };

  const keptDocument = (write: (snapshot: RegistrySnapshot) => Promise<JsonObject | null>) =>
    keptAnswer<Made | null>({
      async ask(last) {
        const document = await write(await registry.snapshot());
        return document && published(crypto, canonicalBytes(document), now(), last);
      },
      isUsable: ({ answer, checkedAt }) => answer !== null && now() - checkedAt < keepMs,
      freshMs,
      now,
    });

  return {
    async ofAgency(code) {
      // Whoever asks for codes at random does not reach the chain.
      if ((await agencies.findAgency(code)) === null) return null;
      const { answer, checkedAt } = await keep(code, async (snapshot) => {
        const agency = await snapshot.findAgency(code);
        if (agency === null || agency.region !== region || agency.removedAt !== null) return null;
        return didDocument(agency.did, await keysOf(agency, snapshot, dependencies));
      });
      return answer && { ...answer, checkedAt };
    },

    async ofRegion() {
      const { answer, checkedAt } = await keep(region, async (snapshot) =>
        didDocument(regionDid, await keysOf(null, snapshot, dependencies)),
      );
      return { ...(answer as Made), checkedAt };
    },
  };
}

interface ListedKey {
  readonly multikey: string;
  /** Seconds; null unless the key was reported stolen and the report has taken effect. */
  readonly revokedAt: number | null;
  /** Whether what it signed may be believed by who cannot see when it was anchored. */
  readonly asserts: boolean;
}

/** Every key that was ever in effect, oldest first. */
async function keysOf(
  agency: AgencyRecord | null,
  snapshot: RegistrySnapshot,
  { region, keyLog, keys, crypto, blockClock }: DidDocumentsDependencies,
): Promise<readonly ListedKey[]> {
  const owner = agency?.agency ?? null;
  const [logged, own] = await Promise.all([keyLog.keysOf(owner), keys.list()]);
  const named = new Map(logged.map((multikey) => [toHex(crypto.sha256(multikey)), `z${toBase58(multikey)}`]));
  // A node that has dropped old logs does not make older certificates unverifiable while their keys are kept here.
  for (const key of own) if (key.owner === (owner ?? region)) named.set(key.keyDigest, key.multikey);

  const time = Math.max(snapshot.head.time, Math.floor((blockClock?.() ?? 0) / 1000));
  const found: { readonly from: number; readonly key: ListedKey }[] = [];
  for (const [digest, multikey] of named) {
    const record = await snapshot.findKey(digest);
    if (record === null || !isOf(record, agency, region) || wasNeverGood(record, agency)) continue;
    if (effectOf(record.interval.from, snapshot.head, blockClock).effectiveFrom !== null) continue;
    const stolen = record.compromises.filter(({ effectiveAt }) => effectiveAt <= time);
    const revokedAt = stolen.length === 0 ? null : Math.min(...stolen.map(({ effectiveAt }) => effectiveAt));
    const key = { multikey, revokedAt, asserts: record.compromises.length === 0 };
    found.push({ from: record.interval.from, key });
  }
  return found
    .sort((one, other) => one.from - other.from || (one.key.multikey < other.key.multikey ? -1 : 1))
    .map(({ key }) => key);
}

function isOf(record: KeyRecord, agency: AgencyRecord | null, region: string): boolean {
  const purpose: KeyPurpose = agency === null ? "status-list" : "certificate";
  return record.agency === (agency?.agency ?? null) && record.region === region && record.purpose === purpose;
}

/** Vetoed before it took effect, or of an earlier registration of the code, which may have been another agency. */
function wasNeverGood({ interval: { from, until } }: KeyRecord, agency: AgencyRecord | null): boolean {
  return (
    until !== null && (until <= from || (agency !== null && until <= agency.activeFrom && from < agency.activeFrom))
  );
}

/**
 * A retired key stays among the `assertionMethod`s, and has no `expires`: a verifier that obeys it (Controlled Identifiers 1.0
 * section 2.2) would refuse every older certificate. A stolen one is `revoked`, and asserts nothing from the moment on when it is
 * reported: such a verifier sees no anchors, so it cannot tell what was signed before.
 */
function didDocument(did: string, keys: readonly ListedKey[]): JsonObject {
  const idOf = ({ multikey }: ListedKey): string => `${did}#${multikey}`;
  return {
    "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
    id: did,
    verificationMethod: keys.map((key) => ({
      id: idOf(key),
      type: "Multikey",
      controller: did,
      publicKeyMultibase: key.multikey,
      ...(key.revokedAt === null
        ? {}
        : { revoked: new Date(key.revokedAt * 1000).toISOString().replace(".000Z", "Z") }),
    })),
    assertionMethod: keys.filter(({ asserts }) => asserts).map(idOf),
  };
}
