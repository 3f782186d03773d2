// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import { type NumberFault, compileNumberRule as ruleOf } from "../../core/number-rule.js";
import type { TypeDefinition } from "../../core/type-definition.js";
import type { FieldProblem } from "./field-problem.js";

type NumberDefinition = TypeDefinition["number"];

export type NumberRule = (number: string, firstHolderCode: string | undefined) => readonly FieldProblem[];

/** Compiles the rule of the printed number 证照编号. Throws `type.invalid` for a pattern that is no regular expression. */
export function compileNumberRule(definition: NumberDefinition): NumberRule {
  const rule = compile(definition);
  return (number, firstHolderCode) => {
    const fault = rule(number, firstHolderCode);
    return fault === null ? [] : [{ field: "/certificateNumber", message: MESSAGES[fault](definition) }];
  };
}

const MESSAGES = {
  length: ({ maxLength }) => `is longer than ${maxLength} characters`,
  pattern: ({ rule }) => `does not follow the rule of its type: ${rule.en}`,
  check: ({ check }) => `does not check (${check?.algorithm}): a character was mistyped`,
  holder: () => "must equal the code of the first holder",
} satisfies Record<NumberFault, (definition: NumberDefinition) => string>;

function compile(definition: NumberDefinition) {
  try {
    return ruleOf(definition);
  } catch (cause) {
    const message = `number.pattern is not a regular expression: ${(cause as Error).message}`;
    throw new TallyError("type.invalid", message, { field: "/number/pattern", cause });
  }
}
