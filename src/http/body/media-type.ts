// SPDX-License-Identifier: Apache-2.0
import type { Request, Response } from "express";
import { TallyError } from "../../core/errors.js";

/**
 * The request's media type, lower case and without parameters, when it is among `accepted`; else 415 with `Accept-Post`.
 * A charset other than UTF-8 and any content coding are refused too: nothing is unpacked before it is counted.
 */
export function acceptMediaType<T extends string>(req: Request, res: Response, accepted: readonly T[]): T {
  const header = req.get("Content-Type") ?? "";
  const mediaType = (header.split(";", 1)[0] ?? "").trim().toLowerCase() as T;
  const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(header)?.[1]?.toLowerCase();
  const coding = (req.get("Content-Encoding") ?? "identity").trim().toLowerCase();
  if (accepted.includes(mediaType) && (charset === undefined || charset === "utf-8") && coding === "identity") {
    return mediaType;
  }
  res.setHeader("Accept-Post", accepted.join(", "));
  throw new TallyError("request.unsupported-media-type", refusal(header, charset, coding, accepted), {
    field: coding === "identity" ? "header:Content-Type" : "header:Content-Encoding",
  });
}

function refusal(header: string, charset: string | undefined, coding: string, accepted: readonly string[]): string {
  if (coding !== "identity") return "send the body without a content coding";
  if (charset !== undefined && charset !== "utf-8") return "text must be UTF-8";
  const given = header === "" ? "no media type" : JSON.stringify(header.slice(0, 100));
  return `${given} was sent; this takes ${accepted.join(" or ")}`;
}
