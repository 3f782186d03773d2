// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join, sep } from "node:path";

/** A file of the built pages with the forms it may travel in, smallest first; the last is the file itself. */
export interface PageFile {
  readonly mediaType: string;
  /** Strong, of the plain bytes; each encoding adds its name. */
  readonly digest: string;
  /** Whether the address holds a digest of the content, so that it never changes. */
  readonly isImmutable: boolean;
  readonly forms: readonly { readonly encoding: "br" | "gzip" | "identity"; readonly bytes: Buffer }[];
}

/** Files by their path below the service, e.g. `/assets/v-1a2b.js` or `/v.html`. */
export type BuiltPages = ReadonlyMap<string, PageFile>;

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".wasm": "application/wasm",
};

const COMPRESSED = { br: ".br", gzip: ".gz" } as const;

/**
 * Reads what the build made, once: a few megabytes, and no path of a request ever reaches the file system. Null when there is no
 * such folder.
 */
export function readBuiltPages(folder: string): BuiltPages | null {
  if (!existsSync(folder)) return null;
  const pages = new Map<string, PageFile>();
  for (const entry of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const mediaType = MEDIA_TYPES[extname(entry)];
    const path = join(folder, entry);
    if (mediaType === undefined || !statSync(path).isFile()) continue;
    const bytes = readFileSync(path);
    const address = `/${entry.split(sep).join("/")}`;
    pages.set(address, {
      mediaType,
      digest: createHash("sha256").update(bytes).digest("hex").slice(0, 32),
      isImmutable: address.startsWith("/assets/"),
      forms: [...compressedForms(path, bytes.length), { encoding: "identity", bytes }],
    });
  }
  return pages;
}

function compressedForms(path: string, plainLength: number): PageFile["forms"] {
  return (["br", "gzip"] as const).flatMap((encoding) => {
    const file = path + COMPRESSED[encoding];
    const bytes = existsSync(file) ? readFileSync(file) : null;
    return bytes !== null && bytes.length < plainLength ? [{ encoding, bytes }] : [];
  });
}
