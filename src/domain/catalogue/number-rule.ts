// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import { parseCitizenId } from "../../core/identifiers/citizen-id.js";
import { mod11Over10, mod37Over36 } from "../../core/identifiers/iso7064.js";
import { isUscc } from "../../core/identifiers/uscc.js";
import type { TypeDefinition } from "../../core/type-definition.js";
import type { FieldProblem } from "./field-problem.js";

type NumberDefinition = TypeDefinition["number"];
type CheckAlgorithm = NonNullable<NumberDefinition["check"]>["algorithm"];

/** Whether the last character of `body` checks. The birth date in a citizen ID number is judged with the holder's code. */
const CHECKS = {
  "iso7064-mod11-10": (body) => mod11Over10(body.slice(0, -1)) === body.at(-1),
  "iso7064-mod37-36": (body) => mod37Over36(body.slice(0, -1)) === body.at(-1),
  uscc: isUscc,
  "citizen-id": (body) => {
    try {
      return parseCitizenId(body, { now: Number.MAX_SAFE_INTEGER }).text === body;
    } catch {
      return false;
    }
  },
} satisfies Record<CheckAlgorithm, (body: string) => boolean>;

export type NumberRule = (number: string, firstHolderCode: string | undefined) => readonly FieldProblem[];

/** Compiles the rule of the printed number 证照编号. Throws `type.invalid` for a pattern that is no regular expression. */
export function compileNumberRule(definition: NumberDefinition): NumberRule {
  const pattern = compilePattern(definition.pattern);
  const { check, maxLength, equalsHolderCode = false, rule } = definition;
  return (number, firstHolderCode) => {
    const field = "/certificateNumber";
    if (number.length > maxLength) return [{ field, message: `is longer than ${maxLength} characters` }];
    if (!pattern.test(number)) return [{ field, message: `does not follow the rule of its type: ${rule.en}` }];
    if (check !== undefined && !CHECKS[check.algorithm](number.slice(check.skip)))
      return [{ field, message: `does not check (${check.algorithm}): a character was mistyped` }];
    if (equalsHolderCode && number !== firstHolderCode)
      return [{ field, message: "must equal the code of the first holder" }];
    return [];
  };
}

function compilePattern(pattern: string): RegExp {
  try {
    return new RegExp(`^(?:${pattern})$`, "u");
  } catch (cause) {
    const message = `number.pattern is not a regular expression: ${(cause as Error).message}`;
    throw new TallyError("type.invalid", message, { field: "/number/pattern", cause });
  }
}
