// SPDX-License-Identifier: Apache-2.0
import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { TallyError } from "../../core/errors.js";
import { isPhotoText, NOT_BARE } from "../../core/photo/photo.js";
import { photoFieldOf } from "../../core/photo/photo-field.js";
import { takePhoto } from "../../core/photo/take-photo.js";
import { fieldsOfSeveralLines } from "../../core/several-lines.js";
import { unsafeTextProblem } from "../../core/text.js";
import type { TypeDefinition } from "../../core/type-definition.js";
import type { FieldProblem } from "./field-problem.js";

/** Longer texts are refused before any pattern of a schema sees them. */
const MAX_TEXT_LENGTH = 10_000;

export type FaceValidator = (face: unknown) => readonly FieldProblem[];

/** Throws `type.invalid` for a schema of a type's face that is none (JSON Schema 2020-12) or does not compile. */
export function checkFaceSchema(schema: Readonly<Record<string, unknown>>): void {
  compile(schema, () => {
    // It compiles the schema of schemas, a large one: once, and only where types are published.
    judge ??= newAjv();
    void judge.validateSchema(schema, true);
  });
}

let judge: Ajv2020 | undefined;

type Judged = Pick<TypeDefinition, "fields" | "layout">;

/**
 * Compiles the schema of a published type's face, strictly: unknown keywords and formats are errors. The validator tells every problem,
 * by JSON pointer from `/face`.
 */
export function compileFaceValidator({ fields: { schema }, layout }: Judged): FaceValidator {
  const severalLines = fieldsOfSeveralLines(layout);
  const validate = compile(schema);
  const photo = photoFieldOf(schema);
  return (face) => {
    const unsafe: FieldProblem[] = [];
    collectUnsafeText("/face", face, { photo: photo === null ? null : `/face/${photo}`, severalLines }, unsafe);
    if (unsafe.length > 0) return unsafe;
    return validate(face) ? [] : (validate.errors ?? []).map(problemOf);
  };
}

function compile(schema: Readonly<Record<string, unknown>>, check: () => void = () => {}) {
  try {
    check();
    return newAjv().compile(schema);
  } catch (cause) {
    const message = `fields.schema is not a strict JSON Schema 2020-12: ${(cause as Error).message}`;
    throw new TallyError("type.invalid", message, { field: "/fields/schema", cause });
  }
}

function newAjv(): Ajv2020 {
  const ajv = new Ajv2020({
    strict: true,
    allErrors: true,
    validateFormats: true,
    ownProperties: true,
    validateSchema: false,
  });
  formats.default(ajv, { mode: "full" });
  // Texts are judged before the schema is asked, a photo among them.
  ajv.addFormat("photo", true);
  return ajv;
}

/** What decides how a text is judged: pointers, as of a problem's field. */
interface Places {
  readonly photo: string | null;
  readonly severalLines: ReadonlySet<string>;
}

/** Every text of a face is signed and printed, however deep it lies. */
function collectUnsafeText(pointer: string, value: unknown, places: Places, problems: FieldProblem[]): void {
  if (typeof value === "string") {
    const problem =
      pointer === places.photo ? photoProblem(value) : textProblem(value, places.severalLines.has(pointer));
    if (problem !== null) problems.push({ field: pointer, message: problem });
  } else if (typeof value === "object" && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      collectUnsafeText(`${pointer}/${escapePointer(name)}`, member, places, problems);
    }
  }
}

function photoProblem(value: string): string | null {
  const taken = takePhoto(value);
  if ("problem" in taken) return taken.problem;
  return taken.text === value ? null : NOT_BARE;
}

function textProblem(value: string, multiline: boolean): string | null {
  if (isPhotoText(value)) return "is a photo, and the type has none in this place";
  return unsafeTextProblem(value, { maxLength: MAX_TEXT_LENGTH, multiline });
}

function problemOf({ keyword, instancePath, params, message = "is not valid" }: ErrorObject): FieldProblem {
  const field = `/face${instancePath}`;
  switch (keyword) {
    case "required":
      return { field: `${field}/${escapePointer(params.missingProperty)}`, message: "is required" };
    case "additionalProperties":
      return {
        field: `${field}/${escapePointer(params.additionalProperty)}`,
        message: "is not a field of this type",
      };
    case "enum":
      return { field, message: `must be one of ${JSON.stringify(params.allowedValues)}` };
    default:
      return { field, message };
  }
}

/** RFC 6901 section 3. */
export function escapePointer(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
