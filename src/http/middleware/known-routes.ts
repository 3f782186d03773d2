// SPDX-License-Identifier: Apache-2.0
import type { RequestHandler } from "express";
import { TallyError } from "../../core/errors.js";
import type { Paths } from "../openapi/operation.js";

interface KnownPath {
  readonly template: string;
  readonly pattern: RegExp;
  /** Upper case, HEAD and OPTIONS included. */
  readonly methods: readonly string[];
  readonly isOpen: boolean;
}

/**
 * Lets described operations through and nothing else: 404 for an unknown path, 405 with `Allow` for a known one, and an answer
 * to OPTIONS, with which a page of another origin may read what is open.
 */
export function admitKnownRoutes(paths: Paths): RequestHandler {
  const known = knownPaths(paths);
  const literal = new Map(known.flatMap((path) => (path.template.includes("{") ? [] : [[path.template, path]])));
  return (req, res, next) => {
    const path = literal.get(req.path) ?? known.find(({ pattern }) => pattern.test(req.path));
    if (path === undefined) return next(new TallyError("request.not-found", "there is nothing at this path"));
    if (req.method !== "OPTIONS" && path.methods.includes(req.method)) return next();
    res.setHeader("Allow", path.methods.join(", "));
    if (req.method !== "OPTIONS") {
      return next(new TallyError("request.method-not-allowed", `this path takes ${path.methods.join(", ")}`));
    }
    if (path.isOpen) {
      res.set({ "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "GET, HEAD" });
    }
    res.status(204).end();
  };
}

/** Literal paths before templates, so that `/batch` is not taken for an identifier. */
function knownPaths(paths: Paths): KnownPath[] {
  return Object.entries(paths)
    .toSorted(([a], [b]) => Number(a.includes("{")) - Number(b.includes("{")))
    .map(([template, operations]) => ({
      template,
      pattern: new RegExp(`^${template.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+")}$`),
      methods: [
        ...(operations.get === undefined ? [] : ["GET", "HEAD"]),
        ...(operations.post === undefined ? [] : ["POST"]),
        "OPTIONS",
      ],
      isOpen: operations.get?.security?.length === 0,
    }));
}
