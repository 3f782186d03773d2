// SPDX-License-Identifier: Apache-2.0
import type { Response } from "express";
import { TallyError } from "../core/errors.js";
import { type AuditAction, type AuditDetail, eventBy } from "../domain/audit/index.js";
import type { HttpDependencies } from "./dependencies.js";
import { actorOf } from "./middleware/authenticate.js";
import { requestContext } from "./request-context.js";

export interface ReadEvent<T> {
  readonly action: AuditAction;
  readonly object: string;
  readonly detail: (result: T) => AuditDetail;
}

/**
 * Reads records and logs who read what, for which purpose and matter, before anything is answered: nothing is shown whose
 * showing is not on record. A refusal for want of rights is on record too.
 */
export async function auditedRead<T>(
  res: Response,
  { audit, now }: Pick<HttpDependencies, "audit" | "now">,
  { action, object, detail }: ReadEvent<T>,
  read: () => Promise<T>,
): Promise<T> {
  const actor = actorOf(res);
  const { purpose, matter } = requestContext(res);
  const why = { ...(purpose === undefined ? {} : { purpose }), ...(matter === undefined ? {} : { matter }) };
  const record = (result: "done" | "refused", told: AuditDetail): Promise<unknown> =>
    audit.append(eventBy(actor, { time: now(), action, object, ...why, result, detail: told }));

  let result: T;
  try {
    result = await read();
  } catch (error) {
    if (error instanceof TallyError && REFUSALS.has(error.code)) await record("refused", { code: error.code });
    throw error;
  }
  await record("done", detail(result));
  return result;
}

const REFUSALS: ReadonlySet<string> = new Set(["request.forbidden", "agency.not-authorised"]);
