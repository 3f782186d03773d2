// SPDX-License-Identifier: Apache-2.0

/**
 * What stands after `#` in the page's address, when a code's link opened it. It is taken out of the address at once: face fields of
 * a licence are in it, and an address stays in histories, is synchronised and shown on screens.
 */
export function takeFragment(): string | null {
  const { hash, pathname } = location;
  if (hash.length < 2) return null;
  const text = hash.slice(1);
  // A place on this page, not a code.
  if (text === "content") return null;
  history.replaceState(null, "", pathname);
  return text;
}
