// SPDX-License-Identifier: Apache-2.0
import type { Request, RequestHandler, Response } from "express";
import { TallyError } from "../../core/errors.js";
import type { BuiltPages, PageFile } from "./built-pages.js";
import { PAGE_HEADERS } from "./page-policy.js";

/** Which document answers at which path; a page reads the rest of its path itself. */
const DOCUMENTS: readonly { readonly path: RegExp; readonly file: string }[] = [
  { path: /^\/v$/, file: "/v.html" },
  { path: /^\/c\/[^/]+$/, file: "/c.html" },
  { path: /^\/desk(?:\/.*)?$/, file: "/desk.html" },
];
const FILES = /^\/(?:assets\/[^/]+|icon\.svg|service-worker\.js)$/;

/**
 * The browser pages. Anything else is for the next handler. `pages` is null when they were never built: then their paths say so,
 * and the rest of the service works.
 */
export function servePages(pages: BuiltPages | null): RequestHandler {
  return (req, res, next) => {
    const isFrontDoor = pages !== null && req.path === "/";
    const address = isFrontDoor ? "/" : fileOf(req.path);
    if (address === null) return next();
    if (req.method !== "GET" && req.method !== "HEAD") {
      res.setHeader("Allow", "GET, HEAD");
      return next(new TallyError("request.method-not-allowed", "this path takes GET, HEAD"));
    }
    if (isFrontDoor) return res.redirect(302, "/v");
    if (pages === null) {
      return next(
        new TallyError("request.not-found", "the pages are not built: run `npm run build`, then start again"),
      );
    }
    const file = pages.get(address);
    if (file === undefined) return next(new TallyError("request.not-found", "there is nothing at this path"));
    return send(req, res, file);
  };
}

function fileOf(path: string): string | null {
  if (FILES.test(path)) return path;
  return DOCUMENTS.find((document) => document.path.test(path))?.file ?? null;
}

function send(req: Request, res: Response, { mediaType, digest, isImmutable, forms }: PageFile): void {
  // The first that the client takes is the smallest.
  const { encoding, bytes } = forms.find((form) => req.acceptsEncodings(form.encoding)) ?? forms.at(-1)!;
  res.set(PAGE_HEADERS);
  res.set({
    "Cache-Control": isImmutable ? "public, max-age=31536000, immutable" : "no-cache",
    ETag: `"${digest}-${encoding}"`,
    Vary: "Accept-Encoding",
  });
  if (encoding !== "identity") res.setHeader("Content-Encoding", encoding);
  res.type(mediaType).send(bytes);
}
