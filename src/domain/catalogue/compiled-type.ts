// SPDX-License-Identifier: Apache-2.0
import type { TypeDefinition } from "../../core/type-definition.js";

export interface FieldProblem {
  /** JSON pointer into the request, e.g. `/face/businessScope`. */
  readonly field: string;
  readonly message: string;
}

/** A published version with everything that is made from it once. */
export interface CompiledType {
  readonly definition: TypeDefinition;
  /** Canonical JSON. */
  readonly bytes: Uint8Array;
  /** SHA-256 of `bytes`. */
  readonly digest: Uint8Array;
  /** `sha256-` and base64, as `credentialSchema.digestSRI` says it. */
  readonly digestSRI: string;
  /** Every problem of a face against the schema; empty when there is none. */
  checkFace(face: unknown): readonly FieldProblem[];
  /** Problems of a printed number against the rule of the type. */
  checkNumber(number: string, firstHolderCode: string | undefined): readonly FieldProblem[];
}
