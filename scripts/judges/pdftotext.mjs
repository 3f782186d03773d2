// SPDX-License-Identifier: Apache-2.0
// poppler's pdftotext must find the text that was signed, rare characters included.
import { program, withSampleLicences } from "./shared/sample-licences.mjs";

export async function run() {
  const version = program("pdftotext", "-v")?.stderr.match(/version (\S+)/)?.[1];
  if (version === undefined) return [{ judge: "pdftotext", skipped: "pdftotext" }];
  return withSampleLicences((files) => files.map((file) => check(version, file)));
}

function check(version, { name, path, says }) {
  const { stdout } = program("pdftotext", "-layout", path, "-");
  const missing = says.filter((text) => !stdout.includes(text));
  const got = missing.length === 0 ? "every value" : `without ${missing.join(", ")}`;
  return {
    judge: "pdftotext",
    version,
    subject: `text of the ${name}`,
    expected: "every value",
    got,
    ok: missing.length === 0,
  };
}
