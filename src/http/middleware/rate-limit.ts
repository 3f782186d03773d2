// SPDX-License-Identifier: Apache-2.0
import type { RequestHandler } from "express";
import { rateLimit } from "express-rate-limit";
import { TallyError } from "../../core/errors.js";

/** Counts requests by address (an IPv6 caller by its /56) and refuses what goes beyond the limit with a problem document. */
export function limitRate(perMinute: number, identifier = "per-address"): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: perMinute,
    standardHeaders: "draft-8",
    legacyHeaders: false,
    identifier,
    // Whether X-Forwarded-For counts is our setting; a client that sends one unasked is no mistake of ours.
    validate: { xForwardedForHeader: false },
    handler: (_req, _res, next) => {
      next(new TallyError("request.rate-limited", `more than ${perMinute} requests in a minute; wait for Retry-After`));
    },
  });
}
