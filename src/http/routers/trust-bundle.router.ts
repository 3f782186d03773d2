// SPDX-License-Identifier: Apache-2.0
import { Router } from "express";
import { TallyError } from "../../core/errors.js";
import type { HttpDependencies } from "../dependencies.js";
import { allowAnyOrigin } from "../middleware/cross-origin.js";
import { STRICT } from "./strict.js";

/** The region's newest signed bundle, for verifying without a node; who pinned its key needs no trust in this service. */
export function trustBundleRouter({ trustBundle }: HttpDependencies): Router {
  const router = Router(STRICT);

  router.get("/v1/trust-bundle", allowAnyOrigin, (_req, res) => {
    const bundle = trustBundle();
    if (bundle === null) {
      res.set("Retry-After", "10");
      throw new TallyError("bundle.not-ready", "this region has not issued a trust bundle yet");
    }
    const { bytes, digest, content } = bundle;
    res
      .set("Cache-Control", "public, max-age=30")
      .set("ETag", `"${digest}"`)
      .set("Last-Modified", new Date(content.issuedAt).toUTCString())
      .type("application/json")
      .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  });
  return router;
}
