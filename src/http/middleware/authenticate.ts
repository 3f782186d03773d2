// SPDX-License-Identifier: Apache-2.0
import type { Request, RequestHandler, Response } from "express";
import { TallyError } from "../../core/errors.js";
import type { ApiTokens } from "../../domain/agencies/api-tokens.js";
import type { Actor, ActorRole } from "../../domain/audit/index.js";
import { requestContext } from "../request-context.js";

/**
 * Middleware that admits holders of an API token with one of the roles (RFC 6750). It runs before a body is read, so a
 * stranger cannot make the service take in anything.
 */
export function requireToken(tokens: Pick<ApiTokens, "authenticate">, ...roles: readonly ActorRole[]): RequestHandler {
  return async (req, res, next) => {
    const text = bearerToken(req);
    if (text === null) throw new TallyError("request.unauthenticated", "send an API token: Authorization: Bearer tt_…");
    const token = await tokens.authenticate(text);
    if (token === null) {
      res.setHeader("WWW-Authenticate", 'Bearer realm="tigertally", error="invalid_token"');
      throw new TallyError("request.unauthenticated", "the API token is unknown, revoked or expired");
    }
    requestContext(res).token = token;
    if (!roles.includes(token.role)) {
      throw new TallyError(
        "request.forbidden",
        `a token of role ${token.role} cannot do this; ${roles.join(" or ")} can`,
      );
    }
    next();
  };
}

function bearerToken(req: Request): string | null {
  return /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(req.get("Authorization") ?? "")?.[1] ?? null;
}

/** The caller as the use cases know it. Only behind `requireToken`. */
export function actorOf(res: Response): Actor {
  const { token, requestId } = requestContext(res);
  if (token === undefined) throw new TallyError("internal", "a route asks for its actor without requiring a token");
  return { kind: "token", id: token.id, role: token.role, agency: token.agency, types: token.types, requestId };
}
