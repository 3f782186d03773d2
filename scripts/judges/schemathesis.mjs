// SPDX-License-Identifier: Apache-2.0
// schemathesis reads our OpenAPI document and tries every operation of a really running service, with right and with wrong requests:
// no fault of the service, no undocumented answer, nothing wrong accepted, nothing right refused, no authentication ignored.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = fileURLToPath(new URL("schemathesis/", import.meta.url));
const TALLY = join(root, "dist/main/tally.js");
const FOOD_PERMIT = { typeCode: "11340000MB1A2B3CXU001", version: "1" };
/** Far above what a run on a small and busy machine takes. */
const PATIENCE_MS = 15 * 60_000;

export async function run() {
  const schemathesis = findSchemathesis();
  if (schemathesis === null) return [{ judge: "schemathesis", skipped: "schemathesis" }];
  const version = spawnSync(schemathesis, ["--version"], { encoding: "utf8" }).stdout.match(/\d+\.\d+\.\d+/)?.[0];
  if (!existsSync(TALLY)) throw new Error("dist/ is missing: npm run build");
  const directory = mkdtempSync(join(tmpdir(), "tally-schemathesis-"));
  const service = await startService(directory);
  try {
    const report = await inspect(schemathesis, service, directory);
    return [
      ...verdicts(report).map((line) => ({ judge: "schemathesis", version, ...line })),
      { judge: "schemathesis", version, ...(await stillServes(service)) },
    ];
  } finally {
    await service.stop();
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

function findSchemathesis() {
  const candidates = [process.env.SCHEMATHESIS, join(root, ".venv/bin/schemathesis"), "schemathesis"].filter(Boolean);
  return candidates.find((name) => !spawnSync(name, ["--version"]).error) ?? null;
}

/** With demo data; only the limits that would turn a test into "too many requests" are out of the way. */
async function startService(directory) {
  const env = {
    PATH: process.env.PATH,
    TALLY_DATA: join(directory, "data"),
    TALLY_PORT: "0",
    TALLY_LOG: "warn",
    TALLY_RATE_LIMIT: "1000000",
    TALLY_MAX_CONCURRENT: "1000",
  };
  const child = spawn(process.execPath, [TALLY, "serve", "--demo-data"], { env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  const ended = new Promise((resolve) => child.once("close", (code) => resolve(code)));
  child.stderr.on("data", (part) => (said += part));
  const ready = new Promise((resolve) => {
    let out = "";
    child.stdout.on("data", (part) => {
      out += part;
      if (out.includes("\n")) resolve(JSON.parse(out.slice(0, out.indexOf("\n"))));
    });
  });
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
  };
  const failed = ended.then((code) => {
    throw new Error(`the service ended with ${code}: ${said}`);
  });
  failed.catch(() => undefined);
  const { url, region } = await Promise.race([ready, failed]);
  for (let tries = 0; !/demo token (tt_\w+)/.test(said) && tries < 100; tries++) await pause(50);
  const [, token] = /demo token (tt_\w+)/.exec(said) ?? [];
  if (token === undefined) throw new Error(`the service made no token: ${said}`);
  return { url, region, token, stop, said: () => said };
}

/** What exists in this deployment, by the name of the path parameter that takes it. */
async function factsOf({ url, region, token }) {
  const get = async (path) => (await fetch(url + path, { headers: { Authorization: `Bearer ${token}` } })).json();
  const { certificates } = await get("/v1/certificates?limit=200");
  const batches = (await get("/v1/batches")).batches ?? [];
  return {
    id: certificates.map(({ certificateIdentifier }) => certificateIdentifier),
    ...Object.fromEntries(Object.entries(FOOD_PERMIT).map(([name, value]) => [name, [value]])),
    region: [region],
    uscc: [...new Set(certificates.map(({ issueDeptCode }) => issueDeptCode))],
    root: batches.map(({ root: hash }) => hash),
    size: batches.map(({ size }) => String(size)),
  };
}

async function inspect(schemathesis, service, directory) {
  const args = ["--config-file", join(folder, "schemathesis.toml"), "run", `${service.url}/openapi.json`];
  args.push("--header", `Authorization: Bearer ${service.token}`, "--checks", "all", "--no-color");
  const env = {
    ...process.env,
    SCHEMATHESIS_HOOKS: "hooks",
    PYTHONPATH: folder,
    PYTHONDONTWRITEBYTECODE: "1",
    TALLY_JUDGE_FACTS: JSON.stringify(await factsOf(service)),
  };
  return finished(spawn(schemathesis, args, { cwd: directory, env }));
}

function finished(child) {
  return new Promise((resolve, reject) => {
    let said = "";
    const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
    const hear = (part) => (said += part);
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(timer);
      resolve({ code, said });
    });
  });
}

/** Every operation that something is wrong with, as schemathesis words it; its whole report goes to stderr then. */
function verdicts({ code, said }) {
  const tested = /^\s+Tested: (\d+)$/m.exec(said)?.[1] ?? "no";
  const selected = /^\s+Selected: (\d+)\/(\d+)$/m.exec(said) ?? [];
  const cases = /^\s+(\d+) generated/m.exec(said)?.[1] ?? "no";
  const ok = code === 0 && tested === selected[2];
  if (!ok) console.error(said);
  const got = code === 0 ? `none in ${cases} cases of ${tested} operations` : findings(said);
  return [{ subject: "violations of any check in any operation", expected: "none", got, ok }];
}

function findings(said) {
  const found = [];
  let operation = "the run";
  for (const line of said.split("\n")) {
    operation = /^_+ ([A-Z]+ \S+) _+$/.exec(line)?.[1] ?? operation;
    const what = /^- (ST\d+ .+)$/.exec(line)?.[1];
    if (what !== undefined) found.push(`${operation}: ${what}`);
  }
  return found.join("; ") || said.trim().split("\n").slice(-3).join(" ");
}

async function stillServes({ url }) {
  const { status } = await fetch(`${url}/readyz`);
  return {
    subject: "the service afterwards",
    expected: "ready",
    got: status === 200 ? "ready" : `status ${status}`,
    ok: status === 200,
  };
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
