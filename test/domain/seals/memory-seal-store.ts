// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../../src/core/errors.js";
import type { AuditEvent } from "../../../src/domain/audit/index.js";
import type {
  SealCertificateRecord,
  SealRecord,
  SealStore,
  StoredRevocationList,
} from "../../../src/domain/seals/index.js";

/** Keeps the promises of the port for as long as the process lives. */
export function memorySealStore({
  hasLicence = () => true,
}: {
  readonly hasLicence?: (identifier: string) => boolean;
} = {}): SealStore & { readonly events: readonly AuditEvent[] } {
  const events: AuditEvent[] = [];
  const certificates = new Map<string, SealCertificateRecord>();
  const lists = new Map<string, StoredRevocationList>();
  const seals = new Map<string, SealRecord[]>();
  return {
    events,
    async addSealCertificate(record, event) {
      if (certificates.has(record.serial)) throw new TallyError("store.failed", `serial ${record.serial} is taken`);
      certificates.set(record.serial, record);
      events.push(event);
    },
    findSealCertificate: async (serial) => certificates.get(serial) ?? null,
    sealCertificatesOf: async (holder) => [...certificates.values()].filter((record) => record.holder === holder),
    async sealCertificatesInForce(at, limit) {
      const inForce = [...certificates.values()].filter(
        ({ appearance, revocation, validity }) =>
          appearance !== null && revocation === null && validity.from <= at && at <= validity.until,
      );
      return inForce.reverse().slice(0, limit);
    },
    async revokeSealCertificate(serial, revocation, event) {
      const record = certificates.get(serial);
      if (record === undefined || record.revocation !== null) return false;
      certificates.set(serial, { ...record, revocation });
      events.push(event);
      return true;
    },
    async revokedUnder(authority) {
      return [...certificates.values()]
        .flatMap(({ serial, ca: of, revocation }) =>
          of === authority && revocation !== null
            ? [{ serial, revokedAt: revocation.at, reason: revocation.reason }]
            : [],
        )
        .sort((one, other) => (one.serial < other.serial ? -1 : 1));
    },
    newestRevocationList: async (authority) => lists.get(authority) ?? null,
    revocationLists: async () => [...lists.values()],
    async putRevocationList(list, before, event) {
      if ((lists.get(list.ca)?.number ?? null) !== before) return false;
      lists.set(list.ca, list);
      events.push(event);
      return true;
    },
    async sealsOn(certificate, limit, reason) {
      const all = [...(seals.get(certificate) ?? [])].reverse();
      return all.filter((each) => reason === undefined || each.reason === reason).slice(0, limit);
    },
    async addSeal(seal, before, _leafHash, eventOf) {
      if (!hasLicence(seal.certificate)) throw new TallyError("certificate.not-found", `no ${seal.certificate} here`);
      const all = seals.get(seal.certificate) ?? [];
      const isRevoked = certificates.get(seal.serial)?.revocation !== null;
      const newest = all.findLast(({ reason }) => reason === seal.reason)?.ordinal ?? null;
      if (isRevoked || newest !== before) return false;
      const ordinal = all.length + 1;
      seals.set(seal.certificate, [...all, { ...seal, ordinal }]);
      events.push(eventOf(ordinal));
      return true;
    },
  };
}
