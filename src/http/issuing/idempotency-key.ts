// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import type { Request } from "express";
import { TallyError } from "../../core/errors.js";

/** The `Idempotency-Key` of a request, or null. Refused before the body is read. */
export function idempotencyKey(req: Request): string | null {
  const key = req.get("Idempotency-Key");
  if (key === undefined) return null;
  if (/^[\x21-\x7e]{1,200}$/.test(key)) return key;
  throw new TallyError("request.invalid", "Idempotency-Key takes 1 to 200 visible ASCII characters", {
    field: "header:Idempotency-Key",
  });
}

export const sha256 = (bytes: Uint8Array): Uint8Array => createHash("sha256").update(bytes).digest();
