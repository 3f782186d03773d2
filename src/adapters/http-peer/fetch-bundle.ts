// SPDX-License-Identifier: Apache-2.0
import { baseUrl } from "../../core/base-url.js";
import { TallyError } from "../../core/errors.js";
import { MAX_BUNDLE_BYTES } from "../../verify/index.js";
import { wholeBody } from "./whole-body.js";

export interface FetchBundleOptions {
  /** A region's base URL. */
  readonly url: string;
  /** For the whole answer, its body included. */
  readonly timeoutMs: number;
  readonly fetch?: typeof fetch;
}

/**
 * The bytes of a region's newest trust bundle, unread. Redirects are refused, and no more is read than a bundle can have. Rejects with
 * `peer.unreachable`, `peer.lied` for more than that, `config.invalid` for what is no plain URL.
 */
export async function fetchBundle({ url, timeoutMs, fetch: send = fetch }: FetchBundleOptions): Promise<Uint8Array> {
  const address = addressOf(url);
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const headers = { accept: "application/json" };
    const response = await send(address, { headers, redirect: "manual", credentials: "omit", signal });
    if (response.status === 200) return await wholeBody(response, MAX_BUNDLE_BYTES);
    await response.body?.cancel();
    throw new TallyError("peer.unreachable", `${address} answered with status ${response.status}`);
  } catch (cause) {
    if (cause instanceof TallyError) throw cause;
    const why = signal.aborted ? `no answer within ${timeoutMs} ms` : String((cause as Error).message);
    throw new TallyError("peer.unreachable", `${address} could not be asked: ${why}`, { cause });
  }
}

function addressOf(text: string): string {
  const base = baseUrl(text);
  if (base === null)
    throw new TallyError("config.invalid", `${text} must be a plain http or https URL of a region's service`, {
      field: "url",
    });
  return base.endsWith(PATH) ? base : `${base}${PATH}`;
}

const PATH = "/v1/trust-bundle";
