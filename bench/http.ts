// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import autocannon, { type Client, type Request } from "autocannon";
import { firstMatch, LicenceService } from "./licence-service.js";
import type { BenchOptions, BenchRow } from "./main.js";

const BARE = fileURLToPath(new URL("./bare-express.ts", import.meta.url));
/** More than the service remembers signatures of, so that in a round-robin no document is known when it comes again. */
const DOCUMENTS = 3_000;
const BATCH = 50;
const CONNECTIONS = 16;
const ROUND_SECONDS = 4;
const ROUNDS = 3;
const STEADY_RATE = 400;
const STEADY_SECONDS = 6;
const STEADY_P99_MS = 60;

/**
 * Verification over HTTP, by the service as it runs (its own process, embedded chain, logs, limits and all), against a bare Express
 * handler in a process like it that parses the very same bodies and answers a JSON of the same size. Both take turns, and the median
 * round counts. `http-verify` posts a document that was not posted before each time, `http-verify-again` the same one all the
 * time, `http-verify-batch` fifty new ones a request; its figures are documents a second. `http-verify-steady` is new documents at half of
 * the 800 a second that one process must bear: how long the slowest in a hundred takes. One core drives, so a machine
 * with two cores has little more than one for the service, which verifies signatures on the others.
 */
export async function run({ store }: BenchOptions): Promise<BenchRow[]> {
  const service = await LicenceService.start(store);
  try {
    const documents = await service.documents(DOCUMENTS);
    const batches = Array.from({ length: DOCUMENTS / BATCH }, (_, i) =>
      batchOf(documents.slice(i * BATCH, (i + 1) * BATCH)),
    );
    const single = `${service.url}/v1/verify`;
    // The registry's answers at a block are asked once; without this the first rounds would measure the chain's node.
    for (const batch of batches) await askOnce(`${single}/batch`, batch);
    return [
      await compare("http-verify", service, single, documents, 1),
      await steady(service, single, documents),
      await compare("http-verify-again", service, single, documents.slice(0, 1), 1),
      await compare("http-verify-batch", service, `${single}/batch`, batches, BATCH),
    ];
  } finally {
    await service.stop();
  }
}

function batchOf(documents: readonly Buffer[]): Buffer {
  return Buffer.from(`[${documents.map((document) => `{"json":${document}}`).join(",")}]`);
}

async function compare(
  bench: string,
  service: LicenceService,
  url: string,
  bodies: readonly Buffer[],
  each: number,
): Promise<BenchRow> {
  const answer = await askOnce(url, bodies[0]!);
  const bare = await BareExpress.start(answer);
  try {
    const rates = { ours: [] as number[], bare: [] as number[] };
    let requests = 0;
    let peakRssMb = 0;
    // The first round warms up.
    for (let round = 0; round <= ROUNDS; round++) {
      const plain = await load(bare.url, bodies, bodies.length);
      const real = await load(url, bodies, round * 7);
      peakRssMb = Math.max(peakRssMb, residentMb(service.pid));
      if (round === 0) continue;
      rates.bare.push(plain.perSecond * each);
      rates.ours.push(real.perSecond * each);
      requests += real.requests;
    }
    const [perSecond, baselinePerSecond] = [median(rates.ours), median(rates.bare)];
    const input = `${each === 1 ? "a licence" : `${each} licences`} of ${bodies[0]!.length} bytes, answer ${answer.length} bytes, ${CONNECTIONS} connections`;
    return {
      bench,
      n: requests * each,
      perSecond,
      baselinePerSecond,
      ratio: perSecond / baselinePerSecond,
      peakRssMb,
      input,
    };
  } finally {
    bare.stop();
  }
}

async function steady(service: LicenceService, url: string, bodies: readonly Buffer[]): Promise<BenchRow> {
  const answer = await askOnce(url, bodies[0]!);
  const bare = await BareExpress.start(answer);
  try {
    await paced(url, bodies);
    const real = await paced(url, bodies);
    const plain = await paced(bare.url, bodies);
    return {
      bench: "http-verify-steady",
      n: real.requests,
      perSecond: real.perSecond,
      baselinePerSecond: plain.perSecond,
      ratio: real.perSecond / plain.perSecond,
      peakRssMb: residentMb(service.pid),
      input: `bare Express: p99 ${plain.p99.toFixed(1)} ms`,
      figures: { p99Ms: [real.p99, STEADY_P99_MS] },
    };
  } finally {
    bare.stop();
  }
}

/** A request every so often, whether the ones before are answered or not. Counted from when each was due, so that waiting to be sent is waiting too. */
async function paced(url: string, bodies: readonly Buffer[]): Promise<Load & { readonly p99: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 * CONNECTIONS });
  const requests = STEADY_RATE * STEADY_SECONDS;
  const start = performance.now();
  const answered: Promise<number>[] = [];
  for (let n = 0; n < requests; n++) {
    const due = start + (n * 1000) / STEADY_RATE;
    const early = due - performance.now();
    if (early > 1) await pause(early);
    answered.push(post(url, bodies[n % bodies.length]!, agent).then(() => performance.now() - due));
  }
  const times = await Promise.all(answered);
  const perSecond = (requests / (performance.now() - start)) * 1000;
  agent.destroy();
  return { requests, perSecond, p99: times.toSorted((a, b) => a - b)[Math.floor(requests * 0.99)]! };
}

function post(url: string, body: Buffer, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", "content-length": body.length };
    const sent = request(url, { method: "POST", agent, headers }, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`an answer was ${answer.statusCode}`));
      answer.resume().once("end", resolve).once("error", reject);
    });
    sent.once("error", reject);
    sent.end(body);
  });
}

interface Load {
  readonly perSecond: number;
  readonly requests: number;
}

/** Every connection goes round through the bodies from a place of its own. Anything but a 200 spoils the benchmark. */
function load(url: string, bodies: readonly Buffer[], start: number): Promise<Load> {
  const requests: Request[] = bodies.map((body) => ({
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  }));
  let connection = 0;
  return new Promise((resolve, reject) => {
    const instance = autocannon(
      {
        url,
        connections: CONNECTIONS,
        duration: ROUND_SECONDS,
        setupClient: (client: Client) => {
          const from = (start + Math.floor((connection++ * bodies.length) / CONNECTIONS)) % bodies.length;
          client.setRequests([...requests.slice(from), ...requests.slice(0, from)]);
        },
      },
      (error, result) => {
        if (error) return reject(error);
        if (result.non2xx > 0 || result.errors > 0)
          return reject(new Error(`${result.non2xx} answers were not 200, ${result.errors} requests failed`));
        resolve({ perSecond: result["2xx"] / result.duration, requests: result["2xx"] });
      },
    );
    instance.on("reqError", reject);
  });
}

async function askOnce(url: string, body: Buffer): Promise<Buffer> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: body.toString(),
  });
  const text = await answer.text();
  const report = JSON.parse(text);
  const reports = report.results ? report.results.map((result: { report: unknown }) => result.report) : [report];
  const wrong = reports.find(({ verdict }: { verdict: string }) => verdict !== "valid");
  if (wrong) throw new Error(`a document of the benchmark is ${JSON.stringify(wrong).slice(0, 300)}`);
  return Buffer.from(text);
}

class BareExpress {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
    private readonly directory: string,
  ) {}

  static async start(answer: Buffer): Promise<BareExpress> {
    const directory = mkdtempSync(join(tmpdir(), "tally-bare-"));
    const file = join(directory, "answer.json");
    writeFileSync(file, answer);
    const child = spawn(process.execPath, ["--import", "tsx", BARE, file], { stdio: ["ignore", "pipe", "inherit"] });
    return new BareExpress(await firstMatch(child.stdout!, /(http:\S+)/), child, directory);
  }

  stop(): void {
    this.child.kill("SIGKILL");
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

/** Of another process; 0 where the system does not say. */
function residentMb(pid: number): number {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return Number(kilobytes ?? 0) / 1024;
  } catch {
    return 0;
  }
}
