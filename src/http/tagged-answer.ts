// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import type { Response } from "express";

/** Sends bytes with their SHA-256 as ETag; Express answers 304 where it fits. */
export function sendTagged(res: Response, mediaType: string, bytes: Uint8Array, cacheControl: string): void {
  const digest = createHash("sha256").update(bytes).digest("hex");
  res
    .set("Cache-Control", cacheControl)
    .set("ETag", `"${digest}"`)
    .type(mediaType)
    .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}
