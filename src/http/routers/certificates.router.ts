// SPDX-License-Identifier: Apache-2.0
import { type Request, type Response, Router } from "express";
import type { SearchRequest } from "../../domain/issuance/index.js";
import { auditedRead } from "../audited-read.js";
import type { HttpDependencies } from "../dependencies.js";
import { actorOf, requireToken } from "../middleware/authenticate.js";
import { readPurpose } from "../middleware/purpose.js";
import { ID, SEARCH_QUERY } from "../openapi/parameters.js";
import { checkPath } from "../validation/path-check.js";
import { queryCheck } from "../validation/schema-check.js";
import { STRICT } from "./strict.js";

const checkSearch = queryCheck(SEARCH_QUERY.schema);
const MOST = 200;

/** What a query says, in text. */
type SearchQuery = Omit<SearchRequest, "limit" | "held"> & { readonly limit?: string; readonly held?: "true" };

function searchRequest({ limit, held, ...filters }: SearchQuery): SearchRequest {
  return {
    ...filters,
    ...(held === undefined ? {} : { held: true }),
    ...(limit === undefined ? {} : { limit: Math.min(Number(limit), MOST) }),
  };
}

function filtersOf(query: SearchQuery): string[] {
  return Object.keys(query).filter((name) => name !== "limit");
}

/** Finds certificates and shows one with its state. */
export function certificatesRouter(deps: HttpDependencies): Router {
  const { issuance, tokens } = deps;
  const router = Router(STRICT);
  const admitted = [requireToken(tokens, "issuer", "reader"), readPurpose];

  router.get("/v1/certificates", admitted, async (req: Request, res: Response) => {
    const query = checkSearch<SearchQuery>(req.query);
    const request = searchRequest(query);
    const actor = actorOf(res);
    const page = await auditedRead(
      res,
      deps,
      {
        action: "certificates-searched",
        object: actor.agency ?? "",
        detail: ({ certificates }) => ({ by: filtersOf(query).join(" "), found: certificates.length }),
      },
      () => issuance.searchCertificates(actor, request),
    );
    res.json(page);
  });

  router.get("/v1/certificates/:id", admitted, checkPath([ID]), async (req: Request, res: Response) => {
    const id = req.params.id as string;
    const event = { action: "certificate-read", object: id, detail: () => ({ form: "record" }) } as const;
    res.json(await auditedRead(res, deps, event, () => issuance.getCertificate(actorOf(res), id)));
  });
  return router;
}
