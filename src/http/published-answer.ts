// SPDX-License-Identifier: Apache-2.0
import type { Response } from "express";
import type { Published } from "../domain/sharing/index.js";

/**
 * Sends a public document that changes now and then. `Age` (RFC 9111 section 5.1) counts from when it last agreed with the registry, so a
 * cache and a reader see how old its word is; Express answers 304 where the ETag fits.
 */
export function sendPublished(
  res: Response,
  mediaType: string,
  { bytes, digest, madeAt, checkedAt }: Published,
  { now, maxAgeSeconds }: { readonly now: number; readonly maxAgeSeconds: number },
): void {
  res
    .set("Cache-Control", `public, max-age=${Math.max(0, Math.floor(maxAgeSeconds))}`)
    .set("ETag", `"${digest}"`)
    .set("Last-Modified", new Date(madeAt).toUTCString())
    .set("Age", String(Math.max(0, Math.floor((now - checkedAt) / 1000))))
    .type(mediaType)
    .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}
