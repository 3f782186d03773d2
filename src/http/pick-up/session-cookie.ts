// SPDX-License-Identifier: Apache-2.0
import type { CookieOptions, Request, Response } from "express";

/** The path keeps the sessions of two links in one browser apart, and the cookie away from everything else. */
const NAME = "tally-pick-up";

/** The secret of the session that the browser has for the link of this path; empty when it has none. */
export function sessionCookie(req: Request): string {
  const text = req.get("Cookie") ?? "";
  if (text.length > 4_096) return "";
  const pairs = text.split(";").map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${NAME}=`))?.slice(NAME.length + 1) ?? "";
}

export function sendSessionCookie(
  res: Response,
  link: string,
  session: { readonly secret: string; readonly expiresAt: string },
  secure: boolean,
): void {
  res.cookie(NAME, session.secret, { ...scope(link, secure), expires: new Date(session.expiresAt) });
}

export function clearSessionCookie(res: Response, link: string, secure: boolean): void {
  res.clearCookie(NAME, scope(link, secure));
}

/** No script reads it and no other site makes the browser send it (RFC 6265bis sections 4.1.2.6 and 4.1.2.7). */
function scope(link: string, secure: boolean): CookieOptions {
  return { httpOnly: true, sameSite: "strict", secure, path: `/v1/pick-up/${link}` };
}
