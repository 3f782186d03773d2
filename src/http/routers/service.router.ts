// SPDX-License-Identifier: Apache-2.0
import { Router } from "express";
import type { HttpDependencies, ReadyBundle } from "../dependencies.js";
import { allowAnyOrigin } from "../middleware/cross-origin.js";
import { openApiDocument } from "../openapi/document.js";
import { STRICT } from "./strict.js";

/** Whether the service lives and can work. Neither limited nor counted: a probe must get through a crowd. */
export function healthRouter({ readiness, draining, trustBundle, now }: HttpDependencies): Router {
  const router = Router(STRICT);

  router.get("/healthz", (_req, res) => {
    res.json({ status: "ok" });
  });

  router.get("/readyz", async (_req, res) => {
    const checks = { ...(await readiness()), ...(draining.begun ? { service: "stopping" } : {}) };
    const ready = Object.values(checks).every((state) => state === "ok");
    res.status(ready ? 200 : 503).json({ ready, checks, trustBundle: ageOf(trustBundle(), now()) });
  });
  return router;
}

/** An old bundle is no reason to send requests elsewhere; whoever watches the service wants to know. */
function ageOf(bundle: ReadyBundle | null, now: number): object | null {
  if (bundle === null) return null;
  const { issuedAt, block } = bundle.content;
  const ageSeconds = Math.max(0, Math.floor((now - Date.parse(issuedAt)) / 1000));
  return { block: block.number, issuedAt, ageSeconds };
}

/** What the service says about itself and its vocabulary. */
export function descriptionRouter({ version, licenceContext }: HttpDependencies): Router {
  const router = Router(STRICT);
  const context = Buffer.from(licenceContext);
  const document = Buffer.from(JSON.stringify(openApiDocument(version)));

  router.get("/openapi.json", allowAnyOrigin, (_req, res) => {
    res.type("application/json").send(document);
  });

  router.get("/contexts/licence/v1", allowAnyOrigin, (_req, res) => {
    res.set("Cache-Control", "public, max-age=86400").type("application/ld+json").send(context);
  });
  return router;
}
