// SPDX-License-Identifier: Apache-2.0
import { dateInShanghai, isCalendarDate } from "../../../../core/calendar.js";
import { TallyError } from "../../../../core/errors.js";
import { requireHolderCode } from "../../../../core/identifiers/holder-code.js";
import { compileNumberRule } from "../../../../core/number-rule.js";
import { unsafeTextProblem } from "../../../../core/text.js";
import type { TypeDefinition } from "../../../../core/type-definition.js";
import { endDateFault } from "../../../../core/validity-rule.js";
import { tidyCode, tidyText } from "../../../form/tidy.js";
import { checkField } from "./check-field.js";
import type { Fault, FieldFault } from "./fault.js";
import type { FieldModel } from "./field-model.js";
import { memberOf } from "./field-value.js";
import { type HolderDraft, type LicenceDraft, numberOf } from "./licence-draft.js";
import { fieldsOf } from "./schema-fields.js";

const MAX_NAME = 256;

/** Every fault of a draft, by the pointer that the service would name. What is right here may still be refused there. */
export function checkDraft(
  draft: LicenceDraft,
  type: TypeDefinition,
  now: number,
  fields: readonly FieldModel[] = fieldsOf(type),
): readonly FieldFault[] {
  return [
    ...checkHolders(draft.holders, now),
    ...at("/certificateNumber", numberFault(draft, type)),
    ...checkDates(draft, type, now),
    ...at("/areaCode", areaFault(draft.areaCode)),
    ...fields.flatMap((field) => checkField(field, memberOf(draft.face, field), `/face/${field.name}`)),
  ];
}

function checkHolders(holders: readonly HolderDraft[], now: number): readonly FieldFault[] {
  const seen = new Set<string>();
  return holders.flatMap(({ name, code, codeType }, i) => {
    const place = `${codeType}/${tidyCode(code)}`;
    const fault = holderCodeFault(codeType, code, now) ?? (seen.has(place) ? ({ code: "repeated" } as const) : null);
    seen.add(place);
    return [
      ...at(`/holders/${i}/certificateHolder`, nameFault(name)),
      ...at(`/holders/${i}/certificateHolderCode`, fault),
    ];
  });
}

function nameFault(typed: string): Fault | null {
  const name = tidyText(typed);
  if (name === "") return { code: "required" };
  if (name.length > MAX_NAME) return { code: "too-long", bound: MAX_NAME };
  return unsafeTextProblem(name) === null ? null : { code: "unsafe" };
}

/** Shape, birth date and check characters of a holder's code, as it is typed. */
export function holderCodeFault(codeType: string, typed: string, now: number): Fault | null {
  const code = tidyCode(typed);
  if (code === "") return { code: "required" };
  try {
    requireHolderCode(codeType, code, { now, field: "code" });
    return null;
  } catch (error) {
    if (!(error instanceof TallyError)) throw error;
    if (error.code === "identifier.check-character") return { code: "holder-check", codeType };
    const isWhole = codeType === "111" && /^[0-9]{17}[0-9X]$/.test(code);
    return isWhole ? { code: "holder-birth-date" } : { code: "holder-shape", codeType };
  }
}

/** The fault of the printed number, as it is typed. */
export function numberFault(draft: LicenceDraft, type: TypeDefinition): Fault | null {
  const number = numberOf(draft, type);
  // An empty mirrored number is the holder code's fault, and said there.
  if (number === "") return type.number.equalsHolderCode === true ? null : { code: "required" };
  const fault = compileNumberRule(type.number)(number, tidyCode(draft.holders[0]?.code ?? ""));
  return fault === null ? null : { code: "number", fault, rule: type.number.rule };
}

function checkDates(draft: LicenceDraft, { validity }: TypeDefinition, now: number): readonly FieldFault[] {
  const { issueDate, validFrom, longTerm } = draft;
  const validUntil = longTerm ? "" : draft.validUntil;
  const unreal = Object.entries({ issueDate, validFrom, validUntil })
    .filter(([, date]) => date !== "" && !isCalendarDate(date))
    .map(([name]): FieldFault => ({ pointer: `/${name}`, fault: { code: "not-a-date" } }));
  if (unreal.length > 0) return unreal;

  const today = dateInShanghai(now);
  const issued = issueDate === "" ? today : issueDate;
  const start = validFrom === "" ? issued : validFrom;
  return [
    ...at("/issueDate", issued > today ? { code: "in-future", today } : null),
    ...at("/validFrom", start < EARLIEST ? { code: "not-a-date" } : null),
    ...at("/validUntil", endFault(start, validUntil, longTerm, validity)),
  ];
}

/** Tokens count seconds since 1970, as CWT does. */
const EARLIEST = "1970-01-02";

/** No end date is long-term only when it was said so: an end date that was forgotten must not make a licence for ever. */
function endFault(start: string, end: string, longTerm: boolean, rule: TypeDefinition["validity"]): Fault | null {
  if (end === "" && (!longTerm || rule.endDate === "required"))
    return { code: rule.endDate === "required" ? "required" : "end-required" };
  const found = endDateFault(start, longTerm ? null : end, rule);
  if (found === null || found.fault === "required") return null;
  return found.fault === "too-late" ? { code: "end-too-late", latest: found.latest } : { code: `end-${found.fault}` };
}

function areaFault(typed: string): Fault | null {
  return typed === "" || /^[0-9]{6}$/.test(tidyCode(typed)) ? null : { code: "area" };
}

const at = (pointer: string, fault: Fault | null): readonly FieldFault[] =>
  fault === null ? [] : [{ pointer, fault }];
