// SPDX-License-Identifier: Apache-2.0
import { toBase64Url } from "../../core/base64.js";
import { endOfDayShanghai, formatShanghaiInstant, formatUtcInstant } from "../../core/calendar.js";
import { canonicalBytes } from "../../core/canonical-json.js";
import { certificateDigest } from "../../core/certificate-reader.js";
import { copyDigest } from "../../core/copy/copy-reader.js";
import type { CopyStatement, UnsignedCopyStatement } from "../../core/copy/copy-statement.js";
import { copyClaimsFor, copyTokenSigningInput } from "../../core/copy/copy-token.js";
import { contradictionToLicence, secureCopy } from "../../core/copy/secure-copy.js";
import type { Crypto } from "../../core/crypto.js";
import { copyEntry } from "../../core/entry.js";
import { TallyError } from "../../core/errors.js";
import { evidenceFor, pendingEvidence } from "../../core/evidence-reader.js";
import { fromHex, toHex } from "../../core/hex.js";
import { leafHash } from "../../core/merkle.js";
import { keyIdOf } from "../../core/multikey.js";
import { parseJson } from "../../core/strict-json.js";
import { assembleToken } from "../../core/token-envelope.js";
import type { Renderer } from "../../render/index.js";
import type { Agency, AgencyStore, Signer, SignerSource } from "../agencies/index.js";
import { type Actor, eventBy } from "../audit/index.js";
import {
  type AnchorProof,
  type CertificateView,
  type Issuance,
  issuingAgencyOf,
  type LicenceDocument,
  requireOwn,
} from "../issuance/index.js";
import { type Asking, type CopyRequest, readCopyRequest } from "./copy-request.js";
import {
  type AddCopyOutcome,
  type CopyRecord,
  type CopyStore,
  limitReached,
  MOST_COPIES,
  type StoredCopy,
} from "./copy-store.js";
import type { CopyDocument, CopyPage, CopySummary } from "./copy-view.js";

export interface CopiesDependencies {
  readonly store: CopyStore;
  readonly issuance: Pick<Issuance, "getCertificate" | "documentOf">;
  readonly agencies: Pick<AgencyStore, "findAgency" | "isAuthorised">;
  readonly signers: SignerSource;
  /** The anchored half of the evidence of what has this place; null while its batch has no anchor. */
  readonly proofAt: (place: NonNullable<StoredCopy["place"]>) => Promise<AnchorProof | null>;
  /** Tries whether a copy can be drawn. */
  readonly renderer: Pick<Renderer, "renderCopy">;
  /** The file as it is handed out. */
  readonly fileOf: (copy: CopyDocument) => Promise<Uint8Array>;
  readonly crypto: Crypto;
  /** Milliseconds since 1970; as that of issuing, since what is signed has its date. */
  readonly now: () => number;
}

/**
 * Readers' copies 加注件: a licence for a named user, matter and period (docs/copies.md). Whoever may read a licence may read its copies. Rejects as
 * `Issuance`, and with `copy.not-found`.
 */
export interface Copies {
  /**
   * Makes a copy of an anchored licence that is in force, in the name of its agency, for the agency or for the holder whom a link leads to it, of whose words it says so; durable when it resolves. `number`, as `newNumber` gives it, names
   * the copy beforehand, so that after a crash it is found. Rejects with `copy.terms-invalid` (every problem with its field),
   * `certificate.state-conflict` for a licence that is not in force or not anchored, `copy.limit-reached` for one that has as many copies as it may, or a holder as many as holders may,
   * `certificate.not-renderable` for texts that cannot be printed, and what issuing says of agency and key.
   */
  make(actor: Actor, identifier: string, request: unknown, number?: string): Promise<CopySummary>;

  /** 128 random bits. */
  newNumber(): string;

  /** In order of making; `after` is `next` of the page before, `limit` 1 to 200. */
  list(
    actor: Actor,
    identifier: string,
    page?: { readonly after?: number; readonly limit?: number },
  ): Promise<CopyPage>;

  find(actor: Actor, identifier: string, number: string): Promise<CopySummary>;

  documentOf(actor: Actor, identifier: string, number: string): Promise<CopyDocument>;

  /** The same bytes every time from the copy's anchoring on. */
  fileOf(actor: Actor, identifier: string, number: string): Promise<Uint8Array>;
}

const PAGE = 50;
const MOST_IN_PAGE = 200;

export function createCopies(dependencies: CopiesDependencies): Copies {
  const { store, issuance, agencies, signers, proofAt, renderer, crypto, now } = dependencies;

  const newNumber = (): string => {
    for (;;) {
      const number = toBase64Url(crypto.randomBytes(16));
      // Commands would take it for an option.
      if (!number.startsWith("-")) return number;
    }
  };

  const agencyOf = async (
    code: string,
    typeCode: string,
  ): Promise<{ readonly agency: Agency; readonly signer: Signer }> => {
    const agency = await agencies.findAgency(code);
    if (agency === null)
      throw new TallyError("agency.unknown", `agency ${code} is not registered here`, { field: "/agency" });
    // No verifier would accept what is anchored meanwhile.
    if (agency.suspended || !(await agencies.isAuthorised(code, typeCode))) throw notAuthorised(code, typeCode);
    return { agency, signer: await signers.signerFor(code) };
  };

  const make: Copies["make"] = async (actor, identifier, input, number = newNumber()) => {
    const { code, asking } = makerOf(actor);
    const at = now();
    const request = readCopyRequest(input, at, asking);
    const view = await issuance.getCertificate(actor, identifier);
    requireOwn(actor, { agency: view.issueDeptCode, typeCode: view.certificateTypeCode });
    requireInForce(view);
    // Before anything is signed and drawn: a full licence costs nothing. Storing looks again.
    const reached = limitReached({ actor }, await store.countCopies(identifier));
    if (reached !== null) throw limitError(reached, identifier);
    const { agency, signer } = await agencyOf(code, view.certificateTypeCode);
    const licence = await issuance.documentOf(actor, identifier);
    const unsigned = unsignedStatement(view, agency, request, { number, at });
    const contradiction = contradictionToLicence(unsigned, licence.certificate, fromHex(view.certificateDigest));
    if (contradiction) throw refusedFor(identifier, contradiction);
    const copy = await signed(licence, unsigned, signer, at);
    // Before it is kept: what cannot be printed would be there for ever.
    renderer.renderCopy({
      ...{ certificate: licence.certificate, type: licence.type },
      copy: { statement: copy.statement, evidence: pendingEvidence(copy.record.token) },
    });
    const outcome = await store.addCopy(
      copy.record,
      eventBy(actor, {
        ...{ time: at, action: "certificate-copied", object: identifier },
        digestAfter: copy.digest,
        detail: { copy: number, token: toHex(crypto.sha256(copy.record.token)) },
      }),
    );
    if (!outcome.stored) throw conflictError(outcome, { identifier, code, typeCode: view.certificateTypeCode, number });
    return summaryOf(crypto, copy.statement, "pending");
  };

  const signed = async (
    { certificate }: LicenceDocument,
    unsigned: UnsignedCopyStatement,
    signer: Signer,
    at: number,
  ): Promise<{ readonly record: CopyRecord; readonly statement: CopyStatement; readonly digest: Uint8Array }> => {
    const statement = await secureCopy(crypto, unsigned, {
      created: formatUtcInstant(at),
      verificationMethod: `${unsigned.issuer}#${signer.multikey}`,
      sign: (message) => signer.sign(message),
    });
    const digest = copyDigest(crypto, statement);
    const keyDigest = fromHex(signer.keyDigest);
    const parts = copyTokenSigningInput(copyClaimsFor(statement, certificate, digest), keyIdOf(keyDigest));
    const token = assembleToken(parts, await signer.sign(parts.toSign));
    const entry = copyEntry(certificateDigest(crypto, certificate), crypto.sha256(token));
    const record = {
      ...{ certificate: statement.certificateIdentifier, number: statement.copyNumber, token, keyDigest, madeAt: at },
      ...{ statement: canonicalBytes(statement), leafHash: leafHash(crypto, entry) },
    };
    return { record, statement, digest };
  };

  const requireCopy = async (identifier: string, number: string): Promise<StoredCopy> => {
    const copy = await store.findCopy(identifier, number);
    if (copy !== null) return copy;
    const named = JSON.stringify(number.slice(0, 60));
    throw new TallyError("copy.not-found", `there is no reader's copy ${named} of ${identifier} here`);
  };

  const summary = (copy: StoredCopy): CopySummary => summaryOf(crypto, statementOf(copy), copy.anchoring);

  const documentOf: Copies["documentOf"] = async (actor, identifier, number) => {
    const licence = await issuance.documentOf(actor, identifier);
    const copy = await requireCopy(identifier, number);
    const proof = copy.place && (await proofAt(copy.place));
    const path = proof?.path.map((hash) => fromHex(hash, "path"));
    const evidence = proof && path ? evidenceFor(copy.token, { ...proof, path }) : pendingEvidence(copy.token);
    return { licence, statement: statementOf(copy), evidence };
  };

  return {
    make,
    newNumber,

    async list(actor, identifier, { after = 0, limit = PAGE } = {}) {
      await issuance.getCertificate(actor, identifier);
      const size = Math.min(limit, MOST_IN_PAGE);
      const found = await store.copiesOf(identifier, { after, limit: size });
      return { copies: found.map(summary), next: found.length < size ? null : (found.at(-1)?.event ?? null) };
    },

    async find(actor, identifier, number) {
      await issuance.getCertificate(actor, identifier);
      return summary(await requireCopy(identifier, number));
    },

    documentOf,

    fileOf: async (actor, identifier, number) => dependencies.fileOf(await documentOf(actor, identifier, number)),
  };
}

/**
 * In whose name a copy is made: of the agency that asks, or of the one that issued the licence when its holder does, whom a link leads to that licence
 * and no other.
 */
function makerOf(actor: Actor): { readonly code: string; readonly asking: Asking } {
  if (actor.kind === "link" && actor.agency !== undefined) return { code: actor.agency, asking: "holder" };
  return { code: issuingAgencyOf(actor), asking: "agency" };
}

function requireInForce({ certificateIdentifier: identifier, state, successor, held, anchoring }: CertificateView) {
  if (state !== "valid") {
    const instead = successor === null ? "" : `; its successor is ${successor}`;
    throw conflict(`${identifier} is ${state}: no copy is made of a licence that is not in force${instead}`);
  }
  if (held) throw conflict(`${identifier} was signed with a key that is reported stolen; correct it first`);
  if (anchoring !== "anchored") throw conflict(`${identifier} is not anchored yet; make the copy when it is`);
}

function unsignedStatement(
  { certificateIdentifier, certificateDigest }: CertificateView,
  agency: Agency,
  { user, matter, until, cause }: CopyRequest,
  { number, at }: { readonly number: string; readonly at: number },
): UnsignedCopyStatement {
  return {
    ...{ format: "tigertally-copy", formatVersion: 1, issuer: agency.did, certificateIdentifier, certificateDigest },
    ...{ copyNumber: number, user, matter },
    certificateCopyCreator: agency.name,
    certificateCopyCreatorCode: agency.code,
    certificateCopyCreationTime: formatShanghaiInstant(at),
    certificateCopyCause: cause,
    certificateCopyExpiringTime: endOfDayShanghai(until),
  };
}

/** What `contradictionToLicence` says, in the words of the request. */
function refusedFor(
  identifier: string,
  { field, problem }: { readonly field: string; readonly problem: string },
): TallyError {
  if (field === "/certificateCopyExpiringTime") {
    const problems = [{ field: "/until", message: problem }];
    return new TallyError("copy.terms-invalid", `the request: /until ${problem}`, { field: "/until", problems });
  }
  if (field === "/certificateCopyCreationTime")
    return conflict(`${identifier} is not valid yet; make the copy when it is`);
  return new TallyError("internal", `a copy of ${identifier} would contradict it: ${field} ${problem}`);
}

function conflictError(
  { conflict: why }: Extract<AddCopyOutcome, { stored: false }>,
  { identifier, code, typeCode, number }: Readonly<Record<"identifier" | "code" | "typeCode" | "number", string>>,
): TallyError {
  switch (why) {
    case "licence":
      return conflict(`${identifier} has changed meanwhile; look at it again`);
    case "full":
    case "holders-full":
      return limitError(why, identifier);
    case "agency":
      return notAuthorised(code, typeCode);
    case "key":
      return new TallyError("key.retired", "the agency's key was changed while this was being signed; send it again");
    case "number":
      return new TallyError("store.failed", `${identifier} has a copy ${number} already`);
  }
}

function limitError(why: "full" | "holders-full", identifier: string): TallyError {
  const [most, whose] = why === "full" ? [MOST_COPIES.all, ""] : [MOST_COPIES.byHolders, " that its holder made"];
  const wayOut = why === "full" ? "a renewed licence has its own" : "the agency can make more";
  return new TallyError(
    "copy.limit-reached",
    `${identifier} has ${most} copies already${whose}, and gets no more; ${wayOut}`,
  );
}

function conflict(message: string): TallyError {
  return new TallyError("certificate.state-conflict", message);
}

function notAuthorised(code: string, typeCode: string): TallyError {
  const message = `agency ${code} is suspended, or may no longer issue type ${typeCode}, and makes no copies`;
  return new TallyError("agency.not-authorised", message);
}

/** What is in the store was checked when it was made. */
function statementOf({ statement }: Pick<CopyRecord, "statement">): CopyStatement {
  return parseJson(statement) as unknown as CopyStatement;
}

function summaryOf(crypto: Crypto, statement: CopyStatement, anchoring: CopySummary["anchoring"]): CopySummary {
  return {
    certificateIdentifier: statement.certificateIdentifier,
    copyNumber: statement.copyNumber,
    user: statement.user,
    matter: statement.matter,
    cause: statement.certificateCopyCause,
    madeAt: statement.certificateCopyCreationTime,
    until: statement.certificateCopyExpiringTime,
    copyDigest: toHex(copyDigest(crypto, statement)),
    anchoring,
  };
}
