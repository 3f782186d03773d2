// SPDX-License-Identifier: Apache-2.0
// slither reads the contracts, freshly compiled in a directory of their own so that no stale build gets in, and must find
// nothing of medium or high impact. A contract with a known fault shows that it would.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const hardhat = createRequire(import.meta.url).resolve("hardhat/internal/cli/bootstrap.js");

// Sends before it writes, so that the receiver can come back for more.
const FAULTY = `// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;
contract Faulty {
    mapping(address => uint256) public owed;
    receive() external payable { owed[msg.sender] += msg.value; }
    function collect() external {
        (bool sent, ) = msg.sender.call{value: owed[msg.sender]}("");
        require(sent);
        owed[msg.sender] = 0;
    }
}
`;

export async function run() {
  const slither = findSlither();
  if (slither === null) return [{ judge: "slither", skipped: "slither" }];
  const version = spawnSync(slither, ["--version"], { encoding: "utf8" }).stdout.trim();
  const line = (subject, expected, findings) => {
    const got = findings.length === 0 ? "none" : findings.join("; ");
    return { judge: "slither", version, subject, expected, got, ok: got === expected };
  };
  return [
    line("contracts, medium and high findings", "none", inspect(slither, "contracts/")),
    line("a contract that can be re-entered", "reentrancy-eth in Faulty.collect()", inspect(slither, "faulty")),
  ];
}

function findSlither() {
  const candidates = [process.env.SLITHER, join(root, ".venv/bin/slither"), "slither"].filter(Boolean);
  return candidates.find((name) => !spawnSync(name, ["--version"]).error) ?? null;
}

/** The medium and high findings, worst first. */
function inspect(slither, which) {
  const directory = mkdtempSync(join(tmpdir(), "tally-slither-"));
  try {
    for (const file of ["hardhat.config.ts", "package.json", "tsconfig.json", "tsconfig.base.json"])
      cpSync(join(root, file), join(directory, file));
    symlinkSync(join(root, "node_modules"), join(directory, "node_modules"));
    if (which === "faulty") {
      mkdirSync(join(directory, "contracts"));
      writeFileSync(join(directory, "contracts/Faulty.sol"), FAULTY);
    } else cpSync(join(root, which), join(directory, which), { recursive: true });
    start(directory, process.execPath, [hardhat, "compile", "--quiet"]);
    const report = join(directory, "report.json");
    const options = [
      "--hardhat-ignore-compile",
      "--exclude-dependencies",
      "--exclude",
      "pragma,solc-version,timestamp",
    ];
    const { stderr } = start(directory, slither, [".", ...options, "--json", report]);
    if (!existsSync(report)) throw new Error(`slither wrote no report: ${stderr}`);
    return findings(createRequire(import.meta.url)(report));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function start(cwd, command, args) {
  const env = { ...process.env, HARDHAT_DISABLE_TELEMETRY_PROMPT: "true" };
  const done = spawnSync(command, args, { cwd, env, encoding: "utf8", maxBuffer: 1 << 26 });
  if (done.error) throw done.error;
  return done;
}

function findings({ success, error, results }) {
  if (!success) throw new Error(`slither could not read the contracts: ${error}`);
  return (results.detectors ?? [])
    .filter(({ impact }) => impact === "High" || impact === "Medium")
    .sort((a, b) => (a.impact < b.impact ? -1 : 1))
    .map(({ check, elements }) => `${check} in ${nameOf(elements[0])}`);
}

function nameOf({ name, type, type_specific_fields: more }) {
  return type === "function" ? `${more.parent.name}.${more.signature}` : name;
}
