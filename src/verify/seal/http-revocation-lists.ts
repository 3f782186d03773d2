// SPDX-License-Identifier: Apache-2.0
import { baseUrl } from "../../core/base-url.js";
import { BoundedCache } from "../../core/bounded-cache.js";
import { equalBytes } from "../../core/bytes.js";
import { TallyError } from "../../core/errors.js";
import { MAX_REVOCATION_LIST_BYTES } from "../../core/seal/read-revocation-list.js";
import { readBody } from "../bounded-body.js";
import type { RevocationListSource, SealCaKey } from "../sources.js";

export interface HttpRevocationListsOptions {
  /** Base addresses of services, from the verifier's own configuration: never one that a document, a certificate or a code names. */
  readonly urls: readonly string[];
  /** For one answer, its body included; default 5,000. */
  readonly timeoutMs?: number;
  /** Milliseconds, of any beginning. */
  readonly clock?: () => number;
}

/** As long as the service lets others keep a list: a revocation matters within minutes, though a list counts for days. */
const ASK_AGAIN_AFTER_MS = 300_000;
/** A service that gave nothing of use is left alone for this long. */
const TRY_AGAIN_AFTER_MS = 15_000;
/** More than a network's regions have. */
const MOST_CAS = 128;

/**
 * The lists that services hold (`GET {base}/v1/seal-authorities/{keyDigest}/revocation-list`), all services asked at once. A CA is asked about only when the registry has its key, so
 * nothing of a document but that leaves the machine. Redirects are refused, an answer is bounded in size and time, and a failure brings nothing new, nor does a list that the CA did
 * not sign or that is older: the newest of before is given for as long as there is no newer one, and whether it still counts is for the verifier. Throws `config.invalid` for what is no plain URL.
 */
export function httpRevocationLists({
  urls,
  timeoutMs = 5_000,
  clock = () => performance.now(),
}: HttpRevocationListsOptions): RevocationListSource {
  const sources = urls.map(baseOf).map((base) => serviceAt(base, timeoutMs, clock));
  return {
    async findRevocationLists(ca) {
      const found = await Promise.all(sources.map((listOf) => listOf(ca)));
      return found.filter((list) => list !== null);
    },
  };
}

type Found = Uint8Array | null;

/** One service, and the newest list that it gave of each CA: one that it goes back behind would pass seals which are known to be revoked. */
function serviceAt(base: string, timeoutMs: number, clock: () => number): (ca: SealCaKey) => Promise<Found> {
  const asked = new BoundedCache<string, { readonly answer: Promise<Found>; again: number }>(MOST_CAS);
  return (ca) => {
    const { keyDigest } = ca;
    const before = asked.get(keyDigest);
    if (before !== undefined && clock() < before.again) return before.answer;
    const answer = Promise.all([before?.answer ?? null, fetchList(base, keyDigest, timeoutMs)]).then(
      ([known, list]) => {
        const isNews = list !== null && ca.isNewerList(list, known);
        const isKnown = list !== null && known !== null && equalBytes(known, list);
        entry.again = clock() + (isNews || isKnown ? ASK_AGAIN_AFTER_MS : TRY_AGAIN_AFTER_MS);
        // The same bytes are the same array: what was read of it is remembered.
        return isNews ? list : known;
      },
    );
    // Whoever asks meanwhile shares it.
    const entry = { answer, again: Number.POSITIVE_INFINITY };
    asked.set(keyDigest, entry);
    return answer;
  };
}

async function fetchList(base: string, keyDigest: string, timeoutMs: number): Promise<Found> {
  try {
    const response = await fetch(`${base}/v1/seal-authorities/${keyDigest}/revocation-list`, {
      redirect: "error",
      credentials: "omit",
      referrerPolicy: "no-referrer",
      // Covers the body too.
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.status === 200) return await readBody(response, MAX_REVOCATION_LIST_BYTES);
    await response.body?.cancel();
  } catch {
    // None to be had.
  }
  return null;
}

function baseOf(text: string): string {
  const base = baseUrl(text);
  if (base !== null) return base;
  throw new TallyError("config.invalid", `${text} must be a plain http or https URL of a service`, { field: "urls" });
}
