// SPDX-License-Identifier: Apache-2.0

/** The base address of a service without slashes at its end; null for what is no http or https URL, or has a query, a fragment or credentials. */
export function baseUrl(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.search || url.hash || url.username || url.password)
    return null;
  return url.href.replace(/\/+$/, "");
}
