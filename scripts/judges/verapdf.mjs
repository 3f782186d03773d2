// SPDX-License-Identifier: Apache-2.0
// veraPDF, the reference validator of PDF/A, must find our files compliant with PDF/A-3b. Its jars come from Maven once.
import { existsSync, mkdirSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { program, withSampleLicences } from "./shared/sample-licences.mjs";

const here = fileURLToPath(new URL("verapdf/", import.meta.url));
const cache = fileURLToPath(new URL("../../node_modules/.cache/judges/verapdf/", import.meta.url));

export async function run() {
  if (program("java", "-version") === null) return [{ judge: "verapdf", skipped: "java" }];
  if (!existsSync(cache) && !fetchJars()) return [{ judge: "verapdf", skipped: "mvn" }];
  const version = readdirSync(cache)
    .map((jar) => /^validation-model-(.*)\.jar$/.exec(jar)?.[1])
    .find(Boolean);
  return withSampleLicences((files) => {
    const paths = files.map(({ path }) => path);
    const { stdout, stderr } = program("java", "-cp", join(cache, "*"), join(here, "Validate.java"), ...paths);
    const verdicts = stdout.split("\n").filter((line) => line !== "");
    return files.map(({ name }, i) => {
      const got = verdicts[i] ?? (stderr.trim() || "nothing");
      return {
        judge: "verapdf",
        version,
        subject: `${name} as PDF/A-3b`,
        expected: "compliant",
        got,
        ok: got === "compliant",
      };
    });
  });
}

/** False when Maven is not installed. Moved into place when complete, so that an interrupted run leaves nothing half-done. */
function fetchJars() {
  const partial = `${cache.replace(/\/$/, "")}-${process.pid}`;
  mkdirSync(partial, { recursive: true });
  const maven = program(
    "mvn",
    "-q",
    "-B",
    "-f",
    join(here, "pom.xml"),
    "dependency:copy-dependencies",
    `-DoutputDirectory=${partial}`,
  );
  if (maven === null) return false;
  if (maven.status !== 0) throw new Error(`mvn could not fetch veraPDF: ${maven.stdout}${maven.stderr}`);
  renameSync(partial, cache);
  return true;
}
