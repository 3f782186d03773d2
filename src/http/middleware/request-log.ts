// SPDX-License-Identifier: Apache-2.0
import type { Request, RequestHandler } from "express";
import type { HttpDependencies, RequestSeen } from "../dependencies.js";
import { requestContext } from "../request-context.js";

/**
 * One line a request, written when it ends. The route's template stands in for the path and the query is left out: holder
 * codes, numbers and identifiers never reach the log; neither do bodies, headers or the caller's address.
 */
export const logRequest =
  ({ onRequest }: Pick<HttpDependencies, "onRequest">): RequestHandler =>
  (req, res, next) => {
    const started = performance.now();
    res.once("close", () => {
      const { log, token } = requestContext(res);
      const seen: RequestSeen = {
        method: req.method,
        route: routeTemplate(req),
        status: res.writableFinished ? res.statusCode : "aborted",
        ms: Math.round((performance.now() - started) * 10) / 10,
      };
      onRequest?.(seen);
      const line = {
        ...seen,
        ...(token === undefined ? {} : { tokenId: token.id, agency: token.agency }),
      };
      if (res.statusCode >= 500) log.warn(line, "request");
      else log.info(line, "request");
    });
    next();
  };

function routeTemplate(req: Request): string {
  const path: unknown = req.route?.path;
  return typeof path === "string" ? path : "(none)";
}
