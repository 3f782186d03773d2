// SPDX-License-Identifier: Apache-2.0
import type { Request, Response } from "express";
import type { JsonValue } from "../../core/json.js";
import { parseJson } from "../../core/strict-json.js";
import type { HttpSettings } from "../settings.js";
import { acceptMediaType } from "./media-type.js";
import { readBody } from "./read-body.js";

export interface JsonBody {
  readonly bytes: Uint8Array;
  readonly value: JsonValue;
}

/** Reads and strictly parses a JSON body: what a lenient parser would repair is an error with its place. */
export async function readJsonBody(
  req: Request,
  res: Response,
  settings: HttpSettings,
  maxBytes = settings.maxJsonBytes,
): Promise<JsonBody> {
  acceptMediaType(req, res, ["application/json"]);
  const { bodyIdleMs: idleMs, bodyTotalMs: totalMs } = settings;
  const bytes = await readBody(req, res, { maxBytes, idleMs, totalMs });
  return { bytes, value: parseJson(bytes, { maxBytes }) };
}
