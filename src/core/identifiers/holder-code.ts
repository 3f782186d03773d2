// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../errors.js";
import { parseCitizenId } from "./citizen-id.js";
import { parseUscc } from "./uscc.js";

/** Passport and permit numbers: what is printed on them. */
const OTHER_CODE = /^[0-9A-Za-z()（）\-/·\u4e00-\u9fff]{1,64}$/u;

/**
 * Throws when `code` cannot be a holder's code of this type (GB/T 36903 Annex A): `identifier.check-character` when a check
 * character of a USCC (001) or citizen ID number (111) does not check, else `identifier.malformed`. The codes of other types carry
 * no check character and are held to their characters only. `now` in milliseconds, for birth dates.
 */
export function requireHolderCode(
  codeType: string,
  code: string,
  { now, field }: { now: number; field: string },
): void {
  if (codeType === "001") parseUscc(code, field);
  else if (codeType === "111") parseCitizenId(code, { now, field });
  else if (!OTHER_CODE.test(code))
    throw new TallyError("identifier.malformed", `${field} has characters that no such document number has`, { field });
}
