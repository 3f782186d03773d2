// SPDX-License-Identifier: Apache-2.0
import { unsafeTextProblem } from "../../../../core/text.js";
import { tidyText } from "../../../form/tidy.js";
import type { Fault } from "../form/fault.js";

/** The paper behind a legal act: for the log, neither printed nor signed. */
export interface Paper {
  readonly legalBasis: string;
  readonly documentNumber: string;
}

export const NO_PAPER: Paper = { legalBasis: "", documentNumber: "" };

const LONGEST = { legalBasis: 500, documentNumber: 100 } as const satisfies Record<keyof Paper, number>;

/** No change of state without its paper; a new version may have none. */
export function paperFaults(paper: Paper, optional: boolean): Readonly<Partial<Record<keyof Paper, Fault>>> {
  const faults: Partial<Record<keyof Paper, Fault>> = {};
  for (const name of ["legalBasis", "documentNumber"] as const) {
    const text = tidyText(paper[name]);
    const bound = LONGEST[name];
    if (text === "") {
      if (!optional) faults[name] = { code: "required" };
    } else if (text.length > bound) faults[name] = { code: "too-long", bound };
    else if (unsafeTextProblem(text) !== null) faults[name] = { code: "unsafe" };
  }
  return faults;
}

/** As it is sent; what is empty is left out. */
export function paperOf(paper: Paper): Partial<Paper> {
  const { legalBasis, documentNumber } = {
    legalBasis: tidyText(paper.legalBasis),
    documentNumber: tidyText(paper.documentNumber),
  };
  return { ...(legalBasis === "" ? {} : { legalBasis }), ...(documentNumber === "" ? {} : { documentNumber }) };
}
