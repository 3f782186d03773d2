// SPDX-License-Identifier: Apache-2.0
import { BoundedCache } from "../../core/bounded-cache.js";
import { equalBytes } from "../../core/bytes.js";
import type { Certificate } from "../../core/certificate.js";
import { certificateDigest } from "../../core/certificate-reader.js";
import type { CopyStatement } from "../../core/copy/copy-statement.js";
import type { Crypto } from "../../core/crypto.js";
import { sealEntry } from "../../core/entry.js";
import { TallyError } from "../../core/errors.js";
import type { Evidence } from "../../core/evidence.js";
import { toHex } from "../../core/hex.js";
import { leafHash } from "../../core/merkle.js";
import {
  createSealWriter,
  largestCms,
  type SealWriter,
  type StampSignature,
  writeSeal,
} from "../../core/seal/seal-writer.js";
import { fillSeal, type SealableFile, sealedDigest } from "../../core/seal/sealable-file.js";
import type { TypeDefinition } from "../../core/type-definition.js";
import { type Renderer, SEAL_ROOM, type SealRoom } from "../../render/index.js";
import type { RegistryAccess, RegistrySnapshot } from "../../verify/registry.js";
import type { ProofSource } from "../../verify/sources.js";
import { type Actor, eventBy } from "../audit/index.js";
import type { SealKeyStore } from "./seal-key.js";
import { createSealStanding, type SealStanding } from "./seal-standing.js";
import type { SealCertificateRecord, SealRecord, SealStore } from "./seal-store.js";
import { createSealers } from "./sealers.js";

export interface SealingDependencies {
  readonly region: string;
  readonly store: SealStore;
  readonly keys: SealKeyStore;
  readonly renderer: Pick<Renderer, "renderSealed" | "renderSealedCopy">;
  readonly registry: RegistryAccess;
  /** Where the batches are found in which seals of this region were anchored. */
  readonly proofs: ProofSource;
  readonly crypto: Crypto;
  /** Null: seals are stamped by nobody. */
  readonly stamp: StampSignature | null;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A licence, or a reader's copy of one, with what its file is made of. */
export interface SealableLicence {
  readonly certificate: Certificate;
  /** Of the licence, or of the copy its own. */
  readonly evidence: Evidence;
  readonly type: TypeDefinition;
  /** Absent: the licence itself. */
  readonly copy?: CopyStatement;
}

export interface Sealing {
  /**
   * The sealed file of an anchored licence or copy. The first time its agency's newest seal is set, or that of another agency which the registry lets
   * seal for it; after that the same seal is on the same file for as long as verifiers take it as good: its certificate, its CA's key and its agency are, or an anchor or a timestamp
   * proves that they were. Null: it is not anchored, or nobody has a seal for it.
   */
  sealedFile(actor: Actor, licence: SealableLicence): Promise<Uint8Array | null>;
}

/** What a seal says it was set for: the licence, or one copy of it by its number. It tells the seals on one file from those on others. */
const reasonOf = ({ copy }: SealableLicence): string =>
  copy === undefined ? "电子证照签发" : `加注件制作 ${copy.copyNumber}`;
/** A file has another seal for every version of the renderer, of Node or of its evidence: few. */
const MOST_SEALS = 8;
/** Of seals at work, a few KB each. */
const MOST_WRITERS = 256;
/** Each is lost to another seal on the same file, which is there the next time, or to a revocation. */
const MOST_ATTEMPTS = 5;

export function createSealing(dependencies: SealingDependencies): Sealing {
  const { region, store, keys, renderer, registry, proofs, crypto, stamp, now } = dependencies;
  const writers = new BoundedCache<string, Writing>(MOST_WRITERS);
  const seconds = (): number => Math.floor(now() / 1000);
  const standingOf = createSealStanding({ region, crypto, proofs, now: seconds });
  const sealerFor = createSealers({ region, store });

  const certificateOf = async (serial: string): Promise<SealCertificateRecord> => {
    const known = await store.findSealCertificate(serial);
    if (known !== null) return known;
    throw new TallyError("store.failed", `the certificate of seal ${serial} is not here`);
  };

  const render = (licence: SealableLicence, { appearance }: SealCertificateRecord, seal: Terms): SealableFile => {
    const time = new Date(seal.sealedAt * 1000).toISOString().replace(".000Z", "Z");
    const room = seal.room as SealRoom;
    const { certificate, evidence, type, copy } = licence;
    const statement = { ...appearance!, time, reason: seal.reason, room };
    return copy === undefined
      ? renderer.renderSealed({ certificate, evidence, type, seal: statement })
      : renderer.renderSealedCopy({ certificate, type, copy: { statement: copy, evidence }, seal: statement });
  };

  /** The file under one of these seals that may be used; null when none of them is on the file as it is now. */
  const sealedBefore = async (
    licence: SealableLicence,
    seals: readonly SealRecord[],
    mayBeUsed: (standing: SealStanding) => boolean,
    snapshot: () => Promise<RegistrySnapshot>,
  ): Promise<Uint8Array | null> => {
    for (const seal of seals) {
      const certificate = await certificateOf(seal.serial);
      // One that is larger than its room was never handed out.
      if (seal.cms.length > seal.room) continue;
      if (!mayBeUsed(await standingOf({ seal, of: certificate, licence: licence.certificate }, snapshot))) continue;
      const file = render(licence, certificate, seal);
      if (equalBytes(sealedDigest(crypto, file), seal.fileDigest)) return fillSeal(file, seal.cms);
    }
    return null;
  };

  const writingOf = async ({ serial, certificate, ca }: SealCertificateRecord): Promise<Writing> => {
    const known = writers.get(serial);
    if (known !== undefined) return known;
    const [issuer] = (await store.sealCertificatesOf(region)).filter((each) => each.keyDigest === ca);
    if (issuer === undefined) throw new TallyError("store.failed", `the CA of seal ${serial} is not here`);
    const writer = createSealWriter(crypto, { certificate, authority: issuer.certificate });
    const isUsual = stamp === null && largestCms(writer) <= SEAL_ROOM.usual;
    return writers.set(serial, { writer, room: isUsual ? SEAL_ROOM.usual : SEAL_ROOM.large });
  };

  /** Null: somebody else has sealed it meanwhile, or the seal was revoked. */
  const sealNow = async (
    actor: Actor,
    licence: SealableLicence,
    { seal: sealer, at, before }: Sealer,
  ): Promise<Uint8Array | null> => {
    const identifier = identifierOf(licence);
    const { writer, room } = await writingOf(sealer);
    const terms: Terms = { sealedAt: at, reason: reasonOf(licence), room };
    const file = render(licence, sealer, terms);
    const fileDigest = sealedDigest(crypto, file);
    const cms = await writeSeal(writer, fileDigest, await keys.open(sealer.keyDigest), stamp);
    // Before it is kept: what does not fit would be there for ever.
    const sealed = fillSeal(file, cms);
    const cmsDigest = crypto.sha256(cms);
    const time = now();
    const added = await store.addSeal(
      { certificate: identifier, fileDigest, serial: sealer.serial, ...terms, cms },
      before,
      leafHash(crypto, sealEntry(certificateDigest(crypto, licence.certificate), cmsDigest)),
      (ordinal) =>
        eventBy(actor, {
          time,
          action: "certificate-sealed",
          object: identifier,
          digestAfter: fileDigest,
          detail: {
            ...{ seal: sealer.serial, agency: sealer.holder, ordinal, ...terms },
            cms: toHex(cmsDigest),
            ...(licence.copy === undefined ? {} : { copy: licence.copy.copyNumber }),
          },
        }),
    );
    return added ? sealed : null;
  };

  return {
    async sealedFile(actor, licence) {
      if (!("batch" in licence.evidence)) return null;
      const identifier = identifierOf(licence);
      for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
        const seals = await store.sealsOn(identifier, MOST_SEALS, reasonOf(licence));
        let opened: Promise<RegistrySnapshot> | undefined;
        const snapshot = () => {
          opened ??= registry.snapshot();
          return opened;
        };
        const before = await sealedBefore(licence, seals, (standing) => standing === "good", snapshot);
        if (before !== null) return before;
        const seal = await sealerFor(licence.certificate.credentialSubject.issueDeptCode, seconds(), snapshot);
        // Nobody seals it anew: what is there is better than nothing.
        if (seal === null) return sealedBefore(licence, seals, (standing) => standing !== "wrong", snapshot);
        // The clock of the chain counts where it is ahead of ours: what has begun by the one must not be sealed before it by the other.
        const at = Math.max(seconds(), (await snapshot()).head.time);
        const sealed = await sealNow(actor, licence, { seal, at, before: seals[0]?.ordinal ?? null });
        if (sealed !== null) return sealed;
      }
      throw new TallyError("store.failed", `${identifier} is being sealed by others all the time; ask again`);
    },
  };
}

/** How seals under one certificate are written. */
interface Writing {
  readonly writer: SealWriter;
  readonly room: SealRoom;
}

interface Sealer {
  readonly seal: SealCertificateRecord;
  /** Seconds since 1970. */
  readonly at: number;
  /** Ordinal of the newest seal that was set for the same; null for none. */
  readonly before: number | null;
}

type Terms = Pick<SealRecord, "sealedAt" | "reason" | "room">;

const identifierOf = ({ certificate }: SealableLicence): string => certificate.credentialSubject.certificateIdentifier;
