// SPDX-License-Identifier: Apache-2.0
import { type ErrorCode, TallyError } from "../../core/errors.js";
import type { TypeDefinition } from "../../core/type-definition.js";
import type { VerifyOptions } from "../../http/verification/verifier.js";
import type { DocumentInput } from "../../verify/document.js";
import { type Head, RegistryError, type RegistryFailure, type RegistrySnapshot } from "../../verify/registry.js";
import type { Report } from "../../verify/report.js";
import type { Config } from "../config.js";
import type { PinnedNetwork } from "../pinned-network.js";

/** What a verification thread is started with. */
export interface ThreadSetup {
  readonly config: Config;
  readonly network: Pick<PinnedNetwork, "chainId" | "registry">;
}

/** One question of the service to a thread. */
export type Job =
  | { readonly kind: "report"; readonly document: DocumentInput; readonly options: VerifyOptions }
  | { readonly kind: "reports"; readonly body: Uint8Array; readonly options: VerifyOptions }
  | { readonly kind: "preview"; readonly type: TypeDefinition };

/** Text of a report or of several, bytes of a preview. */
export type Answer = string | Uint8Array;

/** What a thread asks of the service, which alone has the store open and speaks with the chain. */
export type Question =
  | { readonly ask: RegistryQuestion; readonly snapshot: number; readonly about: readonly unknown[] }
  | { readonly ask: "proof"; readonly leafHash: Uint8Array; readonly region?: string }
  | { readonly ask: "revocation-lists" }
  | { readonly ask: "type"; readonly typeCode: string; readonly version: number };

/** The questions that a snapshot of the registry takes. */
export type RegistryQuestion = Exclude<keyof RegistrySnapshot, "head">;

/** A look at the chain: snapshots with the same number are the same. */
export type Look = { readonly snapshot: number; readonly head: Head } | { readonly failure: Failure };

export type ToThread =
  /** Without a look for what asks nothing of the chain. */
  | { readonly to: "work"; readonly id: number; readonly job: Job; readonly look: Look | null }
  /** Nobody waits for this job any more. */
  | { readonly to: "drop"; readonly id: number }
  | { readonly to: "answer"; readonly id: number; readonly found: unknown }
  | { readonly to: "refuse"; readonly id: number; readonly failure: Failure }
  | { readonly to: "say-something" };

export type FromThread =
  | { readonly from: "ready" }
  | { readonly from: "done"; readonly id: number; readonly answer: Answer }
  | { readonly from: "failed"; readonly id: number; readonly failure: Failure }
  | { readonly from: "verdict"; readonly verdict: Report["verdict"] }
  | { readonly from: "question"; readonly id: number; readonly question: Question }
  | { readonly from: "here" };

export interface Gathered<Message> {
  push(message: Message): void;
}

/** Messages of one turn of the event loop go together: waking the other thread costs more than a message. */
export function gathered<Message>(post: (messages: readonly Message[]) => void): Gathered<Message> {
  let waiting: Message[] = [];
  const flush = (): void => {
    const messages = waiting;
    waiting = [];
    post(messages);
  };
  return {
    push(message) {
      if (waiting.push(message) === 1) setImmediate(flush);
    },
  };
}

/** An error as it crosses from one thread to another; a cause of ours stays behind as words. */
export interface Failure {
  readonly code: ErrorCode | null;
  readonly message: string;
  readonly field?: string;
  readonly problems?: TallyError["problems"];
  /** Of a registry that could not be asked. */
  readonly reason?: RegistryFailure;
  /** Of what is neither, for the log. */
  readonly stack?: string;
}

export function failureOf(error: unknown): Failure {
  if (error instanceof TallyError) {
    const { code, message, field, problems } = error;
    return { code, message, problems, ...(field === undefined ? {} : { field }) };
  }
  if (error instanceof RegistryError) return { code: null, message: error.message, reason: error.reason };
  if (!(error instanceof Error)) return { code: null, message: String(error) };
  return { code: null, message: error.message, ...(error.stack === undefined ? {} : { stack: error.stack }) };
}

export function errorOf({ code, message, field, problems, reason, stack }: Failure): Error {
  if (code !== null) {
    return new TallyError(code, message, {
      ...(field === undefined ? {} : { field }),
      ...(problems === undefined ? {} : { problems }),
    });
  }
  if (reason !== undefined) return new RegistryError(reason, message);
  const error = new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
