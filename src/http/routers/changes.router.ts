// SPDX-License-Identifier: Apache-2.0
import { type RequestHandler, Router } from "express";
import type { Actor } from "../../domain/audit/index.js";
import type { ChangeRequest, IssuedCertificate, SuccessorRequest } from "../../domain/issuance/index.js";
import { readJsonBody } from "../body/json-body.js";
import type { HttpDependencies } from "../dependencies.js";
import { answerOnce } from "../issuing/answer-once.js";
import { idempotencyKey } from "../issuing/idempotency-key.js";
import { findIssued } from "../issuing/planned-identifier.js";
import { withPickUp } from "../issuing/with-pick-up.js";
import { actorOf, requireToken } from "../middleware/authenticate.js";
import { ID } from "../openapi/parameters.js";
import type { SchemaName } from "../openapi/schemas/index.js";
import { checkPath } from "../validation/path-check.js";
import { schemaCheck } from "../validation/schema-check.js";
import { STRICT } from "./strict.js";

/** Legal acts on a certificate: changes of state, and new versions. */
export function changesRouter(deps: HttpDependencies): Router {
  const { tokens, issuance } = deps;
  const router = Router(STRICT);
  const admitted = [requireToken(tokens, "issuer"), checkPath([ID])];
  router.post("/v1/certificates/:id/suspend", admitted, changeState(deps, "suspend", "SuspendRequest"));
  router.post("/v1/certificates/:id/release", admitted, changeState(deps, "release", "ReleaseRequest"));
  router.post("/v1/certificates/:id/revoke", admitted, changeState(deps, "revoke", "RevokeRequest"));
  router.post("/v1/certificates/:id/renew", admitted, makeSuccessor(deps, issuance.renewCertificate));
  router.post("/v1/certificates/:id/correct", admitted, makeSuccessor(deps, issuance.correctCertificate));
  return router;
}

/** Repeating an act that stands is harmless, so a repeat after a crash needs no looking up. */
function changeState(
  { issuance, idempotency, settings }: HttpDependencies,
  action: ChangeRequest["action"],
  schema: SchemaName,
): RequestHandler<{ id: string }> {
  const check = schemaCheck(schema);
  return async (req, res) => {
    idempotencyKey(req);
    const { bytes, value } = await readJsonBody(req, res, settings);
    const request = { ...check<Omit<ChangeRequest, "action">>(value), action };
    const actor = actorOf(res);
    await answerOnce(
      req,
      res,
      idempotency,
      bytes,
      () => "",
      async () => {
        return { status: 200, body: await issuance.changeState(actor, req.params.id, request) };
      },
    );
  };
}

type MakeSuccessor = (actor: Actor, identifier: string, request: SuccessorRequest) => Promise<IssuedCertificate>;

/** The plan is the request id of the first attempt: the audit event of the successor carries it, whoever makes it in the end. */
function makeSuccessor(deps: HttpDependencies, make: MakeSuccessor): RequestHandler<{ id: string }> {
  const { pickUps, idempotency, settings } = deps;
  const check = schemaCheck("SuccessorRequest");
  return async (req, res) => {
    idempotencyKey(req);
    const { bytes, value } = await readJsonBody(req, res, settings);
    const request = check<SuccessorRequest>(value);
    const actor = actorOf(res);
    const { id } = req.params;
    await pickUps.ready();
    await answerOnce(
      req,
      res,
      idempotency,
      bytes,
      () => actor.requestId,
      async ({ plan, mayHaveHappened }) => {
        const before = mayHaveHappened && plan !== null ? await successorMadeBy(deps, actor, id, plan) : null;
        // Under the request id of the plan, not of the attempt: the next attempt would look for the plan's.
        const under = plan === null ? actor : { ...actor, requestId: plan };
        return { status: 201, body: before ?? (await make(under, id, request)) };
      },
      withPickUp(pickUps, actor),
    );
  };
}

/** The successor that an earlier request made and could not answer any more; null when it made none. */
async function successorMadeBy(
  { issuance, audit }: HttpDependencies,
  actor: Actor,
  identifier: string,
  requestId: string,
): Promise<IssuedCertificate | null> {
  const successor = (await findIssued(issuance, actor, identifier))?.successor ?? null;
  if (successor === null) return null;
  const [first] = await audit.list({ object: successor, order: "oldest-first", limit: 1 });
  return first?.requestId === requestId ? findIssued(issuance, actor, successor) : null;
}
