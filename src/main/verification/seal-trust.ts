// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type RevocationListFiles, revocationListFiles } from "../../adapters/trust-files/index.js";
import { equalBytes } from "../../core/bytes.js";
import { derOrPem } from "../../core/der/pem.js";
import { TallyError } from "../../core/errors.js";
import { readP256Certificate } from "../../core/seal/read-seal-certificate.js";
import type { SealStore } from "../../domain/seals/index.js";
import type { Config } from "../config.js";

/** The folder of a deployment in which revocation lists of other regions lie. */
export function keptRevocationLists({ dataDirectory }: Pick<Config, "dataDirectory">): RevocationListFiles {
  return revocationListFiles(join(dataDirectory, "trust", "revocation-lists"));
}

/** Whoever verifies many files asks the store, or another thread, this often, in milliseconds. */
const ASK_EVERY_MS = 1_000;

/** The region's own lists, from its store, and those of others that are kept here. */
export function revocationListsOf(
  store: Pick<SealStore, "revocationLists">,
  config: Pick<Config, "dataDirectory">,
): RevocationListFiles {
  const kept = keptRevocationLists(config);
  const own = steadyLists(async () => (await store.revocationLists()).map(({ list }) => list));
  const all = async () => [...(await own()), ...(await kept.all())];
  return { ...kept, all, findRevocationLists: all };
}

/** Asks once a second at most, and gives bytes that are the same as before as the same array, of which others remember what they read. */
export function steadyLists(
  ask: () => Promise<readonly Uint8Array[]>,
  clock: () => number = () => performance.now(),
): () => Promise<readonly Uint8Array[]> {
  let asked = Number.NEGATIVE_INFINITY;
  let lists: Promise<readonly Uint8Array[]> = Promise.resolve([]);
  return () => {
    if (clock() - asked < ASK_EVERY_MS) return lists;
    asked = clock();
    const before = lists.catch(() => []);
    lists = Promise.all([before, ask()]).then(([known, found]) =>
      found.map((list) => known.find((one) => equalBytes(one, list)) ?? list),
    );
    // Not knowing is not an answer to remember.
    lists.catch(() => {
      asked = Number.NEGATIVE_INFINITY;
    });
    return lists;
  };
}

/** The configured certificates, DER; every file that cannot be read is named in one `config.invalid`. */
export function readTimestampAuthorities({
  timestampAuthorities,
}: Pick<Config, "timestampAuthorities">): readonly Uint8Array[] {
  const problems: { field: string; message: string }[] = [];
  const certificates = timestampAuthorities.flatMap((path) => {
    try {
      const certificate = derOrPem(new Uint8Array(readFileSync(path)), "CERTIFICATE", path);
      readP256Certificate(certificate);
      return [certificate];
    } catch (error) {
      problems.push({ field: "TALLY_TIMESTAMP_AUTHORITIES", message: `${path}: ${(error as Error).message}` });
      return [];
    }
  });
  if (problems.length === 0) return certificates;
  const lines = problems.map(({ field, message }) => `${field}: ${message}`);
  throw new TallyError("config.invalid", `certificates that cannot be read:\n${lines.join("\n")}`, { problems });
}
