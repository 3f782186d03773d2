// SPDX-License-Identifier: Apache-2.0
import type { RequestHandler } from "express";
import { requestContext } from "../request-context.js";
import { type TurnBounds, Turns } from "../turns.js";

/** A request passes when it is its address's turn, and gives the turn back when its response closes, however it ends. */
export function limitConcurrency(bounds: TurnBounds): RequestHandler {
  const turns = new Turns(bounds);
  return async (req, res, next) => {
    const done = await turns.take(req.ip ?? "", () => requestContext(res).gone);
    if (res.closed) return done();
    res.once("close", done);
    next();
  };
}
