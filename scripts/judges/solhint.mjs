// SPDX-License-Identifier: Apache-2.0
// solhint must have nothing to say about the contracts: neither error nor warning. A file with a known fault shows that it
// would. Rules that are off in .solhint.json trade clarity for a few gas.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const require = createRequire(import.meta.url);

const FAULTY = `// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;
contract Faulty {
    function isOwner(address owner) external view returns (bool) {
        return tx.origin == owner;
    }
}
`;

export async function run() {
  let manifest;
  try {
    manifest = require("solhint/package.json");
  } catch {
    return [{ judge: "solhint", skipped: "solhint" }];
  }
  const line = (subject, expected, reports) => {
    const got = reports.length === 0 ? "none" : reports.join("; ");
    return { judge: "solhint", version: manifest.version, subject, expected, got, ok: got === expected };
  };
  const directory = mkdtempSync(join(tmpdir(), "tally-solhint-"));
  try {
    writeFileSync(join(directory, "Faulty.sol"), FAULTY);
    return [
      line("contracts, errors and warnings", "none", inspect(root, "contracts/**/*.sol")),
      line("a contract that trusts tx.origin", "avoid-tx-origin", inspect(directory, "Faulty.sol")),
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function inspect(cwd, files) {
  const script = join(require.resolve("solhint/package.json"), "..", "solhint.js");
  // --disc: no look for updates online. --noPoster: no advertisement.
  const args = [script, "--disc", "--noPoster", "--config", join(root, ".solhint.json"), "--formatter", "json", files];
  const { error, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: "utf8" });
  if (error) throw error;
  const reports = JSON.parse(stdout || "null");
  if (!Array.isArray(reports)) throw new Error(`solhint wrote no report: ${stderr}`);
  return reports.filter(({ ruleId }) => ruleId).map(({ ruleId }) => ruleId);
}
