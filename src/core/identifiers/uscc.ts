// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../errors.js";

/** Unified social credit code 统一社会信用代码, GB 32100-2015. */
export interface Uscc {
  readonly text: string;
  /** 登记管理部门. */
  readonly department: string;
  /** 机构类别. */
  readonly category: string;
  /** 行政区划, GB/T 2260; not looked up, since codes of merged districts live on. */
  readonly region: string;
  /** 主体标识码, GB 11714 with its own check character. */
  readonly organisation: string;
}

const ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
const SHAPE = /^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$/;

/** Throws `identifier.malformed` for the wrong shape, `identifier.check-character` when either check fails. */
export function parseUscc(text: string, field = "uscc"): Uscc {
  if (!SHAPE.test(text))
    throw new TallyError(
      "identifier.malformed",
      `${field} ${show(text)} is not a unified social credit code of 18 characters`,
      { field },
    );
  if (organisationCheck(text.slice(8, 16)) !== text[16])
    throw new TallyError(
      "identifier.check-character",
      `${field} ${text}: character 17 (organisation code) does not check`,
      { field },
    );
  if (usccCheck(text.slice(0, 17)) !== text[17])
    throw new TallyError("identifier.check-character", `${field} ${text}: the last character does not check`, {
      field,
    });
  return { text, department: text[0]!, category: text[1]!, region: text.slice(2, 8), organisation: text.slice(8, 17) };
}

export function isUscc(text: unknown): text is string {
  return (
    typeof text === "string" &&
    SHAPE.test(text) &&
    organisationCheck(text.slice(8, 16)) === text[16] &&
    usccCheck(text.slice(0, 17)) === text[17]
  );
}

/** For demo data: both check characters computed. `body` are the first 8 characters of the organisation code. */
export function generateUscc(parts: { department: string; category: string; region: string; body: string }): string {
  const organisation = parts.body + organisationCheck(parts.body);
  const head = parts.department + parts.category + parts.region + organisation;
  const text = head + usccCheck(head);
  return parseUscc(text).text;
}

/** GB 32100: 31 − Σ mod 31, where 31 itself must give 0. Undefined characters give an undefined check, which matches nothing. */
function usccCheck(head: string): string | undefined {
  let sum = 0;
  for (let i = 0; i < head.length; i++) sum += (VALUES[head.charCodeAt(i)] ?? Number.NaN) * WEIGHTS[i]!;
  return ALPHABET[(31 - (sum % 31)) % 31];
}

/** Value of each character of the alphabet by its code; the others have none. */
const VALUES: readonly number[] = (() => {
  const values: number[] = new Array(128).fill(Number.NaN);
  for (let i = 0; i < ALPHABET.length; i++) values[ALPHABET.charCodeAt(i)] = i;
  return values;
})();

const ORGANISATION_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2];

/** GB 11714: 11 − Σ mod 11, where 10 is X and 11 is 0; letters count from A = 10. */
function organisationCheck(body: string): string {
  let sum = 0;
  for (let i = 0; i < 8; i++) {
    const code = body.charCodeAt(i);
    sum += (code < 0x3a ? code - 0x30 : code - 0x37) * ORGANISATION_WEIGHTS[i]!;
  }
  const check = 11 - (sum % 11);
  return check === 10 ? "X" : check === 11 ? "0" : String(check);
}

function show(text: string): string {
  return JSON.stringify(String(text).slice(0, 40));
}
