// SPDX-License-Identifier: Apache-2.0
import { canonicalBytes } from "../../core/canonical-json.js";
import { readCertificate } from "../../core/certificate-reader.js";
import type { Crypto } from "../../core/crypto.js";
import { TallyError } from "../../core/errors.js";
import { toHex } from "../../core/hex.js";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/json.js";
import { parseJson } from "../../core/strict-json.js";
import { type CertificateSummary, indexedFields, summaryOf } from "../issuance/index.js";
import { type Discrepancy, fault, guardedEach } from "./discrepancy.js";
import type { Examined } from "./examined.js";
import type { CertificateFile, RequestRecord } from "./stored-records.js";

const PAGE = 1_000;
/** Clocks of several machines. */
const AHEAD_MS = 600_000;

const REMEDY = "delete the record: the request can be sent again within the rules of its certificate number";

type OfRequests = Pick<Examined, "records" | "crypto" | "now">;

/**
 * What is kept of idempotent requests for a day: its shape, and that the answers, which a client that asks again gets, are about certificates
 * as they are stored. What the requests were, nobody keeps.
 */
export async function* examineRequests(
  examined: OfRequests,
  count: (requests: number) => void,
): AsyncGenerator<Discrepancy> {
  let last: RequestRecord | null = null;
  for (let more = true; more; ) {
    const page: readonly RequestRecord[] = await examined.records.requests(last, PAGE);
    for (const request of page) yield* guardedEach(nameOf(request), examineRequest(examined, request));
    last = page.at(-1) ?? last;
    count(page.length);
    more = page.length === PAGE;
  }
}

async function* examineRequest(examined: OfRequests, request: RequestRecord): AsyncGenerator<Discrepancy> {
  const { requestHash, status, response, createdAt } = request;
  const place = (field: string) => ({ ...nameOf(request), field });
  const remedy = REMEDY;
  if (requestHash.length !== 32)
    yield fault(place("requestHash"), { why: `has ${requestHash.length} bytes, not 32`, remedy });
  if (status !== null && !(Number.isInteger(status) && status >= 200 && status <= 599))
    yield fault(place("status"), { why: "is no status of an answer", remedy, stored: status });
  if (createdAt < 0 || createdAt > examined.now() + AHEAD_MS)
    yield fault(place("createdAt"), { why: "is in the future", remedy, stored: createdAt });
  if (response === null) yield fault(place("response"), { why: "there is neither plan nor answer", remedy });
  else if (status !== null)
    for (const why of await wrongIn(examined, response)) yield fault(place("response"), { why, remedy });
}

const nameOf = ({ scope, key }: RequestRecord) => ({ collection: "idempotency", key: `${scope}, ${key}` });

/** What an answer says of a certificate for good; state, anchoring and successor were those of its time. */
const LASTING = [
  "certificateNumber",
  "certificateTypeCode",
  "typeVersion",
  "issueDeptCode",
  "issueDate",
  "certificateDigest",
  "statusIndex",
  "validFrom",
  "validUntil",
  "predecessor",
] as const satisfies readonly (keyof CertificateSummary)[];

/** Why the answer cannot be what was answered; none when it can. */
async function wrongIn({ records, crypto }: OfRequests, response: Uint8Array): Promise<readonly string[]> {
  const answer = objectIn(response);
  const credential = answer?.verifiableCredential;
  const subject = isJsonObject(credential) ? credential.credentialSubject : answer;
  const identifier = isJsonObject(subject) ? subject.certificateIdentifier : undefined;
  if (answer === null || typeof identifier !== "string") return ["is no answer about a certificate"];
  const file = await records.certificateFile(identifier);
  if (file === null) return ["is about a certificate that is not stored"];
  const signed = summaryOfSigned(file, crypto);
  // A certificate that cannot be read is a finding of its own.
  if (signed === null) return [];
  if (isJsonObject(credential)) {
    const digest = toHex(crypto.sha256(canonicalBytes(credential)));
    return digest === signed.certificateDigest ? [] : ["holds another certificate than the stored one"];
  }
  return LASTING.filter((name) => answer[name] !== undefined && answer[name] !== signed[name]).map(
    (name) => `says another ${name} than the certificate`,
  );
}

/** What was signed decides, not what is stored beside it: that is compared elsewhere. */
function summaryOfSigned({ certificate: stored }: CertificateFile, crypto: Crypto): CertificateSummary | null {
  const { certificate: bytes } = stored;
  const json = objectIn(bytes);
  try {
    if (json === null) return null;
    const fields = indexedFields(readCertificate(json));
    return summaryOf({ ...stored, ...fields, digest: crypto.sha256(bytes), anchoring: "pending" });
  } catch (error) {
    if (error instanceof TallyError) return null;
    throw error;
  }
}

function objectIn(bytes: Uint8Array): JsonObject | null {
  try {
    const value: JsonValue = parseJson(bytes, { maxBytes: bytes.length });
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}
