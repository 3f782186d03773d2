// SPDX-License-Identifier: Apache-2.0

/** The link that this page was opened with; `secret` is null when it came without one, or with something else. */
export interface OpenedLink {
  readonly id: string;
  readonly secret: string | null;
}

const TOKEN = /^[A-Za-z0-9_-]{22}$/;

/** `/c/<id>#<secret>`; null for an address that is none of ours. */
export function readLink({ pathname, hash }: Pick<Location, "pathname" | "hash">): OpenedLink | null {
  const id = /^\/c\/([^/]+)$/.exec(pathname)?.[1] ?? "";
  const secret = hash.slice(1);
  return TOKEN.test(id) ? { id, secret: TOKEN.test(secret) ? secret : null } : null;
}

/** Takes a used-up secret out of the address bar, where it would only be in the way of a screenshot. */
export function hideSecret(): void {
  history.replaceState(null, "", location.pathname);
}

/** Six digits out of what people type: full-width digits, blanks and hyphens between. */
export function readCode(text: string): string {
  return text
    .normalize("NFKC")
    .replaceAll(/[^0-9]/g, "")
    .slice(0, 6);
}
