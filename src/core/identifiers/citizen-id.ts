// SPDX-License-Identifier: Apache-2.0
import { dateInShanghai, isCalendarDate } from "../calendar.js";
import { TallyError } from "../errors.js";

/** Citizen ID number 公民身份号码, GB 11643-1999. */
export interface CitizenId {
  readonly text: string;
  /** As at first registration; codes of districts since merged live on, so it is never looked up. */
  readonly region: string;
  /** YYYY-MM-DD. */
  readonly birthDate: string;
  readonly sex: "male" | "female";
}

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK = "10X98765432";

/**
 * Throws `identifier.malformed` for the wrong shape, a birth date that does not exist or lies after `now` (milliseconds, judged in
 * Asia/Shanghai), and `identifier.check-character` when the last character does not check. The number itself is never in a message.
 */
export function parseCitizenId(text: string, { now, field = "citizenId" }: { now: number; field?: string }): CitizenId {
  if (!/^[0-9]{17}[0-9X]$/.test(text))
    throw new TallyError("identifier.malformed", `${field} is not a citizen ID number of 17 digits and a digit or X`, {
      field,
    });
  const birthDate = `${text.slice(6, 10)}-${text.slice(10, 12)}-${text.slice(12, 14)}`;
  if (!isCalendarDate(birthDate))
    throw new TallyError("identifier.malformed", `${field} holds a birth date that does not exist`, { field });
  if (birthDate > dateInShanghai(now))
    throw new TallyError("identifier.malformed", `${field} holds a birth date in the future`, { field });
  if (citizenIdCheck(text.slice(0, 17)) !== text[17])
    throw new TallyError("identifier.check-character", `${field}: the last character does not check`, { field });
  return { text, region: text.slice(0, 6), birthDate, sex: Number(text[16]) % 2 === 1 ? "male" : "female" };
}

/** For demo data. `sequence` are three digits, odd for male. */
export function generateCitizenId({
  region,
  birthDate,
  sequence,
}: {
  region: string;
  birthDate: string;
  sequence: string;
}): string {
  const head = region + birthDate.replaceAll("-", "") + sequence;
  return parseCitizenId(head + citizenIdCheck(head), { now: Number.MAX_SAFE_INTEGER / 2 }).text;
}

function citizenIdCheck(head: string): string {
  let sum = 0;
  for (let i = 0; i < 17; i++) sum += (head.charCodeAt(i) - 0x30) * WEIGHTS[i]!;
  return CHECK[sum % 11] ?? "";
}
