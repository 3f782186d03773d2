// SPDX-License-Identifier: Apache-2.0
import { Worker } from "node:worker_threads";
import { packageFile } from "../../adapters/package-folder/index.js";
import { TallyError } from "../../core/errors.js";
import type { Report } from "../../verify/report.js";
import type { ProofSource, TypeSource } from "../../verify/sources.js";
import {
  type Answer,
  errorOf,
  type FromThread,
  failureOf,
  type Gathered,
  gathered,
  type Job,
  type Question,
  type ThreadSetup,
  type ToThread,
} from "./messages.js";
import type { RegistryDesk } from "./registry-desk.js";

export interface ThreadOptions {
  readonly setup: ThreadSetup;
  /** What is asked on the thread of the service: chain, mirror, types and revocation lists. */
  readonly registry: RegistryDesk;
  readonly mirror: ProofSource;
  readonly types: TypeSource;
  /** DER, of all regions that are at hand. */
  readonly revocationLists: () => Promise<readonly Uint8Array[]>;
  readonly onEvent: (event: ThreadEvent) => void;
  readonly onVerdict?: (verdict: Report["verdict"]) => void;
  /** How long a thread with work may say nothing, twice over, before it counts as stuck. */
  readonly silenceMs: number;
  /** What runs on the thread. */
  readonly program?: string | URL;
}

export interface ThreadEvent {
  readonly event: "verification-thread-ended";
  /** Jobs that were under way. */
  readonly jobs: number;
  readonly error: unknown;
}

export interface Assignment {
  readonly id: number;
  readonly job: Job;
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

/** What `npm run build` has made of thread.ts. */
const PROGRAM = packageFile("dist/main/verification/thread.js");
/** What a hostile file makes a thread allocate ends the thread before the service runs out of memory. */
const MOST_HEAP_MB = 512;
const MOST_START_MS = 30_000;
const FIRST_PAUSE_MS = 100;
const MOST_PAUSE_MS = 5_000;

/**
 * One worker thread, replaced when it ends or is stuck. What was under way then, and what comes meanwhile, is done one by one, so
 * that the job that ended the thread ends the next one alone, and is refused.
 */
export class VerificationThread {
  readonly #options: ThreadOptions;
  readonly #underWay = new Map<number, Assignment>();
  /** Waits for its turn since a thread ended; only the first is under way. */
  #oneByOne: Assignment[] = [];
  #worker: Worker | null = null;
  #outgoing: Gathered<ToThread> | null = null;
  #watch: NodeJS.Timeout | undefined;
  #pause: NodeJS.Timeout | undefined;
  #isReady = false;
  #hasSpoken = true;
  /** Threads that ended before they were ready, one after another. */
  #failedStarts = 0;
  #isStopped = false;

  constructor(options: ThreadOptions) {
    this.#options = options;
    this.#start();
  }

  /** For comparison with others: the last choice while it does one thing at a time. */
  get load(): number {
    return this.#underWay.size + this.#oneByOne.length * 1_000;
  }

  take(assignment: Assignment): void {
    if (this.#isStopped) assignment.reject(stopping());
    else if (this.#oneByOne.length > 0) this.#oneByOne.push(assignment);
    else {
      this.#underWay.set(assignment.id, assignment);
      this.#give(assignment);
      this.#watchOver();
    }
  }

  /** Nobody waits for it any more; an answer that comes nevertheless is thrown away. */
  drop(id: number): void {
    this.#post({ to: "drop", id });
    this.#finish(id);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#pause);
    clearInterval(this.#watch);
    for (const assignment of this.#takeAll()) assignment.reject(stopping());
    await this.#worker?.terminate();
  }

  #start(): void {
    const { program = PROGRAM, setup } = this.#options;
    const worker = new Worker(program, {
      workerData: setup,
      resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MB },
    });
    let reason: unknown = null;
    const late = setTimeout(() => void worker.terminate(), MOST_START_MS);
    worker.on("message", (messages: readonly FromThread[]) => {
      clearTimeout(late);
      for (const message of messages) this.#hear(message);
    });
    worker.once("error", (error) => {
      reason = error;
    });
    worker.once("exit", () => {
      clearTimeout(late);
      this.#replace(reason);
    });
    this.#worker = worker;
    this.#outgoing = gathered((messages) => worker.postMessage(messages));
    this.#isReady = false;
    this.#hasSpoken = true;
    const [first] = this.#oneByOne;
    if (first) this.#give(first);
    for (const assignment of this.#underWay.values()) this.#give(assignment);
    if (this.load > 0) this.#watchOver();
  }

  #replace(error: unknown): void {
    clearInterval(this.#watch);
    this.#watch = undefined;
    this.#worker = null;
    this.#outgoing = null;
    if (this.#isStopped) return;
    if (this.#isReady) {
      this.#failedStarts = 0;
      // It was alone, and another thread ended over it before.
      this.#oneByOne
        .shift()
        ?.reject(new TallyError("request.overloaded", "it could not be verified, or drawn, in time"));
    } else this.#failedStarts++;
    this.#oneByOne = this.#takeAll();
    this.#options.onEvent({ event: "verification-thread-ended", jobs: this.#oneByOne.length, error });
    this.#pause = setTimeout(() => this.#start(), Math.min(FIRST_PAUSE_MS * 2 ** this.#failedStarts, MOST_PAUSE_MS));
  }

  #takeAll(): Assignment[] {
    const all = [...this.#oneByOne, ...this.#underWay.values()];
    this.#oneByOne = [];
    this.#underWay.clear();
    return all;
  }

  /** What is to be verified with a look at the chain that begins now, so that the thread need not ask for one. */
  #give({ id, job }: Assignment): void {
    const outgoing = this.#outgoing;
    if (job.kind === "preview") outgoing?.push({ to: "work", id, job, look: null });
    else void this.#options.registry.look().then((look) => outgoing?.push({ to: "work", id, job, look }));
  }

  #post(message: ToThread): void {
    this.#outgoing?.push(message);
  }

  #hear(message: FromThread): void {
    this.#hasSpoken = true;
    if (message.from === "ready") this.#isReady = true;
    else if (message.from === "verdict") this.#options.onVerdict?.(message.verdict);
    else if (message.from === "question") void this.#answer(message.id, message.question);
    else if (message.from === "done") this.#finish(message.id)?.resolve(message.answer);
    else if (message.from === "failed") this.#finish(message.id)?.reject(errorOf(message.failure));
  }

  #finish(id: number): Assignment | undefined {
    const assignment = this.#underWay.get(id);
    if (assignment !== undefined) {
      this.#underWay.delete(id);
      return assignment;
    }
    const place = this.#oneByOne.findIndex((one) => one.id === id);
    const [found] = place < 0 ? [] : this.#oneByOne.splice(place, 1);
    const [next] = this.#oneByOne;
    if (place === 0 && next) this.#give(next);
    return found;
  }

  async #answer(id: number, question: Question): Promise<void> {
    try {
      this.#post({ to: "answer", id, found: await this.#find(question) });
    } catch (error) {
      this.#post({ to: "refuse", id, failure: failureOf(error) });
    }
  }

  async #find(question: Question): Promise<unknown> {
    const { registry, mirror, types, revocationLists } = this.#options;
    switch (question.ask) {
      case "revocation-lists":
        return revocationLists();
      case "proof":
        return mirror.findProof(question.leafHash, question.region);
      case "type": {
        const type = await types.findType(question.typeCode, question.version);
        return type && { bytes: new Uint8Array(type.bytes) };
      }
      default:
        return registry.ask(question.snapshot, question.ask, question.about);
    }
  }

  /** While there is work: a thread that has said nothing since it was asked to say something is stuck. */
  #watchOver(): void {
    if (this.#watch !== undefined) return;
    let wasAsked = false;
    const look = (): void => {
      // A thread that is starting has other bounds.
      if (this.#watch === undefined || !this.#isReady) return;
      if (wasAsked && !this.#hasSpoken) void this.#worker?.terminate();
      else if (this.load === 0) {
        clearInterval(this.#watch);
        this.#watch = undefined;
      } else {
        wasAsked = true;
        this.#hasSpoken = false;
        this.#post({ to: "say-something" });
      }
    };
    // After what was said meanwhile has been heard: this thread may have been busy, too.
    this.#watch = setInterval(() => setImmediate(look), this.#options.silenceMs);
  }
}

const stopping = (): TallyError => new TallyError("request.overloaded", "the service is stopping; try again");
