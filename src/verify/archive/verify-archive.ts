// SPDX-License-Identifier: Apache-2.0
import { equalBytes, fromUtf8 } from "../../core/bytes.js";
import { certificateDigest, readCertificate } from "../../core/certificate-reader.js";
import type { Crypto } from "../../core/crypto.js";
import { TallyError } from "../../core/errors.js";
import { readEvidence, tokenOf } from "../../core/evidence-reader.js";
import { toHex } from "../../core/hex.js";
import type { Multikey } from "../../core/multikey.js";
import { portableCrypto } from "../../core/portable-crypto.js";
import { parseJson } from "../../core/strict-json.js";
import { bundleRegistry, bundleRevocationLists, readTrustBundle, type TrustBundle } from "../bundle/index.js";
import { isProven } from "../checks/anchor.js";
import { readLicencePdf } from "../pdf/read-licence-pdf.js";
import { MAX_JSON_BYTES, MAX_JSON_VALUES } from "../read-json.js";
import type { ReasonCode } from "../reasons.js";
import type { RegistryAccess } from "../registry.js";
import type { Remark, Report, Verdict } from "../report.js";
import type { LeafProof, ProofSource, Rerender } from "../sources.js";
import { toRfc3339 } from "../time.js";
import { isTrusted, type Purpose, type Trust } from "../trust.js";
import { FormatProblem, unreadable } from "../unreadable.js";
import { verifyCertificate } from "../verify-certificate.js";
import {
  ARCHIVE_MEMBERS,
  type ArchiveMembers,
  archiveMetadata,
  MANIFEST,
  MAX_ARCHIVE_BYTES,
} from "./archive-format.js";
import type { ArchiveCheckName, ArchiveCheckResult, ArchiveReport } from "./archive-report.js";
import { headsOf, type LogExtract, readLogExtract } from "./log-extract.js";
import { looksLikeZip } from "./looks-like-zip.js";
import { type Manifest, readManifest } from "./manifest.js";
import { readSealProof } from "./seal-proof.js";
import { readZip } from "./zip.js";

export interface VerifyArchiveOptions {
  /** The verifier's own; `genesis` (hash of block 0) where it is known. */
  readonly trust: Trust & { readonly genesis?: string };
  /** Bundle keys of regions whose word the verifier takes. A key that was retired since is pinned here on purpose, or not at all. */
  readonly pinned: readonly Multikey[];
  /** The clock. */
  readonly now: Date;
  /** The instant for which the validity period is judged; by default that of the packaged registry. */
  readonly at?: Date;
  readonly purpose?: Purpose;
  readonly crypto?: Crypto;
  readonly rerender?: Rerender;
}

/**
 * Judges an archive package (docs/formats/archive.md) with nothing but its bytes and the verifier's own pins: who packed it, whether it is whole and agrees
 * with itself, and what its licence was as of the packaged registry. That registry counts only by a pinned key, like any trust bundle. Never throws
 * for what the bytes contain; rejects as `verifyCertificate` for wrong options.
 */
export async function verifyArchive(bytes: Uint8Array, options: VerifyArchiveOptions): Promise<ArchiveReport> {
  const crypto = options.crypto ?? portableCrypto;
  const found: Findings = { checks: {}, remarks: [], manifest: null, licence: null, log: null, asOf: null };
  await examine(bytes, { ...options, crypto }, found);
  return reportOf(found, options.now);
}

const CHECK_NAMES = ["package", "signer", "members", "registry", "log"] as const satisfies ArchiveCheckName[];

interface Findings {
  readonly checks: { [Name in ArchiveCheckName]?: Outcome };
  readonly remarks: Remark[];
  manifest: Manifest | null;
  licence: Report | null;
  log: ArchiveReport["log"];
  asOf: string | null;
}

/** Null: it passes. */
type Outcome = null | {
  readonly outcome: "fail" | "unknown";
  readonly reason: ReasonCode;
  readonly detail: string;
};

type Options = VerifyArchiveOptions & { readonly crypto: Crypto };

/** Goes on as long as what comes next has something to stand on. */
async function examine(bytes: Uint8Array, options: Options, found: Findings): Promise<void> {
  const { checks } = found;
  const opened = open(bytes, options.crypto);
  if ("outcome" in opened) {
    checks.package = opened;
    return;
  }
  const { manifest, members } = opened;
  found.manifest = manifest;
  checks.package = checkWhole(manifest, members, options.crypto);
  if (checks.package !== null) return;
  checks.signer = checkSigner(manifest, options);
  checks.members = checkMembers(manifest, members, options.crypto);
  if (checks.signer !== null) return;
  const bundle = readRegistry(manifest, members, options);
  if ("outcome" in bundle) {
    checks.registry = bundle;
    return;
  }
  checks.registry = null;
  found.asOf = bundle.issuedAt;
  found.remarks.push({ remark: "archive.later-state-unknown", time: bundle.issuedAt });
  let sealProof: LeafProof | null;
  try {
    sealProof = readSealProof(members["seal-proof.json"]);
  } catch (error) {
    checks.members ??= refusal(error);
    return;
  }
  found.licence = await judgeLicence(members, bundle, sealProof, options);
  checks.log = await checkLog(manifest, members, bundle, options.crypto, found);
}

function open(
  bytes: Uint8Array,
  crypto: Crypto,
): { readonly manifest: Manifest; readonly members: ArchiveMembers } | NonNullable<Outcome> {
  try {
    if (bytes.length > MAX_ARCHIVE_BYTES) throw new FormatProblem("format.too-large", `${bytes.length} bytes`);
    if (firstMemberOf(bytes) !== MANIFEST)
      throw new FormatProblem("format.unrecognised", `no zip file that begins with ${MANIFEST}`);
    const [manifest, ...files] = readZip(bytes, [MANIFEST, ...ARCHIVE_MEMBERS]);
    const members = Object.fromEntries(ARCHIVE_MEMBERS.map((name, i) => [name, files[i]!]));
    return { manifest: readManifest(manifest!, crypto), members: members as unknown as ArchiveMembers };
  } catch (error) {
    return refusal(error);
  }
}

/** Letters and spreadsheets are zip files too, and nothing is wrong with them. Null for what is no zip file. */
function firstMemberOf(bytes: Uint8Array): string | null {
  return looksLikeZip(bytes) ? fromUtf8(bytes.subarray(NAME_AT, NAME_AT + MANIFEST.length)) : null;
}

/** In the header of a zip file's first member. */
const NAME_AT = 30;

/** Of a reader: a later version is nothing wrong with the package. */
function refusal(error: unknown, reason?: ReasonCode): NonNullable<Outcome> {
  const { outcome, reason: found, detail } = unreadable("unknown", error);
  return { outcome, reason: outcome === "fail" && reason !== undefined ? reason : found, detail };
}

const failed = (reason: ReasonCode, detail: string): NonNullable<Outcome> => ({ outcome: "fail", reason, detail });
const unknown = (reason: ReasonCode, detail: string): NonNullable<Outcome> => ({ outcome: "unknown", reason, detail });

function checkWhole({ members: stated, isSigned, signer }: Manifest, members: ArchiveMembers, crypto: Crypto): Outcome {
  if (!isSigned) return failed("archive.signature-wrong", `the manifest is not what ${signer.text} signed`);
  for (const [i, name] of ARCHIVE_MEMBERS.entries()) {
    const { size, sha256 } = stated[i]!;
    if (members[name].length !== size || toHex(crypto.sha256(members[name])) !== sha256)
      return failed("archive.member-altered", name);
  }
  return null;
}

function checkSigner(manifest: Manifest, { trust, pinned }: Options): Outcome {
  if (!isTrusted(trust, manifest))
    return unknown("registry.wrong-chain", `chain ${manifest.chainId}, registry ${manifest.registry}`);
  if (pinned.some(({ bytes }) => equalBytes(bytes, manifest.signer.bytes))) return null;
  return unknown("archive.key-not-pinned", manifest.signer.text);
}

/** Every thing that is in it twice must be there once only in meaning. */
function checkMembers(manifest: Manifest, members: ArchiveMembers, crypto: Crypto): Outcome {
  try {
    const json = (name: "certificate.json" | "evidence.json") =>
      parseJson(members[name], { maxBytes: MAX_JSON_BYTES, maxValues: MAX_JSON_VALUES });
    const certificate = readCertificate(json("certificate.json"));
    const { attachments } = readLicencePdf(members["licence.pdf"], crypto);
    for (const { name, bytes } of attachments)
      if (!isMember(name) || !equalBytes(members[name], bytes)) return disagree(name);
    if (!equalBytes(tokenOf(readEvidence(json("evidence.json"))), members["token.cose"])) return disagree("token.cose");
    if (!equalBytes(archiveMetadata(certificate), members["metadata.json"])) return disagree("metadata.json");
    if (manifest.certificateIdentifier !== certificate.credentialSubject.certificateIdentifier)
      return disagree("manifest.json: certificateIdentifier");
    if (manifest.certificateDigest !== toHex(certificateDigest(crypto, certificate)))
      return disagree("manifest.json: certificateDigest");
    return null;
  } catch (error) {
    return refusal(error);
  }
}

function isMember(name: string): name is keyof ArchiveMembers {
  return (ARCHIVE_MEMBERS as readonly string[]).includes(name);
}

const disagree = (what: string) => failed("archive.members-disagree", what);

/** By the key that signed the manifest, which is pinned; another pinned one would be another's word. */
function readRegistry(
  manifest: Manifest,
  members: ArchiveMembers,
  { trust, crypto, now }: Options,
): TrustBundle | NonNullable<Outcome> {
  try {
    const bundle = readTrustBundle(members["trust-bundle.json"], { trust, pinned: [manifest.signer], crypto });
    if (bundle.region !== manifest.region || bundle.issuedAt > manifest.createdAt)
      return failed("archive.members-disagree", "trust-bundle.json is of another region, or later than the package");
    if (Date.parse(manifest.createdAt) > now.getTime() + CLOCK_SKEW_MS)
      return unknown("registry.stale", `the package was made ${manifest.createdAt}, later than now`);
    return bundle;
  } catch (error) {
    if (error instanceof TallyError && error.code === "bundle.wrong-chain")
      return unknown("registry.wrong-chain", error.message);
    return refusal(error, "archive.registry-refused");
  }
}

const CLOCK_SKEW_MS = 300_000;

/** As of the time at which it was issued: it is never too old to say what was so then. */
function registryOf(bundle: TrustBundle): RegistryAccess {
  return bundleRegistry(bundle, { now: new Date(bundle.issuedAt), maxAge: 0 });
}

/** The clock stands still at the time of the packaged registry: a licence is what it was then. */
function judgeLicence(
  members: ArchiveMembers,
  bundle: TrustBundle,
  sealProof: LeafProof | null,
  { trust, at, purpose, crypto, rerender }: Options,
): Promise<Report> {
  const now = new Date(bundle.issuedAt);
  const mirror: ProofSource = {
    findProof: async (leaf) => (sealProof !== null && isProven(crypto, leaf, sealProof) ? sealProof : null),
  };
  return verifyCertificate(
    { bytes: members["licence.pdf"], name: "licence.pdf" },
    {
      trust,
      registry: registryOf(bundle),
      revocationLists: bundleRevocationLists(bundle),
      mirror,
      now,
      crypto,
      ...(at === undefined ? {} : { at }),
      ...(purpose === undefined ? {} : { purpose }),
      ...(rerender === undefined ? {} : { rerender }),
    },
  );
}

async function checkLog(
  manifest: Manifest,
  members: ArchiveMembers,
  bundle: TrustBundle,
  crypto: Crypto,
  found: Findings,
): Promise<Outcome> {
  let extract: LogExtract;
  try {
    extract = readLogExtract(members["log.json"]);
  } catch (error) {
    return refusal(error);
  }
  if (extract.object !== manifest.certificateIdentifier || extract.region !== manifest.region)
    return failed("archive.members-disagree", "log.json is of another licence or region");
  const events = extract.runs.flatMap((run) => run.events);
  if (!events.some(({ digestAfter }) => digestAfter === manifest.certificateDigest))
    return failed("archive.log-broken", "no event tells of the issue of this certificate");
  const heads = headsOf(extract, crypto);
  if (heads === null) return failed("archive.log-broken", "an event is not the one that the log has at its place");
  const snapshot = await registryOf(bundle).snapshot();
  let anchored = 0;
  let head: NonNullable<ArchiveReport["log"]>["head"] = null;
  for (const [i, run] of extract.runs.entries()) {
    if (!run.anchored) continue;
    const { root, sequence } = heads[i]!;
    const record = await snapshot.findAnchor(extract.region, root, 1);
    if (!record) return unknown("archive.log-head-not-recorded", `the head of event ${sequence}`);
    if (record.disowned)
      return record.disowned.effectiveAt <= snapshot.head.time
        ? failed("anchor.root-disowned", `the head of event ${sequence}`)
        : unknown("anchor.root-disputed", `the head of event ${sequence}`);
    anchored += run.events.length;
    head = { sequence, anchoredAt: toRfc3339(record.anchoredAt) };
  }
  found.log = { events: events.length, anchored, head };
  if (anchored < events.length) found.remarks.push({ remark: "archive.log-not-anchored" });
  return null;
}

function reportOf({ checks, remarks, manifest, licence, log, asOf }: Findings, now: Date): ArchiveReport {
  const results = CHECK_NAMES.map((check): ArchiveCheckResult => {
    const outcome = checks[check];
    if (outcome === undefined) return { check, outcome: "not-applicable" };
    return outcome === null ? { check, outcome: "pass" } : { check, ...outcome };
  });
  const { verdict, reason } = verdictOf(results, licence);
  return {
    reportVersion: 1,
    form: "archive",
    verdict,
    reason,
    asOf,
    checks: results,
    remarks,
    manifest: manifest && summaryOf(manifest),
    licence,
    log,
    times: { now: now.toISOString() },
  };
}

/** What is wrong with the package comes before what cannot be told of it, and both before what the licence was. */
function verdictOf(
  results: readonly ArchiveCheckResult[],
  licence: Report | null,
): { readonly verdict: Verdict; readonly reason: ReasonCode | null } {
  const decided =
    results.find(({ outcome }) => outcome === "fail") ?? results.find(({ outcome }) => outcome === "unknown");
  if (licence?.verdict === "not-genuine" && decided?.outcome !== "fail") return licence;
  if (decided?.outcome === "fail") return { verdict: "not-genuine", reason: decided.reason };
  if (decided?.outcome === "unknown") return { verdict: "undecided", reason: decided.reason };
  return licence ?? { verdict: "undecided", reason: null };
}

function summaryOf({ members: _, isSigned: __, signer, ...head }: Manifest): ArchiveReport["manifest"] {
  return { ...head, signer: signer.text };
}
