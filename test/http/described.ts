// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { openApiDocument, PATHS } from "../../src/http/openapi/document.js";
import type { Method, Operation } from "../../src/http/openapi/operation.js";
import { compile } from "../../src/http/validation/schema-check.js";
import type { Answer } from "./client.js";

interface DescribedResponse {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, { readonly schema: Record<string, unknown> }>>;
}

const { components } = openApiDocument("0") as { components: { responses: Record<string, DescribedResponse> } };
const validators = new Map<unknown, ReturnType<typeof compile>>();

/** The operation that a request line means, literal paths before templates. */
export function operationFor(method: string, path: string): { template: string; operation: Operation } | null {
  const name = method === "HEAD" ? "get" : method.toLowerCase();
  const { pathname } = new URL(path, "http://x");
  const template = Object.keys(PATHS)
    .toSorted((a, b) => Number(a.includes("{")) - Number(b.includes("{")))
    .find((each) => new RegExp(`^${each.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(pathname));
  const operation = template === undefined ? undefined : PATHS[template]?.[name as Method];
  return template === undefined || operation === undefined ? null : { template, operation };
}

/** Status, media type and content of an answer are what the OpenAPI document says they may be. */
export function expectDescribed(method: string, path: string, { status, headers, json, text }: Answer): void {
  const found = operationFor(method, path);
  if (found === null || method === "OPTIONS") return;
  const where = `${method} ${found.template} ${status}`;
  const named = found.operation.responses[String(status)] as DescribedResponse | undefined;
  expect(named, `${where} is not described: ${text.slice(0, 300)}`).not.to.equal(undefined);
  const response = named?.$ref === undefined ? named : components.responses[named.$ref.split("/").at(-1)!];
  if (response?.content === undefined || method === "HEAD") return;

  const mediaType = headers.get("Content-Type")?.split(";")[0] ?? "";
  expect(Object.keys(response.content), `media type of ${where}`).to.include(mediaType);
  const { schema } = response.content[mediaType]!;
  const values = mediaType === "application/x-ndjson" ? linesOf(text) : json === null ? [] : [json];
  const validate = validators.get(schema) ?? compile(schema);
  validators.set(schema, validate);
  for (const value of values) {
    expect(validate(value), `${where}: ${JSON.stringify(validate.errors)} in ${JSON.stringify(value)}`).to.equal(true);
  }
}

const linesOf = (text: string): unknown[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
