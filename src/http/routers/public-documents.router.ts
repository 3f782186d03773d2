// SPDX-License-Identifier: Apache-2.0
import { type Request, type Response, Router } from "express";
import { TallyError } from "../../core/errors.js";
import type { Published, StatusPurpose } from "../../domain/sharing/index.js";
import type { HttpDependencies } from "../dependencies.js";
import { allowAnyOrigin } from "../middleware/cross-origin.js";
import { DID_TYPES, VC_TYPE } from "../openapi/operations/strangers.js";
import { AGENCY_PATH, STATUS_LIST_PATH } from "../openapi/parameters.js";
import { sendPublished } from "../published-answer.js";
import { checkPath } from "../validation/path-check.js";
import { STRICT } from "./strict.js";

/** A stolen key should not be believed for longer because somebody kept its document. */
const DID_MAX_AGE_SECONDS = 60;
const STATUS_MAX_AGE_SECONDS = 300;
const LAST_LIST = 0xffff_ffff;

/** DID documents and status lists for standard verifiers, open to any page of any origin. */
export function publicDocumentsRouter({ strangers, now }: HttpDependencies): Router {
  const { didDocuments, statusLists } = strangers;
  const router = Router(STRICT);

  const sendDidDocument = (req: Request, res: Response, document: Published): void => {
    res.vary("Accept");
    const mediaType = req.accepts([...DID_TYPES]) || DID_TYPES[0];
    sendPublished(res, mediaType, document, { now: now(), maxAgeSeconds: DID_MAX_AGE_SECONDS });
  };

  for (const path of ["/.well-known/did.json", "/did.json"]) {
    router.get(path, allowAnyOrigin, async (req, res) => {
      sendDidDocument(req, res, await didDocuments.ofRegion());
    });
  }

  router.get("/agencies/:uscc/did.json", allowAnyOrigin, checkPath(AGENCY_PATH), async (req, res) => {
    const { uscc } = req.params as { uscc: string };
    const document = await didDocuments.ofAgency(uscc);
    if (document === null) throw new TallyError("request.not-found", `${uscc} is no agency of this region`);
    sendDidDocument(req, res, document);
  });

  router.get("/v1/status/:region/:purpose/:list", allowAnyOrigin, checkPath(STATUS_LIST_PATH), async (req, res) => {
    const { region, purpose, list } = req.params as { region: string; purpose: StatusPurpose; list: string };
    const found = Number(list) > LAST_LIST ? null : await statusLists.find(region, purpose, Number(list));
    if (found === null)
      throw new TallyError("request.not-found", `no certificate of region ${region} is in ${purpose} list ${list}`);
    const maxAgeSeconds = Math.min(STATUS_MAX_AGE_SECONDS, (found.validUntil - now()) / 1000);
    sendPublished(res, VC_TYPE, found, { now: now(), maxAgeSeconds });
  });
  return router;
}
