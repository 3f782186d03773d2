// SPDX-License-Identifier: Apache-2.0
import type { Answers, Question, Told } from "./protocol.js";
import { scriptAddress } from "./script-address.js";
import workerScript from "./worker.ts?worker&url";

/** Why there is no answer. */
export class WorkerFailure extends Error {
  override readonly name = "WorkerFailure";
  constructor(readonly why: "too-slow" | "stopped" | "failed") {
    super(why);
  }
}

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (failure: WorkerFailure) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** The worker, started when it is first asked and again after it had to be stopped. */
export class WorkerClient {
  #worker: Worker | null = null;
  #asked = 0;
  readonly #waiting = new Map<number, Waiting>();

  /** Rejects with `WorkerFailure`. A question that takes longer than `timeoutMs` ends the worker, whatever it is doing. */
  ask<Q extends Question>(question: Q, timeoutMs: number, transfer: Transferable[] = []): Promise<Answers[Q["kind"]]> {
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#stop(id), timeoutMs);
      this.#waiting.set(id, { resolve: resolve as (answer: never) => void, reject, timer });
      this.#running().postMessage({ ...question, id }, transfer);
    });
  }

  #running(): Worker {
    if (this.#worker !== null) return this.#worker;
    const worker = new Worker(scriptAddress(workerScript), { type: "module", name: "verification" });
    worker.onmessage = ({ data }: MessageEvent<Told>) => this.#told(data);
    // It could not be loaded, or ran out of memory.
    worker.onerror = (event) => {
      event.preventDefault();
      this.#stop(null);
    };
    this.#worker = worker;
    return worker;
  }

  #told(told: Told): void {
    const waiting = this.#waiting.get(told.id);
    if (waiting === undefined) return;
    this.#waiting.delete(told.id);
    clearTimeout(waiting.timer);
    if ("answer" in told) waiting.resolve(told.answer as never);
    else waiting.reject(new WorkerFailure("failed"));
  }

  /** Whoever else was waiting has to ask the next worker. */
  #stop(tooSlow: number | null): void {
    this.#worker?.terminate();
    this.#worker = null;
    for (const [id, { reject, timer }] of this.#waiting) {
      clearTimeout(timer);
      reject(new WorkerFailure(id === tooSlow ? "too-slow" : "stopped"));
    }
    this.#waiting.clear();
  }
}
