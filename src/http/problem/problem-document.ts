// SPDX-License-Identifier: Apache-2.0
import { type ErrorCode, TallyError } from "../../core/errors.js";
import { STATUS, TITLE } from "./status.js";

export const PROBLEM_MEDIA_TYPE = "application/problem+json";
const TYPE_BASE = "https://tigertally.example/problems/";

export interface ProblemItem {
  /** JSON pointer into the body as a URI fragment (RFC 6901 section 6); absent when the fault lies elsewhere. */
  readonly pointer?: string;
  /** Name of the query parameter, path parameter or header at fault. */
  readonly parameter?: string;
  readonly detail: string;
}

/** RFC 9457. `code` is the last part of `type`, for programs that switch on it. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  readonly errors?: readonly ProblemItem[];
  /** The request id under which the service logged the request. */
  readonly requestId?: string;
}

/** Whether plain field names of the use cases stand for members of a body or for parameters of a query. */
export type FieldsOf = "body" | "query";

/** A server's own faults are described in its log, never to a stranger. */
export function problemFor(error: TallyError, requestId?: string, fieldsOf: FieldsOf = "body"): ProblemDocument {
  const status = STATUS[error.code];
  const errors = problemItems(error, fieldsOf);
  return {
    type: `${TYPE_BASE}${error.code}`,
    title: TITLE[error.code],
    status,
    detail: status === 500 ? "The fault is in the log of the service under this request id." : error.message,
    code: error.code,
    ...(errors.length > 0 && status !== 500 ? { errors } : {}),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

function problemItems({ problems, field, message }: TallyError, fieldsOf: FieldsOf): ProblemItem[] {
  const told = problems.length > 0 || field === undefined ? problems : [{ field, message }];
  return told.map((one) => ({ ...place(one.field, fieldsOf), detail: one.message }));
}

/** Use cases name fields by JSON pointer or plain name; this service names a parameter `query:limit` or `header:…`. */
function place(field: string, fieldsOf: FieldsOf): Pick<ProblemItem, "pointer" | "parameter"> {
  const parameter = /^(?:query|path|header):(.*)$/s.exec(field)?.[1];
  if (parameter !== undefined) return { parameter };
  if (fieldsOf === "query") return { parameter: field.replace(/^\//, "") };
  if (field === "" || field.startsWith("/")) return { pointer: `#${encodeURI(field)}` };
  return { pointer: `#/${encodeURI(field)}` };
}

/** Any thrown value as an error with a code; what is not ours becomes `internal` with its cause. */
export function asTallyError(thrown: unknown): TallyError {
  if (thrown instanceof TallyError) return thrown;
  // Express and the router mark a client's fault (a malformed percent-escape, say) with a 4xx status.
  const status = (thrown as { status?: unknown } | null)?.status;
  if (typeof status === "number" && status >= 400 && status < 500) {
    return new TallyError("request.invalid", "the request target cannot be decoded", { cause: thrown });
  }
  return new TallyError("internal", "unexpected failure", { cause: thrown });
}
