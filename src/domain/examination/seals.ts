// SPDX-License-Identifier: Apache-2.0
import { equalBytes } from "../../core/bytes.js";
import type { Crypto } from "../../core/crypto.js";
import { toHex } from "../../core/hex.js";
import { readRevocationList } from "../../core/seal/read-revocation-list.js";
import { sealCertificateDigest } from "../seals/index.js";
import type { LogFacts } from "./audit-log.js";
import { compared, type Discrepancy, fault, guarded, REMEDY } from "./discrepancy.js";
import type { Examined } from "./examined.js";
import type { CertificateFile, StoredSealCertificate } from "./stored-records.js";

const PAGE = 1_000;
const NOT_LOGGED = "the log does not tell of it";
const LOGGED_ONLY = "the log tells of it, and it is not there";
const NOT_AS_LOGGED = "is not what the log tells";

type OfSeals = Pick<Examined, "records" | "seals" | "crypto">;

/** Certificates of seals and of their CAs, and the revocation lists, against the log and against one another. */
export async function* examineSealCertificates(
  examined: OfSeals,
  facts: Pick<LogFacts, "sealCertificates" | "revocationLists">,
  count: (certificates: number) => void,
): AsyncGenerator<Discrepancy> {
  const here = new Set<string>();
  const cas = new Set<string>();
  for (let after = Number.MIN_SAFE_INTEGER, more = true; more; ) {
    const page: readonly StoredSealCertificate[] = await examined.records.sealCertificates(after, PAGE);
    for (const stored of page) {
      here.add(stored.record.serial);
      const { serial: key, ca } = stored.record;
      cas.add(ca);
      yield* await guarded({ collection: "seal_certificates", key }, async () =>
        examineSealCertificate(stored, facts, examined.crypto),
      );
    }
    count(page.length);
    after = page.at(-1)?.event ?? after;
    more = page.length === PAGE;
  }
  for (const [key, { digest }] of facts.sealCertificates)
    if (!here.has(key)) {
      const place = { collection: "seal_certificates", key, field: "record" };
      yield fault(place, { why: LOGGED_ONLY, remedy: REMEDY.restore, expected: digest });
    }
  yield* examineLists(examined, facts, cas);
}

function examineSealCertificate(
  { event, record }: StoredSealCertificate,
  { sealCertificates: logged }: Pick<LogFacts, "sealCertificates">,
  crypto: Pick<Crypto, "sha256">,
): readonly Discrepancy[] {
  const { serial, revocation } = record;
  const place = (field: string) => ({ collection: "seal_certificates", key: serial, field });
  const told = logged.get(serial);
  if (told === undefined) return [fault(place("serial"), { why: NOT_LOGGED, remedy: REMEDY.restore })];
  const words = { why: NOT_AS_LOGGED, remedy: REMEDY.fromLog };
  const found = [
    ...compared(place("event"), event, told.event, words),
    ...compared(place("revokedAt"), revocation?.at, told.revocation?.at, words),
    ...compared(place("revocationReason"), revocation?.reason, told.revocation?.reason, words),
  ];
  if (told.digest === null || !equalBytes(told.digest, sealCertificateDigest(crypto, record))) {
    const why = "one of them is not what it was issued with (the log keeps a digest)";
    const fields = "holder, keyDigest, ca, certificate, validFrom, validUntil, name, code, star";
    found.push(fault(place(fields), { why, remedy: REMEDY.restore }));
  }
  return found;
}

async function* examineLists(
  { seals, crypto }: Pick<OfSeals, "seals" | "crypto">,
  { revocationLists: logged }: Pick<LogFacts, "revocationLists">,
  cas: ReadonlySet<string>,
): AsyncGenerator<Discrepancy> {
  const lists = await seals.revocationLists();
  for (const stored of lists) {
    const { ca, number, thisUpdate, nextUpdate, list } = stored;
    const place = (field: string) => ({ collection: "revocation_lists", key: ca, field });
    const told = logged.get(ca);
    if (told === undefined) {
      yield fault(place("ca"), { why: NOT_LOGGED, remedy: REMEDY.restore });
      continue;
    }
    const words = { why: NOT_AS_LOGGED, remedy: REMEDY.fromLog };
    yield* compared(place("number"), number, told.detail.number, words);
    yield* compared(place("thisUpdate"), thisUpdate, told.detail.thisUpdate, words);
    yield* compared(place("nextUpdate"), nextUpdate, told.detail.nextUpdate, words);
    const wrong = compared(place("list"), crypto.sha256(list), told.digest, { ...words, remedy: REMEDY.restore });
    yield* wrong;
    if (wrong.length === 0)
      yield* await guarded({ collection: "revocation_lists", key: ca }, () => examineEntries(stored, seals));
  }
  const here = new Set(lists.map(({ ca }) => ca));
  for (const ca of cas) if (!here.has(ca)) yield* await examineEntries({ ca, list: null }, seals);
  for (const [key, { digest }] of logged)
    if (!here.has(key)) {
      const place = { collection: "revocation_lists", key, field: "record" };
      yield fault(place, { why: LOGGED_ONLY, remedy: REMEDY.restore, expected: digest });
    }
}

/** Every seal that was revoked before the newest list was issued is on it; of one that was revoked after it the next list has to tell. */
async function examineEntries(
  { ca, list, thisUpdate = 0 }: { readonly ca: string; readonly list: Uint8Array | null; readonly thisUpdate?: number },
  seals: OfSeals["seals"],
): Promise<readonly Discrepancy[]> {
  const listed = list === null ? null : readRevocationList(list).revoked;
  return (await seals.revokedUnder(ca)).flatMap(({ serial, revokedAt }) => {
    const place = { collection: "revocation_lists", key: ca, field: "list" };
    const entry = listed?.get(serial);
    if (entry !== undefined) {
      const why = `seal ${serial} is on it with another time than that of its revocation`;
      return compared(place, entry.at, revokedAt, { why, remedy: REMEDY.restore });
    }
    const isLate = list !== null && revokedAt < thisUpdate;
    const why = isLate
      ? `seal ${serial} was revoked before the list was issued, and is not on it`
      : `seal ${serial} was revoked and is on no list yet; the command may have been cut off`;
    const remedy = `tally seal revoke ${serial} again, which issues the next list`;
    return [fault(place, { why, remedy, expected: revokedAt, weight: isLate ? "failed" : "warning" })];
  });
}

/** The seals on files of a licence against the log, one after another. */
export function examineSeals(
  { certificate: { identifier }, seals, history }: CertificateFile,
  crypto: Pick<Crypto, "sha256">,
): readonly Discrepancy[] {
  const logged = new Map(
    history.flatMap((event) =>
      event.action === "certificate-sealed" ? [[Number(event.detail?.ordinal), event] as const] : [],
    ),
  );
  const found: Discrepancy[] = [];
  const words = { why: NOT_AS_LOGGED, remedy: REMEDY.fromLog };
  for (const { ordinal, fileDigest, serial, sealedAt, reason, room, cms } of seals.map(({ seal }) => seal)) {
    const place = (field: string) => ({ collection: "seals", key: `${identifier}, ${ordinal}`, field });
    const told = logged.get(ordinal);
    if (told === undefined) {
      found.push(fault(place("ordinal"), { why: NOT_LOGGED, remedy: REMEDY.restore }));
      continue;
    }
    const { detail = {}, digestAfter } = told;
    found.push(
      ...compared(place("fileDigest"), fileDigest, digestAfter, words),
      ...compared(place("serial"), serial, detail.seal, words),
      ...compared(place("sealedAt"), sealedAt, detail.sealedAt, words),
      ...compared(place("reason"), reason, detail.reason, words),
      ...compared(place("room"), room, detail.room, words),
      ...compared(place("cms"), toHex(crypto.sha256(cms)), detail.cms, { ...words, remedy: REMEDY.restore }),
    );
  }
  const here = new Set(seals.map(({ seal }) => seal.ordinal));
  for (const ordinal of logged.keys())
    if (!here.has(ordinal)) {
      const place = { collection: "seals", key: `${identifier}, ${ordinal}`, field: "record" };
      found.push(fault(place, { why: LOGGED_ONLY, remedy: REMEDY.restore }));
    }
  return found;
}
