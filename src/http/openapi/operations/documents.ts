// SPDX-License-Identifier: Apache-2.0
import {
  answer,
  bytes,
  type Content,
  json,
  type Operation,
  type Paths,
  problems,
  TOKEN_PROBLEMS,
} from "../operation.js";
import { HISTORY_QUERY, ID, PRINT_QUERY, PURPOSE, type Query } from "../parameters.js";
import { schemaRef } from "../schemas/json-schema.js";

function form(
  operationId: string,
  summary: string,
  content: Content,
  { query, problems: further = [] }: { readonly query?: Query; readonly problems?: readonly number[] } = {},
): { get: Operation } {
  return {
    get: {
      operationId,
      tags: ["documents"],
      summary,
      parameters: [ID, ...(query?.parameters ?? []), ...PURPOSE],
      responses: { "200": answer(summary, content), ...problems(400, ...TOKEN_PROBLEMS, 404, ...further) },
    },
  };
}

const credential: Content = { "application/vc": { schema: schemaRef("Certificate") } };

export const DOCUMENT_PATHS: Paths = {
  "/v1/certificates/{id}/credential": form(
    "getCredential",
    "The signed certificate, canonical JSON: a verifiable credential",
    credential,
  ),
  "/v1/certificates/{id}/evidence": form("getEvidence", "Token and, once anchored, inclusion proof", json("Evidence")),
  "/v1/certificates/{id}/document": form(
    "getDocument",
    "Certificate, evidence and type in one JSON document, to verify anywhere",
    json("LicenceDocument"),
  ),
  "/v1/certificates/{id}/pdf": form(
    "getPdf",
    "The printable licence with everything attached",
    bytes("application/pdf"),
  ),
  "/v1/certificates/{id}/printed-copy": form(
    "getPrintedCopy",
    "A printed copy 打印件: the licence for paper, marked with time and place on every page. The file proves nothing; its code gives the state of the day",
    bytes("application/pdf"),
    { query: PRINT_QUERY, problems: [409, 422] },
  ),
  "/v1/certificates/{id}/archive": form(
    "getArchive",
    "The archive package 电子档案, made now: a zip file with the licence and all that proves it, to verify years later",
    bytes("application/zip"),
    { problems: [409] },
  ),
  "/v1/certificates/{id}/history": form(
    "getHistory",
    "What was done to the certificate, oldest first",
    json("History"),
    { query: HISTORY_QUERY },
  ),
};
