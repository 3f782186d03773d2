// SPDX-License-Identifier: Apache-2.0
import type { RequestHandler } from "express";

/** For what is public and only read: any page of any origin may fetch it, without credentials. */
export const allowAnyOrigin: RequestHandler = (_req, res, next) => {
  res.setHeader("Access-Control-Allow-Origin", "*");
  res.setHeader("Cross-Origin-Resource-Policy", "cross-origin");
  res.setHeader("Access-Control-Expose-Headers", "ETag, X-Request-Id, Retry-After");
  next();
};
