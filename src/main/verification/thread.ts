// SPDX-License-Identifier: Apache-2.0
// The other end of `verification-thread.ts`: a worker thread that verifies documents with a renderer of its own, and asks the service
// what the chain and the store say.
import { parentPort, workerData } from "node:worker_threads";
import { nodeCrypto } from "../../adapters/node-crypto/index.js";
import { createVerifier, type Verifier } from "../../http/verification/verifier.js";
import { createRenderer } from "../../render/index.js";
import type { LeafProof } from "../../verify/sources.js";
import { readFallbackFonts } from "../fallback-fonts.js";
import {
  type Answer,
  errorOf,
  type FromThread,
  failureOf,
  gathered,
  type Job,
  type Look,
  type Question,
  type ThreadSetup,
  type ToThread,
} from "./messages.js";
import { looksThrough } from "./registry-desk.js";
import { readTimestampAuthorities, steadyLists } from "./seal-trust.js";
import { createVerification, forRegion } from "./verify-document.js";

const port = parentPort!;
const { config, network } = workerData as ThreadSetup;
const outgoing = gathered<FromThread>((messages) => port.postMessage(messages));
const tell = (message: FromThread): void => outgoing.push(message);

const asked = new Map<number, { resolve(found: unknown): void; reject(error: Error): void }>();
let questions = 0;

/** What comes back is of the type that `VerificationThread` finds for this question. */
function ask<T>(question: Question): Promise<T> {
  return new Promise((resolve, reject) => {
    const id = ++questions;
    asked.set(id, { resolve: resolve as (found: unknown) => void, reject });
    tell({ from: "question", id, question });
  });
}

/** Other threads verify other documents, so this one need not hand its signatures to a third. */
const { verifyLater: _, ...ownCrypto } = nodeCrypto;

/** Those of all regions that are at hand: few. */
const revocationLists = steadyLists(() => ask<readonly Uint8Array[]>({ ask: "revocation-lists" }));

const renderer = createRenderer({ verifyHost: config.verifyHost, fonts: readFallbackFonts(config) });
const verify = createVerification({
  config,
  network,
  crypto: ownCrypto,
  registry: { snapshot: () => Promise.reject(new Error("every job brings its look at the registry")) },
  renderer,
  revocationLists: { findRevocationLists: revocationLists },
  timestampAuthorities: readTimestampAuthorities(config),
  mirror: {
    findProof: (leafHash, region) =>
      ask<LeafProof | null>({ ask: "proof", leafHash, ...(region === undefined ? {} : { region }) }),
  },
  types: {
    findType: (typeCode, version) => ask<{ readonly bytes: Uint8Array } | null>({ ask: "type", typeCode, version }),
  },
});
const seen = looksThrough((snapshot, question, about) => ask({ ask: question, snapshot, about }));
const verifierAt = (look: Look): Verifier =>
  createVerifier(
    () => forRegion(verify, config.region, seen(look)),
    (verdict) => tell({ from: "verdict", verdict }),
  );

/** Jobs under way, to be ended early when nobody waits for them any more. */
const working = new Map<number, AbortController>();

async function work(id: number, job: Job, look: Look | null): Promise<void> {
  const gone = new AbortController();
  working.set(id, gone);
  try {
    tell({ from: "done", id, answer: await answerTo(job, look, gone.signal) });
  } catch (error) {
    tell({ from: "failed", id, failure: failureOf(error) });
  } finally {
    working.delete(id);
  }
}

function answerTo(job: Job, look: Look | null, gone: AbortSignal): Promise<Answer> | Answer {
  if (job.kind === "preview") return renderer.preview(job.type);
  const verifier = verifierAt(look!);
  return job.kind === "report"
    ? verifier.report(job.document, job.options)
    : verifier.reports(job.body, job.options, gone);
}

function take(id: number) {
  const waiting = asked.get(id);
  asked.delete(id);
  return waiting;
}

function hear(message: ToThread): void {
  if (message.to === "work") void work(message.id, message.job, message.look);
  else if (message.to === "answer") take(message.id)?.resolve(message.found);
  else if (message.to === "refuse") take(message.id)?.reject(errorOf(message.failure));
  else if (message.to === "drop") working.get(message.id)?.abort();
  else tell({ from: "here" });
}

port.on("message", (messages: readonly ToThread[]) => {
  for (const message of messages) hear(message);
});
tell({ from: "ready" });
