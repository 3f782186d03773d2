// SPDX-License-Identifier: Apache-2.0
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { derOrPem } from "../../core/der/pem.js";
import { TallyError } from "../../core/errors.js";
import { isNewerList, MAX_REVOCATION_LIST_BYTES, readRevocationList } from "../../core/seal/read-revocation-list.js";
import type { RevocationListSource } from "../../verify/sources.js";
import { writeWhole } from "./whole-file.js";

/** More than all regions have; what a folder holds beyond is not read. */
const MOST_FILES = 128;
const KEY_DIGEST = /^[0-9a-f]{64}$/;
/** Whoever verifies many files looks into the folder this often, in milliseconds. */
const LOOK_EVERY_MS = 1_000;

export interface RevocationListFiles extends RevocationListSource {
  /** Every list in the folder that can be read. */
  all(): Promise<readonly Uint8Array[]>;
  /** The list that `keep` put there for the CA whose key has this digest; null for none. */
  find(ca: string): Promise<Uint8Array | null>;
  /**
   * Puts a list of the CA whose key has this digest there in place of its older one. A newer one that leaves a revocation out is not put there: revocations
   * are for ever, and a CA whose store was put back takes them over from the list that stays. Throws `format.*` for what is no list of the
   * profile, and `store.failed` when the folder holds as many as are read. Who signed it is for the caller to know.
   */
  keep(ca: string, list: Uint8Array): Promise<"kept" | "not-newer" | "forgetful">;
}

/**
 * Revocation lists as files `*.crl`, DER or PEM, in one folder that need not be there. They are put there by hand, or by `keep`, which names them by the digest of the
 * CA's key: the key identifier in a list is what its CA says, and another may say the same. A file that is no list is passed over: it says nothing, and files with seals that need it are judged as if they had none.
 */
export function revocationListFiles(folder: string): RevocationListFiles {
  const known = new Map<string, { readonly version: string; readonly list: Uint8Array | null }>();
  let looked = Number.NEGATIVE_INFINITY;
  let lists: Promise<readonly Uint8Array[]> = Promise.resolve([]);

  async function read(): Promise<readonly Uint8Array[]> {
    const names = await namesIn(folder);
    const found = await Promise.all(names.slice(0, MOST_FILES).map(readFileNamed));
    for (const name of known.keys()) if (!names.includes(name)) known.delete(name);
    return found.flatMap((list) => (list === null ? [] : [list]));
  }

  /** Read again only when it is another: the same bytes are then the same array, whose content others remember. */
  async function readFileNamed(name: string): Promise<Uint8Array | null> {
    try {
      const path = join(folder, name);
      const { size, mtimeMs, ino } = await stat(path);
      const version = `${size} ${mtimeMs} ${ino}`;
      const before = known.get(name);
      if (before?.version === version) return before.list;
      const list = size <= 2 * MAX_REVOCATION_LIST_BYTES ? listIn(await readFile(path), name) : null;
      known.set(name, { version, list });
      return list;
    } catch {
      return null;
    }
  }

  const all = (): Promise<readonly Uint8Array[]> => {
    if (performance.now() - looked >= LOOK_EVERY_MS) {
      looked = performance.now();
      lists = read();
    }
    return lists;
  };
  return {
    all,
    findRevocationLists: all,
    find: (ca) => readFileNamed(nameOf(ca)),
    async keep(ca, list) {
      const read = readRevocationList(list);
      const before = await readFileNamed(nameOf(ca));
      if (before) {
        const old = readRevocationList(before);
        if (!isNewerList(read, old)) return "not-newer";
        for (const serial of old.revoked.keys()) if (!read.revoked.has(serial)) return "forgetful";
      }
      if (!before && (await namesIn(folder)).length >= MOST_FILES)
        throw new TallyError("store.failed", `${folder} holds ${MOST_FILES} revocation lists: remove those of no use`);
      await writeWhole(join(folder, nameOf(ca)), list);
      looked = Number.NEGATIVE_INFINITY;
      return "kept";
    },
  };
}

function nameOf(ca: string): string {
  if (!KEY_DIGEST.test(ca)) throw new RangeError(`${ca} is no digest of a key`);
  return `${ca}.crl`;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".crl")).sort();
}

/** Null for what is no list. */
function listIn(bytes: Uint8Array, name: string): Uint8Array | null {
  try {
    const list = derOrPem(new Uint8Array(bytes), "X509 CRL", name);
    readRevocationList(list);
    return list;
  } catch {
    return null;
  }
}
