// SPDX-License-Identifier: Apache-2.0
import type { AuditEvent } from "../audit/index.js";
import type { Agency } from "./agency.js";

/**
 * Agencies of this region and the types each may issue here. The registry on chain decides for verifiers; this list keeps an
 * agency from signing what no verifier would accept. Every adapter must pass test/adapters/agency-store.suite.ts.
 */
export interface AgencyStore {
  /** Stores the agency and its event together. False, and nothing written, when the code or the DID is taken. */
  addAgency(agency: Agency, event: AuditEvent): Promise<boolean>;

  /** Replaces the current key; with null it has none and signs nothing. False when there is no such agency. */
  setKey(code: string, keyDigest: string | null, event: AuditEvent): Promise<boolean>;

  /** Idempotent like `authorise`: true when it was the other way before. */
  setSuspended(code: string, suspended: boolean, event: AuditEvent): Promise<boolean>;

  findAgency(code: string): Promise<Agency | null>;

  /** Ordered by code. */
  listAgencies(): Promise<readonly Agency[]>;

  /** Idempotent: true when it was not authorised before; else nothing is written, no event either. */
  authorise(code: string, typeCode: string, event: AuditEvent): Promise<boolean>;

  /** Idempotent like `authorise`. */
  withdraw(code: string, typeCode: string, event: AuditEvent): Promise<boolean>;

  isAuthorised(code: string, typeCode: string): Promise<boolean>;

  /** Type codes, ordered. */
  authorisedTypes(code: string): Promise<readonly string[]>;
}
