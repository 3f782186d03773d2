// SPDX-License-Identifier: Apache-2.0
// The European Commission's DSS must find sealed licences to be PAdES-BASELINE-B, TOTAL_PASSED over the whole file and without changes since,
// under the CA's certificate and revocation list, and nothing of the kind of changed ones. Its jars come from Maven once.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { mavenJars } from "./shared/maven-jars.mjs";
import { program } from "./shared/sample-licences.mjs";
import { verdicts, withSealedLicences } from "./shared/sealed-licences.mjs";

const here = fileURLToPath(new URL("dss/", import.meta.url));

export async function run() {
  const { jars, missing } = mavenJars("dss", here);
  if (missing !== undefined) return [{ judge: "dss", skipped: missing }];
  const version = readdirSync(jars)
    .map((jar) => /^dss-pades-(\d.*)\.jar$/.exec(jar)?.[1])
    .find(Boolean);
  return withSealedLicences((files) => {
    const all = [...files.sealed, ...files.tampered].map(({ path }) => path);
    const java = program(
      "java",
      "-cp",
      join(jars, "*"),
      join(here, "Validate.java"),
      files.root,
      files.revoked,
      ...all,
    );
    const said = new Map(java.stdout.split("\n").map((line) => line.split("\t", 2)));
    return verdicts("dss", version, files, ({ path, stamped }) => {
      const got = said.get(path) ?? (java.stderr.trim().split("\n")[0] || "nothing");
      return { accepted: got === `PAdES-BASELINE-${stamped ? "T" : "B"} TOTAL_PASSED [FULL] unchanged`, got };
    });
  });
}
