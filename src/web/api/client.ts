// SPDX-License-Identifier: Apache-2.0
import { ApiProblem, problemOf } from "./problem.js";

export interface CallOptions {
  /** API token of an agency. Public operations take none. */
  readonly token?: string;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
  /** Takes part in the session that the service keeps with a cookie. Without it no cookie is sent or kept. */
  readonly inSession?: boolean;
}

const TIMEOUT_MS = 15_000;

/** GET of JSON. Rejects with `ApiProblem` alone. */
export async function getJson<T>(path: string, options: CallOptions = {}): Promise<T> {
  return jsonOf<T>(await call(path, { method: "GET" }, options));
}

/** POST of JSON that answers with JSON. */
export async function postJson<T>(path: string, body: unknown, options: CallOptions = {}): Promise<T> {
  const headers = { ...options.headers, "content-type": "application/json" };
  return jsonOf<T>(await call(path, { method: "POST", body: JSON.stringify(body) }, { ...options, headers }));
}

/** GET of bytes, e.g. of a PDF. */
export async function getBytes(path: string, options: CallOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  const response = await call(path, { method: "GET" }, options);
  return new Uint8Array(await within(response.arrayBuffer()));
}

/** Any request to this service; the response has a 2xx status. */
export async function call(path: string, init: RequestInit, options: CallOptions = {}): Promise<Response> {
  const { token, timeoutMs = TIMEOUT_MS, signal, headers = {}, inSession = false } = options;
  const timeout = AbortSignal.timeout(timeoutMs);
  let response: Response;
  try {
    response = await fetch(path, {
      ...init,
      headers: {
        accept: "application/json",
        ...headers,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      credentials: inSession ? "same-origin" : "omit",
      redirect: "error",
      referrerPolicy: "no-referrer",
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
    });
  } catch (cause) {
    throw networkProblem(cause);
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

async function jsonOf<T>(response: Response): Promise<T> {
  const text = await within(response.text());
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new ApiProblem("network.garbage", "the answer is not JSON", { status: response.status, cause });
  }
}

/** A body may break off or never end, as the head may. */
async function within<T>(body: Promise<T>): Promise<T> {
  try {
    return await body;
  } catch (cause) {
    throw networkProblem(cause);
  }
}

function networkProblem(cause: unknown): ApiProblem {
  return cause instanceof DOMException && cause.name === "TimeoutError"
    ? new ApiProblem("network.timeout", "the service did not answer in time", { cause })
    : new ApiProblem("network.unreachable", "the service cannot be reached", { cause });
}
