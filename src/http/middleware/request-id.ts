// SPDX-License-Identifier: Apache-2.0
import type { RequestHandler, Response } from "express";
import type { Logger } from "pino";
import { requestContext } from "../request-context.js";

/** A caller's own id is kept when it can do no harm in a log or a header. */
const SANE = /^[A-Za-z0-9._-]{8,64}$/;

const CLOSED = new Error("the response is over");
const signals = new WeakMap<Response, AbortSignal>();

/** Made when somebody asks for it, which most requests never need. */
function goneSignal(res: Response): AbortSignal {
  const known = signals.get(res);
  if (known !== undefined) return known;
  const over = new AbortController();
  signals.set(res, over.signal);
  if (res.closed) over.abort(CLOSED);
  else res.once("close", () => over.abort(CLOSED));
  return over.signal;
}

/** Gives every request an id, answers it in `X-Request-Id`, and a logger that writes it. */
export function identifyRequest({ logger, newId }: { logger: Logger; newId: () => string }): RequestHandler {
  return (req, res, next) => {
    const offered = req.get("X-Request-Id");
    const requestId = offered !== undefined && SANE.test(offered) ? offered : newId();
    const context = requestContext(res);
    context.requestId = requestId;
    context.log = logger.child({ requestId });
    Object.defineProperty(context, "gone", { get: () => goneSignal(res) });
    res.setHeader("X-Request-Id", requestId);
    next();
  };
}
