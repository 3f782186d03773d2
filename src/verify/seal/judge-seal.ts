// SPDX-License-Identifier: Apache-2.0
import { equalBytes } from "../../core/bytes.js";
import { parseUtcInstant } from "../../core/calendar.js";
import { sealEntry } from "../../core/entry.js";
import { TallyError } from "../../core/errors.js";
import { toHex } from "../../core/hex.js";
import { leafHash } from "../../core/merkle.js";
import { encodeP256Multikey, keyDigest } from "../../core/multikey.js";
import { verifyP256 } from "../../core/portable-p256.js";
import { readSeal, type Seal } from "../../core/seal/read-seal.js";
import type { SealCertificate } from "../../core/seal/read-seal-certificate.js";
import { absent } from "../absence.js";
import { type Answer, known } from "../answer.js";
import { askMirror, isProven } from "../checks/anchor.js";
import type { CheckContext } from "../context.js";
import type { CertificateDocument } from "../document.js";
import { type Finding, findingsOf } from "../finding.js";
import { judgeKey } from "../issuer-key.js";
import type { PdfSeal, SealStatement } from "../pdf/read-seal-field.js";
import type { AgencyRecord, KeyRecord } from "../registry.js";
import type { Remark } from "../report.js";
import type { SealCaKey } from "../sources.js";
import { covers, toRfc3339 } from "../time.js";
import { newestListOf } from "./revocation.js";
import type { SealCrypto } from "./seal-crypto.js";
import { isFromAuthority, isSound } from "./timestamp-authority.js";

const findings = findingsOf("seal");
const { pass, fail, unknown, unanswered, notApplicable } = findings;

/** Clocks of those who seal, stamp and verify may differ by this much, in seconds. */
const CLOCK_SKEW = 300;

/** Where there is no fast one, the portable one, which comes with this file. */
interface SealContext extends CheckContext {
  readonly crypto: SealCrypto;
}

/** What `checkSeal` finds of a file that has a seal. A file of its own, loaded for the first one: it and what it needs are large. */
export async function judgeSeal(field: PdfSeal, document: CertificateDocument, asked: CheckContext): Promise<Finding> {
  const context = { ...asked, crypto: { ...asked.crypto, verifyP256: asked.crypto.verifyP256 ?? verifyP256 } };
  const read = readField(field);
  if ("result" in read) return read;
  const wrong = judgeBytes(read, context);
  if (wrong) return wrong;

  const time = await timeOf(read, field, document, context);
  if (!time.known) return unanswered(time);
  const misdated = judgeTime(read, time.value, context);
  if (misdated) return misdated;
  const ca = await judgeCa(read, time.value, context);
  if ("result" in ca) return ca;
  const suspended = await judgeSuspension(read, ca, time.value, context);
  if (suspended) return suspended;
  const sealer = await judgeSealer(read, ca, time.value, context);
  if (sealer) return sealer;
  return judgeRevocation(read, ca, time.value, { document, statement: field.statement }, context);
}

interface Sealed {
  readonly document: CertificateDocument;
  readonly statement: SealStatement;
}

interface ReadSeal extends Seal {
  readonly cms: Uint8Array;
  /** SHA-256 of what the seal covers. */
  readonly covered: Uint8Array;
}

function readField({ signed, problem }: PdfSeal): ReadSeal | Finding {
  if (problem) return fail(problem.reason, problem.detail);
  const { cms, digest } = signed!;
  try {
    return { ...readSeal(cms), cms, covered: digest };
  } catch (error) {
    if (!(error instanceof TallyError)) throw error;
    const reason = error.code === "format.algorithm-unsupported" ? "seal.algorithm-refused" : "seal.malformed";
    return fail(reason, error.message);
  }
}

/** What can be told from the bytes alone: unchanged, signed by the certificate, and that by the CA's. */
function judgeBytes(
  { signed, certificate, ca, timestamp, covered }: ReadSeal,
  { crypto }: SealContext,
): Finding | null {
  if (!equalBytes(signed.messageDigest, covered)) return fail("seal.altered");
  if (!equalBytes(signed.certificateIds[0]!.digest, crypto.sha256(certificate.encoded)))
    return fail("seal.malformed", "the signed attributes name another certificate");
  if (!crypto.verifyP256(certificate.publicKey, signed.toBeSigned, signed.signature))
    return fail("seal.signature-wrong");
  if (timestamp && !isSound(timestamp, signed.signatureBytes, crypto))
    return fail("seal.malformed", "the timestamp is of something else, or its signature is wrong");
  const isIssued =
    equalBytes(certificate.issuer.encoded, ca.subject.encoded) &&
    certificate.issuerKeyId === ca.keyId &&
    crypto.verifyP256(ca.publicKey, certificate.toBeSigned, certificate.signature) &&
    crypto.verifyP256(ca.publicKey, ca.toBeSigned, ca.signature);
  return isIssued ? null : fail("seal.chain-wrong", "the CA did not issue the certificate");
}

/** Seconds. */
interface SealTime {
  /** As the sealer states it. */
  readonly stated: number;
  /** When the seal was there at the latest: by a timestamp, else by the anchor of its digest. Null without proof. */
  readonly proven: number | null;
  /** Made at once with the seal, so that it is when the seal was made, too. */
  readonly stamped: number | null;
  /** The best that is known. */
  readonly at: number;
  readonly remarks: readonly Remark[];
}

async function timeOf(
  { timestamp, cms }: ReadSeal,
  { statement }: PdfSeal,
  document: CertificateDocument,
  context: SealContext,
): Promise<Answer<SealTime>> {
  const stated = parseUtcInstant(statement.time)! / 1000;
  const { trust, crypto } = context;
  const isBelieved = timestamp !== null && isFromAuthority(timestamp, trust.timestampAuthorities ?? [], crypto);
  if (isBelieved)
    return known({ stated, proven: timestamp.time, stamped: timestamp.time, at: timestamp.time, remarks: [] });
  const remarks: Remark[] = timestamp
    ? [{ remark: "seal.timestamp-not-trusted", time: toRfc3339(timestamp.time) }]
    : [];
  const anchored = await anchorOf(cms, document, context);
  if (!anchored.known) return anchored;
  return known({ stated, proven: anchored.value, stamped: null, at: anchored.value ?? stated, remarks });
}

/** When the region of the issuer anchored the digest of the seal; null when it is not known to have. */
async function anchorOf(
  cms: Uint8Array,
  { certificateDigest }: CertificateDocument,
  context: SealContext,
): Promise<Answer<number | null>> {
  const { crypto, issuer, registry } = context;
  const leaf = leafHash(crypto, sealEntry(certificateDigest, crypto.sha256(cms)));
  const mirrored = await askMirror(context, leaf);
  // A mirror that fails, or lies, has no proof: nothing worse.
  if (!mirrored.known || !mirrored.value || !isProven(crypto, leaf, mirrored.value)) return known(null);
  const { region } = issuer;
  if (!region.known || region.value === null) return known(null);
  const anchor = await registry.findAnchor(region.value, mirrored.value.root, mirrored.value.size);
  if (!anchor.known) return anchor;
  const { value } = anchor;
  return known(value && value.anchoredAt !== 0 && !value.disowned ? value.anchoredAt : null);
}

function judgeTime(
  { certificate }: ReadSeal,
  { stated, proven, stamped }: SealTime,
  { now }: SealContext,
): Finding | null {
  if (proven !== null && stated > proven + CLOCK_SKEW)
    return fail("seal.time-wrong", `states ${toRfc3339(stated)}, was there ${toRfc3339(proven)}`);
  for (const time of [stated, stamped])
    if (time !== null && (time < certificate.notBefore || time > certificate.notAfter))
      return fail("seal.outside-validity", toRfc3339(time));
  if (proven === null && stated > now + CLOCK_SKEW) return unknown("seal.time-unproven", toRfc3339(stated));
  return null;
}

/** By the registry: a key for seals of a region, good when the seal was made. */
async function judgeCa({ ca }: ReadSeal, { at, proven }: SealTime, context: SealContext): Promise<KeyRecord | Finding> {
  const { registry, crypto, trust } = context;
  const digest = toHex(keyDigest(crypto, encodeP256Multikey(ca.publicKey).bytes));
  const [key, { head }] = [await registry.findKey(digest), registry];
  if (!key.known) return unanswered(key);
  if (!head.known) return unanswered(head);
  if (!key.value) return absent(context, findings, "seal.ca-not-registered", at);
  const { value } = key;
  if (at < ca.notBefore || at > ca.notAfter) return fail("seal.chain-wrong", "the CA's certificate was not valid");
  if (value.purpose !== "seal-ca" || value.agency !== null)
    return fail("seal.chain-wrong", `the CA's key is registered for another purpose, ${value.purpose}`);
  if (trust.regions && !trust.regions.includes(value.region)) return unknown("issuer.region-not-recognised");
  const { result } = judgeKey(value, at, head.value.time);
  if (result.outcome === "fail") return fail("seal.chain-wrong", `the CA's key: ${result.reason}`);
  if (result.outcome === "unknown") return unknown("seal.chain-disputed");
  // Whoever has the key writes any time on a seal that nothing dates.
  if (proven === null && value.compromises.length > 0)
    return unknown("seal.time-unproven", "the CA's key is compromised");
  const { until } = value.interval;
  if (proven === null && until !== null && until <= head.value.time)
    return unknown("seal.time-unproven", `the CA's key was retired ${toRfc3339(until)}`);
  return value;
}

/**
 * As issuers are judged at the time of the anchor: whoever was suspended sealed nothing. One that was suspended between the seal and its anchor, or ever since
 * a seal that nothing dates, may have sealed after it, and written an earlier time. Null when neither is so, and where the registry has no such agency.
 */
async function judgeSuspension(
  { certificate }: ReadSeal,
  ca: KeyRecord,
  { stated, proven, stamped, at }: SealTime,
  { registry }: SealContext,
): Promise<Finding | null> {
  const [agency, region] = await Promise.all([registry.findAgency(certificate.agency), registry.findRegion(ca.region)]);
  if (!agency.known) return unanswered(agency);
  if (!region.known) return unanswered(region);
  for (const [reason, suspensions = []] of [
    ["seal.agency-suspended", agency.value?.suspensions],
    ["seal.region-suspended", region.value?.suspensions],
  ] as const) {
    const sealed = suspensions.find((interval) => covers(interval, stamped ?? stated));
    if (sealed) return fail(reason, toRfc3339(sealed.from));
    const later = suspensions.find((interval) => covers(interval, at) || (proven === null && interval.from > stated));
    if (later) return unknown("seal.time-unproven", `suspended since ${toRfc3339(later.from)}`);
  }
  return null;
}

/**
 * The issuing agency itself, or one to which sealing for it was delegated when the seal was made, which must be proven once that has ended; null when it is. What
 * was over by the time of the anchor, and not yet at the time that is stated, may have been sealed after its end as well as before.
 */
async function judgeSealer(
  { certificate }: ReadSeal,
  ca: KeyRecord,
  { at, stated, proven, stamped }: SealTime,
  context: SealContext,
): Promise<Finding | null> {
  const { registry, claims, issuer } = context;
  const sealed = stamped ?? stated;
  const { agency: sealer } = certificate;
  const isIssuer = sealer === claims.agencyCode;
  const record: Answer<AgencyRecord | null> = isIssuer ? issuer.agency : await registry.findAgency(sealer);
  if (!record.known) return unanswered(record);
  if (!record.value) return absent(context, findings, "seal.other-agency", at);
  // A CA issues for the agencies of its own region, whatever it writes into a certificate.
  if (record.value.region !== ca.region) return fail("seal.chain-wrong", `a CA of region ${ca.region} for ${sealer}`);
  if (isIssuer) return null;
  const { activeFrom, removedAt } = record.value;
  const isOver = (end: number | null): end is number => end !== null && sealed < end && end <= at;
  const over = (end: number): Finding =>
    unknown("seal.time-unproven", `${sealer} seals for ${claims.agencyCode} no more since ${toRfc3339(end)}`);
  if (isOver(removedAt)) return over(removedAt);
  if (at < activeFrom || (removedAt !== null && at >= removedAt)) return fail("seal.other-agency", sealer);
  const delegations = await registry.findSealDelegations(claims.agencyCode, sealer);
  if (!delegations.known) return unanswered(delegations);
  const delegated = delegations.value.find((interval) => covers(interval, at));
  const ended = delegated && (removedAt ?? delegated.until);
  if (proven === null && typeof ended === "number") return over(ended);
  if (delegated) return null;
  const before = delegations.value.find((interval) => covers(interval, sealed))?.until ?? null;
  if (isOver(before)) return over(before);
  return delegations.value.length > 0
    ? fail("seal.other-agency", sealer)
    : absent(context, findings, "seal.other-agency", at);
}

async function judgeRevocation(
  { certificate, ca }: ReadSeal,
  key: KeyRecord,
  { stated, proven, stamped, remarks }: SealTime,
  sealed: Sealed,
  context: SealContext,
): Promise<Finding> {
  const { now, crypto } = context;
  const newestOf = (lists: readonly Uint8Array[]) => newestListOf(ca, lists, now, crypto);
  const isNewerList: SealCaKey["isNewerList"] = (list, than) => {
    const known = than === null ? [] : [than];
    return newestOf([...known, list]) !== newestOf(known);
  };
  const { region, keyDigest } = key;
  const list = newestOf(await listsOf({ region, keyDigest, isNewerList }, context));
  const revocation = list?.revoked.get(certificate.serial);
  if (revocation) {
    if (revocation.at <= (stamped ?? stated)) return fail("seal.revoked", toRfc3339(revocation.at));
    if (proven === null || revocation.at <= proven) return unknown("seal.time-unproven", toRfc3339(revocation.at));
    return pass([...remarks, { remark: "seal.revoked-since", time: toRfc3339(revocation.at) }]);
  }
  if (certificate.notAfter < now && (proven === null || proven > certificate.notAfter))
    return unknown("seal.time-unproven", `the certificate expired ${toRfc3339(certificate.notAfter)}`);
  // A list made after the seal is proven to be there tells all that matters, however old it is by now.
  const isEnough = list && (list.nextUpdate >= now || (proven !== null && list.thisUpdate >= proven));
  return isEnough ? pass(remarks) : notJudged(certificate, remarks, sealed);
}

/**
 * Right in all but what only a list can say. It counts as no seal: whoever holds the file could cut it off, so a file must not be worse with it than without. Its picture is on
 * the page all the same, and drawn again with whatever name it states; one that neither the issuer nor the CA signed must not pass for a part of the licence.
 */
function notJudged(
  { agencyName }: SealCertificate,
  remarks: readonly Remark[],
  { document, statement }: Sealed,
): Finding {
  const { issueDept } = document.certificate.credentialSubject;
  if (statement.name !== agencyName && statement.name !== issueDept)
    return unknown("seal.revocation-unknown", `its picture has another name than its certificate: ${statement.name}`);
  return notApplicable("seal.revocation-unknown", [...remarks, { remark: "seal.revocation-unknown" }]);
}

/** A source that fails brings none. */
async function listsOf(ca: SealCaKey, { revocationLists }: SealContext): Promise<readonly Uint8Array[]> {
  try {
    return (await revocationLists?.findRevocationLists(ca)) ?? [];
  } catch {
    return [];
  }
}
