// SPDX-License-Identifier: Apache-2.0
// qpdf parses our files from end to end and must find nothing to say.
import { program, withSampleLicences } from "./shared/sample-licences.mjs";

export async function run() {
  const version = program("qpdf", "--version")?.stdout.match(/version (\S+)/)?.[1];
  if (version === undefined) return [{ judge: "qpdf", skipped: "qpdf" }];
  return withSampleLicences((files) => files.map(({ name, path }) => check(version, name, path)));
}

function check(version, name, path) {
  const { status, stdout, stderr } = program("qpdf", "--check", path);
  const clean = status === 0 && stderr === "" && stdout.includes("No syntax or stream encoding errors found");
  const got = clean ? "clean" : `exit ${status}: ${stderr || stdout}`.trim();
  return { judge: "qpdf", version, subject: name, expected: "clean", got, ok: clean };
}
