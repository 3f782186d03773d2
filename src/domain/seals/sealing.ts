// SPDX-License-Identifier: Apache-2.0
import { BoundedCache } from "../../core/bounded-cache.js";
import { equalBytes } from "../../core/bytes.js";
import type { Certificate } from "../../core/certificate.js";
import type { Crypto } from "../../core/crypto.js";
import { TallyError } from "../../core/errors.js";
import type { Evidence } from "../../core/evidence.js";
import { toHex } from "../../core/hex.js";
import { createSealWriter, type SealWriter, type StampSignature, writeSeal } from "../../core/seal/seal-writer.js";
import { fillSeal, type SealableFile, sealedDigest } from "../../core/seal/sealable-file.js";
import type { TypeDefinition } from "../../core/type-definition.js";
import { type Renderer, SEAL_ROOM, type SealRoom } from "../../render/index.js";
import type { RegistryAccess } from "../../verify/registry.js";
import { type Actor, eventBy } from "../audit/index.js";
import type { SealKeyStore } from "./seal-key.js";
import type { SealCertificateRecord, SealRecord, SealStore } from "./seal-store.js";

export interface SealingDependencies {
  readonly region: string;
  readonly store: SealStore;
  readonly keys: SealKeyStore;
  readonly renderer: Pick<Renderer, "renderSealed">;
  readonly registry: RegistryAccess;
  readonly crypto: Pick<Crypto, "sha256">;
  /** Null: seals are stamped by nobody. */
  readonly stamp: StampSignature | null;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A licence with what its file is made of. */
export interface SealableLicence {
  readonly certificate: Certificate;
  readonly evidence: Evidence;
  readonly type: TypeDefinition;
}

export interface Sealing {
  /**
   * The sealed file of an anchored licence. The first time its agency's newest seal is set, or that of another agency which the registry lets
   * seal for it; after that the same seal is on the same file, for as long as its certificate is good or a timestamp proves its time. Null: it is not anchored, or nobody has a seal for it.
   */
  sealedFile(actor: Actor, licence: SealableLicence): Promise<Uint8Array | null>;
}

/** What a seal on a licence says it was set for. */
const REASON = "电子证照签发";
/** A file has another seal for every version of the renderer, of Node or of its evidence: few. */
const MOST_SEALS = 8;
/** Of seals at work, a few KB each. */
const MOST_WRITERS = 256;
/** Each is lost to another instance that has sealed the same licence, which is there the next time. */
const MOST_ATTEMPTS = 5;
/** Seals of other agencies that are asked for in the registry. */
const MOST_SEALERS = 50;

export function createSealing(dependencies: SealingDependencies): Sealing {
  const { region, store, keys, renderer, registry, crypto, stamp, now } = dependencies;
  const writers = new BoundedCache<string, SealWriter>(MOST_WRITERS);
  const seconds = (): number => Math.floor(now() / 1000);

  const certificateOf = async (serial: string): Promise<SealCertificateRecord> => {
    const known = await store.findSealCertificate(serial);
    if (known !== null) return known;
    throw new TallyError("store.failed", `the certificate of seal ${serial} is not here`);
  };

  const render = (licence: SealableLicence, { appearance }: SealCertificateRecord, seal: Terms): SealableFile => {
    const time = new Date(seal.sealedAt * 1000).toISOString().replace(".000Z", "Z");
    const room = seal.room as SealRoom;
    return renderer.renderSealed({ ...licence, seal: { ...appearance!, time, reason: seal.reason, room } });
  };

  /** A verifier need not doubt it: its time is proven by a timestamp, or its certificate is good to this day. */
  const isGoodStill = ({ room }: SealRecord, certificate: SealCertificateRecord): boolean =>
    room === SEAL_ROOM.timestamped || isInForce(certificate, seconds());

  /** The file under one of these seals that may be used; null when none of them is on the file as it is now. */
  const sealedBefore = async (
    licence: SealableLicence,
    seals: readonly SealRecord[],
    mayBeUsed: (seal: SealRecord, certificate: SealCertificateRecord) => boolean,
  ): Promise<Uint8Array | null> => {
    for (const seal of seals) {
      const certificate = await certificateOf(seal.serial);
      if (!mayBeUsed(seal, certificate)) continue;
      const file = render(licence, certificate, seal);
      if (equalBytes(sealedDigest(crypto, file), seal.fileDigest)) return fillSeal(file, seal.cms);
    }
    return null;
  };

  const writerOf = async ({ serial, certificate, ca }: SealCertificateRecord): Promise<SealWriter> => {
    const known = writers.get(serial);
    if (known !== undefined) return known;
    const [issuer] = (await store.sealCertificatesOf(region)).filter((each) => each.keyDigest === ca);
    if (issuer === undefined) throw new TallyError("store.failed", `the CA of seal ${serial} is not here`);
    return writers.set(serial, createSealWriter(crypto, { certificate, authority: issuer.certificate }));
  };

  /** Who seals for the agency now: itself, or else whom the registry lets seal for it. The newest seal first. */
  const sealerFor = async (agency: string): Promise<SealCertificateRecord | null> => {
    const at = seconds();
    const own = (await store.sealCertificatesOf(agency)).filter((seal) => isInForce(seal, at));
    if (own.length > 0) return own.at(-1) ?? null;
    const others = await store.sealCertificatesInForce(at, MOST_SEALERS);
    if (others.length === 0) return null;
    const snapshot = await registry.snapshot();
    // The newest seal of each.
    const sealers = new Map([...others].reverse().map((seal) => [seal.holder, seal]));
    for (const seal of sealers.values()) {
      const delegations = await snapshot.findSealDelegations(agency, seal.holder);
      if (delegations.some(({ from, until }) => from <= snapshot.head.time && until === null)) return seal;
    }
    return null;
  };

  /** Null: somebody else has sealed it meanwhile, or the seal was revoked. */
  const sealNow = async (
    actor: Actor,
    licence: SealableLicence,
    { sealer, ordinal }: { readonly sealer: SealCertificateRecord; readonly ordinal: number },
  ): Promise<Uint8Array | null> => {
    const identifier = identifierOf(licence);
    const room = stamp === null ? SEAL_ROOM.plain : SEAL_ROOM.timestamped;
    const terms: Terms = { sealedAt: seconds(), reason: REASON, room };
    const file = render(licence, sealer, terms);
    const fileDigest = sealedDigest(crypto, file);
    const cms = await writeSeal(await writerOf(sealer), fileDigest, await keys.open(sealer.keyDigest), stamp);
    const added = await store.addSeal(
      { certificate: identifier, ordinal, fileDigest, serial: sealer.serial, ...terms, cms },
      eventBy(actor, {
        time: now(),
        action: "certificate-sealed",
        object: identifier,
        digestAfter: fileDigest,
        detail: {
          ...{ seal: sealer.serial, agency: sealer.holder, ordinal, ...terms },
          cms: toHex(crypto.sha256(cms)),
        },
      }),
    );
    return added ? fillSeal(file, cms) : null;
  };

  return {
    async sealedFile(actor, licence) {
      if (!("batch" in licence.evidence)) return null;
      const identifier = identifierOf(licence);
      for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
        const seals = await store.sealsOn(identifier, MOST_SEALS);
        const before = await sealedBefore(licence, seals, isGoodStill);
        if (before !== null) return before;
        const sealer = await sealerFor(licence.certificate.credentialSubject.issueDeptCode);
        // Nobody seals it anew: what is there is better than nothing.
        if (sealer === null) return sealedBefore(licence, seals, () => true);
        const sealed = await sealNow(actor, licence, { sealer, ordinal: (seals[0]?.ordinal ?? 0) + 1 });
        if (sealed !== null) return sealed;
      }
      throw new TallyError("store.failed", `${identifier} is being sealed by others all the time; ask again`);
    },
  };
}

type Terms = Pick<SealRecord, "sealedAt" | "reason" | "room">;

const identifierOf = ({ certificate }: SealableLicence): string => certificate.credentialSubject.certificateIdentifier;

function isInForce({ validity, revocation }: SealCertificateRecord, at: number): boolean {
  return revocation === null && validity.from <= at && at <= validity.until;
}
