// SPDX-License-Identifier: Apache-2.0
import { dateInShanghai, endOfDayShanghai, startOfDayShanghai } from "../../core/calendar.js";
import { LICENCE_CONTEXT } from "../../core/certificate.js";
import { readCredential } from "../../core/credentials/data-model.js";
import type { JsonObject, JsonValue } from "../../core/json.js";
import { shape } from "../../core/shape.js";

const must = shape("format.malformed");

const MEMBERS = ["@context", "type", "issuer", "credentialSubject"];
const SUBJECT_MEMBERS = ["certificateTypeCode", "certificateNumber", "certificateHolder", "face"];
const OPTIONAL_SUBJECT_MEMBERS = ["certificateIdentifier", "certificateAreaCode", "issueDeptCode", "issueDate"];

/**
 * The request that an unsigned credential of ours stands for. Everything that the issuing region says itself (names, nonce, schema,
 * status) must be left out, and what the caller says must be what will be signed: issuer, agency, whole days of Shanghai. Throws
 * `format.malformed` with the JSON pointer; what the values may be is for the type to say.
 */
export function licenceRequest(
  credential: JsonObject,
  issuer: { readonly did: string; readonly agency: string },
): JsonObject {
  must.object(credential, "", MEMBERS, ["validFrom", "validUntil"]);
  const facts = readCredential(credential);
  if ((credential["@context"] as readonly JsonValue[])[1] !== LICENCE_CONTEXT)
    throw must.fail("/@context/1", `must be ${LICENCE_CONTEXT}`);
  if (!facts.types.includes("ElectronicLicence")) throw must.fail("/type", "must include ElectronicLicence");
  if (credential.issuer !== issuer.did) throw must.fail("/issuer", `must be ${issuer.did}, the token's agency`);
  const at = "/credentialSubject";
  const subject = must.object(credential.credentialSubject, at, SUBJECT_MEMBERS, OPTIONAL_SUBJECT_MEMBERS);
  if (subject.issueDeptCode !== undefined && subject.issueDeptCode !== issuer.agency)
    throw must.fail(`${at}/issueDeptCode`, `must be ${issuer.agency}, the token's agency`);
  return {
    typeCode: subject.certificateTypeCode!,
    certificateNumber: subject.certificateNumber!,
    holders: subject.certificateHolder!,
    face: subject.face!,
    ...optional("identifier", subject.certificateIdentifier),
    ...optional("areaCode", subject.certificateAreaCode),
    ...optional("issueDate", subject.issueDate),
    ...day("validFrom", facts.validFrom, startOfDayShanghai),
    ...day("validUntil", facts.validUntil, endOfDayShanghai),
  };
}

function optional(name: string, value: JsonValue | undefined): JsonObject {
  return value === undefined ? {} : { [name]: value };
}

/** Licences begin and end with days; anything else would not be signed as it was sent. */
function day(name: string, time: number | null, edge: (date: string) => string): JsonObject {
  if (time === null) return {};
  const date = dateInShanghai(time);
  if (Date.parse(edge(date)) !== time) throw must.fail(`/${name}`, `must be a whole day of Shanghai: ${edge(date)}`);
  return { [name]: date };
}
