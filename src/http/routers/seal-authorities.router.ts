// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { Router } from "express";
import { TallyError } from "../../core/errors.js";
import { readRevocationList } from "../../core/seal/read-revocation-list.js";
import type { SealAuthority, StoredRevocationList } from "../../domain/seals/index.js";
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

/** The region's seal CAs, their certificates and revocation lists, and the lists of other regions' CAs that are kept here: what is signed needs no trust in this service. */
export function sealAuthoritiesRouter({ sealAuthorities, keptRevocationList, now }: HttpDependencies): Router {
  const router = Router(STRICT);

  const find = async (keyDigest: string): Promise<SealAuthority | undefined> =>
    (await sealAuthorities()).find(({ record }) => record.keyDigest === keyDigest);
  const notHere = (keyDigest: string): TallyError =>
    new TallyError("request.not-found", `this region has no seal CA with the key ${keyDigest}`);

  /** Of a verifier in this region who judges the seal of another one, too. */
  const listOf = async (keyDigest: string): Promise<PublishedList> => {
    const own = await find(keyDigest);
    if (own?.list) return own.list;
    if (own) throw new TallyError("request.not-found", "this seal CA has issued no revocation list yet");
    const list = await keptRevocationList(keyDigest);
    if (list === null)
      throw new TallyError(
        "request.not-found",
        `no revocation list of a seal CA with the key ${keyDigest} is here: this region has no such CA, and no list of another region's is mirrored`,
      );
    return { ...readRevocationList(list), list };
  };

  router.get("/v1/seal-authorities", allowAnyOrigin, async (_req, res) => {
    res.json({ authorities: (await sealAuthorities()).slice(0, MOST_NAMED).map(summaryOf) });
  });

  router.get(
    "/v1/seal-authorities/:keyDigest/certificate",
    allowAnyOrigin,
    checkPath(SEAL_AUTHORITY_PATH),
    async (req, res) => {
      const keyDigest = req.params.keyDigest as string;
      const found = await find(keyDigest);
      if (found === undefined) throw notHere(keyDigest);
      sendImmutable(res, CERTIFICATE_TYPE, found.record.certificate);
    },
  );

  router.get(
    "/v1/seal-authorities/:keyDigest/revocation-list",
    allowAnyOrigin,
    checkPath(SEAL_AUTHORITY_PATH),
    async (req, res) => {
      const { list, thisUpdate, nextUpdate } = await listOf(req.params.keyDigest as string);
      const published = {
        bytes: list,
        digest: createHash("sha256").update(list).digest("hex"),
        madeAt: thisUpdate * 1000,
        checkedAt: now(),
      };
      const maxAgeSeconds = Math.min(LIST_MAX_AGE_SECONDS, nextUpdate - now() / 1000);
      sendPublished(res, LIST_TYPE, published, { now: now(), maxAgeSeconds });
    },
  );
  return router;
}

type PublishedList = Pick<StoredRevocationList, "list" | "thisUpdate" | "nextUpdate">;

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
