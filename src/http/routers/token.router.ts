// SPDX-License-Identifier: Apache-2.0
import { Router } from "express";
import { ACTOR_ROLES } from "../../domain/audit/index.js";
import type { HttpDependencies } from "../dependencies.js";
import { actorOf, requireToken } from "../middleware/authenticate.js";
import { requestContext } from "../request-context.js";
import { STRICT } from "./strict.js";

/** What a token is good for, told to whoever holds it. */
export function tokenRouter({ issuance, tokens, network }: HttpDependencies): Router {
  const router = Router(STRICT);

  router.get("/v1/token", requireToken(tokens, ...ACTOR_ROLES), async (_req, res) => {
    const { token } = requestContext(res);
    const { agency, issuable } = await issuance.workplaceOf(actorOf(res));
    res.set("Cache-Control", "no-store").json({
      id: token?.id,
      label: token?.label,
      role: token?.role,
      region: network.region,
      agency,
      types: token?.types,
      issuable,
      expiresAt: token?.expiresAt == null ? null : new Date(token.expiresAt).toISOString(),
    });
  });
  return router;
}
