// SPDX-License-Identifier: Apache-2.0
import type { Request, Response } from "express";
import { fromUtf8, utf8 } from "../../core/bytes.js";
import type { Certificate } from "../../core/certificate.js";
import type { Idempotency } from "../../domain/issuance/idempotency.js";
import { requestContext } from "../request-context.js";
import { idempotencyKey, sha256 } from "./idempotency-key.js";

/** An answer before it is sent. `created` is the identifier of what a 201 made. */
export interface Outcome {
  readonly status: 200 | 201;
  readonly body: Identified;
}

/** An answer about one certificate: what we say of it, or the certificate itself as the VC-API wants it. */
export type Identified = { readonly certificateIdentifier: string } | { readonly verifiableCredential: Certificate };

export interface Attempt {
  /** Null without an Idempotency-Key. */
  readonly plan: string | null;
  /** An earlier attempt under the same plan may have taken effect. */
  readonly mayHaveHappened: boolean;
}

/** What is sent, made anew from what is stored each time, so that no secret of an answer is stored. */
export type Complete = (stored: Identified) => Promise<{ readonly body: object; readonly location: string }>;

const asStored: Complete = async (stored) => ({
  body: stored,
  location: locationOf("verifiableCredential" in stored ? stored.verifiableCredential.credentialSubject : stored),
});

export const locationOf = ({ certificateIdentifier }: { readonly certificateIdentifier: string }): string =>
  `/v1/certificates/${certificateIdentifier}`;

/**
 * Carries a request out and answers it; with an Idempotency-Key at most once, repeating the stored answer afterwards. The key
 * belongs to the token and the path; without a token to the path alone, whose link then says who asks.
 */
export async function answerOnce(
  req: Request,
  res: Response,
  idempotency: Idempotency,
  requestBytes: Uint8Array,
  plan: () => string,
  carryOut: (attempt: Attempt) => Promise<Outcome>,
  complete: Complete = asStored,
): Promise<void> {
  const key = idempotencyKey(req);
  if (key === null) {
    const { status, body } = await carryOut({ plan: null, mayHaveHappened: false });
    await send(res, status, body, complete);
    return;
  }
  const { token } = requestContext(res);
  const reservation = {
    scope: `${token?.id ?? "-"} ${req.method} ${req.path}`,
    key,
    requestHash: sha256(requestBytes),
    plan: plan(),
  };
  const { response, replayed } = await idempotency.once(reservation, async (attempt) => {
    const { status, body } = await carryOut(attempt);
    return { status, body: utf8(JSON.stringify(body)) };
  });
  if (replayed) res.setHeader("Idempotency-Replayed", "true");
  await send(res, response.status, JSON.parse(fromUtf8(response.body) ?? "{}") as Identified, complete);
}

async function send(res: Response, status: number, stored: Identified, complete: Complete): Promise<void> {
  const { body, location } = await complete(stored);
  if (status === 201) res.location(location);
  res
    .status(status)
    .type("application/json")
    .send(Buffer.from(JSON.stringify(body)));
}
