// SPDX-License-Identifier: Apache-2.0

/** `did:web` of an agency below the region's public URL (did:web method, section 3.2: a port's colon is percent-encoded). */
export function didWeb(publicUrl: string, agency: string): string {
  return `${regionDidWeb(publicUrl)}:agencies:${agency}`;
}

/** `did:web` of the region itself, under which its status lists are signed. */
export function regionDidWeb(publicUrl: string): string {
  const { host, pathname } = new URL(publicUrl);
  const path = pathname.split("/").filter((segment) => segment !== "");
  return ["did:web", encodeURIComponent(host), ...path].join(":");
}
