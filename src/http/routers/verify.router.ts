// SPDX-License-Identifier: Apache-2.0
import { type Request, type Response, Router } from "express";
import { fromUtf8 } from "../../core/bytes.js";
import { TallyError } from "../../core/errors.js";
import type { DocumentInput } from "../../verify/document.js";
import { ClientGone } from "../body/client-gone.js";
import { acceptMediaType } from "../body/media-type.js";
import { readBody } from "../body/read-body.js";
import type { HttpDependencies } from "../dependencies.js";
import { VERIFY_QUERY } from "../openapi/parameters.js";
import { requestContext } from "../request-context.js";
import { Turns } from "../turns.js";
import { queryCheck } from "../validation/schema-check.js";
import type { VerifyOptions } from "../verification/verifier.js";
import { STRICT } from "./strict.js";

const JSON_TYPE = "application/json";
const PDF_TYPE = "application/pdf";
const TEXT_TYPE = "text/plain";

const checkOptions = queryCheck(VERIFY_QUERY.schema);

/** Verification for anybody. Any content gets a report; an error is only what keeps the question from being asked. */
export function verifyRouter({ verifier, settings }: HttpDependencies): Router {
  const { maxConcurrentVerifications: active, maxQueued: queued, queueWaitMs: waitMs } = settings;
  const turns = new Turns({ active, queued, waitMs });
  const router = Router(STRICT);

  /** The turn begins when the body is here: a slow sender holds nobody up. */
  const answerInTurn = async (req: Request, res: Response, work: () => Promise<string>): Promise<void> => {
    const done = await turns.take(req.ip ?? "", () => requestContext(res).gone);
    try {
      const text = await work();
      res.setHeader("Content-Type", "application/json; charset=utf-8");
      res.send(text);
    } finally {
      done();
    }
  };

  router.post("/v1/verify", async (req, res) => {
    const options = verifyOptions(req);
    const mediaType = acceptMediaType(req, res, [JSON_TYPE, PDF_TYPE, TEXT_TYPE]);
    const maxBytes = mediaType === PDF_TYPE ? settings.maxPdfBytes : settings.maxJsonBytes;
    const bytes = await wholeBody(req, res, maxBytes);
    if (bytes.length === 0) throw new TallyError("request.invalid", "the body is empty: send the document to verify");
    await answerInTurn(req, res, () => verifier.report(documentOf(mediaType, bytes), options));
  });

  router.post("/v1/verify/batch", async (req, res) => {
    const options = verifyOptions(req);
    acceptMediaType(req, res, [JSON_TYPE]);
    const bytes = await wholeBody(req, res, settings.maxVerifyBatchBytes);
    const { gone } = requestContext(res);
    await answerInTurn(req, res, async () => {
      try {
        return await verifier.reports(bytes, options, gone);
      } catch (error) {
        throw gone.aborted ? new ClientGone("the connection closed before the answer", { cause: error }) : error;
      }
    });
  });

  function wholeBody(req: Request, res: Response, maxBytes: number): Promise<Uint8Array> {
    const { bodyIdleMs: idleMs, bodyTotalMs: totalMs } = settings;
    return readBody(req, res, { maxBytes, idleMs, totalMs });
  }
  return router;
}

function verifyOptions(req: Request): VerifyOptions {
  const { at, matter } = checkOptions<{ at?: string; matter?: string }>(req.query);
  return { ...(at === undefined ? {} : { at: new Date(at) }), ...(matter === undefined ? {} : { matter }) };
}

/** A scanner's text goes in as text; anything else as the bytes that came, so that the verifier judges exactly those. */
function documentOf(mediaType: string, bytes: Uint8Array): DocumentInput {
  const text = mediaType === TEXT_TYPE ? fromUtf8(bytes) : null;
  return text === null ? { bytes } : { text: text.trim() };
}
