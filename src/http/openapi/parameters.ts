// SPDX-License-Identifier: Apache-2.0
import type { Parameter } from "./operation.js";
import { COPY_NUMBER } from "./schemas/copies.js";
import {
  DATE,
  DIGEST,
  IDENTIFIER,
  type JsonSchema,
  REGION,
  schemaRef,
  TIME,
  TYPE_CODE,
  USCC,
} from "./schemas/json-schema.js";

const path = (name: string, schema: JsonSchema): Parameter => ({ name, in: "path", required: true, schema });

/** Query parameters as ajv checks them (values of a query are text) and as the document shows them. */
export interface Query {
  readonly schema: JsonSchema;
  readonly parameters: readonly Parameter[];
}

function query(properties: Readonly<Record<string, JsonSchema>>, required: readonly string[] = []): Query {
  return {
    schema: { type: "object", properties, required, additionalProperties: false },
    parameters: Object.entries(properties).map(([name, schema]) => ({
      ...{ name, in: "query", schema },
      ...(required.includes(name) ? { required: true } : {}),
    })),
  };
}

/** A code, not a sentence: enough for purpose and matter, too little for a person's data. */
const WORD: JsonSchema = { type: "string", pattern: "^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$" };

const limit = (most: number): JsonSchema => ({
  type: "string",
  pattern: "^[1-9][0-9]{0,2}$",
  description: `Number from 1; at most ${most} are given.`,
});

export const ID = path("id", IDENTIFIER);
export const TYPE_PATH = [
  path("typeCode", TYPE_CODE),
  path("version", { type: "string", pattern: "^[1-9][0-9]{0,5}$" }),
];
export const BATCH_PATH = [
  path("region", REGION),
  path("root", DIGEST),
  path("size", { type: "string", pattern: "^[1-9][0-9]{0,6}$" }),
];

export const LEAF_PATH = [path("leafHash", DIGEST)];

export const PROOF_QUERY = query({
  region: { ...REGION, description: "The batch of this region, when several hold the leaf." },
});

export const SEAL_AUTHORITY_PATH = [path("keyDigest", DIGEST)];

export const AGENCY_PATH = [path("uscc", USCC)];
export const STATUS_LIST_PATH = [
  path("region", REGION),
  path("purpose", { enum: ["revocation", "suspension"] }),
  path("list", { type: "string", pattern: "^(?:0|[1-9][0-9]{0,9})$", description: "Number of the list, from 0." }),
];

export const SEARCH_QUERY = query({
  identifier: IDENTIFIER,
  number: { type: "string", minLength: 1, maxLength: 128, description: "Printed number 证照编号." },
  holderCode: { type: "string", minLength: 1, maxLength: 64, description: "持证主体代码." },
  typeCode: TYPE_CODE,
  state: schemaRef("LegalState"),
  issuedFrom: DATE,
  issuedTo: DATE,
  held: {
    type: "string",
    enum: ["true"],
    description:
      "Only those to be issued again: their key was marked compromised before they were anchored, and nothing has replaced them.",
  },
  limit: limit(200),
  cursor: { type: "string", minLength: 1, maxLength: 500, description: "`next` of the page before." },
});

export const HISTORY_QUERY = query({
  after: { type: "string", pattern: "^[0-9]{1,15}$", description: "Sequence number; later events follow." },
  limit: limit(200),
});

export const PRINT_QUERY = query(
  {
    place: {
      ...{ type: "string", minLength: 1, maxLength: 40 },
      description: "The counter, kiosk or agency that prints, as it stands on every page.",
    },
  },
  ["place"],
);

export const COPY_NUMBER_PATH = path("number", COPY_NUMBER);
export const COPY_PATH = [ID, COPY_NUMBER_PATH];

export const COPIES_QUERY = query({
  after: { type: "string", pattern: "^[0-9]{1,15}$", description: "`next` of the page before." },
  limit: limit(200),
});

export const VERIFY_QUERY = query({
  at: { ...TIME, description: "Instant for which the validity period is judged; absent: now." },
  matter: { ...WORD, description: "Matter 事项 for which recognition is asked." },
});

export const BATCHES_QUERY = query({
  sinceBlock: { type: "string", pattern: "^[0-9]{1,12}$", description: "Batches anchored in this block or later." },
  limit: limit(200),
});

const header = (name: string, schema: JsonSchema, description: string): Parameter => ({
  name,
  in: "header",
  required: false,
  description,
  schema,
});

export const IDEMPOTENCY_KEY = header(
  "Idempotency-Key",
  { type: "string", pattern: "^[\\x21-\\x7e]{1,200}$" },
  "Chosen by the caller. The same key with the same request is carried out once, and its answer repeated for a day.",
);

export const PURPOSE = [
  header("Tally-Purpose", WORD, "Why the record is read; goes into the audit log."),
  header("Tally-Matter", WORD, "Matter 事项 for which it is read; goes into the audit log."),
];
