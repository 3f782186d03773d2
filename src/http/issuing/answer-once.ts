// SPDX-License-Identifier: Apache-2.0
import type { Request, Response } from "express";
import { fromUtf8, utf8 } from "../../core/bytes.js";
import type { Idempotency } from "../../domain/issuance/idempotency.js";
import { requestContext } from "../request-context.js";
import { idempotencyKey, sha256 } from "./idempotency-key.js";

/** An answer before it is sent. `created` is the identifier of what a 201 made. */
export interface Outcome {
  readonly status: 200 | 201;
  readonly body: { readonly certificateIdentifier: string };
}

export interface Attempt {
  /** Null without an Idempotency-Key. */
  readonly plan: string | null;
  /** An earlier attempt under the same plan may have taken effect. */
  readonly mayHaveHappened: boolean;
}

/**
 * Carries a request out and answers it; with an Idempotency-Key at most once, repeating the stored answer afterwards. The key
 * belongs to the token and the path.
 */
export async function answerOnce(
  req: Request,
  res: Response,
  idempotency: Idempotency,
  requestBytes: Uint8Array,
  plan: () => string,
  carryOut: (attempt: Attempt) => Promise<Outcome>,
): Promise<void> {
  const key = idempotencyKey(req);
  if (key === null) {
    const { status, body } = await carryOut({ plan: null, mayHaveHappened: false });
    send(res, status, utf8(JSON.stringify(body)));
    return;
  }
  const { token } = requestContext(res);
  const reservation = {
    scope: `${token?.id} ${req.method} ${req.path}`,
    key,
    requestHash: sha256(requestBytes),
    plan: plan(),
  };
  const { response, replayed } = await idempotency.once(reservation, async (attempt) => {
    const { status, body } = await carryOut(attempt);
    return { status, body: utf8(JSON.stringify(body)) };
  });
  if (replayed) res.setHeader("Idempotency-Replayed", "true");
  send(res, response.status, response.body);
}

function send(res: Response, status: number, body: Uint8Array): void {
  if (status === 201) {
    const { certificateIdentifier } = JSON.parse(fromUtf8(body) ?? "{}") as Outcome["body"];
    res.location(`/v1/certificates/${certificateIdentifier}`);
  }
  res.status(status).type("application/json").send(Buffer.from(body));
}
