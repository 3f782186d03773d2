// SPDX-License-Identifier: Apache-2.0
import type { Response } from "express";
import type { Logger } from "pino";
import type { AuthenticatedToken } from "../domain/agencies/api-tokens.js";

/** What middleware learns about a request, kept in `res.locals` and read through this function only. */
export interface RequestContext {
  requestId: string;
  /** Writes the request id with every line. */
  log: Logger;
  /** Fires when the response is over, sent or not. */
  readonly gone: AbortSignal;
  /** Set by `authenticate`. */
  token?: AuthenticatedToken;
  /** Value of the `Tally-Purpose` header of a read: why the record is looked at. */
  purpose?: string;
  /** Value of the `Tally-Matter` header: the 事项 for which it is looked at. */
  matter?: string;
}

export function requestContext(res: Response): RequestContext {
  return res.locals as RequestContext;
}
