// SPDX-License-Identifier: Apache-2.0
import { equalBytes, fromUtf8 } from "../../core/bytes.js";
import { parseShanghaiInstant } from "../../core/calendar.js";
import { canonicalBytes } from "../../core/canonical-json.js";
import { readCertificate } from "../../core/certificate-reader.js";
import { copyDigest, MAX_COPY_STATEMENT_BYTES, readCopyStatement } from "../../core/copy/copy-reader.js";
import type { CopyStatement } from "../../core/copy/copy-statement.js";
import { copyTokenMatches, readCopyToken } from "../../core/copy/copy-token.js";
import { contradictionToLicence } from "../../core/copy/secure-copy.js";
import type { Crypto } from "../../core/crypto.js";
import { keyOfProof, verifyProof } from "../../core/data-integrity.js";
import { copyEntry } from "../../core/entry.js";
import { toHex } from "../../core/hex.js";
import { leafHash } from "../../core/merkle.js";
import { keyDigest as digestOfKey, keyIdOf } from "../../core/multikey.js";
import { parseJson } from "../../core/strict-json.js";
import type { RecordedEvent } from "../audit/index.js";
import { compared, type Discrepancy, fault, REMEDY } from "./discrepancy.js";
import type { CertificateFile, FiledCopy } from "./stored-records.js";

const NOT_AS_SIGNED = "is not what the signed statement says";

/**
 * The readers' copies of a licence: each field against the signed statement, statement and token against the licence and their signatures, and all
 * of it against the log.
 */
export function examineCopies(file: CertificateFile, crypto: Crypto): readonly Discrepancy[] {
  const { certificate, copies, history } = file;
  const logged = new Map(
    history.flatMap((event) => (event.action === "certificate-copied" ? [[copyIn(event), event] as const] : [])),
  );
  const found = copies.flatMap((copy) => examineCopy(file, copy, logged.get(copy.copy.number) ?? null, crypto));
  const here = new Set(copies.map(({ copy }) => copy.number));
  for (const [number, { digestAfter }] of logged)
    if (!here.has(number)) {
      const place = { collection: "copies", key: `${certificate.identifier}, ${number}`, field: "record" };
      const why = "the log tells of it, and it is not there";
      found.push(fault(place, { why, remedy: REMEDY.restore, expected: digestAfter }));
    }
  return found;
}

/** The number of the copy that an event tells of. */
export const copyIn = ({ detail }: RecordedEvent): string => String(detail?.copy);

function examineCopy(
  { certificate }: CertificateFile,
  { event, copy }: FiledCopy,
  told: RecordedEvent | null,
  crypto: Crypto,
): readonly Discrepancy[] {
  const { number, keyDigest, madeAt, token: tokenBytes } = copy;
  const place = (field: string) => ({ collection: "copies", key: `${certificate.identifier}, ${number}`, field });
  const wrong = (field: string, why: string) => fault(place(field), { why, remedy: REMEDY.restore });
  if (told === null) return [wrong("number", "the log does not tell of it")];
  const fromLog = { why: "is not what the log tells", remedy: REMEDY.fromLog };
  const found = [
    ...compared(place("event"), event, told.sequence, fromLog),
    ...compared(place("madeAt"), madeAt, told.time, fromLog),
    ...compared(place("token"), toHex(crypto.sha256(tokenBytes)), told.detail?.token, fromLog),
  ];
  const statement = readStatement(copy.statement);
  if (statement === null) return [...found, wrong("statement", "it cannot be read, or is not canonical JSON")];
  const digest = copyDigest(crypto, statement);
  found.push(...compared(place("statement"), digest, told.digestAfter, fromLog));
  const { publicKey, multikeyBytes } = keyOfProof(statement.proof);
  const signedBy = digestOfKey(crypto, multikeyBytes);
  const fromStatement = { why: NOT_AS_SIGNED, remedy: REMEDY.fromLog };
  const leaf = leafHash(crypto, copyEntry(certificate.digest, crypto.sha256(tokenBytes)));
  found.push(
    ...compared(place("number"), number, statement.copyNumber, fromStatement),
    ...compared(place("keyDigest"), keyDigest, signedBy, fromStatement),
    ...compared(place("leafHash"), copy.leafHash, leaf, { ...fromStatement, why: "is not that of licence and token" }),
  );
  if (Math.floor(madeAt / 1000) * 1000 !== parseShanghaiInstant(statement.certificateCopyCreationTime))
    found.push(wrong("madeAt", NOT_AS_SIGNED));
  if (!verifyProof(crypto, statement, publicKey))
    found.push(wrong("statement", "its signature is not that of the key that it names"));
  const token = attempt(() => readCopyToken(tokenBytes));
  if (token === null) return [...found, wrong("token", "it cannot be read")];
  if (!equalBytes(token.kid, keyIdOf(signedBy))) found.push(wrong("token", "it names another key than the statement"));
  if (!crypto.verify(publicKey, token.toBeSigned, token.signature))
    found.push(wrong("token", "its signature is not that of the statement's key"));
  // A licence that cannot be read has been told of.
  const licence = attempt(() => readCertificate(parseJson(certificate.certificate)));
  if (licence === null) return found;
  const contradiction = contradictionToLicence(statement, licence, certificate.digest);
  if (contradiction) found.push(wrong("statement", `${contradiction.field} ${contradiction.problem}`));
  const difference = copyTokenMatches(token.claims, statement, licence, digest);
  if (difference !== null) found.push(wrong("token", `it differs from statement or licence in ${difference}`));
  return found;
}

function readStatement(bytes: Uint8Array): CopyStatement | null {
  return attempt(() => {
    if (fromUtf8(bytes) === null) return null;
    const statement = readCopyStatement(parseJson(bytes, { maxBytes: MAX_COPY_STATEMENT_BYTES }));
    return equalBytes(canonicalBytes(statement), bytes) ? statement : null;
  });
}

/** Null where the work throws: of what cannot be read no more can be said. */
function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}
