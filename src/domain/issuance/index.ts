// SPDX-License-Identifier: Apache-2.0
export type * from "./certificate-store.js";
export type * from "./certificate-view.js";
export type { ChangeRequest } from "./change-request.js";
export { type CheckedClaims, checkClaims } from "./check-claims.js";
export { createIssuance } from "./create-issuance.js";
export { type CsvRow, csvRows } from "./csv-rows.js";
export type { IssuanceDependencies } from "./dependencies.js";
export { type IndexedFields, indexedFields } from "./indexed-certificate.js";
export type { ImportResult, Issuance, ItemResult, SearchPage, SearchRequest } from "./issuance.js";
export type { IssueRequest, IssueWarning, SuccessorRequest } from "./issue-request.js";
export type * from "./ports.js";
export { type PrepareItem, prepareCertificate, prepareCertificates } from "./prepare-certificate.js";
export { findTransition, resumeStateAfter, TRANSITIONS, type Transition } from "./state-transitions.js";
export type { StatusIndexStore } from "./status-index-store.js";
export { statusPermutation } from "./status-permutation.js";
export { createSteadyClock } from "./steady-clock.js";
export { type PrepareContext, type StatusListUrl, subjectOf } from "./unsigned-certificate.js";
export type { Workplace } from "./workplace.js";
