// SPDX-License-Identifier: Apache-2.0
// A service with demo data for judges that talk to one: own folder, free ports, gone when the judge is done.
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const TALLY = fileURLToPath(new URL("../../../dist/main/tally.js", import.meta.url));
const PATIENCE_MS = 120_000;

/** Calls `use` with the service's URL, a token that may issue, its agency and a way to give commands; then ends it. */
export async function withRunningService(settings, use) {
  const directory = mkdtempSync(join(tmpdir(), "tally-judge-"));
  const plain = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("TALLY_")));
  const env = { ...plain, TALLY_DATA: directory, TALLY_PORT: "0", TALLY_LOG: "error", ...settings };
  const child = spawn(process.execPath, [TALLY, "serve", "--demo-data"], { env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise((resolve) => child.once("close", resolve));
  try {
    const { url, token, agency } = await started(child, ended);
    return await use({ url, token, agency, tally: (...argv) => command(env, argv) });
  } finally {
    child.kill("SIGTERM");
    await ended;
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function started(child, ended) {
  let out = "";
  let err = "";
  const demo = () => /demo token (\S+) \(agency (\S+)\)/.exec(err);
  const ready = new Promise((resolve) => {
    const look = () => {
      if (out.includes("\n") && demo()) resolve(true);
    };
    child.stdout.on("data", (chunk) => {
      out += chunk;
      look();
    });
    child.stderr.on("data", (chunk) => {
      err += chunk;
      look();
    });
  });
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, false);
  });
  const isReady = await Promise.race([ready, late, ended.then(() => false)]);
  clearTimeout(timer);
  if (isReady !== true) throw new Error(`the service did not start:\n${err}`);
  const [, token, agency] = demo();
  return { url: JSON.parse(out.slice(0, out.indexOf("\n"))).url, token, agency };
}

function command(env, argv) {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [TALLY, ...argv], { env, timeout: PATIENCE_MS }, (error, stdout, stderr) =>
      error ? reject(new Error(`tally ${argv.join(" ")}: ${stderr}`)) : resolve(stdout.trim()),
    );
  });
}
