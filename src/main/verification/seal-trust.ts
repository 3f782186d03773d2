// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type RevocationListFiles, revocationListFiles } from "../../adapters/trust-files/index.js";
import { derOrPem } from "../../core/der/read-pem.js";
import { TallyError } from "../../core/errors.js";
import { readP256Certificate } from "../../core/seal/read-seal-certificate.js";
import type { Config } from "../config.js";

/** The folder of a deployment in which revocation lists lie, its own region's and those of others. */
export function revocationListsOf({ dataDirectory }: Pick<Config, "dataDirectory">): RevocationListFiles {
  return revocationListFiles(join(dataDirectory, "trust", "revocation-lists"));
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
