// SPDX-License-Identifier: Apache-2.0
import { Router } from "express";
import { TallyError } from "../../core/errors.js";
import { fromHex, toHex } from "../../core/hex.js";
import type { HttpDependencies } from "../dependencies.js";
import { allowAnyOrigin } from "../middleware/cross-origin.js";
import { LEAF_PATH, PROOF_QUERY } from "../openapi/parameters.js";
import { checkPath } from "../validation/path-check.js";
import { queryCheck } from "../validation/schema-check.js";
import { STRICT } from "./strict.js";

const checkQuery = queryCheck(PROOF_QUERY.schema);

/** Proofs out of this region's mirror, for browsers and strangers that have a QR code only. They check them on their own chain. */
export function proofsRouter({ proofs }: Pick<HttpDependencies, "proofs">): Router {
  const router = Router(STRICT);

  router.get("/v1/proofs/:leafHash", allowAnyOrigin, checkPath(LEAF_PATH), async (req, res) => {
    const { region: wanted } = checkQuery<{ region?: string }>(req.query);
    const { leafHash } = req.params as { leafHash: string };
    const proof = await proofs.findProof(fromHex(leafHash), wanted);
    if (proof === null)
      throw new TallyError("request.not-found", `the leaf ${leafHash} is not in this region's mirror`);
    const { region, root, size, index, path } = proof;
    res.json({ region, root, size, index, path: path.map(toHex) });
  });
  return router;
}
