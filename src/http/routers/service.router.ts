// SPDX-License-Identifier: Apache-2.0
import { Router } from "express";
import type { HttpDependencies } from "../dependencies.js";
import { allowAnyOrigin } from "../middleware/cross-origin.js";
import { openApiDocument } from "../openapi/document.js";
import { STRICT } from "./strict.js";

/** Whether the service lives and can work. Neither limited nor counted: a probe must get through a crowd. */
export function healthRouter({ readiness, draining }: HttpDependencies): Router {
  const router = Router(STRICT);

  router.get("/healthz", (_req, res) => {
    res.json({ status: "ok" });
  });

  router.get("/readyz", async (_req, res) => {
    const checks = { ...(await readiness()), ...(draining.begun ? { service: "stopping" } : {}) };
    const ready = Object.values(checks).every((state) => state === "ok");
    res.status(ready ? 200 : 503).json({ ready, checks });
  });
  return router;
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
