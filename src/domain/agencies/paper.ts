// SPDX-License-Identifier: Apache-2.0
import { refuseUnsafeText } from "../../core/text.js";

/** The decision behind an act, for the audit log. */
export interface Paper {
  /** Legal basis 法律依据. */
  readonly legalBasis?: string;
  /** Number of the decision document 文号. */
  readonly documentNumber?: string;
}

/** The members that are given, checked; `request.invalid` names the one that is not printable text or too long. */
export function readPaper({ legalBasis, documentNumber }: Paper): Paper {
  if (legalBasis !== undefined) refuseUnsafeText("legalBasis", legalBasis, { maxLength: 500 });
  if (documentNumber !== undefined) refuseUnsafeText("documentNumber", documentNumber, { maxLength: 100 });
  return {
    ...(legalBasis === undefined ? {} : { legalBasis }),
    ...(documentNumber === undefined ? {} : { documentNumber }),
  };
}
