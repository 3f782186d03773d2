// SPDX-License-Identifier: Apache-2.0
import { changeState } from "./change-state.js";
import type { IssuanceDependencies } from "./dependencies.js";
import { importCsv } from "./import-certificates.js";
import type { Issuance } from "./issuance.js";
import { issueCertificate, issueCertificates } from "./issue-certificates.js";
import { documentOf, evidenceOf, getCertificate } from "./read-certificates.js";
import { searchCertificates } from "./search-certificates.js";
import { createStatusIndices } from "./status-indices.js";
import { issueSuccessor } from "./succession.js";
import { workplaceOf } from "./workplace.js";

/** The use cases over the given stores. One instance a process; any number of processes may run. */
export function createIssuance(dependencies: IssuanceDependencies): Issuance {
  const { region, crypto, statusIndices: store } = dependencies;
  const deps = { ...dependencies, indices: createStatusIndices({ store, crypto, region }) };
  return {
    issueCertificate: (actor, request) => issueCertificate(deps, actor, request),
    issueCertificates: (actor, requests) => issueCertificates(deps, actor, requests),
    importCsv: (actor, options, bytes) => importCsv(deps, actor, options, bytes),
    renewCertificate: (actor, id, request) => issueSuccessor(deps, "renewal", actor, id, request),
    correctCertificate: (actor, id, request) => issueSuccessor(deps, "correction", actor, id, request),
    changeState: (actor, id, request) => changeState(deps, actor, id, request),
    getCertificate: (actor, id) => getCertificate(deps, actor, id),
    searchCertificates: (actor, request) => searchCertificates(deps, actor, request),
    evidenceOf: (actor, id) => evidenceOf(deps, actor, id),
    documentOf: (actor, id) => documentOf(deps, actor, id),
    workplaceOf: (actor) => workplaceOf(deps, actor),
  };
}
