// SPDX-License-Identifier: Apache-2.0
import { createReadStream } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { AnchorChain, AnchoredBatch, AnchoringEvent } from "../../../src/domain/anchoring/index.js";
import type { Actor } from "../../../src/domain/audit/index.js";
import type { Report } from "../../../src/verify/report.js";
import type { Clients } from "../crash/clients.js";
import type { Journal } from "../crash/journal.js";
import type { OpenedStore } from "../crash/stores.js";
import { AGENCY, type Line, type Served, TYPE } from "./deployment.js";
import type { ChainNode } from "./nodes.js";

const PATIENCE_MS = 60_000;

/** What a scene has to play with. */
export class Stage {
  readonly witnesses: Witness[] = [];
  readonly #stop = new AbortController();
  readonly #running: Promise<unknown>[] = [];
  readonly #budget = { left: 0 };

  constructor(
    readonly served: Served,
    readonly node: ChainNode,
    readonly journal: Journal,
    readonly clients: Clients,
    readonly store: OpenedStore,
  ) {}

  get lines(): readonly Line[] {
    return this.served.lines;
  }

  get chain(): AnchorChain {
    return this.served.truth;
  }

  /** Clients that issue and change states, until `end`. */
  begin(): void {
    for (let i = 0; i < LOOPS; i++)
      this.#keep(this.clients.work(this.served.service.url!, this.#budget, this.#stop.signal));
    this.#during(async () => {
      this.#budget.left = 1;
      await pause(REQUEST_EVERY_MS);
    });
  }

  /** Repeats this until `end`; `stage.end` waits for it. */
  #during(act: () => Promise<void>): void {
    const repeat = async (): Promise<void> => {
      while (!this.#stop.signal.aborted) await act();
    };
    this.#keep(repeat());
  }

  /** How it ends is the business of `end`. */
  #keep(running: Promise<unknown>): void {
    running.catch(() => {});
    this.#running.push(running);
  }

  /** Makes a block every so often, as the networks of others do, until it is stopped. */
  blocksEvery(ms: number, before: () => Promise<void> = async () => {}): { stop(): Promise<void> } {
    let isStopped = false;
    const running = (async () => {
      while (!isStopped) {
        await before();
        await this.node.rpc("anvil_mine", "0x1");
        await pause(ms);
      }
    })();
    running.catch(() => {});
    return {
      stop: async () => {
        isStopped = true;
        await running;
      },
    };
  }

  async end(): Promise<void> {
    this.#budget.left = 0;
    this.#stop.abort();
    await Promise.all(this.#running);
  }

  /** Imports a file with the code behind `tally import`, and waits for the answer of its last row. */
  async import(): Promise<void> {
    const request = this.clients.nextImport();
    this.journal.ask(request);
    const rows = this.served.deployment.issuance.importCsv(ISSUER, { typeCode: TYPE }, createReadStream(request.file));
    const told = await this.clients.readImport(request, rows);
    if (told === request.numbers.length) this.journal.answered(request);
    else throw new Error(`an import of ${request.numbers.length} rows was answered for ${told}`);
  }

  /** While the chain is in trouble: issues, imports and changes states, and throws when they are not answered in time. */
  async goesOn(): Promise<void> {
    const { told } = this.journal;
    const changed = this.clients.acts;
    await this.import();
    await until(() => this.journal.told.length >= told.length + ISSUED_MEANWHILE, PATIENCE_MS, "issuing stopped");
    await until(() => this.clients.acts > changed, PATIENCE_MS, "changes of state stopped");
  }

  /** Waits for an event that is told from now on. */
  async told(what: string, wanted: (event: AnchoringEvent) => boolean): Promise<void> {
    const from = this.served.events.length;
    await until(() => this.served.events.slice(from).some(wanted), PATIENCE_MS, `nothing told of: ${what}`);
  }

  /** Waits for a pass of this work that fails with these words. */
  fails(loop: string, words: RegExp): Promise<void> {
    return this.told(`${loop}: ${words}`, (event) => {
      return event.event === "pass-failed" && event.loop === loop && words.test(String((event.error as Error).message));
    });
  }

  /** Waits until so many batches more are anchored. */
  async anchored(batches = 1): Promise<void> {
    for (let i = 0; i < batches; i++) await this.told("an anchored batch", ({ event }) => event === "batch-anchored");
  }

  async newestBatch(): Promise<AnchoredBatch> {
    const [newest] = await this.store.anchoring.anchoredSince(0, 1);
    if (newest === undefined) throw new Error("nothing is anchored");
    return newest;
  }

  /** A certificate of this batch, or of any, whose state nobody changes, verified again and again until `end`. */
  async watch(batchId?: number): Promise<Witness> {
    const found: Witness[] = [];
    const isFound = async (): Promise<boolean> => {
      const one = await this.#witness(batchId);
      if (one !== null) found.push(one);
      return one !== null;
    };
    await until(isFound, PATIENCE_MS, "nothing to be watched");
    const witness = found[0]!;
    this.witnesses.push(witness);
    this.#during(async () => {
      await witness.ask();
      await pause(VERIFY_EVERY_MS);
    });
    return witness;
  }

  async #witness(batchId: number | undefined): Promise<Witness | null> {
    const { service, token } = this.served;
    for (const { identifier, state } of [...this.journal.told].reverse()) {
      const position = await this.store.anchoring.leafPosition(identifier);
      const isIn = batchId === undefined ? position?.state === "anchored" : position?.place?.batchId === batchId;
      if (state !== "valid" || !isIn || !this.journal.keepAsItIs(identifier)) continue;
      const headers = { Authorization: `Bearer ${token}` };
      const answer = await fetch(`${service.url}/v1/certificates/${identifier}/document`, { headers });
      return new Witness(identifier, await answer.text(), service.url!);
    }
    return null;
  }
}

const LOOPS = 2;
const REQUEST_EVERY_MS = 60;
const VERIFY_EVERY_MS = 100;
const ISSUED_MEANWHILE = 10;
const ISSUER: Actor = {
  kind: "cli",
  id: "campaign",
  role: "issuer",
  agency: AGENCY,
  types: ["*"],
  requestId: "campaign",
};

/** A document in a verifier's hands, and everything that verifications said of it. */
export class Witness {
  readonly heard: { readonly verdict: string; readonly authenticity: string; readonly reasons: readonly string[] }[] =
    [];

  constructor(
    readonly identifier: string,
    readonly document: string,
    readonly url: string,
  ) {}

  async ask(): Promise<string> {
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${this.url}/v1/verify`, { method: "POST", headers, body: this.document });
    if (response.status !== 200) throw new Error(`a verification was answered with ${response.status}`);
    const { verdict, authenticity, checks } = (await response.json()) as Report;
    const reasons = checks.flatMap((check) => ("reason" in check ? [check.reason as string] : []));
    this.heard.push({ verdict, authenticity, reasons });
    return verdict;
  }

  /** Waits until a verification that begins from now on says so. */
  async says(verdict: string): Promise<void> {
    const from = this.heard.length + 1;
    const said = (): boolean => this.heard.slice(from).some((heard) => heard.verdict === verdict);
    await until(said, PATIENCE_MS, `the verification never says ${verdict}`).catch((error: unknown) => {
      throw new Error(`${(error as Error).message} but ${JSON.stringify(this.heard.at(-1))}`);
    });
  }
}

/** Waits for it; throws with `otherwise` when it does not come. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  timeoutMs: number,
  otherwise: string,
  everyMs = 15,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`${otherwise} (${timeoutMs} ms)`);
    await pause(everyMs);
  }
}
