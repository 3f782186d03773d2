// SPDX-License-Identifier: Apache-2.0
// zbar must read the code from the page as poppler draws it at the resolution of a printer.
import { join } from "node:path";
import { program, withSampleLicences } from "./shared/sample-licences.mjs";

const DPI = "300";

export async function run() {
  const version = program("zbarimg", "--version")?.stdout.trim();
  if (version === undefined) return [{ judge: "zbar", skipped: "zbarimg" }];
  if (program("pdftoppm", "-v") === null) return [{ judge: "zbar", skipped: "pdftoppm" }];
  return withSampleLicences((files, directory) => files.map((file) => check(version, file, directory)));
}

function check(version, { name, path, code }, directory) {
  const picture = join(directory, "page");
  program("pdftoppm", "-r", DPI, "-gray", "-singlefile", path, picture);
  const { stdout } = program("zbarimg", "--quiet", "--raw", "--oneshot", `${picture}.pgm`);
  const ok = stdout.trim() === code;
  const got = ok ? "the token's address" : JSON.stringify(stdout.slice(0, 80));
  return {
    judge: "zbar",
    version,
    subject: `code of the ${name} at ${DPI} dpi`,
    expected: "the token's address",
    got,
    ok,
  };
}
