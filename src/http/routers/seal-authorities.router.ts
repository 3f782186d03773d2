// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { Router } from "express";
import { TallyError } from "../../core/errors.js";
import type { SealAuthority } from "../../domain/seals/index.js";
import type { HttpDependencies } from "../dependencies.js";
import { sendImmutable } from "../immutable-answer.js";
import { allowAnyOrigin } from "../middleware/cross-origin.js";
import { SEAL_AUTHORITY_PATH } from "../openapi/parameters.js";
import { sendPublished } from "../published-answer.js";
import { checkPath } from "../validation/path-check.js";
import { STRICT } from "./strict.js";

/** RFC 2585 section 4. */
const CERTIFICATE_TYPE = "application/pkix-cert";
const LIST_TYPE = "application/pkix-crl";
/** A revoked seal should not be believed for longer because somebody kept the list before. */
const LIST_MAX_AGE_SECONDS = 300;

/** More than a mirror takes from one peer; a CA lasts for twenty years. */
const MOST_NAMED = 32;

/** The region's seal CAs, their certificates and revocation lists: what is signed needs no trust in this service. */
export function sealAuthoritiesRouter({ sealAuthorities, now }: HttpDependencies): Router {
  const router = Router(STRICT);

  const find = async (keyDigest: string): Promise<SealAuthority> => {
    const found = (await sealAuthorities()).find(({ record }) => record.keyDigest === keyDigest);
    if (found !== undefined) return found;
    throw new TallyError("request.not-found", `this region has no seal CA with the key ${keyDigest}`);
  };

  router.get("/v1/seal-authorities", allowAnyOrigin, async (_req, res) => {
    res.json({ authorities: (await sealAuthorities()).slice(0, MOST_NAMED).map(summaryOf) });
  });

  router.get(
    "/v1/seal-authorities/:keyDigest/certificate",
    allowAnyOrigin,
    checkPath(SEAL_AUTHORITY_PATH),
    async (req, res) => {
      const { record } = await find(req.params.keyDigest as string);
      sendImmutable(res, CERTIFICATE_TYPE, record.certificate);
    },
  );

  router.get(
    "/v1/seal-authorities/:keyDigest/revocation-list",
    allowAnyOrigin,
    checkPath(SEAL_AUTHORITY_PATH),
    async (req, res) => {
      const { list } = await find(req.params.keyDigest as string);
      if (list === null) throw new TallyError("request.not-found", "this seal CA has issued no revocation list yet");
      const published = {
        bytes: list.list,
        digest: createHash("sha256").update(list.list).digest("hex"),
        madeAt: list.thisUpdate * 1000,
        checkedAt: now(),
      };
      const maxAgeSeconds = Math.min(LIST_MAX_AGE_SECONDS, list.nextUpdate - now() / 1000);
      sendPublished(res, LIST_TYPE, published, { now: now(), maxAgeSeconds });
    },
  );
  return router;
}

function summaryOf({ record, list }: SealAuthority): object {
  const time = (seconds: number): string => new Date(seconds * 1000).toISOString();
  const { keyDigest, serial, validity } = record;
  return {
    ...{ keyDigest, serial, validFrom: time(validity.from), validUntil: time(validity.until) },
    revocationList:
      list === null
        ? null
        : { number: list.number, thisUpdate: time(list.thisUpdate), nextUpdate: time(list.nextUpdate) },
  };
}
