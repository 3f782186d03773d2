// SPDX-License-Identifier: Apache-2.0
// veraPDF, the reference validator of PDF/A, must find our files compliant with PDF/A-3a. Its jars come from Maven once.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { mavenJars } from "./shared/maven-jars.mjs";
import { program, withSampleLicences } from "./shared/sample-licences.mjs";

const here = fileURLToPath(new URL("verapdf/", import.meta.url));

export async function run() {
  const { jars, missing } = mavenJars("verapdf", here);
  if (missing !== undefined) return [{ judge: "verapdf", skipped: missing }];
  const version = readdirSync(jars)
    .map((jar) => /^validation-model-(.*)\.jar$/.exec(jar)?.[1])
    .find(Boolean);
  return withSampleLicences((files) => {
    const paths = files.map(({ path }) => path);
    const { stdout, stderr } = program("java", "-cp", join(jars, "*"), join(here, "Validate.java"), ...paths);
    const verdicts = stdout.split("\n").filter((line) => line !== "");
    return files.map(({ name }, i) => {
      const got = verdicts[i] ?? (stderr.trim() || "nothing");
      return {
        judge: "verapdf",
        version,
        subject: `${name} as PDF/A-3a`,
        expected: "compliant",
        got,
        ok: got === "compliant",
      };
    });
  });
}
