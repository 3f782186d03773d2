// SPDX-License-Identifier: Apache-2.0
import { toBase64Url } from "../../core/base64.js";
import { equalBytes } from "../../core/bytes.js";
import { formatUtcInstant } from "../../core/calendar.js";
import { VC_CONTEXT } from "../../core/certificate.js";
import type { Crypto } from "../../core/crypto.js";
import { securing } from "../../core/data-integrity.js";
import { TallyError } from "../../core/errors.js";
import { RegistryError } from "../../verify/registry.js";
import type { Signer } from "../agencies/index.js";
import { type KeptAnswer, keptAnswer } from "./kept-answer.js";
import { type Made, type Published, published } from "./published.js";

export type StatusPurpose = "revocation" | "suspension";

/** One list as the registry has it: a bit an index, the first one leftmost, 16,384 bytes a purpose. */
export interface ListWords {
  /** Seconds; time of the block that was read. */
  readonly blockTime: number;
  readonly revocation: Uint8Array;
  readonly suspension: Uint8Array;
}

export interface StatusWordsSource {
  /** Every word of the list at one block. Rejects with `RegistryError`. */
  readList(region: string, list: number): Promise<ListWords>;
}

export interface StatusListsDependencies {
  readonly region: string;
  readonly regionDid: string;
  /** The address that certificates name. */
  readonly urlOf: (region: string, purpose: StatusPurpose, list: number) => string;
  readonly words: StatusWordsSource;
  /** How many lists of this region hold certificates. */
  readonly ownLists: () => Promise<number>;
  readonly isRegion: (region: string) => Promise<boolean>;
  readonly signer: () => Promise<Signer>;
  readonly gzip: (bytes: Uint8Array) => Uint8Array;
  readonly crypto: Crypto;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly settings: StatusListSettings;
}

export interface StatusListSettings {
  /** How long a credential may be relied on. It is made anew when half of that is over. */
  readonly validitySeconds: number;
  /** How long words that were read stand before they are read again. */
  readonly freshMs: number;
  /** Seconds; a block that is older says nothing about now. Null: no limit (embedded profile). */
  readonly maxHeadAgeSeconds: number | null;
}

export interface PublishedStatusList extends Published {
  /** Milliseconds; after it nobody may rely on the list. */
  readonly validUntil: number;
}

/**
 * `BitstringStatusListCredential`s (W3C Bitstring Status List 1.0) out of the registry's status words, for standard verifiers. They
 * are read when they are asked for: what was written on the chain shows within `freshMs`.
 */
export interface StatusLists {
  /** Null for a list that nobody uses. Rejects with `status-list.unavailable` when there is none that may be relied on. */
  find(region: string, purpose: StatusPurpose, list: number): Promise<PublishedStatusList | null>;
}

/** A hint to caches: so soon may a change show. */
const TTL_MS = 300_000;
/** Lists of other regions that are remembered; any number may be asked for. */
const MOST_FOREIGN = 64;
/** Of the own region, whose list numbers leave a wide gap when its store was restored from a backup: the gap may be asked for too. */
const MOST_OWN = 1_024;
const PURPOSES = ["revocation", "suspension"] as const;

type Credential = Made & { readonly validUntil: number };

interface CurrentList {
  /** Null: nothing was ever written on it. */
  readonly words: ListWords | null;
  readonly keyDigest: string;
  readonly credentials: Readonly<Record<StatusPurpose, Credential>> | null;
}

export function createStatusLists(dependencies: StatusListsDependencies): StatusLists {
  const { region: own, ownLists, isRegion, now, settings } = dependencies;
  const kept = new Map<string, () => Promise<KeptAnswer<CurrentList>>>();

  const keep = (region: string, list: number): (() => Promise<KeptAnswer<CurrentList>>) => {
    const name = `${region}/${list}`;
    const known = kept.get(name);
    if (known !== undefined) return known;
    const isOwn = (each: string): boolean => each.startsWith(`${own}/`);
    const alike = [...kept.keys()].filter((each) => isOwn(each) === isOwn(name));
    if (alike.length >= (isOwn(name) ? MOST_OWN : MOST_FOREIGN)) kept.delete(alike[0]!);
    const answer = keptAnswer<CurrentList>({
      ask: (last) => refreshed(dependencies, region, list, last),
      isUsable: ({ answer: { credentials } }) => credentials !== null && now() < credentials.revocation.validUntil,
      freshMs: settings.freshMs,
      now,
    });
    kept.set(name, answer);
    return answer;
  };

  return {
    async find(region, purpose, list) {
      if (region === own && list >= (await ownLists())) return null;
      try {
        if (region !== own && !(await isRegion(region))) return null;
        const { answer, checkedAt } = await keep(region, list)();
        return answer.credentials && { ...answer.credentials[purpose], checkedAt };
      } catch (cause) {
        throw unavailable(cause);
      }
    },
  };
}

async function refreshed(
  dependencies: StatusListsDependencies,
  region: string,
  list: number,
  last: CurrentList | null,
): Promise<CurrentList> {
  const { region: own, words: source, now, settings, signer: currentSigner } = dependencies;
  const words = await source.readList(region, list);
  if (settings.maxHeadAgeSeconds !== null && now() / 1000 - words.blockTime > settings.maxHeadAgeSeconds)
    throw new RegistryError("registry.unreachable", "the node's newest block is too old");
  // Another region's list without a bit set cannot be told from one that does not exist.
  if (region !== own && isEmpty(words)) return { words: null, keyDigest: "", credentials: null };

  const signer = await currentSigner();
  if (last?.credentials && last.keyDigest === signer.keyDigest && isSame(last.words, words)) {
    const { madeAt, validUntil } = last.credentials.revocation;
    if (now() < (madeAt + validUntil) / 2) return last;
  }
  const made = await Promise.all(
    PURPOSES.map((purpose) => credentialOf(dependencies, { region, purpose, list, words, signer })),
  );
  return {
    words,
    keyDigest: signer.keyDigest,
    credentials: { revocation: made[0]!, suspension: made[1]! },
  };
}

/** A credential of one purpose of one list, as of now. */
export async function credentialOf(
  { regionDid, urlOf, gzip, crypto, now, settings }: StatusListsDependencies,
  list: {
    readonly region: string;
    readonly purpose: StatusPurpose;
    readonly list: number;
    readonly words: ListWords;
    readonly signer: Signer;
  },
): Promise<Credential> {
  const { purpose, words, signer } = list;
  const id = urlOf(list.region, purpose, list.list);
  const madeAt = Math.floor(now() / 1000) * 1000;
  const validUntil = madeAt + settings.validitySeconds * 1000;
  const unsigned = {
    "@context": [VC_CONTEXT],
    id,
    type: ["VerifiableCredential", "BitstringStatusListCredential"],
    issuer: regionDid,
    validFrom: formatUtcInstant(madeAt),
    validUntil: formatUtcInstant(validUntil),
    credentialSubject: {
      id: `${id}#list`,
      type: "BitstringStatusList",
      statusPurpose: purpose,
      // Multibase base64url without padding, of the GZIP of the bits (section 3.3).
      encodedList: `u${toBase64Url(gzip(words[purpose]))}`,
      ttl: TTL_MS,
    },
  };
  const options = { created: unsigned.validFrom, verificationMethod: `${regionDid}#${signer.multikey}` };
  const { toSign, secured } = securing(crypto, unsigned, options);
  return { ...published(crypto, secured(await signer.sign(toSign)).bytes, madeAt, null), validUntil };
}

function isSame(one: ListWords | null, { revocation, suspension }: ListWords): boolean {
  return one !== null && equalBytes(one.revocation, revocation) && equalBytes(one.suspension, suspension);
}

function isEmpty({ revocation, suspension }: ListWords): boolean {
  return revocation.every((byte) => byte === 0) && suspension.every((byte) => byte === 0);
}

function unavailable(cause: unknown): unknown {
  if (!(cause instanceof RegistryError) && !(cause instanceof TallyError)) return cause;
  return new TallyError("status-list.unavailable", `there is no status list to rely on now: ${cause.message}`, {
    cause,
  });
}
