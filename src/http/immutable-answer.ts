// SPDX-License-Identifier: Apache-2.0
import type { Response } from "express";
import { sendTagged } from "./tagged-answer.js";

/** Sends bytes that never change under their address. */
export function sendImmutable(res: Response, mediaType: string, bytes: Uint8Array): void {
  sendTagged(res, mediaType, bytes, "public, max-age=31536000, immutable");
}
