// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import { parseJson } from "../../core/strict-json.js";

export const MANIFEST_FILE = "manifest.json";

/** One file of a backup: its path in the data directory, with its content's size and SHA-256. */
export interface BackedUpFile {
  readonly path: string;
  readonly size: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** What a backup is of, and what must be true of its files. */
export interface BackupManifest {
  readonly format: "tigertally-backup";
  readonly version: 1;
  /** Of the program that wrote it. */
  readonly product: string;
  /** Of the store; only a program with the same one restores it. */
  readonly schemaVersion: number;
  readonly region: string;
  /** RFC 3339: nothing that was acknowledged before this is missing. */
  readonly createdAt: string;
  /** Whether the chain itself is in it (embedded profile). */
  readonly chainIncluded: boolean;
  /** Whether whoever has the backup can open its keys. */
  readonly passphraseIncluded: boolean;
  /** Status index values leased when the snapshot was made; a restored store hands out none near them. */
  readonly statusIndexCounter: number;
  readonly files: readonly BackedUpFile[];
}

/** Bytes. More is no manifest of ours, and is not read. */
export const LONGEST_MANIFEST = 8 * 2 ** 20;
/** Plain names only: a path of a hostile manifest must not lead out of the directory. */
const PATH = /^(?:[A-Za-z0-9][A-Za-z0-9._-]{0,120}\/){0,3}[A-Za-z0-9][A-Za-z0-9._-]{0,120}$/;

/** Throws `format.malformed` or `format.version-unsupported`, naming the file `where`. */
export function readManifest(bytes: Uint8Array, where: string): BackupManifest {
  let read: Partial<BackupManifest>;
  try {
    read = parseJson(bytes, { maxBytes: LONGEST_MANIFEST, maxDepth: 4 }) as unknown as Partial<BackupManifest>;
  } catch (cause) {
    throw malformed(where, "it is not JSON", cause);
  }
  if (read?.format !== "tigertally-backup") throw malformed(where, "it is not the manifest of a backup");
  if (read.version !== 1) {
    throw new TallyError(
      "format.version-unsupported",
      `${where} has version ${String(read.version)}, this program reads version 1: use the newer program`,
    );
  }
  const { product, schemaVersion, region, createdAt, statusIndexCounter, chainIncluded, passphraseIncluded } = read;
  const isWhole = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
  const right =
    typeof product === "string" &&
    isWhole(schemaVersion) &&
    /^\d{6}$/.test(String(region)) &&
    !Number.isNaN(Date.parse(String(createdAt))) &&
    isWhole(statusIndexCounter) &&
    typeof chainIncluded === "boolean" &&
    typeof passphraseIncluded === "boolean";
  if (!right) throw malformed(where, "a member is missing or is not what it should be");
  const files = Array.isArray(read.files) ? read.files : [];
  for (const file of files) {
    const { path, size, sha256 } = (file ?? {}) as Partial<BackedUpFile>;
    if (typeof path === "string" && PATH.test(path) && isWhole(size) && /^[0-9a-f]{64}$/.test(String(sha256))) continue;
    throw malformed(where, `the file ${JSON.stringify(path)} is not described as it should be`);
  }
  if (new Set(files.map(({ path }) => path)).size !== files.length) throw malformed(where, "it names a file twice");
  return read as BackupManifest;
}

export function isPlainPath(path: string): boolean {
  return PATH.test(path);
}

function malformed(where: string, what: string, cause?: unknown): TallyError {
  return new TallyError("format.malformed", `${where} cannot be used: ${what}; use another copy of the backup`, {
    cause,
  });
}
