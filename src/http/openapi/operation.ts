// SPDX-License-Identifier: Apache-2.0

import type { SchemaName } from "./schemas/index.js";
import type { JsonSchema } from "./schemas/json-schema.js";
import { schemaRef } from "./schemas/json-schema.js";

export type Method = "get" | "post";

/** One operation of an OpenAPI 3.1 document. */
export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required: true; readonly content: Content };
  readonly responses: Readonly<Record<string, object>>;
}

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
}

export type Content = Readonly<Record<string, { readonly schema: JsonSchema }>>;
export type Paths = Readonly<Record<string, Partial<Record<Method, Operation>>>>;

/** Anybody may ask, without a token. */
export const PUBLIC = { security: [] } as const;

export const json = (name: SchemaName): Content => ({ "application/json": { schema: schemaRef(name) } });
export const bytes = (mediaType: string): Content => ({ [mediaType]: { schema: {} } });

export const body = (content: Content): { required: true; content: Content } => ({ required: true, content });

export const answer = (
  description: string,
  content: Content,
  headers: Readonly<Record<string, string>> = {},
): object => ({
  description,
  content,
  ...(Object.keys(headers).length === 0
    ? {}
    : {
        headers: Object.fromEntries(
          Object.entries(headers).map(([name, text]) => [name, { description: text, schema: { type: "string" } }]),
        ),
      }),
});

/** What every operation may answer: too many requests, a fault, no capacity. */
const ALWAYS = [429, 500, 503];

/** Responses that carry a problem document: `statuses` and those that any operation may give. */
export function problems(...statuses: readonly number[]): Record<string, object> {
  return Object.fromEntries(
    [...statuses, ...ALWAYS].map((status) => [String(status), { $ref: `#/components/responses/Problem${status}` }]),
  );
}

/** What a body can be refused for. */
export const BODY_PROBLEMS = [400, 408, 413, 415];
export const TOKEN_PROBLEMS = [401, 403];

/** Every status for which `problems` may refer to a response. */
export const PROBLEM_STATUSES: Readonly<Record<number, string>> = {
  400: "The request does not follow its description.",
  401: "An API token is needed.",
  403: "The API token, or its agency, may not do this.",
  404: "There is no such thing.",
  408: "The body took too long to arrive.",
  409: "The state of things does not allow it, or another request is under way.",
  410: "It was there and is not to be had any more.",
  413: "The body is too large.",
  415: "The media type is not accepted.",
  422: "Well-formed, but cannot be carried out: the facts do not fit.",
  429: "Too many requests from this address.",
  500: "A fault of the service; it is in the log under the request id.",
  502: "The chain gave an answer that makes no sense.",
  503: "The service, the store or the chain cannot do it now; try again.",
};
