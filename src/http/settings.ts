// SPDX-License-Identifier: Apache-2.0

/** Every bound of the HTTP service. `main` overrides what its configuration names; tests make them small. */
export interface HttpSettings {
  /** Number of reverse proxies whose X-Forwarded-For counts; 0: the address is the socket's. */
  readonly trustProxy: number;
  /** Requests one address may make in a minute, health checks excepted. */
  readonly rateLimitPerMinute: number;
  /** Pick-up links that one address may try in a minute; each link limits its wrong codes itself. */
  readonly pickUpsPerMinute: number;
  /** Requests worked on at once, and requests that may wait for their turn. */
  readonly maxConcurrent: number;
  readonly maxQueued: number;
  /** Longest wait for a turn. */
  readonly queueWaitMs: number;
  /** Verifications worked on at once; they cost most of what a stranger may ask for. Samples of types, the other, are drawn one at a time. */
  readonly maxConcurrentVerifications: number;
  readonly maxJsonBytes: number;
  readonly maxPdfBytes: number;
  /** Bytes of a POST /v1/verify/batch, base64 of PDFs included. */
  readonly maxVerifyBatchBytes: number;
  /** Bytes of an NDJSON stream, of one of its lines, and lines that are issued in one durable step. */
  readonly maxStreamBytes: number;
  readonly maxLineBytes: number;
  readonly linesPerStep: number;
  /** A body must go on arriving (idle) and be complete (total; streams have no total). */
  readonly bodyIdleMs: number;
  readonly bodyTotalMs: number;
  /** How long the rest of a refused body is read and thrown away, so that the client gets to see the answer. */
  readonly lingerMs: number;
  /** Request line and headers must be complete. */
  readonly headersTimeoutMs: number;
  readonly keepAliveMs: number;
  /** On shutdown, what is in flight may take this long. */
  readonly shutdownGraceMs: number;
}

const MiB = 1024 * 1024;

export const DEFAULT_SETTINGS: HttpSettings = {
  trustProxy: 0,
  rateLimitPerMinute: 3_000,
  pickUpsPerMinute: 60,
  maxConcurrent: 64,
  maxQueued: 256,
  queueWaitMs: 10_000,
  maxConcurrentVerifications: 32,
  maxJsonBytes: MiB,
  maxPdfBytes: 20 * MiB,
  maxVerifyBatchBytes: 32 * MiB,
  maxStreamBytes: 64 * MiB,
  maxLineBytes: 256 * 1024,
  linesPerStep: 500,
  bodyIdleMs: 10_000,
  bodyTotalMs: 60_000,
  lingerMs: 3_000,
  headersTimeoutMs: 10_000,
  keepAliveMs: 5_000,
  shutdownGraceMs: 10_000,
};
