// SPDX-License-Identifier: Apache-2.0

/** RFC 3339 in UTC of seconds since 1970. */
export function instant(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}
