// SPDX-License-Identifier: Apache-2.0
import { Router } from "express";
import { TallyError } from "../../core/errors.js";
import type { HttpDependencies } from "../dependencies.js";
import { sendImmutable } from "../immutable-answer.js";
import { allowAnyOrigin } from "../middleware/cross-origin.js";
import { TYPE_PATH } from "../openapi/parameters.js";
import { sendTagged } from "../tagged-answer.js";
import { checkPath } from "../validation/path-check.js";
import { STRICT } from "./strict.js";

/** A service that draws otherwise after an update is seen to do so within an hour. */
const PREVIEW_CACHE = "public, max-age=3600";

/** Certificate types, for anybody: the digest on chain says whether the bytes are right. */
export function catalogueRouter({ catalogue, previews }: HttpDependencies): Router {
  const router = Router(STRICT);

  router.get("/v1/types", allowAnyOrigin, async (_req, res) => {
    const types = (await catalogue.listTypes()).map(({ definition, digest, retiredAt }) => {
      const { typeCode, version, name } = definition;
      return { typeCode, version, name, digest, retiredAt };
    });
    res.json({ types });
  });

  router.get("/v1/types/:typeCode/:version", allowAnyOrigin, checkPath(TYPE_PATH), async (req, res) => {
    const { typeCode, version } = req.params as { typeCode: string; version: string };
    const found = await catalogue.findType(typeCode, Number(version));
    if (found === null) throw noSuchType(typeCode, version);
    sendImmutable(res, "application/json", found.bytes);
  });

  router.get("/v1/types/:typeCode/:version/preview", allowAnyOrigin, checkPath(TYPE_PATH), async (req, res) => {
    const { typeCode, version } = req.params as { typeCode: string; version: string };
    const preview = await previews.previewOf(typeCode, Number(version));
    if (preview === null) throw noSuchType(typeCode, version);
    res.attachment(`${typeCode}-v${version}-sample.pdf`);
    sendTagged(res, "application/pdf", preview, PREVIEW_CACHE);
  });
  return router;
}

function noSuchType(typeCode: string, version: string): TallyError {
  return new TallyError("request.not-found", `there is no version ${version} of type ${typeCode}`);
}
