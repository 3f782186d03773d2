// SPDX-License-Identifier: Apache-2.0
// pyHanko must find sealed licences intact, trusted under the CA's certificate and untouched since, and none of that of changed ones.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { verdicts, withSealedLicences } from "./shared/sealed-licences.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

export async function run() {
  const pyhanko = findPyHanko();
  if (pyhanko === null) return [{ judge: "pyhanko", skipped: "pyhanko" }];
  const version = spawnSync(pyhanko, ["--version"], { encoding: "utf8" }).stdout.match(/\d+\.\d+\.\d+/)?.[0];
  return withSealedLicences((files) => {
    // A revocation list is what openssl and DSS are given.
    const judged = { ...files, tampered: files.tampered.filter(({ revoked }) => !revoked) };
    return verdicts("pyhanko", version, judged, ({ path, stamped }) => {
      const flags = ["--trust", files.root, "--trust", files.tsa, "--trust-replace", "--no-revocation-check"];
      const { stdout, stderr } = spawnSync(pyhanko, ["sign", "validate", ...flags, path], { encoding: "utf8" });
      // "AgencySeal:<digest>:INTACT:TRUSTED,UNTOUCHED"
      const said = /^AgencySeal:[0-9a-f]+:(\S+)$/m.exec(stdout)?.[1];
      return {
        accepted: said === `INTACT:TRUSTED,${stamped ? "TIMESTAMP_TOKEN<INTACT:TRUSTED>," : ""}UNTOUCHED`,
        got: said ?? lastLine(stdout + stderr),
      };
    });
  });
}

function findPyHanko() {
  const candidates = [process.env.PYHANKO, join(root, ".venv/bin/pyhanko"), "pyhanko"].filter(Boolean);
  return candidates.find((name) => !spawnSync(name, ["--version"]).error) ?? null;
}

const lastLine = (text) => text.trim().split("\n").at(-1).slice(0, 200);
