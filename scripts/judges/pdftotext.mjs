// SPDX-License-Identifier: Apache-2.0
// poppler's pdftotext must find the text that was signed, rare characters included.
import { program, RARE_NAME, withSampleLicences } from "./shared/sample-licences.mjs";

const EXPECTED = [
  RARE_NAME,
  "王喆堃",
  "91340100MA00000000",
  "2026年11月22日 至 2031年11月21日",
  "合肥市样例市场监督管理局",
];

export async function run() {
  const version = program("pdftotext", "-v")?.stderr.match(/version (\S+)/)?.[1];
  if (version === undefined) return [{ judge: "pdftotext", skipped: "pdftotext" }];
  return withSampleLicences((files) => files.map(({ name, path }) => check(version, name, path)));
}

function check(version, name, path) {
  const { stdout } = program("pdftotext", "-layout", path, "-");
  const missing = EXPECTED.filter((text) => !stdout.includes(text));
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
