// SPDX-License-Identifier: Apache-2.0
import type { TypeDefinition } from "../../core/type-definition.js";
import { digestSri } from "../../core/type-reader.js";
import { checkFaceSchema, compileFaceValidator, type FaceValidator } from "./face-validator.js";
import { compileNumberRule, type NumberRule } from "./number-rule.js";

/** A version of a type with everything that is made from it once. */
export interface CompiledType {
  readonly definition: TypeDefinition;
  /** Canonical JSON. */
  readonly bytes: Uint8Array;
  /** SHA-256 of `bytes`. */
  readonly digest: Uint8Array;
  /** `sha256-` and base64, as `credentialSchema.digestSRI` says it. */
  readonly digestSRI: string;
  /** Every problem of a face against the schema; empty when there is none. */
  readonly checkFace: FaceValidator;
  /** Problems of a printed number against the rule of the type. */
  readonly checkNumber: NumberRule;
}

/** Throws `type.invalid` for a schema or a pattern that does not compile. */
export function checkType({ fields, number }: TypeDefinition): void {
  checkFaceSchema(fields.schema);
  compileNumberRule(number);
}

/** Of a published type. Its schema is compiled when a face is first checked: who only reads checks none. */
export function compileType(definition: TypeDefinition, bytes: Uint8Array, digest: Uint8Array): CompiledType {
  let validate: FaceValidator | undefined;
  return {
    definition,
    bytes,
    digest,
    digestSRI: digestSri(digest),
    checkFace: (face) => {
      validate ??= compileFaceValidator(definition);
      return validate(face);
    },
    checkNumber: compileNumberRule(definition.number),
  };
}
