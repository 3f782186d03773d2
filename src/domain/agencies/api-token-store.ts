// SPDX-License-Identifier: Apache-2.0
import type { ActorRole, AuditEvent } from "../audit/index.js";

/** An API token as it is kept: never the secret, only its hash. Times are milliseconds. */
export interface ApiToken {
  /** Public part of the token text; safe to log. */
  readonly id: string;
  /** SHA-256 of the whole token text. */
  readonly secretHash: Uint8Array;
  /** USCC of the one agency it acts for. */
  readonly agency: string;
  /** Type codes it is limited to, or `["*"]` for all types of the agency. */
  readonly types: readonly string[];
  readonly role: ActorRole;
  /** What people call it: "counter 3", "import of March". */
  readonly label: string;
  readonly createdAt: number;
  /** Null: until revoked. */
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
}

/** Every adapter must pass test/adapters/api-token-store.suite.ts. */
export interface ApiTokenStore {
  /** Stores the token and its event together. False, and nothing written, when the id is taken. */
  addToken(token: ApiToken, event: AuditEvent): Promise<boolean>;

  findToken(id: string): Promise<ApiToken | null>;

  /** Oldest first; of one agency when one is named. */
  listTokens(agency?: string): Promise<readonly ApiToken[]>;

  /** True when this revoked it, together with its event; false (nothing written) when it is unknown or revoked already. */
  revokeToken(id: string, at: number, event: AuditEvent): Promise<boolean>;
}
