// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import type { TypeDefinition } from "../../core/type-definition.js";
import type { Verifier } from "../../http/verification/verifier.js";
import type { Answer, Job } from "./messages.js";
import { type ThreadOptions, VerificationThread } from "./verification-thread.js";

export interface VerificationThreadsOptions extends ThreadOptions {
  readonly threads: number;
  /** Longest time from the request for a verification to its end. */
  readonly timeoutMs: number;
}

export interface VerificationThreads extends Verifier {
  /** What the renderer's `preview` gives or throws; `request.overloaded` when it takes too long. */
  preview(type: TypeDefinition): Promise<Uint8Array>;
  /** Ends the threads; what is under way is rejected. */
  stop(): Promise<void>;
}

/**
 * Verifies, and draws previews, on other threads, so that a costly document holds up no other request, and a document that a reader cannot cope with costs a
 * thread and not the service. A job goes to the thread with the fewest; how many there are at once is for the caller to bound. One
 * that takes too long is refused with `request.overloaded`.
 */
export function verificationThreads({ threads, timeoutMs, ...each }: VerificationThreadsOptions): VerificationThreads {
  const crew = Array.from({ length: threads }, () => new VerificationThread(each));
  let jobs = 0;

  /** The job decides of which kind the answer is. */
  const work = <Answered extends Answer>(job: Job, gone?: AbortSignal): Promise<Answered> =>
    new Promise((resolve, reject) => {
      const id = ++jobs;
      const thread = crew.reduce((least, one) => (one.load < least.load ? one : least));
      const leave = (reason: Error): void => {
        thread.drop(id);
        refuse(reason);
      };
      const isGone = (): void => leave(gone?.reason as Error);
      const settled =
        <T>(settle: (value: T) => void) =>
        (value: T): void => {
          clearTimeout(timer);
          gone?.removeEventListener("abort", isGone);
          settle(value);
        };
      const refuse = settled(reject);
      const timer = setTimeout(() => leave(tooLong()), timeoutMs);
      if (gone?.aborted) return refuse(gone.reason as Error);
      gone?.addEventListener("abort", isGone, { once: true });
      thread.take({ id, job, resolve: settled(resolve as (answer: Answer) => void), reject: refuse });
    });

  return {
    report: (document, options) => {
      const own = "bytes" in document ? { ...document, bytes: standingAlone(document.bytes) } : document;
      return work<string>({ kind: "report", document: own, options });
    },
    reports: (body, options, gone) => work<string>({ kind: "reports", body: standingAlone(body), options }, gone),
    preview: (type) => work<Uint8Array>({ kind: "preview", type }),
    async stop() {
      await Promise.all(crew.map((thread) => thread.stop()));
    },
  };
}

const tooLong = (): TallyError => new TallyError("request.overloaded", "the work on it took too long; try again");

/** A view takes all that lies in its buffer along to another thread. */
function standingAlone(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
}
