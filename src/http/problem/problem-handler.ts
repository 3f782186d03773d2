// SPDX-License-Identifier: Apache-2.0
import type { ErrorRequestHandler, Response } from "express";
import type { TallyError } from "../../core/errors.js";
import { ClientGone } from "../body/client-gone.js";
import { requestContext } from "../request-context.js";
import { asTallyError, PROBLEM_MEDIA_TYPE, problemFor } from "./problem-document.js";

/** Seconds a client should wait, where waiting helps. */
const RETRY_AFTER: Partial<Record<TallyError["code"], number>> = {
  "request.overloaded": 2,
  "request.conflict": 2,
  "chain.unreachable": 5,
  "store.failed": 5,
  "key.locked": 30,
};

/** The last middleware: turns whatever a handler threw into a problem document. */
export const problemHandler: ErrorRequestHandler = (thrown, req, res, _next) => {
  const { log } = requestContext(res);
  if (thrown instanceof ClientGone) {
    req.socket.destroy();
    return;
  }
  const error = asTallyError(thrown);
  const fields = { code: error.code, err: error.cause ?? error };
  if (problemFor(error).status >= 500) log.error(fields, "request failed");
  // The message of a refusal may quote what was sent, and so a holder; the code is all that the log needs.
  else log.debug({ code: error.code }, "request refused");
  if (res.headersSent) {
    // Half an answer must not look like a whole one.
    req.socket.destroy();
    return;
  }
  sendProblem(res, error);
};

export function sendProblem(res: Response, error: TallyError): void {
  const fieldsOf = ["GET", "HEAD"].includes(res.req.method) ? "query" : "body";
  const problem = problemFor(error, requestContext(res).requestId, fieldsOf);
  const wait = RETRY_AFTER[error.code];
  if (wait !== undefined && !res.hasHeader("Retry-After")) res.setHeader("Retry-After", String(wait));
  if (error.code === "request.unauthenticated" && !res.hasHeader("WWW-Authenticate")) {
    res.setHeader("WWW-Authenticate", 'Bearer realm="tigertally"');
  }
  for (const name of ["Content-Disposition", "ETag", "Location", "Cache-Control"]) res.removeHeader(name);
  res
    .status(problem.status)
    .set("Cache-Control", "no-store")
    .type(PROBLEM_MEDIA_TYPE)
    .send(Buffer.from(JSON.stringify(problem)));
}
