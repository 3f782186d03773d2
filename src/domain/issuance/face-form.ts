// SPDX-License-Identifier: Apache-2.0
import { FACE_NAME, MAX_FACE_DEPTH } from "../../core/certificate-reader.js";
import type { JsonValue } from "../../core/json.js";
import { escapePointer, type FieldProblem } from "../catalogue/index.js";

/**
 * What a face has that no verifier reads, whatever the schema of its type allows: lists and objects nested too deeply, members with other names. The
 * first one; null when there is none.
 */
export function faceFormProblem(face: JsonValue): FieldProblem | null {
  return problemIn(face, "/face", 0);
}

function problemIn(value: JsonValue, field: string, depth: number): FieldProblem | null {
  if (typeof value !== "object" || value === null) return null;
  if (depth >= MAX_FACE_DEPTH)
    return { field, message: `is nested deeper than the ${MAX_FACE_DEPTH} levels that a certificate may have` };
  for (const [name, each] of Object.entries(value)) {
    const at = `${field}/${escapePointer(name)}`;
    if (!Array.isArray(value) && !FACE_NAME.test(name))
      return { field: at, message: "must be named with letters, digits and _, the first one a letter" };
    const problem = problemIn(each, at, depth + 1);
    if (problem) return problem;
  }
  return null;
}
