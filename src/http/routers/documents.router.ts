// SPDX-License-Identifier: Apache-2.0
import { type Request, type Response, Router } from "express";
import { canonicalBytes } from "../../core/canonical-json.js";
import { toHex } from "../../core/hex.js";
import type { JsonValue } from "../../core/json.js";
import type { ArchivingPurpose } from "../../domain/archiving/index.js";
import type { RecordedEvent } from "../../domain/audit/index.js";
import { auditedRead } from "../audited-read.js";
import type { HttpDependencies } from "../dependencies.js";
import { actorOf, requireToken } from "../middleware/authenticate.js";
import { readPurpose } from "../middleware/purpose.js";
import { HISTORY_QUERY, ID, PRINT_QUERY } from "../openapi/parameters.js";
import { requestContext } from "../request-context.js";
import { checkPath } from "../validation/path-check.js";
import { queryCheck } from "../validation/schema-check.js";
import { STRICT } from "./strict.js";

const checkHistory = queryCheck(HISTORY_QUERY.schema);
const checkPrint = queryCheck(PRINT_QUERY.schema);
const HISTORY_PAGE = 100;
const MOST_EVENTS = 200;

/** The forms of a certificate: what is handed out, and what was done to it. */
export function documentsRouter(deps: HttpDependencies): Router {
  const { issuance, pdfOf, printedCopyOf, archiveOf, audit, tokens } = deps;
  const router = Router(STRICT);
  const admitted = [requireToken(tokens, "issuer", "reader"), readPurpose, checkPath([ID])];

  const read = <T>(res: Response, id: string, form: string, how: () => Promise<T>): Promise<T> =>
    auditedRead(res, deps, { action: "certificate-read", object: id, detail: () => ({ form }) }, how);

  router.get("/v1/certificates/:id/credential", admitted, async (req: Request, res: Response) => {
    const id = req.params.id as string;
    const view = await read(res, id, "credential", () => issuance.getCertificate(actorOf(res), id));
    sendCanonical(res, "application/vc", view.certificate);
  });

  router.get("/v1/certificates/:id/evidence", admitted, async (req: Request, res: Response) => {
    const id = req.params.id as string;
    const evidence = await read(res, id, "evidence", () => issuance.evidenceOf(actorOf(res), id));
    sendCanonical(res, "application/json", evidence);
  });

  router.get("/v1/certificates/:id/document", admitted, async (req: Request, res: Response) => {
    const id = req.params.id as string;
    const document = await read(res, id, "document", () => issuance.documentOf(actorOf(res), id));
    sendCanonical(res, "application/json", document);
  });

  router.get("/v1/certificates/:id/pdf", admitted, async (req: Request, res: Response) => {
    const id = req.params.id as string;
    const pdf = await read(res, id, "pdf", () => pdfOf(actorOf(res), id));
    res.attachment(`${id}.pdf`).type("application/pdf").send(Buffer.from(pdf));
  });

  router.get("/v1/certificates/:id/printed-copy", admitted, async (req: Request, res: Response) => {
    const id = req.params.id as string;
    const { place } = checkPrint<{ place: string }>(req.query);
    const pdf = await read(res, id, "printed-copy", () => printedCopyOf(actorOf(res), id, { place, ...whyOf(res) }));
    res.attachment(`${id}-printed.pdf`).type("application/pdf").send(Buffer.from(pdf));
  });

  router.get("/v1/certificates/:id/archive", admitted, async (req: Request, res: Response) => {
    const id = req.params.id as string;
    const bytes = await read(res, id, "archive", () => archiveOf(actorOf(res), id, whyOf(res)));
    res.attachment(`${id}.zip`).type("application/zip").send(Buffer.from(bytes));
  });

  router.get("/v1/certificates/:id/history", admitted, async (req: Request, res: Response) => {
    const id = req.params.id as string;
    const { after, limit } = checkHistory<{ after?: string; limit?: string }>(req.query);
    await read(res, id, "history", () => issuance.getCertificate(actorOf(res), id));
    const size = Math.min(Number(limit ?? HISTORY_PAGE), MOST_EVENTS);
    const events = await audit.list({
      object: id,
      order: "oldest-first",
      limit: size,
      ...(after === undefined ? {} : { beyond: Number(after) }),
    });
    res.json({
      events: events.map(historyEvent),
      next: events.length < size ? null : (events.at(-1)?.sequence ?? null),
    });
  });
  return router;
}

function whyOf(res: Response): ArchivingPurpose {
  const { purpose, matter } = requestContext(res);
  return { ...(purpose === undefined ? {} : { purpose }), ...(matter === undefined ? {} : { matter }) };
}

function sendCanonical(res: Response, mediaType: string, value: object): void {
  res.type(mediaType).send(Buffer.from(canonicalBytes(value as unknown as JsonValue)));
}

function historyEvent({ time, digestBefore, digestAfter, ...rest }: RecordedEvent): object {
  return {
    ...rest,
    time: new Date(time).toISOString(),
    ...(digestBefore === undefined ? {} : { digestBefore: toHex(digestBefore) }),
    ...(digestAfter === undefined ? {} : { digestAfter: toHex(digestAfter) }),
  };
}
