// SPDX-License-Identifier: Apache-2.0
import type { CompiledType, FieldProblem } from "../catalogue/index.js";
import { faceFormProblem } from "./face-form.js";
import { withBarePhoto } from "./given-photo.js";
import { checkHolders } from "./holder-codes.js";
import type { IssueRequest, IssueWarning } from "./issue-request.js";
import { judgeKeptIdentifier } from "./kept-identifier.js";
import { refuse } from "./problems.js";
import { checkPeriod, type Period, periodOf } from "./validity-period.js";

/** A request whose content follows its type, with its dates filled in and its photo bare. */
export interface CheckedClaims {
  readonly request: IssueRequest;
  readonly period: Period;
  readonly warnings: readonly IssueWarning[];
}

/** Throws `certificate.claims-invalid` with every problem of the content, each with its JSON pointer. */
export function checkClaims(given: IssueRequest, type: CompiledType, agency: string, now: number): CheckedClaims {
  const { definition } = type;
  const request = withBarePhoto(given, definition);
  const period = periodOf(request, now);
  const kept =
    request.identifier === undefined
      ? NOTHING_KEPT
      : judgeKeptIdentifier(request.identifier, definition.typeCode, agency);
  const unread = faceFormProblem(request.face);
  const problems: FieldProblem[] = [
    ...checkHolders(request.holders, definition.holder, now),
    ...type.checkNumber(request.certificateNumber, request.holders[0]?.certificateHolderCode),
    ...checkPeriod(period, definition.validity, now),
    ...(unread === null ? [] : [unread]),
    ...type.checkFace(request.face),
    ...kept.problems,
  ];
  refuse("certificate.claims-invalid", "the certificate cannot be issued", problems);
  return { request, period, warnings: kept.warnings };
}

const NOTHING_KEPT = { problems: [], warnings: [] };
