// SPDX-License-Identifier: Apache-2.0
import { Router } from "express";
import { TallyError } from "../../core/errors.js";
import type { HttpDependencies } from "../dependencies.js";
import { sendImmutable } from "../immutable-answer.js";
import { allowAnyOrigin } from "../middleware/cross-origin.js";
import { BATCH_PATH, BATCHES_QUERY } from "../openapi/parameters.js";
import { checkPath } from "../validation/path-check.js";
import { queryCheck } from "../validation/schema-check.js";
import { STRICT } from "./strict.js";

const checkQuery = queryCheck(BATCHES_QUERY.schema);
const PAGE = 50;
const MOST = 200;

/** Batches for the mirrors of other regions: 32 bytes an entry, nothing personal, checked by whoever fetches them. */
export function batchesRouter({ batches }: HttpDependencies): Router {
  const router = Router(STRICT);

  router.get("/v1/batches", allowAnyOrigin, async (req, res) => {
    const { sinceBlock = "0", limit = String(PAGE) } = checkQuery<{ sinceBlock?: string; limit?: string }>(req.query);
    const found = await batches.anchoredSince(Number(sinceBlock), Math.min(Number(limit), MOST));
    res.json({
      batches: found.map(({ region, root, size, block, time, tx }) => {
        return { region, root, size, block, time: new Date(time * 1000).toISOString(), tx };
      }),
    });
  });

  router.get("/v1/batches/:region/:root/:size", allowAnyOrigin, checkPath(BATCH_PATH), async (req, res) => {
    const { region, root, size } = req.params as { region: string; root: string; size: string };
    const leaves = await batches.leaves({ region, root, size: Number(size) });
    if (leaves === null)
      throw new TallyError("batch.not-found", `batch ${root} of ${size} in ${region} is not kept here`);
    sendImmutable(res, "application/octet-stream", leaves);
  });
  return router;
}
