// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { requests } from "./licences.js";
import type { BenchOptions } from "./main.js";

const TALLY = fileURLToPath(new URL("../dist/main/tally.js", import.meta.url));

/** The service as `npm start` runs it, with its embedded chain, in a directory of its own. Only the request limits are out of the way. */
export class LicenceService {
  private constructor(
    readonly url: string,
    readonly pid: number,
    private readonly token: string,
    private readonly child: ChildProcess,
    private readonly directory: string,
  ) {}

  static async start(store: BenchOptions["store"]): Promise<LicenceService> {
    const directory = mkdtempSync(join(tmpdir(), "tally-bench-"));
    const env = {
      PATH: process.env.PATH,
      // Where a local mongod is found.
      HOME: process.env.HOME,
      MONGOD: process.env.MONGOD,
      TALLY_STORE: store,
      TALLY_DATA: join(directory, "data"),
      TALLY_PORT: "0",
      TALLY_LOG: "info",
      TALLY_RATE_LIMIT: "1000000",
    };
    const child = spawn(process.execPath, [TALLY, "serve", "--demo-data"], { env, stdio: ["ignore", "pipe", "pipe"] });
    const token = firstMatch(child.stderr!, /demo token (tt_\w+)/);
    const url = firstMatch(child.stdout!, /"url":"([^"]+)"/);
    const ended = new Promise<never>((_, reject) =>
      child.once("close", (code) => reject(new Error(`the service ended with ${code}; was it built? (npm run build)`))),
    );
    ended.catch(() => undefined);
    return new LicenceService(
      await Promise.race([url, ended]),
      child.pid!,
      await Promise.race([token, ended]),
      child,
      directory,
    );
  }

  /** JSON documents of food business permits that are all issued, anchored and different. */
  async documents(count: number): Promise<Buffer[]> {
    const identifiers = await this.#issue(count);
    await this.#untilAnchored(identifiers.at(-1)!);
    const documents: Buffer[] = new Array(count);
    let next = 0;
    const fetchSome = async (): Promise<void> => {
      for (let i = next++; i < count; i = next++) {
        documents[i] = await this.#get(`/v1/certificates/${identifiers[i]}/document`);
      }
    };
    await Promise.all(Array.from({ length: 16 }, fetchSome));
    return documents;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.child.once("close", resolve));
    this.child.kill("SIGTERM");
    await closed;
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }

  async #issue(count: number): Promise<string[]> {
    const body = [...requests(count)].map((request) => JSON.stringify(request)).join("\n");
    const headers = { Authorization: `Bearer ${this.token}`, "Content-Type": "application/x-ndjson" };
    const answer = await fetch(`${this.url}/v1/certificates/batch`, { method: "POST", headers, body });
    const lines = (await answer.text()).trim().split("\n").slice(0, -1);
    return lines.map((line) => {
      const { certificate, problem } = JSON.parse(line);
      if (!certificate) throw new Error(`a licence of the benchmark was not issued: ${JSON.stringify(problem)}`);
      return certificate.certificateIdentifier as string;
    });
  }

  async #untilAnchored(identifier: string): Promise<void> {
    for (let tries = 0; tries < 600; tries++) {
      const view = JSON.parse((await this.#get(`/v1/certificates/${identifier}`)).toString());
      if (view.anchoring === "anchored") return;
      await pause(100);
    }
    throw new Error("the licences of the benchmark were not anchored within a minute");
  }

  async #get(path: string): Promise<Buffer> {
    const answer = await fetch(this.url + path, { headers: { Authorization: `Bearer ${this.token}` } });
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`);
    return Buffer.from(await answer.arrayBuffer());
  }
}

/** What the stream says goes on being read, so that the child never waits for us. */
export function firstMatch(stream: NodeJS.ReadableStream, pattern: RegExp): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    stream.on("data", (part) => {
      if (text.length > 100_000) return;
      text += part;
      const found = pattern.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
}
