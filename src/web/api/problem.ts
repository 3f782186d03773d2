// SPDX-License-Identifier: Apache-2.0

/** One fault of a request, as the service's problem documents list them (RFC 9457). */
export interface ProblemItem {
  readonly pointer?: string;
  readonly parameter?: string;
  readonly detail: string;
}

/**
 * Why there is no answer. `code` is the service's own (docs/errors.md), or one of `network.unreachable` (no connection),
 * `network.timeout` and `network.garbage` (what came is no answer of this service).
 */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly code: string;
  /** 0 when no answer came. */
  readonly status: number;
  readonly errors: readonly ProblemItem[];
  readonly requestId: string | null;
  /** Seconds after which another try makes sense. */
  readonly retryAfter: number | null;
  /** Of the answer; empty when none came. */
  readonly headers: Headers;

  constructor(
    code: string,
    message: string,
    {
      status = 0,
      errors = [],
      requestId = null,
      retryAfter = null,
      headers = new Headers(),
      cause,
    }: Partial<Pick<ApiProblem, "status" | "errors" | "requestId" | "retryAfter" | "headers" | "cause">> = {},
  ) {
    super(message, { cause });
    this.code = code;
    this.status = status;
    this.errors = errors;
    this.requestId = requestId;
    this.retryAfter = retryAfter;
    this.headers = headers;
  }
}

/** No answer, or one that does not say whether the request was carried out. */
export function isUncertain({ code, status }: ApiProblem): boolean {
  return status === 0 || status >= 500 || code === "request.conflict" || code === "network.garbage";
}

/** Whatever an attempt at an answer threw. */
export function asProblem(thrown: unknown): ApiProblem {
  if (thrown instanceof ApiProblem) return thrown;
  return new ApiProblem("network.garbage", String(thrown), { cause: thrown });
}

/** The problem that a response with a 4xx or 5xx status tells of. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const { status, headers } = response;
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  const retryAfter = Number.isFinite(seconds) ? seconds : null;
  try {
    const told = (await response.json()) as Record<string, unknown>;
    if (typeof told.code === "string" && typeof told.detail === "string") {
      const errors = Array.isArray(told.errors) ? (told.errors as ProblemItem[]) : [];
      const requestId = typeof told.requestId === "string" ? told.requestId : null;
      return new ApiProblem(told.code, told.detail, { status, errors, requestId, retryAfter, headers });
    }
  } catch {
    // A proxy's page, perhaps; the status is all there is.
  }
  return new ApiProblem("network.garbage", `HTTP ${status}`, { status, retryAfter, headers });
}
