// SPDX-License-Identifier: Apache-2.0
import { type Request, type Response, Router } from "express";
import type { SendRequest } from "../../domain/holders/index.js";
import { auditedRead } from "../audited-read.js";
import { readJsonBody } from "../body/json-body.js";
import type { HttpDependencies } from "../dependencies.js";
import { answerOnce } from "../issuing/answer-once.js";
import { idempotencyKey } from "../issuing/idempotency-key.js";
import { actorOf, requireToken } from "../middleware/authenticate.js";
import { LINK } from "../openapi/operations/pick-up.js";
import { ID } from "../openapi/parameters.js";
import { checkPath } from "../validation/path-check.js";
import { schemaCheck } from "../validation/schema-check.js";
import { STRICT } from "./strict.js";

const checkRequest = schemaCheck("SendLinkRequest");

/** The agency's side of delivery: list, send anew, take back. */
export function pickUpLinksRouter(deps: HttpDependencies): Router {
  const { pickUps, tokens, idempotency, settings } = deps;
  const router = Router(STRICT);
  const links = "/v1/certificates/:id/pick-up-links";

  router.get(
    links,
    [requireToken(tokens, "issuer", "reader"), checkPath([ID])],
    async (req: Request, res: Response) => {
      const id = req.params.id as string;
      const event = { action: "certificate-read", object: id, detail: () => ({ form: "pick-up-links" }) } as const;
      res.json({ links: await auditedRead(res, deps, event, () => pickUps.listLinks(actorOf(res), id)) });
    },
  );

  router.post(links, [requireToken(tokens, "issuer"), checkPath([ID])], async (req: Request, res: Response) => {
    const id = req.params.id as string;
    idempotencyKey(req);
    const { bytes, value } = await readJsonBody(req, res, settings);
    const request = checkRequest<SendRequest>(value);
    const actor = actorOf(res);
    // Made first and written down with the key, so that a repeat finds its link; what is stored has no secret.
    await answerOnce(
      req,
      res,
      idempotency,
      bytes,
      () => pickUps.newLinkId(),
      async ({ plan }) => {
        const { link } = await pickUps.sendLink(actor, id, { ...request, ...(plan === null ? {} : { link: plan }) });
        return { status: 201, body: { certificateIdentifier: id, link } };
      },
      async (stored) => ({
        body: await pickUps.tellLink(actor, (stored as typeof stored & { link: string }).link),
        location: `/v1/certificates/${id}/pick-up-links`,
      }),
    );
  });

  router.post(
    `${links}/:link/revoke`,
    [requireToken(tokens, "issuer"), checkPath([ID, LINK])],
    async (req: Request, res: Response) => {
      res.json(await pickUps.revokeLink(actorOf(res), req.params.id as string, req.params.link as string));
    },
  );
  return router;
}
