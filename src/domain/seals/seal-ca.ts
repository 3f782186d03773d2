// SPDX-License-Identifier: Apache-2.0
import type { Crypto } from "../../core/crypto.js";
import { TallyError } from "../../core/errors.js";
import { toHex } from "../../core/hex.js";
import { parseUscc } from "../../core/identifiers/uscc.js";
import { readRevocationList } from "../../core/seal/read-revocation-list.js";
import { createSealWriter, largestCms } from "../../core/seal/seal-writer.js";
import type { KeyRecord, RegistryAccess } from "../../verify/registry.js";
import type { SealCrypto } from "../../verify/seal/seal-crypto.js";
import {
  type AgencyStore,
  type Effect,
  effectOf,
  type Paper,
  type RegistryGovernance,
  readPaper,
} from "../agencies/index.js";
import { type Actor, type AuditAction, type AuditDetail, type AuditStore, eventBy } from "../audit/index.js";
import type {
  CertificateAuthority,
  CertificateValidity,
  RevocationReason,
  RevokedCertificate,
} from "./certificate-authority.js";
import { merged, revocationsOf, revocationsSignedBy } from "./known-revocations.js";
import { sealCertificateDigest } from "./seal-certificate-digest.js";
import type { SealKeyInfo, SealKeyStore } from "./seal-key.js";
import type { SealAppearance, SealCertificateRecord, SealStore, StoredRevocationList } from "./seal-store.js";

export interface SealCaDependencies {
  readonly region: string;
  /** What the CA's certificate is called by. */
  readonly regionName: string;
  readonly store: SealStore;
  readonly keys: SealKeyStore;
  readonly issuer: CertificateAuthority;
  readonly agencies: Pick<AgencyStore, "findAgency">;
  readonly registry: RegistryAccess;
  /** Sends from the region admin's account. */
  readonly governance: Pick<RegistryGovernance, "addRegionKey">;
  readonly audit: Pick<AuditStore, "append">;
  readonly crypto: Pick<Crypto, "randomBytes"> & SealCrypto;
  /**
   * Revocation lists of the CA with this key that are kept elsewhere, unchecked: what a store that was put back does not know of is taken over from them.
   * What cannot be asked brings none.
   */
  readonly listsElsewhere: (ca: string) => Promise<readonly Uint8Array[]>;
  /** What keeps a seal from being drawn. */
  readonly checkSeal: (appearance: SealAppearance) => readonly { readonly field: string; readonly message: string }[];
  /** Where others find the revocation list of the CA with this key; null when the deployment has no public address. */
  readonly revocationListUrl: ((ca: string) => string) | null;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** See `effectOf`. */
  readonly blockClock: (() => number) | null;
}

/** The ca as it stands. */
export interface StandingCa {
  readonly record: SealCertificateRecord;
  /** Seconds since 1970 from which its key counts in the registry; null: it does already. */
  readonly effectiveFrom: number | null;
}

/** A CA that the region has or had, as everybody may know it. */
export interface SealAuthority {
  readonly record: SealCertificateRecord;
  /** The newest; null before the first. */
  readonly list: StoredRevocationList | null;
}

export interface SealTerms {
  /** The agency's own name when absent. */
  readonly name?: string;
  /** The seal's number, 4 to 20 digits and capital letters; one of 13 digits that begins with the agency's area when absent. */
  readonly code?: string;
  /** True when absent. */
  readonly star?: boolean;
  /** 1 to 3, by default 3. */
  readonly years?: number;
}

/**
 * The seal CA of a region's agencies: makes the CA and the seals, takes them back, and says which were
 * taken back. Repeated after a crash each act finishes what was begun.
 */
export interface SealCa {
  /** Makes the CA's key and certificate and registers the key; answers what there is when it is there. */
  establish(actor: Actor): Promise<StandingCa>;
  /** Null when the region has none whose key stands in the registry. */
  standing(): Promise<StandingCa | null>;
  /**
   * A key and a certificate for a seal of the agency, which seals with it from now on; those before stay good until they end or are
   * revoked. Rejects with `key.unknown` without a CA, `agency.unknown`, and `request.invalid` for a picture that cannot be drawn.
   */
  issueSeal(actor: Actor, agency: string, terms?: SealTerms): Promise<SealCertificateRecord>;
  /** It seals nothing more, and the revocation list says so. Rejects with `key.unknown`, and `request.conflict` when it was revoked. */
  revokeSeal(actor: Actor, serial: string, reason: RevocationReason, paper?: Paper): Promise<StoredRevocationList>;
  /** The oldest first. */
  sealsOf(agency: string): Promise<readonly SealCertificateRecord[]>;
  /** Of a seal or of a CA. Rejects with `key.unknown`. */
  findCertificate(serial: string): Promise<SealCertificateRecord>;
  /** The newest first. */
  authorities(): Promise<readonly SealAuthority[]>;
  /**
   * Issues a revocation list for each CA that has not run out and whose list is a day old or lacks a revocation: one that a crash kept from
   * it, or one that only a list elsewhere tells of, which is taken over. To be done several times a day: a list counts for a week. Rejects with the first
   * failure, once each was tried.
   */
  renewRevocationLists(): Promise<readonly StoredRevocationList[]>;
}

const DAY = 86_400;
const AUTHORITY_YEARS = 20;
const MOST_SEAL_YEARS = 3;
/** Of the large room of a file, what a timestamp leaves. */
const MOST_CMS_BYTES = 2_150;
/** Seconds by which the clocks of others may be behind ours. */
const CLOCK_SKEW = 300;
const LIST_LASTS = 7 * DAY;
const LIST_IS_FRESH = DAY;

/** Who issues a list because the one before has become old. */
const SEAL_CA: Actor = { kind: "system", id: "seal-ca", role: "operator", requestId: "seal-ca" };

export function createSealCa(dependencies: SealCaDependencies): SealCa {
  const { region, regionName, store, keys, issuer, agencies, registry, governance, audit, crypto } = dependencies;
  const { checkSeal, revocationListUrl, now, blockClock } = dependencies;
  const seconds = (): number => Math.floor(now() / 1000);

  const event = (
    actor: Actor,
    action: AuditAction,
    object: string,
    more: { detail?: AuditDetail; digest?: Uint8Array },
  ) =>
    eventBy(actor, {
      time: now(),
      action,
      object,
      ...(more.detail === undefined ? {} : { detail: more.detail }),
      ...(more.digest === undefined ? {} : { digestAfter: more.digest }),
    });

  /** Positive and never the same again. */
  const newSerial = (): Uint8Array => {
    const serial = crypto.randomBytes(16);
    serial[0] = (serial[0]! & 0x3f) | 0x40;
    return serial;
  };

  const makeKey = async (actor: Actor, owner: string, purpose: SealKeyInfo["purpose"]): Promise<SealKeyInfo> => {
    const key = await keys.createKey(owner, purpose);
    await audit.append(event(actor, "key-created", key.keyDigest, { detail: { owner, purpose } }));
    return key;
  };

  /** The newest key of an owner that has no certificate yet: a crash may have left one. */
  const unusedKey = async (owner: string, purpose: SealKeyInfo["purpose"]): Promise<SealKeyInfo | null> => {
    const used = new Set((await store.sealCertificatesOf(owner)).map(({ keyDigest }) => keyDigest));
    const own = (await keys.list()).filter((key) => key.owner === owner && key.purpose === purpose);
    return own.filter(({ keyDigest }) => !used.has(keyDigest)).at(-1) ?? null;
  };

  /** Of this region, the newest first, without those that ran out. */
  const cas = async (): Promise<readonly SealCertificateRecord[]> =>
    (await store.sealCertificatesOf(region)).filter(({ validity }) => validity.until > seconds()).reverse();

  const certifyCa = async (actor: Actor): Promise<SealCertificateRecord> => {
    const { keyDigest } = (await unusedKey(region, "seal-ca")) ?? (await makeKey(actor, region, "seal-ca"));
    const key = await keys.open(keyDigest);
    const serial = newSerial();
    const lasts = lasting(seconds(), AUTHORITY_YEARS);
    const validity = { ...lasts, from: lasts.from - CLOCK_SKEW };
    const certificate = await issuer.certifyAuthority(key, { regionName }, { serial, validity });
    const record: SealCertificateRecord = {
      ...{ serial: toHex(serial), holder: region, keyDigest, ca: keyDigest, certificate, validity },
      ...{ appearance: null, revocation: null },
    };
    const digest = sealCertificateDigest(crypto, record);
    await store.addSealCertificate(record, event(actor, "seal-ca-certified", record.serial, { digest }));
    return record;
  };

  /** The newest whose key the registry has, or has not yet; null when there is none, or only such as have ended. */
  const findStanding = async (): Promise<(Omit<StandingCa, "effectiveFrom"> & { effect: Effect | null }) | null> => {
    const snapshot = await registry.snapshot();
    for (const record of await cas()) {
      const key = await snapshot.findKey(record.keyDigest);
      if (key === null) return { record, effect: null };
      if (isGood(key, region)) return { record, effect: effectOf(key.interval.from, snapshot.head, blockClock) };
    }
    return null;
  };

  const standing = async (): Promise<StandingCa | null> => {
    const found = await findStanding();
    return found?.effect ? { record: found.record, ...found.effect } : null;
  };

  const requireCa = async (): Promise<SealCertificateRecord> => {
    const found = await standing();
    if (found !== null) return found.record;
    throw new TallyError("key.unknown", `region ${region} has no seal CA: make it with \`tally seal ca\``);
  };

  const opened = async ({ keyDigest, certificate }: SealCertificateRecord) => ({
    key: await keys.open(keyDigest),
    certificate,
  });

  /** Seals of which the store did not know that they were revoked seal nothing more from here on. */
  const takeOver = async (actor: Actor, ca: SealCertificateRecord): Promise<readonly RevokedCertificate[]> => {
    const lists = await dependencies.listsElsewhere(ca.keyDigest);
    const revoked = revocationsSignedBy(ca.certificate, lists, seconds(), crypto);
    const known = new Set((await store.revokedUnder(ca.keyDigest)).map(({ serial }) => serial));
    for (const { serial, revokedAt: at, reason } of revoked) {
      const record = known.has(serial) ? null : await store.findSealCertificate(serial);
      if (record === null || record.ca !== ca.keyDigest || record.appearance === null) continue;
      const detail = { agency: record.holder, at, reason, from: "revocation-list" };
      await store.revokeSealCertificate(serial, { at, reason }, event(actor, "seal-revoked", serial, { detail }));
    }
    return revoked;
  };

  const issueList = async (
    actor: Actor,
    ca: SealCertificateRecord,
    found?: readonly RevokedCertificate[],
  ): Promise<StoredRevocationList> => {
    const elsewhere = found ?? (await takeOver(actor, ca));
    for (;;) {
      const before = await store.newestRevocationList(ca.keyDigest);
      const thisUpdate = Math.max(seconds(), before?.thisUpdate ?? 0);
      // By time, so that a store that was put back goes on beyond every number that it has forgotten.
      const number = Math.max(thisUpdate, (before?.number ?? 0) + 1);
      const nextUpdate = thisUpdate + LIST_LASTS;
      // Of certificates that were issued after the backup only the lists tell.
      const revoked = merged(
        await store.revokedUnder(ca.keyDigest),
        before === null ? [] : revocationsOf(before.list),
        elsewhere,
      );
      const list = await issuer.listRevoked(await opened(ca), { number, thisUpdate, nextUpdate, revoked });
      const issued = { ca: ca.keyDigest, number, thisUpdate, nextUpdate, list };
      const detail = { number, thisUpdate, nextUpdate };
      const told = event(actor, "revocation-list-issued", ca.keyDigest, { detail, digest: crypto.sha256(list) });
      // Another instance may have issued one meanwhile, without what was revoked since.
      if (await store.putRevocationList(issued, before?.number ?? null, told)) return issued;
    }
  };

  const isCurrent = async (
    { keyDigest }: SealCertificateRecord,
    elsewhere: readonly RevokedCertificate[],
  ): Promise<boolean> => {
    const newest = await store.newestRevocationList(keyDigest);
    if (newest === null || newest.thisUpdate + LIST_IS_FRESH <= seconds()) return false;
    const { revoked } = readRevocationList(newest.list);
    return merged(await store.revokedUnder(keyDigest), elsewhere).every(({ serial }) => revoked.has(serial));
  };

  return {
    async establish(actor) {
      const found = await findStanding();
      const record = found?.record ?? (await certifyCa(actor));
      if (!found?.effect) {
        const { multikey } = await keys.open(record.keyDigest);
        await governance.addRegionKey(region, "seal-ca", multikey);
      }
      const registered = await standing();
      if (registered === null)
        throw new TallyError("chain.unreachable", "the registry does not show the key yet; give the command again");
      // Until there is one, no verifier can say of a seal that it was not revoked.
      if ((await store.newestRevocationList(record.keyDigest)) === null) await issueList(actor, record);
      return registered;
    },

    standing,

    async issueSeal(actor, code, { name, code: number, star = true, years = MOST_SEAL_YEARS } = {}) {
      parseUscc(code, "agency");
      requireYears(years);
      const agency = await agencies.findAgency(code);
      if (agency === null)
        throw new TallyError(
          "agency.unknown",
          `agency ${code} is not registered here; tally agency list shows those that are`,
          {
            field: "agency",
          },
        );
      const ca = await requireCa();
      const serial = newSerial();
      const appearance = { name: name ?? agency.name, code: number ?? codeFrom(agency.areaCode, serial), star };
      requireDrawable(checkSeal(appearance));
      const { keyDigest } = (await unusedKey(code, "seal")) ?? (await makeKey(actor, code, "seal"));
      const { publicKey } = await keys.open(keyDigest);
      const wanted = lasting(seconds(), years);
      // A timestamp authority whose clock is behind may stamp what this seals at once.
      const validity = { from: wanted.from - CLOCK_SKEW, until: Math.min(wanted.until, ca.validity.until) };
      const certificate = await issuer.certifySeal(
        await opened(ca),
        { agency: code, agencyName: agency.name, publicKey },
        {
          serial,
          validity,
          ...(revocationListUrl === null ? {} : { revocationListUrl: revocationListUrl(ca.keyDigest) }),
        },
      );
      const record: SealCertificateRecord = {
        ...{ serial: toHex(serial), holder: code, keyDigest, ca: ca.keyDigest, certificate, validity },
        ...{ appearance, revocation: null },
      };
      requireUsable(crypto, record, ca);
      const digest = sealCertificateDigest(crypto, record);
      const detail = { agency: code, until: new Date(validity.until * 1000).toISOString() };
      await store.addSealCertificate(record, event(actor, "seal-certified", record.serial, { detail, digest }));
      return record;
    },

    async revokeSeal(actor, serial, reason, paper = {}) {
      const details = readPaper(paper);
      const record = await store.findSealCertificate(serial);
      if (record === null || record.appearance === null) throw unknownSeal(serial);
      const [ca] = (await store.sealCertificatesOf(region)).filter(({ keyDigest }) => keyDigest === record.ca);
      if (ca === undefined) throw new TallyError("store.failed", `the CA of seal ${serial} is not here`);
      // One that another list tells of keeps its time.
      const elsewhere = await takeOver(actor, ca);
      const revocation = { at: seconds(), reason };
      const told = event(actor, "seal-revoked", serial, {
        detail: { agency: record.holder, ...revocation, ...details },
      });
      const revoked = await store.revokeSealCertificate(serial, revocation, told);
      const newest = await store.newestRevocationList(ca.keyDigest);
      // A crash may have come between the two.
      const isListed = newest !== null && readRevocationList(newest.list).revoked.has(serial);
      if (!revoked && isListed)
        throw new TallyError("request.conflict", `seal ${serial} was revoked before`, { field: "serial" });
      return issueList(actor, ca, elsewhere);
    },

    sealsOf: (agency) => store.sealCertificatesOf(agency),

    async findCertificate(serial) {
      const record = await store.findSealCertificate(serial);
      if (record === null) throw unknownSeal(serial);
      return record;
    },

    async authorities() {
      const [records, lists] = await Promise.all([store.sealCertificatesOf(region), store.revocationLists()]);
      const listOf = new Map(lists.map((list) => [list.ca, list]));
      return [...records].reverse().map((record) => ({ record, list: listOf.get(record.keyDigest) ?? null }));
    },

    async renewRevocationLists() {
      const issued: StoredRevocationList[] = [];
      const failures: unknown[] = [];
      for (const ca of await cas())
        try {
          const elsewhere = await takeOver(SEAL_CA, ca);
          if (!(await isCurrent(ca, elsewhere))) issued.push(await issueList(SEAL_CA, ca, elsewhere));
        } catch (error) {
          // The lists of the others must not run out for it.
          failures.push(error);
        }
      if (failures.length > 0) throw failures[0];
      return issued;
    },
  };
}

/** From this second on, years of 365 days: never longer than a profile that counts so allows. */
function lasting(from: number, years: number): CertificateValidity {
  return { from, until: from + years * 365 * DAY };
}

/** As a stranger reads it, and small enough for a file: else nothing could be sealed with it. */
function requireUsable(
  crypto: Pick<Crypto, "sha256">,
  { certificate }: SealCertificateRecord,
  ca: SealCertificateRecord,
): void {
  const refuse = (why: string, cause?: unknown): TallyError =>
    new TallyError("request.invalid", `the agency's name or the public URL is too long for a certificate: ${why}`, {
      field: "agency",
      cause,
    });
  let size: number;
  try {
    size = largestCms(createSealWriter(crypto, { certificate, authority: ca.certificate }));
  } catch (cause) {
    throw refuse((cause as Error).message, cause);
  }
  if (size > MOST_CMS_BYTES) throw refuse(`a seal would have ${size} bytes instead of at most ${MOST_CMS_BYTES}`);
}

function unknownSeal(serial: string): TallyError {
  const message = `no seal has the serial number ${serial}: tally seal list shows them`;
  return new TallyError("key.unknown", message, { field: "serial" });
}

function requireYears(years: number): void {
  if (Number.isInteger(years) && years >= 1 && years <= MOST_SEAL_YEARS) return;
  throw new TallyError("request.invalid", `years is ${years} instead of 1 to ${MOST_SEAL_YEARS}`, { field: "years" });
}

function requireDrawable(problems: readonly { readonly field: string; readonly message: string }[]): void {
  const [first] = problems;
  if (first === undefined) return;
  const message = `the seal cannot be drawn: ${first.field}: ${first.message}`;
  throw new TallyError("request.invalid", message, { field: first.field, problems });
}

function isGood({ agency, region, purpose, interval, compromises }: KeyRecord, own: string): boolean {
  if (agency !== null || region !== own || purpose !== "seal-ca") return false;
  return interval.until === null && compromises.length === 0;
}

/** 13 digits, as the numbers of seals have: six of the area, seven of this seal. */
function codeFrom(areaCode: string, serial: Uint8Array): string {
  const number = new DataView(serial.buffer, serial.byteOffset).getUint32(4) % 10_000_000;
  return `${areaCode}${String(number).padStart(7, "0")}`;
}
