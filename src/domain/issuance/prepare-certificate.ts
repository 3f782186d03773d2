import { formatUtcInstant } from "../../core/calendar.js";
import type { Certificate, CertificateSubject, UnsignedCertificate } from "../../core/certificate.js";
import { type Securing, securing } from "../../core/data-integrity.js";
import { licenceEntry } from "../../core/entry.js";
import { TallyError } from "../../core/errors.js";
import { fromHex } from "../../core/hex.js";
import { leafHash } from "../../core/merkle.js";
import { assembleToken, MAX_PRINTED_TOKEN_BYTES, type TokenParts, tokenSigningInput } from "../../core/token.js";
import { claimsFor } from "../../core/token-claims.js";
import type { InForceState, NewCertificate } from "./certificate-store.js";
import type { CheckedClaims } from "./check-claims.js";
import { indexedFields } from "./indexed-certificate.js";
import { type PrepareContext, unsignedCertificate } from "./unsigned-certificate.js";

/** What a successor takes over. */
export interface Succession {
  readonly identifier: string;
  readonly predecessor: string;
  readonly state: InForceState;
}

/** One certificate to be made; items of one call may be of different types and agencies. */
export interface PrepareItem {
  readonly context: PrepareContext;
  readonly claims: CheckedClaims;
  readonly subject: CertificateSubject;
  readonly statusIndex: number;
  readonly succession?: Succession;
}

/**
 * Signs each certificate, then its token over the digest of the signed certificate: the two halves, fixed for ever. Pure but for
 * the random bits; nothing is stored. Goes through all items step by step, so that a signer that is far away is asked for all
 * signatures at once, and one that is near keeps its tables in the processor's cache. An item whose token would not print is an
 * error in its place; a signer that fails rejects all.
 */
export async function prepareCertificates(
  items: readonly PrepareItem[],
): Promise<readonly (NewCertificate | TallyError)[]> {
  const unsigned = items.map(secure);
  const signatures = await signAll(items, unsigned);
  const halves = items.map((item, i) => certificateHalf(item, unsigned[i] as Unsigned, signatures[i] as Uint8Array));
  const tokenSignatures = await signAll(items, halves);
  return items.map((item, i) => bothHalves(item, halves[i] as CertificateHalf, tokenSignatures[i] as Uint8Array));
}

/** The same for one; throws `certificate.not-renderable`. */
export async function prepareCertificate(
  context: PrepareContext,
  claims: CheckedClaims,
  subject: CertificateSubject,
  statusIndex: number,
  succession?: Succession,
): Promise<NewCertificate> {
  const item = { context, claims, subject, statusIndex, ...(succession === undefined ? {} : { succession }) };
  const [prepared] = await prepareCertificates([item]);
  if (prepared === undefined || prepared instanceof TallyError) throw prepared;
  return prepared;
}

function signAll(items: readonly PrepareItem[], inputs: readonly { readonly toSign: Uint8Array }[]) {
  return Promise.all(items.map(({ context }, i) => context.signer.sign((inputs[i] as Unsigned).toSign)));
}

type Unsigned = Securing<UnsignedCertificate>;

function secure({ context, claims, subject, statusIndex, succession }: PrepareItem): Unsigned {
  const { crypto, agency, signer, now } = context;
  const unsigned = unsignedCertificate(context, claims, subject, statusIndex, succession?.predecessor);
  const verificationMethod = `${agency.did}#${signer.multikey}`;
  return securing(crypto, unsigned, { created: formatUtcInstant(now), verificationMethod });
}

/** The first half, and what the signature of the second is over. */
interface CertificateHalf extends TokenParts {
  readonly certificate: Certificate;
  readonly bytes: Uint8Array;
  readonly digest: Uint8Array;
  readonly keyDigest: Uint8Array;
}

function certificateHalf({ context }: PrepareItem, { secured }: Unsigned, signature: Uint8Array): CertificateHalf {
  const { crypto, type, signer } = context;
  const { document: certificate, bytes } = secured(signature);
  const digest = crypto.sha256(bytes);
  const keyDigest = fromHex(signer.keyDigest);
  const parts = tokenSigningInput(claimsFor(certificate, type.definition, digest), keyDigest.subarray(0, 8));
  return { certificate, bytes, digest, keyDigest, ...parts };
}

function bothHalves(item: PrepareItem, half: CertificateHalf, signature: Uint8Array): NewCertificate | TallyError {
  const { context, succession } = item;
  const { certificate, bytes, digest, keyDigest } = half;
  const { crypto, agency, now } = context;
  const token = assembleToken(half, signature);
  if (token.length > MAX_PRINTED_TOKEN_BYTES) return unprintable(token);
  const tokenDigest = crypto.sha256(token);
  return {
    ...indexedFields(certificate),
    digest,
    tokenDigest,
    leafHash: leafHash(crypto, licenceEntry(digest, tokenDigest)),
    region: agency.region,
    keyDigest,
    state: succession?.state ?? "valid",
    certificate: bytes,
    token,
    issuedAt: now,
  };
}

/** The type's budgets are for identifiers like ours; a kept one may be too long for its code. */
function unprintable(token: Uint8Array): TallyError {
  const field = "/identifier";
  const message = `the kept identifier makes a token of ${token.length} bytes; ${MAX_PRINTED_TOKEN_BYTES} print readably`;
  return new TallyError("certificate.not-renderable", `${field}: ${message}`, {
    field,
    problems: [{ field, message }],
  });
}
