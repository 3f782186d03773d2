// SPDX-License-Identifier: Apache-2.0
import { Router } from "express";
import type { IssueRequest } from "../../domain/issuance/index.js";
import { readJsonBody } from "../body/json-body.js";
import type { HttpDependencies } from "../dependencies.js";
import { type Attempt, answerOnce, type Outcome } from "../issuing/answer-once.js";
import { idempotencyKey } from "../issuing/idempotency-key.js";
import { issuedUnder, plannedIdentifier, underPlan } from "../issuing/planned-identifier.js";
import { withPickUp } from "../issuing/with-pick-up.js";
import { actorOf, requireToken } from "../middleware/authenticate.js";
import { schemaCheck } from "../validation/schema-check.js";
import { STRICT } from "./strict.js";

const checkRequest = schemaCheck("IssueRequest");

/** Issues one certificate, with the link for its holder; the rules live in domain/issuance. */
export function issueRouter({ issuance, pickUps, idempotency, tokens, settings }: HttpDependencies): Router {
  const router = Router(STRICT);
  router.post("/v1/certificates", requireToken(tokens, "issuer"), async (req, res) => {
    idempotencyKey(req);
    const { bytes, value } = await readJsonBody(req, res, settings);
    const request = checkRequest<IssueRequest>(value);
    const actor = actorOf(res);
    await pickUps.ready();
    const plan = (): string => plannedIdentifier(actor, request);
    const issue = async ({ plan, mayHaveHappened }: Attempt): Promise<Outcome> => {
      const before = mayHaveHappened && plan !== null ? await issuedUnder(issuance, actor, plan, request) : null;
      const body = before ?? (await issuance.issueCertificate(actor, underPlan(request, plan ?? "")));
      return { status: 201, body };
    };
    await answerOnce(req, res, idempotency, bytes, plan, issue, withPickUp(pickUps, actor));
  });
  return router;
}
