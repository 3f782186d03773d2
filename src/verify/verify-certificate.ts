// SPDX-License-Identifier: Apache-2.0
import type { Crypto } from "../core/crypto.js";
import { TallyError } from "../core/errors.js";
import { portableCrypto } from "../core/portable-crypto.js";
import { answersOf, type Results } from "./answers.js";
import { CHECK_NAMES, CHECKS } from "./checks/index.js";
import { claimsOf } from "./claims.js";
import type { CheckContext } from "./context.js";
import type { DocumentInput, Form, LicenceDocument, Unreadable } from "./document.js";
import type { Finding } from "./finding.js";
import type { ForeignCredential } from "./foreign-credential.js";
import { issuerFacts } from "./issuer-facts.js";
import { typeForLabels } from "./nearby-type.js";
import { readDocument } from "./read-document.js";
import type { RegistryAccess } from "./registry.js";
import { RegistryQuestions } from "./registry-questions.js";
import type { CheckName, CheckResult, Report } from "./report.js";
import type { ProofSource, Rerender, RevocationListSource, TypeSource } from "./sources.js";
import { emptySummary, summarise } from "./summary.js";
import { toRfc3339 } from "./time.js";
import type { Purpose, Trust } from "./trust.js";
import { unreadable } from "./unreadable.js";

export interface VerifyOptions {
  readonly trust: Trust;
  readonly registry: RegistryAccess;
  /** The verifying region's own mirror: proves tokens, and files that were downloaded while pending. */
  readonly mirror?: ProofSource;
  /** Gives labels to forms that do not carry their type definition. */
  readonly types?: TypeSource;
  /** The clock. */
  readonly now: Date;
  /** The instant for which the validity period is judged; by default `now`. Status is always that of the head. */
  readonly at?: Date;
  /** For whom and what: needed for recognition. */
  readonly purpose?: Purpose;
  readonly crypto?: Crypto;
  /** Lets the content check compare what is printed with what is signed. */
  readonly rerender?: Rerender;
  /** Says which seal certificates are revoked; without it no seal passes. */
  readonly revocationLists?: RevocationListSource;
}

/**
 * Answers whether a document is genuine, in force and recognised, as docs/verification.md specifies. Rejects only for wrong
 * options (`config.invalid`); whatever the document or the registry does becomes a result with a reason.
 */
export async function verifyCertificate(input: DocumentInput, options: VerifyOptions): Promise<Report> {
  requireOptions(options);
  await requireTimestampAuthorities(options.trust.timestampAuthorities ?? []);
  const crypto = options.crypto ?? portableCrypto;
  const document = await readDocument(input, crypto);
  if ("outcome" in document) return reportOfUnreadable(document, options);
  if (document.form === "credential") return reportOfForeign(document, options, crypto);
  const context = await contextOf(document, options, crypto);
  const findings = await Promise.all(CHECK_NAMES.map((name) => context.finding(name)));
  return reportOf(context, findings, options);
}

async function contextOf(document: LicenceDocument, options: VerifyOptions, crypto: Crypto): Promise<CheckContext> {
  const claims = claimsOf(document);
  const registry = await RegistryQuestions.open(options.registry, options.trust);
  const found: { [Name in CheckName]?: Finding | Promise<Finding> } = {};
  const context: CheckContext = {
    document,
    claims,
    trust: options.trust,
    registry,
    issuer: await issuerFacts(document, claims, registry, crypto),
    crypto,
    now: options.now.getTime() / 1000,
    at: (options.at ?? options.now).getTime() / 1000,
    purpose: options.purpose ?? null,
    mirror: options.mirror ?? null,
    rerender: options.rerender ?? null,
    revocationLists: options.revocationLists ?? null,
    finding(check) {
      found[check] ??= CHECKS[check].run(context);
      return found[check];
    },
  };
  return context;
}

async function reportOf(context: CheckContext, findings: readonly Finding[], options: VerifyOptions): Promise<Report> {
  const { document, claims, registry, issuer, crypto } = context;
  const checks = findings.map(({ result }) => result);
  const type = await typeForLabels(document, claims, { registry, types: options.types ?? null, crypto });
  const { head } = registry;
  const { region } = issuer;
  const anchoredAt = findings.find((finding) => finding.anchoredAt !== undefined)?.anchoredAt;
  return {
    reportVersion: 1,
    ...answersOf(resultsOf(checks)),
    checks,
    remarks: findings.flatMap(({ remarks }) => remarks ?? []),
    document: summarise(document, type, region.known ? region.value : null),
    times: {
      ...clockOf(options),
      anchoredAt: anchoredAt === undefined ? null : toRfc3339(anchoredAt),
      head: head.known ? head.value : null,
    },
  };
}

function resultsOf(checks: readonly CheckResult[]): Results {
  const results: { [Name in CheckName]?: CheckResult } = {};
  for (const result of checks) results[result.check] = result;
  return results as Results;
}

function clockOf({ now, at = now }: VerifyOptions): Pick<Report["times"], "now" | "at"> {
  const text = now.toISOString();
  return { now: text, at: at === now ? text : at.toISOString() };
}

/** The one result is reported under the check that its reason belongs to; nothing else could be asked. */
function reportOfUnreadable({ form, outcome, reason, detail }: Unreadable, options: VerifyOptions): Report {
  const check: CheckName = reason.startsWith("issuer.") ? "issuer" : "integrity";
  return reportWithout(form, [{ check, outcome, reason, detail }], options);
}

async function reportOfForeign(
  { form, json }: ForeignCredential,
  options: VerifyOptions,
  crypto: Crypto,
): Promise<Report> {
  const { judgeForeignCredential } = await import("./judge-foreign-credential.js");
  const now = options.now.getTime();
  try {
    const results = judgeForeignCredential(crypto, json, { now, at: options.at?.getTime() ?? now });
    return reportWithout(form, results, options);
  } catch (error) {
    return reportOfUnreadable(unreadable("json", error), options);
  }
}

/** A report about what is no licence: the registry is not asked, and what is not in `results` does not apply. */
function reportWithout(form: Form, results: readonly CheckResult[], options: VerifyOptions): Report {
  const checks = CHECK_NAMES.map(
    (name): CheckResult => results.find(({ check }) => check === name) ?? { check: name, outcome: "not-applicable" },
  );
  return {
    reportVersion: 1,
    ...answersOf(resultsOf(checks)),
    checks,
    remarks: [],
    document: emptySummary(form),
    times: { ...clockOf(options), anchoredAt: null, head: null },
  };
}

function requireOptions({ trust, registry, now, at }: VerifyOptions): void {
  if (!Number.isSafeInteger(trust?.chainId) || trust.chainId < 1)
    throw wrong("trust.chainId", "must be a positive integer");
  if (!ADDRESS.test(trust.registry)) throw wrong("trust.registry", "must be an address");
  if (!(trust.maxAnchorDelay >= 0)) throw wrong("trust.maxAnchorDelay", "must be seconds");
  if (trust.maxHeadAge !== undefined && !(trust.maxHeadAge >= 0))
    throw wrong("trust.maxHeadAge", "must be seconds, or absent");
  if (typeof registry?.snapshot !== "function") throw wrong("registry", "must give access to a registry");
  if (!isInstant(now)) throw wrong("now", "must be a valid date");
  if (at !== undefined && !isInstant(at)) throw wrong("at", "must be a valid date, or absent");
}

/** The reader of certificates is loaded for those alone who configure some. */
async function requireTimestampAuthorities(certificates: readonly Uint8Array[]): Promise<void> {
  if (certificates.length === 0) return;
  const { isP256Certificate } = await import("./seal/timestamp-authority.js");
  for (const [i, certificate] of certificates.entries())
    if (!isP256Certificate(certificate))
      throw wrong(`trust.timestampAuthorities.${i}`, "must be the DER of an X.509 certificate with a P-256 key");
}

const ADDRESS = /^0x[0-9a-fA-F]{40}$/;

function wrong(field: string, message: string): TallyError {
  return new TallyError("config.invalid", `${field} ${message}`, { field });
}

function isInstant(value: unknown): boolean {
  return value instanceof Date && !Number.isNaN(value.getTime());
}
