// SPDX-License-Identifier: Apache-2.0
import type { RequestHandler } from "express";

/** Nothing this service answers is a page: whatever a browser makes of it may load and run nothing. */
const HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Resource-Policy": "same-origin",
  // Answers carry personal data unless a route says that they do not.
  "Cache-Control": "no-store",
};

export const setSecurityHeaders: RequestHandler = (_req, res, next) => {
  for (const [name, value] of Object.entries(HEADERS)) res.setHeader(name, value);
  next();
};
