// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import type { SealCertificateRecord, SealRecord, SealStore, StoredRevocationList } from "../../domain/seals/index.js";
import { bytesOf } from "./bytes.js";
import { requireCertificates } from "./certificate-documents.js";
import type { MongoDatabase } from "./database.js";
import type { Bytes, RevocationListDocument, SealCertificateDocument, SealDocument } from "./documents.js";
import { withWords } from "./failures.js";

/**
 * Every write is one into the log, and these come one after another in the whole deployment: what a write reads here is as it is when it
 * commits, so a revocation comes before a seal or after it.
 */
export function mongoSealStore(database: MongoDatabase): SealStore {
  const certificates = database.collection("sealCertificates");
  const lists = database.collection("revocationLists");
  const seals = database.collection("seals");

  return withWords("seals", {
    addSealCertificate: (record, event) =>
      database.logged(async (write) => {
        const { session } = write;
        const { serial } = record;
        if ((await certificates.findOne({ _id: serial }, { session, projection: { _id: 1 } })) !== null)
          throw new TallyError("store.failed", `a certificate of a seal has the serial number ${serial} already`);
        await write.insert("sealCertificates", [sealCertificateDocument(record, write.append(event))]);
      }),

    async findSealCertificate(serial) {
      const found = await certificates.findOne({ _id: serial });
      return found && sealCertificateOf(found);
    },

    async sealCertificatesOf(holder) {
      return (await certificates.find({ holder }).sort({ event: 1 }).toArray()).map((found) =>
        sealCertificateOf(found),
      );
    },

    async sealCertificatesInForce(at, limit) {
      // Those that ended are the oldest, so the newest are found without going through them.
      const good = { isGood: true as const, validFrom: { $lte: at }, validUntil: { $gte: at } };
      const found = await certificates.find(good).sort({ event: -1 }).limit(limit).toArray();
      return found.map((each) => sealCertificateOf(each));
    },

    revokeSealCertificate: (serial, { at, reason }, event) =>
      database.logged(async (write) => {
        const { session } = write;
        const update = { $set: { revocation: { at, reason } }, $unset: { isGood: 1 as const } };
        const revoked = await certificates.updateOne({ _id: serial, revocation: null }, update, { session });
        if (revoked.matchedCount > 0) write.append(event);
        return revoked.matchedCount > 0;
      }),

    async revokedUnder(ca) {
      const revoked = certificates.find({ ca, "revocation.at": { $exists: true } }, { projection: { revocation: 1 } });
      return (await revoked.sort({ _id: 1 }).toArray()).flatMap(({ _id: serial, revocation }) =>
        revocation === null ? [] : [{ serial, revokedAt: revocation.at, reason: revocation.reason }],
      );
    },

    async newestRevocationList(ca) {
      const found = await lists.findOne({ _id: ca });
      return found && listOf(found);
    },

    async revocationLists() {
      return (await lists.find().sort({ _id: 1 }).toArray()).map(listOf);
    },

    putRevocationList: ({ ca, number, thisUpdate, nextUpdate, list }, before, event) =>
      database.logged(async (write) => {
        const { session } = write;
        const next = { number, thisUpdate, nextUpdate, list };
        if (before === null) {
          if ((await lists.findOne({ _id: ca }, { session, projection: { _id: 1 } })) !== null) return false;
          await write.insert("revocationLists", [{ _id: ca, ...next }]);
        } else {
          const put = await lists.updateOne({ _id: ca, number: before }, { $set: next }, { session });
          if (put.matchedCount === 0) return false;
        }
        write.append(event);
        return true;
      }),

    async sealsOn(certificate, limit, reason) {
      const wanted = { ...sealsOf(certificate), ...(reason === undefined ? {} : { reason }) };
      const found = await seals.find(wanted).sort({ _id: -1 }).limit(limit).toArray();
      return found.map(sealOf);
    },

    addSeal: ({ certificate, fileDigest, serial, sealedAt, reason, room, cms }, before, leafHash, eventOf) =>
      database.logged(async (write) => {
        const { session } = write;
        await requireCertificates(database, [certificate], session);
        const projection = { _id: 1 } as const;
        const newest = async (of: { readonly reason?: string }): Promise<number | null> => {
          const found = seals.find({ ...sealsOf(certificate), ...of }, { session, projection });
          const [last] = await found.sort({ _id: -1 }).limit(1).toArray();
          return last?._id.ordinal ?? null;
        };
        if ((await newest({ reason })) !== before) return false;
        if ((await certificates.findOne({ _id: serial, revocation: null }, { session, projection })) === null)
          return false;
        const _id = { certificate, ordinal: ((await newest({})) ?? 0) + 1 };
        const event = eventOf(_id.ordinal);
        await write.insert("seals", [{ _id, fileDigest, serial, sealedAt, reason, room, cms }]);
        write.enqueueSeal(_id, leafHash, event.time);
        write.append(event);
        return true;
      }),
  } satisfies SealStore);
}

/** One range of `_id`: the seals on files of a licence. */
export function sealsOf(certificate: string) {
  return { _id: { $gt: { certificate, ordinal: 0 }, $lt: { certificate, ordinal: Number.POSITIVE_INFINITY } } };
}

function sealCertificateDocument(record: SealCertificateRecord, event: number): SealCertificateDocument {
  const { serial, holder, keyDigest, ca, certificate, validity, appearance, revocation } = record;
  return {
    ...{ _id: serial, event, holder, keyDigest, ca, certificate, validFrom: validity.from, validUntil: validity.until },
    appearance: appearance && { name: appearance.name, code: appearance.code, star: appearance.star },
    revocation: revocation && { at: revocation.at, reason: revocation.reason },
    ...(appearance !== null && revocation === null ? { isGood: true } : {}),
  };
}

export function sealCertificateOf(
  {
    _id: serial,
    holder,
    keyDigest,
    ca,
    certificate,
    validFrom,
    validUntil,
    appearance,
    revocation,
  }: SealCertificateDocument,
  bytes: (value: Bytes) => Uint8Array = bytesOf,
): SealCertificateRecord {
  const validity = { from: validFrom, until: validUntil };
  return { serial, holder, keyDigest, ca, certificate: bytes(certificate), validity, appearance, revocation };
}

function listOf({ _id: ca, list, ...fields }: RevocationListDocument): StoredRevocationList {
  return { ca, ...fields, list: bytesOf(list) };
}

export function sealOf({ _id: { certificate, ordinal }, fileDigest, cms, ...fields }: SealDocument): SealRecord {
  return { certificate, ordinal, ...fields, fileDigest: bytesOf(fileDigest), cms: bytesOf(cms) };
}
