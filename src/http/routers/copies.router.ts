// SPDX-License-Identifier: Apache-2.0
import { type Request, type Response, Router } from "express";
import { auditedRead } from "../audited-read.js";
import { readJsonBody } from "../body/json-body.js";
import { copiesPage } from "../copies-page.js";
import type { HttpDependencies } from "../dependencies.js";
import { locationOf } from "../issuing/answer-once.js";
import { answerWithCopy } from "../issuing/answer-with-copy.js";
import { idempotencyKey } from "../issuing/idempotency-key.js";
import { actorOf, requireToken } from "../middleware/authenticate.js";
import { readPurpose } from "../middleware/purpose.js";
import { COPY_PATH, ID } from "../openapi/parameters.js";
import { checkPath } from "../validation/path-check.js";
import { schemaCheck } from "../validation/schema-check.js";
import { STRICT } from "./strict.js";

const checkRequest = schemaCheck("CopyRequest");

/** Readers' copies 加注件; the rules live in domain/copies. */
export function copiesRouter(deps: HttpDependencies): Router {
  const { copies, tokens, settings } = deps;
  const router = Router(STRICT);
  const admitted = [requireToken(tokens, "issuer", "reader"), readPurpose, checkPath(COPY_PATH)];

  const read = <T>(req: Request, res: Response, form: string, how: () => Promise<T>): Promise<T> => {
    const { id, number } = req.params as { id: string; number?: string };
    const detail = () => ({ form, ...(number === undefined ? {} : { copy: number }) });
    return auditedRead(res, deps, { action: "certificate-read", object: id, detail }, how);
  };

  router.post(
    "/v1/certificates/:id/copies",
    requireToken(tokens, "issuer"),
    checkPath([ID]),
    async (req: Request, res: Response) => {
      idempotencyKey(req);
      const { bytes, value } = await readJsonBody(req, res, settings);
      const request = checkRequest<object>(value);
      const [actor, id] = [actorOf(res), req.params.id as string];
      await answerWithCopy(req, res, deps, {
        bytes,
        make: (number) => copies.make(actor, id, request, number),
        find: (number) => copies.find(actor, id, number),
        locationOf: (copy) => `${locationOf(copy)}/copies/${copy.copyNumber}`,
      });
    },
  );

  router.get(
    "/v1/certificates/:id/copies",
    requireToken(tokens, "issuer", "reader"),
    readPurpose,
    checkPath([ID]),
    async (req: Request, res: Response) => {
      const page = copiesPage(req.query);
      res.json(await read(req, res, "copies", () => copies.list(actorOf(res), req.params.id as string, page)));
    },
  );

  router.get("/v1/certificates/:id/copies/:number", admitted, async (req: Request, res: Response) => {
    const { id, number } = req.params as { id: string; number: string };
    res.json(await read(req, res, "copy", () => copies.find(actorOf(res), id, number)));
  });

  router.get("/v1/certificates/:id/copies/:number/pdf", admitted, async (req: Request, res: Response) => {
    const { id, number } = req.params as { id: string; number: string };
    const pdf = await read(req, res, "copy-pdf", () => copies.fileOf(actorOf(res), id, number));
    res.attachment(`${id}-copy-${number}.pdf`).type("application/pdf").send(Buffer.from(pdf));
  });
  return router;
}
