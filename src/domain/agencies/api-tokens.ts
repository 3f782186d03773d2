// SPDX-License-Identifier: Apache-2.0
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { TallyError } from "../../core/errors.js";
import { toHex } from "../../core/hex.js";
import { ACTOR_ROLES, type Actor, type ActorRole, eventBy, recordDigest } from "../audit/index.js";
import type { AgencyStore } from "./agency-store.js";
import type { ApiToken, ApiTokenStore } from "./api-token-store.js";

export interface NewToken {
  /** USCC of a registered agency. */
  readonly agency: string;
  /** Type codes; absent or `["*"]`: every type the agency is authorised for, now or later. */
  readonly types?: readonly string[];
  readonly role: ActorRole;
  readonly label: string;
  /** Days until it stops working; absent: until revoked. */
  readonly validDays?: number;
}

/** A token as it may be shown; there is no way back to its secret. */
export interface TokenSummary extends Omit<ApiToken, "secretHash" | "createdAt" | "expiresAt" | "revokedAt"> {
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

export interface CreatedToken extends TokenSummary {
  /** `tt_<id>_<secret>`: told once, kept nowhere. */
  readonly token: string;
}

export type AuthenticatedToken = Pick<ApiToken, "id" | "agency" | "types" | "role" | "label" | "expiresAt">;

export interface ApiTokens {
  createToken(actor: Actor, request: NewToken): Promise<CreatedToken>;
  listTokens(agency?: string): Promise<readonly TokenSummary[]>;
  /** Idempotent: revoking twice keeps the first time. `request.not-found` for an unknown id. */
  revokeToken(actor: Actor, id: string): Promise<TokenSummary>;
  /** Null for a text that is not a token, an unknown, a wrong, a revoked and an expired one alike. */
  authenticate(text: string): Promise<AuthenticatedToken | null>;
}

export interface ApiTokenDependencies {
  readonly store: ApiTokenStore;
  readonly agencies: Pick<AgencyStore, "findAgency">;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** 256 random bits cannot be guessed, so one SHA-256 without salt or stretching is enough to keep them. */
const TOKEN_TEXT = /^tt_([0-9a-f]{16})_[0-9a-f]{64}$/;
const DAY = 86_400_000;

export function createApiTokens({ store, agencies, now }: ApiTokenDependencies): ApiTokens {
  return {
    async createToken(actor, request) {
      checkRequest(request);
      if ((await agencies.findAgency(request.agency)) === null) {
        throw new TallyError("agency.unknown", `agency: ${request.agency} is not registered here`, { field: "agency" });
      }
      const id = randomBytes(8).toString("hex");
      const text = `tt_${id}_${randomBytes(32).toString("hex")}`;
      const at = now();
      const token: ApiToken = {
        id,
        secretHash: hashOf(text),
        agency: request.agency,
        types: request.types ?? ["*"],
        role: request.role,
        label: request.label,
        createdAt: at,
        expiresAt: request.validDays === undefined ? null : at + request.validDays * DAY,
        revokedAt: null,
      };
      const detail = { agency: token.agency, role: token.role, types: token.types.join(" ") };
      const event = eventBy(actor, {
        time: at,
        action: "token-created",
        object: id,
        digestAfter: tokenDigest(token),
        detail,
      });
      if (!(await store.addToken(token, event)))
        throw new TallyError("request.conflict", `token ${id} exists; try again`);
      return { ...summary(token), token: text };
    },

    async listTokens(agency) {
      return (await store.listTokens(agency)).map(summary);
    },

    async revokeToken(actor, id) {
      const event = eventBy(actor, { time: now(), action: "token-revoked", object: id });
      await store.revokeToken(id, event.time, event);
      const token = await store.findToken(id);
      if (token === null) throw new TallyError("request.not-found", `there is no token ${JSON.stringify(id)}`);
      return summary(token);
    },

    async authenticate(text) {
      const id = TOKEN_TEXT.exec(text)?.[1];
      const token = id === undefined ? null : await store.findToken(id);
      if (token === null || !timingSafeEqual(hashOf(text), token.secretHash)) return null;
      if (token.revokedAt !== null || (token.expiresAt !== null && token.expiresAt <= now())) return null;
      const { agency, types, role, label, expiresAt } = token;
      return { id: token.id, agency, types, role, label, expiresAt };
    },
  };
}

/** Of all that a token may do and for how long; on record with its creation. */
export function tokenDigest({ secretHash, revokedAt: _, ...fields }: ApiToken): Uint8Array {
  return recordDigest({ ...fields, secretHash: toHex(secretHash) });
}

function checkRequest({ types = ["*"], role, label, validDays }: NewToken): void {
  const problems: { field: string; message: string }[] = [];
  if (!ACTOR_ROLES.includes(role)) problems.push({ field: "role", message: `is none of ${ACTOR_ROLES.join(", ")}` });
  if (!/^\P{C}{1,100}$/u.test(label)) {
    problems.push({ field: "label", message: "takes 1 to 100 characters, no control characters" });
  }
  if (!types.every((type) => type === "*" || /^[0-9A-Z]{21}$/.test(type)) || types.length === 0) {
    problems.push({ field: "types", message: "takes type codes of 21 characters, or * for all" });
  }
  if (validDays !== undefined && !(Number.isInteger(validDays) && validDays >= 1 && validDays <= 3_650)) {
    problems.push({ field: "validDays", message: "is a whole number from 1 to 3650" });
  }
  if (problems.length > 0) {
    const text = problems.map(({ field, message }) => `${field} ${message}`).join("; ");
    throw new TallyError("request.invalid", `the token cannot be made: ${text}`, { problems });
  }
}

function hashOf(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}

function summary({ secretHash: _, createdAt, expiresAt, revokedAt, ...rest }: ApiToken): TokenSummary {
  return { ...rest, createdAt: rfc3339(createdAt), expiresAt: orNull(expiresAt), revokedAt: orNull(revokedAt) };
}

const rfc3339 = (ms: number): string => new Date(ms).toISOString();
const orNull = (ms: number | null): string | null => (ms === null ? null : rfc3339(ms));
