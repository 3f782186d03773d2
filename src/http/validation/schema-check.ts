// SPDX-License-Identifier: Apache-2.0
import type { ErrorObject, ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { TallyError } from "../../core/errors.js";
import { SCHEMAS, type SchemaName } from "../openapi/schemas/index.js";
import type { JsonSchema } from "../openapi/schemas/json-schema.js";

const DOCUMENT = "https://tigertally.example/openapi";
const MOST_PROBLEMS = 20;

/** One compiler for requests, and for the tests that hold our answers to their description. */
const ajv = new Ajv2020({
  allErrors: true,
  strict: true,
  allowUnionTypes: true,
  strictRequired: false,
  strictTypes: false,
  // Ours are judged by a test: to compile the schema of schemas would be another tenth of a start.
  meta: false,
  validateSchema: false,
});
formats.default(ajv, ["date", "date-time", "uri"]);
ajv.addVocabulary(["components"]);
ajv.addSchema({ $id: DOCUMENT, components: { schemas: SCHEMAS } });

/** Returns the value when it fits the named schema; else throws `request.invalid` with every problem and its pointer. */
export function schemaCheck(name: SchemaName): <T>(value: unknown) => T {
  const validator = compiledOnce({ $ref: `${DOCUMENT}#/components/schemas/${name}` });
  return <T>(value: unknown): T => {
    const validate = validator();
    if (validate(value)) return value as T;
    throw invalid("the body", bodyProblems(validate.errors ?? []));
  };
}

/** Like `schemaCheck`, for the parameters of a query: problems name the parameter. */
export function queryCheck(schema: JsonSchema): <T>(query: unknown) => T {
  const validator = compiledOnce(schema);
  return <T>(query: unknown): T => {
    const validate = validator();
    // Express gives a query object without a prototype.
    const value = { ...(query as object) };
    if (validate(value)) return value as T;
    throw invalid("the query", queryProblems(validate.errors ?? []));
  };
}

/** A schema as of `compile`, compiled when it is first needed: all of them at once would be a tenth of a start of the service. */
export function compiledOnce(schema: JsonSchema): () => ValidateFunction {
  let validate: ValidateFunction | null = null;
  return () => {
    validate ??= compile(schema);
    return validate;
  };
}

/** Compiles any schema that may refer to the components of the document. */
export function compile(schema: JsonSchema): ValidateFunction {
  return ajv.compile(relocated(schema) as object);
}

/** `#/components/…` means the document, wherever the schema is compiled. */
function relocated(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(relocated);
  if (typeof schema !== "object" || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([name, value]) => {
      const local = name === "$ref" && typeof value === "string" && value.startsWith("#/");
      return [name, local ? `${DOCUMENT}${value}` : relocated(value)];
    }),
  );
}

interface Problem {
  readonly field: string;
  readonly message: string;
}

function invalid(what: string, problems: readonly Problem[]): TallyError {
  const text = problems.map(({ field, message }) => `${field || "the whole"} ${message}`).join("; ");
  return new TallyError("request.invalid", `${what} does not follow its description: ${text}`, { problems });
}

function bodyProblems(errors: readonly ErrorObject[]): Problem[] {
  return unique(errors.map((error) => ({ field: error.instancePath + member(error, "/"), message: wording(error) })));
}

function queryProblems(errors: readonly ErrorObject[]): Problem[] {
  return unique(
    errors.map((error) => ({
      field: `query:${error.instancePath.slice(1) || member(error, "")}`,
      message: wording(error),
    })),
  );
}

/** For a missing or surplus member ajv points at the object; a person looks for the member. */
function member({ params }: ErrorObject, before: string): string {
  const name: unknown = params.missingProperty ?? params.additionalProperty;
  return typeof name === "string" ? before + name.slice(0, 100).replaceAll("~", "~0").replaceAll("/", "~1") : "";
}

function wording({ keyword, message, params }: ErrorObject): string {
  if (keyword === "required") return "is missing";
  if (keyword === "additionalProperties") return "is not known";
  if (keyword === "enum") return `must be one of ${(params.allowedValues as unknown[]).join(", ")}`.slice(0, 500);
  return message ?? keyword;
}

function unique(problems: readonly Problem[]): Problem[] {
  const seen = new Map(problems.map((problem) => [`${problem.field} ${problem.message}`, problem]));
  return [...seen.values()].slice(0, MOST_PROBLEMS);
}
