// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import type { Response } from "express";

/** Sends bytes that never change under their address, with their SHA-256 as ETag; Express answers 304 where it fits. */
export function sendImmutable(res: Response, mediaType: string, bytes: Uint8Array): void {
  const digest = createHash("sha256").update(bytes).digest("hex");
  res
    .set("Cache-Control", "public, max-age=31536000, immutable")
    .set("ETag", `"${digest}"`)
    .type(mediaType)
    .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}
