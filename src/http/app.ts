// SPDX-License-Identifier: Apache-2.0
import express, { type Express } from "express";
import type { HttpDependencies } from "./dependencies.js";
import { limitConcurrency } from "./middleware/concurrency-limit.js";
import { admitKnownRoutes } from "./middleware/known-routes.js";
import { lingerBriefly } from "./middleware/linger.js";
import { limitRate } from "./middleware/rate-limit.js";
import { identifyRequest } from "./middleware/request-id.js";
import { logRequest } from "./middleware/request-log.js";
import { setSecurityHeaders } from "./middleware/security-headers.js";
import { PATHS } from "./openapi/document.js";
import { servePages } from "./pages/serve-pages.js";
import { problemHandler } from "./problem/problem-handler.js";
import { batchesRouter } from "./routers/batches.router.js";
import { catalogueRouter } from "./routers/catalogue.router.js";
import { certificatesRouter } from "./routers/certificates.router.js";
import { changesRouter } from "./routers/changes.router.js";
import { copiesRouter } from "./routers/copies.router.js";
import { documentsRouter } from "./routers/documents.router.js";
import { issueRouter } from "./routers/issue.router.js";
import { issueBatchRouter } from "./routers/issue-batch.router.js";
import { networkRouter } from "./routers/network.router.js";
import { pickUpRouter } from "./routers/pick-up.router.js";
import { pickUpLinksRouter } from "./routers/pick-up-links.router.js";
import { proofsRouter } from "./routers/proofs.router.js";
import { publicDocumentsRouter } from "./routers/public-documents.router.js";
import { sealAuthoritiesRouter } from "./routers/seal-authorities.router.js";
import { descriptionRouter, healthRouter } from "./routers/service.router.js";
import { tokenRouter } from "./routers/token.router.js";
import { trustBundleRouter } from "./routers/trust-bundle.router.js";
import { vcApiRouter } from "./routers/vc-api.router.js";
import { verifyRouter } from "./routers/verify.router.js";

/** The HTTP service as a function of its dependencies; `serve` puts it behind a socket. */
export function createApp(deps: HttpDependencies): Express {
  const { settings } = deps;
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.enable("strict routing");
  app.enable("case sensitive routing");
  app.set("query parser", "simple");
  app.set("trust proxy", settings.trustProxy);

  app.use(identifyRequest(deps));
  app.use(logRequest(deps));
  app.use(setSecurityHeaders);
  app.use(lingerBriefly(settings.lingerMs));
  app.use(servePages(deps.pages));
  app.use(admitKnownRoutes(PATHS));
  app.use(healthRouter(deps));
  app.use(limitRate(settings.rateLimitPerMinute));
  app.use(
    limitConcurrency({ active: settings.maxConcurrent, queued: settings.maxQueued, waitMs: settings.queueWaitMs }),
  );

  // First, since it is asked most; no path is in two routers.
  app.use(verifyRouter(deps));
  app.use(issueRouter(deps));
  app.use(issueBatchRouter(deps));
  app.use(certificatesRouter(deps));
  app.use(documentsRouter(deps));
  app.use(copiesRouter(deps));
  app.use(changesRouter(deps));
  app.use(pickUpLinksRouter(deps));
  app.use(pickUpRouter(deps));
  app.use(tokenRouter(deps));
  app.use(catalogueRouter(deps));
  app.use(batchesRouter(deps));
  app.use(proofsRouter(deps));
  app.use(publicDocumentsRouter(deps));
  app.use(vcApiRouter(deps));
  app.use(trustBundleRouter(deps));
  app.use(sealAuthoritiesRouter(deps));
  app.use(networkRouter(deps));
  app.use(descriptionRouter(deps));

  app.use(problemHandler);
  return app;
}
