// SPDX-License-Identifier: Apache-2.0
import {
  answer,
  BODY_PROBLEMS,
  body,
  type Content,
  json,
  type Paths,
  PUBLIC,
  problems,
  TOKEN_PROBLEMS,
} from "../operation.js";
import { AGENCY_PATH, IDEMPOTENCY_KEY, STATUS_LIST_PATH } from "../parameters.js";
import { schemaRef } from "../schemas/json-schema.js";

/** One document, whichever of its media types is asked for (DID Core 1.0 section 6; did:web takes plain JSON too). */
export const DID_TYPES = ["application/did+ld+json", "application/did+json", "application/json"] as const;
export const VC_TYPE = "application/vc";

const tags = ["strangers"];
const UNCHANGED = { "304": { description: "Not changed." } };
const HEADERS = {
  Age: "Seconds since the document last agreed with the registry.",
  ETag: "Digest of the bytes.",
  "Last-Modified": "When the document was made.",
};
const didDocument: Content = Object.fromEntries(DID_TYPES.map((type) => [type, { schema: schemaRef("DidDocument") }]));

function regionDidDocument(operationId: string) {
  return {
    get: {
      ...PUBLIC,
      operationId,
      tags,
      summary: "DID document of the region, which signs its status lists",
      responses: { "200": answer("The document.", didDocument, HEADERS), ...UNCHANGED, ...problems(400) },
    },
  };
}

/** What W3C software looks for. */
export const STRANGER_PATHS: Paths = {
  "/.well-known/did.json": regionDidDocument("getRegionDid"),
  "/did.json": regionDidDocument("getRegionDidBelowPath"),
  "/agencies/{uscc}/did.json": {
    get: {
      ...PUBLIC,
      operationId: "getAgencyDid",
      tags,
      summary: "DID document of an agency of this region, retired keys included",
      parameters: AGENCY_PATH,
      responses: { "200": answer("The document.", didDocument, HEADERS), ...UNCHANGED, ...problems(400, 404) },
    },
  },
  "/v1/status/{region}/{purpose}/{list}": {
    get: {
      ...PUBLIC,
      operationId: "getStatusList",
      tags,
      summary: "BitstringStatusListCredential of a list, signed by this region",
      description: "503 `status-list.unavailable` when there is none that may still be relied on.",
      parameters: STATUS_LIST_PATH,
      responses: {
        "200": answer("The credential.", { [VC_TYPE]: { schema: schemaRef("VcCredential") } }, HEADERS),
        ...UNCHANGED,
        ...problems(400, 404),
      },
    },
  },
  "/credentials/issue": {
    post: {
      operationId: "vcIssue",
      tags,
      summary: "Issue a licence from an unsigned W3C credential (VC-API)",
      description:
        "A credential of one of our types goes through the normal issue, of which `Location` tells. Any other is signed only where " +
        "TALLY_INTEROPERABILITY_ISSUER turns that on, under a key that no registry knows.",
      parameters: [IDEMPOTENCY_KEY],
      requestBody: body(json("VcIssueRequest")),
      responses: {
        "201": answer("The signed credential.", json("VcIssued"), {
          Location: "The certificate, when it is a licence.",
        }),
        ...problems(...BODY_PROBLEMS, ...TOKEN_PROBLEMS, 409, 422),
      },
    },
  },
  "/credentials/verify": {
    post: {
      ...PUBLIC,
      operationId: "vcVerify",
      tags,
      summary: "Verify a W3C credential (VC-API)",
      description: "For the whole answer about a licence, its anchor included, use POST /v1/verify.",
      requestBody: body(json("VcVerifyRequest")),
      responses: {
        ...problems(...BODY_PROBLEMS),
        "200": answer("It holds.", json("VcVerification")),
        "400": {
          description: "The request, or the credential, is malformed.",
          content: { ...json("VcVerification"), "application/problem+json": { schema: schemaRef("Problem") } },
        },
        "422": answer("It does not hold.", json("VcVerification")),
      },
    },
  },
};
