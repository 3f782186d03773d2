// SPDX-License-Identifier: Apache-2.0
// Every version of Node that we run on renders what the others render: the decoded objects of every layout's files, sealed and unsealed, are the same
// (compressed bytes are not: each has a zlib of its own), and two processes of one version write the same bytes.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tsImport } from "tsx/esm/api";

/** The last of each line that we run on; fetched from npm, where they are packages, for as long as this judge runs. */
const VERSIONS = ["20.20.2", "22.23.3", "24.21.0"];
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const RENDERS = fileURLToPath(new URL("./node-versions/render.ts", import.meta.url));

export async function run() {
  const { differing } = await tsImport("./node-versions/compare.ts", import.meta.url);
  const directory = mkdtempSync(join(tmpdir(), "tally-judge-"));
  try {
    const own = rendered(process.execPath, join(directory, "own"));
    const names = readdirSync(own);
    return VERSIONS.flatMap((version) => {
      const node = install(version, directory);
      if (node === null) return [{ judge: "node", skipped: `Node ${version} from npm` }];
      const [one, again] = ["one", "again"].map((run) => rendered(node, join(directory, `${version}-${run}`)));
      const line = (subject, others) => ({
        ...{ judge: "node", version, subject: `${subject} (${names.length} files)`, expected: "the same" },
        ...{ got: others.length === 0 ? "the same" : `others: ${others.join(", ")}`, ok: others.length === 0 },
      });
      const isSame = (name) => readFileSync(join(one, name)).equals(readFileSync(join(again, name)));
      return [
        line(`decoded objects as of Node ${process.versions.node}`, differing(own, one)),
        line(
          "bytes of two processes",
          names.filter((name) => !isSame(name)),
        ),
      ];
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Path of the program; null where npm has none for this machine, or none can be had. */
function install(version, directory) {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = join(directory, `node-${version}`);
  mkdirSync(folder);
  const flags = ["--prefix", folder, "--ignore-scripts", "--no-save", "--no-audit", "--no-fund", "--silent"];
  const { status } = spawnSync("npm", ["install", ...flags, `${name}@${version}`], { cwd: folder });
  const program = join(folder, "node_modules", name, "bin/node");
  const said = status === 0 ? spawnSync(program, ["--version"], { encoding: "utf8" }).stdout?.trim() : null;
  return said === `v${version}` ? program : null;
}

/** A directory of its own with what a process of this program rendered. */
function rendered(node, directory) {
  mkdirSync(directory);
  const { status, stderr } = spawnSync(node, ["--import", "tsx", RENDERS, directory], { cwd: ROOT, encoding: "utf8" });
  if (status !== 0) throw new Error(`${node} ended with ${status}: ${stderr.slice(-600)}`);
  return directory;
}
