// SPDX-License-Identifier: Apache-2.0
import { parseCitizenId } from "./identifiers/citizen-id.js";
import { mod11Over10, mod37Over36 } from "./identifiers/iso7064.js";
import { isUscc } from "./identifiers/uscc.js";
import type { TypeDefinition } from "./type-definition.js";

type NumberDefinition = TypeDefinition["number"];
type CheckAlgorithm = NonNullable<NumberDefinition["check"]>["algorithm"];

/** What keeps a text from being a number of the type; `holder` is a number that must equal the first holder's code. */
export type NumberFault = "length" | "pattern" | "check" | "holder";

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

/** The first fault of a printed number 证照编号 against the rule of its type, or null. */
export type NumberRule = (number: string, firstHolderCode: string | undefined) => NumberFault | null;

/** Compiles the rule of a type. Throws the engine's error for a pattern that is no regular expression. */
export function compileNumberRule({ pattern, maxLength, check, equalsHolderCode }: NumberDefinition): NumberRule {
  const expression = new RegExp(`^(?:${pattern})$`, "u");
  return (number, firstHolderCode) => {
    if (number.length > maxLength) return "length";
    if (!expression.test(number)) return "pattern";
    if (check !== undefined && !CHECKS[check.algorithm](number.slice(check.skip))) return "check";
    return equalsHolderCode === true && number !== firstHolderCode ? "holder" : null;
  };
}
