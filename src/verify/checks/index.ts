// SPDX-License-Identifier: Apache-2.0
import type { Check } from "../context.js";
import type { CheckName } from "../report.js";
import { checkAnchor } from "./anchor.js";
import { checkContent } from "./content.js";
import { checkCopy } from "./copy.js";
import { checkIntegrity } from "./integrity.js";
import { checkIssuer } from "./issuer.js";
import { checkRecognition } from "./recognition.js";
import { checkSeal } from "./seal.js";
import { checkStatus } from "./status.js";
import { checkType } from "./type.js";
import { checkValidity } from "./validity.js";

/** Every check, in the order of the report and of precedence among reasons, with the question it helps to answer. */
export const CHECKS = {
  integrity: { question: "authenticity", run: checkIntegrity },
  type: { question: "authenticity", run: checkType },
  anchor: { question: "authenticity", run: checkAnchor },
  issuer: { question: "authenticity", run: checkIssuer },
  seal: { question: "authenticity", run: checkSeal },
  content: { question: "authenticity", run: checkContent },
  copy: { question: "authenticity", run: checkCopy },
  status: { question: "standing", run: checkStatus },
  validity: { question: "standing", run: checkValidity },
  recognition: { question: "recognition", run: checkRecognition },
} as const satisfies Record<
  CheckName,
  { readonly question: "authenticity" | "standing" | "recognition"; readonly run: Check }
>;

export const CHECK_NAMES = Object.keys(CHECKS) as readonly CheckName[];
