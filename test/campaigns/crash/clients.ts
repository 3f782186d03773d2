// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { requestOf } from "../../../bench/licences.js";
import { CSV_HEADER, csvLine, type FictionalPermit, fictionalPermits } from "../../../scripts/fictional-permits.js";
import type { Seeded } from "../seeded.js";
import type { Import, Journal, Request } from "./journal.js";
import { type Settings, startTally } from "./life.js";

export interface ClientsOptions {
  readonly journal: Journal;
  readonly random: Seeded;
  readonly token: string;
  readonly agency: string;
  /** For CSV files. */
  readonly folder: string;
  /** Whether they download files too, which are sealed then. */
  readonly files?: boolean;
  /** How long an answer is waited for; by default half a minute. */
  readonly answerMs?: number;
}

const TYPE = "11340000MB1A2B3CXU001";
const ANSWER_MS = 30_000;
/** One request of so many is for a file. */
const FILES = 0.25;

/** SHA-256 of a PDF with a seal; null for one without. */
export function sealedFileDigest(pdf: Buffer): string | null {
  return pdf.includes("/ETSI.CAdES.detached") ? createHash("sha256").update(pdf).digest("hex") : null;
}

/** Everything that asks something of the service, with the journal of what it answered. */
export class Clients {
  /** Requests sent so far. */
  sent = 0;
  /** Changes of state that were answered. */
  acts = 0;
  /** Rows of imports that were answered. */
  rows = 0;
  /** How long the slowest answer took. */
  longestMs = 0;
  readonly #options: ClientsOptions;
  readonly #permits = fictionalPermits(1);
  #keys = 0;

  constructor(options: ClientsOptions) {
    this.#options = options;
  }

  /** Asks what is open and then, as long as there is a budget, new things; until told to stop. */
  async work(url: string, budget: { left: number }, stop: AbortSignal): Promise<void> {
    const { journal } = this.#options;
    while (!stop.aborted) {
      const request = journal.takeOpen() ?? (budget.left-- > 0 ? this.#newRequest() : undefined);
      if (request === undefined) await pause(20);
      else await this.#send(url, request, stop);
    }
  }

  /** A file to be imported: one that broke off, else a new one. */
  nextImport(rows = this.#options.random.whole(5, 30)): Import {
    const { journal, folder } = this.#options;
    const before = journal.takeImport();
    if (before !== undefined) return before;
    const permits = this.#take(rows);
    const file = join(folder, `import-${++this.#keys}.csv`);
    writeFileSync(file, `${[CSV_HEADER, ...permits.map(csvLine)].join("\n")}\n`);
    return { kind: "import", file, numbers: permits.map(({ certificateNumber }) => certificateNumber) };
  }

  /** Imports a file through the CLI; `killAfterMs` kills that process. Resolves when it has ended: whether it was killed. */
  async import(settings: Settings, request: Import, killAfterMs: number | null): Promise<boolean> {
    const { journal, agency } = this.#options;
    journal.ask(request);
    const child = startTally(settings, ["import", request.file, "--agency", agency, "--type", TYPE]);
    let said = "";
    child.stderr!.on("data", (chunk) => {
      said = (said + chunk).slice(-2_000);
    });
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    const timer = killAfterMs === null ? null : setTimeout(() => child.kill("SIGKILL"), killAfterMs);
    const told = await this.readImport(request, linesOf(child.stdout!));
    const code = await ended;
    if (timer !== null) clearTimeout(timer);
    if (told === request.numbers.length) journal.answered(request);
    else journal.reopen(request);
    if (code !== null && ![0, 65].includes(code) && !/chain|MongoDB/.test(said))
      journal.contradictions.push(`an import ended with ${code}: ${said}`);
    return code === null;
  }

  /** Takes down what is told of each row of the file; resolves with how many rows were told of. */
  async readImport(request: Import, lines: AsyncIterable<ImportLine>): Promise<number> {
    const { journal } = this.#options;
    const told = new Set<string>();
    for await (const result of lines) {
      const number = request.numbers[result.line - 2];
      if (number === undefined) continue;
      const identifier = result.ok
        ? result.certificateIdentifier
        : /in force as (\S+);/.exec(result.error.message)?.[1];
      // Nobody knows, or not now: the file is imported again.
      if (identifier === undefined && !result.ok && result.error.code === "store.failed") continue;
      if (identifier === undefined) {
        journal.contradictions.push(`line ${result.line} of an import was refused: ${JSON.stringify(result)}`);
        continue;
      }
      told.add(number);
      this.rows++;
      journal.tellIssued(number, identifier, "import");
    }
    return told.size;
  }

  async #send(url: string, request: Exclude<Request, Import>, stop: AbortSignal): Promise<void> {
    const { journal, random } = this.#options;
    this.sent++;
    journal.ask(request);
    const begun = Date.now();
    try {
      if (!(await this.#carryOut(url, request, stop))) return journal.reopen(request);
      journal.answered(request);
      // Now and then an answer gets lost on the way, and the client asks what was answered already.
      if (request.kind !== "act" && !stop.aborted && random.chance(0.1)) journal.reopen(request);
    } catch {
      journal.reopen(request);
    } finally {
      this.longestMs = Math.max(this.longestMs, Date.now() - begun);
    }
  }

  async #carryOut(url: string, request: Exclude<Request, Import>, stop: AbortSignal): Promise<boolean> {
    const { journal, token, answerMs = ANSWER_MS } = this.#options;
    if (request.kind === "file") return this.#download(url, request.identifier, stop);
    const path =
      request.kind === "act" ? `/${request.identifier}/${request.act}` : request.kind === "batch" ? "/batch" : "";
    const response = await fetch(`${url}/v1/certificates${path}`, {
      method: "POST",
      headers: {
        Authorization: `Bearer ${token}`,
        "Idempotency-Key": request.key,
        "Content-Type": request.kind === "batch" ? "application/x-ndjson" : "application/json",
      },
      body: request.body,
      signal: AbortSignal.any([stop, AbortSignal.timeout(answerMs)]),
    });
    if (request.kind === "batch" && response.status === 200) return this.#readBatch(response, request.numbers);
    const answer = (await response.json()) as Answer;
    if (response.status === 201 && request.kind === "issue") {
      journal.tellIssued(request.number, answer.certificateIdentifier!);
      return true;
    }
    if (response.status === 200 && request.kind === "act") {
      journal.tellState(request.identifier, answer.state!);
      this.acts++;
      return true;
    }
    if (!isTemporary(response.status, answer.code))
      journal.contradictions.push(
        `${request.kind} ${request.key} was answered ${response.status}: ${JSON.stringify(answer)}`,
      );
    return false;
  }

  async #download(url: string, identifier: string, stop: AbortSignal): Promise<boolean> {
    const { journal, token, answerMs = ANSWER_MS } = this.#options;
    const response = await fetch(`${url}/v1/certificates/${identifier}/pdf`, {
      headers: { Authorization: `Bearer ${token}` },
      signal: AbortSignal.any([stop, AbortSignal.timeout(answerMs)]),
    });
    const body = Buffer.from(await response.arrayBuffer());
    if (response.status === 200) {
      journal.tellFile(identifier, sealedFileDigest(body));
      return true;
    }
    if (response.status < 500)
      journal.contradictions.push(
        `the file of ${identifier} was answered ${response.status}: ${body.toString("utf8")}`,
      );
    return false;
  }

  /** Every line that arrives whole is a promise, also when the rest never comes. */
  async #readBatch(response: Response, numbers: readonly string[]): Promise<boolean> {
    const { journal } = this.#options;
    let text = "";
    let refused = 0;
    const decoder = new TextDecoder();
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true });
      for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
        const result = JSON.parse(text.slice(0, end)) as BatchLine;
        text = text.slice(end + 1);
        if (result.end) return result.complete && refused === 0;
        if (result.ok) journal.tellIssued(numbers[result.line - 1]!, result.certificate.certificateIdentifier);
        else {
          refused++;
          if (!isTemporary(result.problem.status, result.problem.code))
            journal.contradictions.push(
              `line ${result.line} of a batch was refused: ${JSON.stringify(result.problem)}`,
            );
        }
      }
    }
    return false;
  }

  #newRequest(): Exclude<Request, Import> {
    const { random, journal } = this.#options;
    const key = `key-${++this.#keys}`;
    if (this.#options.files === true && random.chance(FILES)) {
      const { told } = journal;
      if (told.length > 0) return { kind: "file", key, identifier: random.pick(told).identifier };
    }
    const dice = random.next();
    if (dice < 0.35) {
      const told = journal.claimForAct((free) => random.pick(free));
      if (told !== null) {
        const lasting = random.chance(0.15);
        const act = lasting ? "revoke" : told.state === "suspended" ? "release" : "suspend";
        const body = JSON.stringify({ legalBasis: "样例条例第 1 条", documentNumber: `样例〔2026〕${this.#keys}号` });
        return { kind: "act", key, identifier: told.identifier, act, body };
      }
    }
    if (dice < 0.85) {
      const [permit] = this.#take(1);
      return { kind: "issue", key, number: permit!.certificateNumber, body: JSON.stringify(requestOf(permit!)) };
    }
    const permits = this.#take(random.whole(2, 8));
    const numbers = permits.map(({ certificateNumber }) => certificateNumber);
    return { kind: "batch", key, numbers, body: permits.map((permit) => JSON.stringify(requestOf(permit))).join("\n") };
  }

  /** Permits that are in force now, whenever the campaign runs. */
  #take(count: number): FictionalPermit[] {
    const today = new Date(Date.now() - 86_400_000).toISOString();
    const validUntil = `${Number(today.slice(0, 4)) + 4}-12-31`;
    return Array.from({ length: count }, () => {
      return { ...this.#permits.next().value, issueDate: today.slice(0, 10), validUntil };
    });
  }
}

/** A process that is killed leaves half a line. */
async function* linesOf(output: Readable): AsyncIterable<ImportLine> {
  for await (const text of createInterface({ input: output }))
    if (text.endsWith("}")) yield JSON.parse(text) as ImportLine;
}

interface Answer {
  readonly certificateIdentifier?: string;
  readonly state?: string;
  readonly code?: string;
}

type BatchLine =
  | { readonly end: true; readonly complete: boolean }
  | {
      readonly end?: undefined;
      readonly line: number;
      readonly ok: true;
      readonly certificate: { certificateIdentifier: string };
    }
  | {
      readonly end?: undefined;
      readonly line: number;
      readonly ok: false;
      readonly problem: { status: number; code: string };
    };

type ImportLine =
  | { readonly line: number; readonly ok: true; readonly certificateIdentifier: string }
  | { readonly line: number; readonly ok: false; readonly error: { readonly code: string; readonly message: string } };

/** What a client may ask again: nobody knows, or not now. */
function isTemporary(status: number, code: string | undefined): boolean {
  return status >= 500 || code === "request.conflict";
}
