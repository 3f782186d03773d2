// SPDX-License-Identifier: Apache-2.0
import { equalBytes } from "../../core/bytes.js";
import type { Certificate } from "../../core/certificate.js";
import { copyTokenMatches } from "../../core/copy/copy-token.js";
import { contradictionToLicence } from "../../core/copy/secure-copy.js";
import { verifyProof } from "../../core/data-integrity.js";
import { fromHex } from "../../core/hex.js";
import { keyIdOf } from "../../core/multikey.js";
import { absent } from "../absence.js";
import type { CheckContext } from "../context.js";
import type { CertificateDocument } from "../document.js";
import { type Finding, findingsOf } from "../finding.js";
import { namedKey } from "../issuer-facts.js";
import { limitedUse } from "./limited-use.js";
import type { ReadersCopy } from "./read-copy.js";

const findings = findingsOf("copy");
const { pass, fail, unanswered } = findings;

/** What `checkCopy` finds of a reader's copy. A file of its own, loaded for the first one. */
export async function judgeCopy(
  { statement, digest, evidence }: ReadersCopy,
  { certificate, certificateDigest }: CertificateDocument,
  context: CheckContext,
): Promise<Finding> {
  const { crypto } = context;
  const contradiction = contradictionToLicence(statement, certificate, certificateDigest);
  if (contradiction) return fail("copy.of-another-licence", contradiction.field);
  const key = namedKey(statement.proof, crypto);
  if (!verifyProof(crypto, statement, key.publicKey)) return fail("copy.signature-wrong");
  const { claims, kid, toBeSigned, signature } = evidence.token;
  if (!equalBytes(kid, keyIdOf(fromHex(key.digest)))) return fail("copy.token-mismatch", "kid");
  const difference = copyTokenMatches(claims, statement, certificate, digest);
  if (difference) return fail("copy.token-mismatch", difference);
  if (!crypto.verify(key.publicKey, toBeSigned, signature)) return fail("copy.signature-wrong", "token");
  return judgeLicenceKey(certificate, context);
}

/** The copy is what is anchored. Of the licence's own key it is enough that the registry has it as one of the same agency. */
async function judgeLicenceKey({ proof }: Certificate, context: CheckContext): Promise<Finding> {
  const { registry, claims, crypto } = context;
  const key = await registry.findKey(namedKey(proof, crypto).digest);
  if (!key.known) return unanswered(key);
  if (!key.value) return absent(context, findings, "issuer.key-not-registered");
  const { purpose, agency } = key.value;
  if (purpose !== "certificate") return fail("issuer.key-purpose");
  return agency === claims.agencyCode ? pass(limitedUse(context)) : fail("issuer.agency-mismatch");
}
