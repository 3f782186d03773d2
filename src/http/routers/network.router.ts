// SPDX-License-Identifier: Apache-2.0
import { Router } from "express";
import { readJsonBody } from "../body/json-body.js";
import { answerCall, type ChainCall } from "../chain/answer-calls.js";
import type { HttpDependencies } from "../dependencies.js";
import { allowAnyOrigin } from "../middleware/cross-origin.js";
import { schemaCheck } from "../validation/schema-check.js";
import { STRICT } from "./strict.js";

const checkRequest = schemaCheck("ChainRequest");
const MOST_BYTES = 256 * 1024;

/** Which chain and registry this network has, and reads of that registry through our node. */
export function networkRouter({ network, trustBundle, chain, settings }: HttpDependencies): Router {
  const router = Router(STRICT);

  router.get("/v1/registry", allowAnyOrigin, (_req, res) => {
    res.json({ ...network, bundleKey: trustBundle()?.content.signer.text ?? null });
  });

  router.post("/v1/chain", async (req, res) => {
    const { value } = await readJsonBody(req, res, settings, MOST_BYTES);
    const request = checkRequest<ChainCall | readonly ChainCall[]>(value);
    const answer = (call: ChainCall): Promise<object> => answerCall(call, network.registry, chain);
    res.json(isBatch(request) ? await Promise.all(request.map(answer)) : await answer(request));
  });
  return router;
}

const isBatch = (request: ChainCall | readonly ChainCall[]): request is readonly ChainCall[] => Array.isArray(request);
