// SPDX-License-Identifier: Apache-2.0
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { TallyError } from "../core/errors.js";
import { Connections } from "./connections.js";
import type { DrainSwitch } from "./draining.js";
import { PROBLEM_MEDIA_TYPE, problemFor } from "./problem/problem-document.js";
import type { HttpSettings } from "./settings.js";

export interface Listening {
  /** Where it can be reached, e.g. `http://127.0.0.1:3000`. */
  readonly url: string;
  /** Stops accepting, lets what is in flight end within the grace period, then cuts it off. Idempotent. */
  close(): Promise<void>;
}

export interface ServeOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly settings: HttpSettings;
  readonly draining: DrainSwitch;
}

const MOST_HEADER_BYTES = 16 * 1024;
const MOST_HEADERS = 100;
/** A connection on which nothing moves, in either direction, is given up. */
const SOCKET_IDLE_MS = 120_000;
/** Bodies have bounds of their own; this one is for what no route reads. */
const REQUEST_TIMEOUT_MS = 30 * 60_000;

/** Puts an app behind a socket with bounds against slow, silent and malformed clients. */
export async function serve(
  app: RequestListener,
  { host, port, settings, draining }: ServeOptions,
): Promise<Listening> {
  const server = createServer(
    {
      maxHeaderSize: MOST_HEADER_BYTES,
      headersTimeout: settings.headersTimeoutMs,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: Math.max(50, Math.min(5_000, settings.headersTimeoutMs / 2)),
      keepAliveTimeout: settings.keepAliveMs,
    },
    app,
  );
  server.maxHeadersCount = MOST_HEADERS;
  server.timeout = SOCKET_IDLE_MS;
  // The app itself says "continue", once a route wants the body.
  server.on("checkContinue", app);
  server.on("clientError", answerGarbage);
  const connections = new Connections(server);

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve());
  });
  const address = server.address() as AddressInfo;
  let closed: Promise<void> | null = null;
  return {
    url: `http://${address.family === "IPv6" ? `[${address.address}]` : address.address}:${address.port}`,
    close: () => {
      closed ??= drain(server, connections, draining, settings.shutdownGraceMs);
      return closed;
    },
  };
}

async function drain(server: Server, connections: Connections, draining: DrainSwitch, graceMs: number): Promise<void> {
  draining.begin();
  const ended = new Promise<void>((resolve) => server.close(() => resolve()));
  // A kept connection becomes idle when its request ends; one that carries a request is left alone.
  connections.closeIdle();
  const sweep = setInterval(() => connections.closeIdle(), 50);
  const cut = setTimeout(() => connections.closeAll(), graceMs);
  await ended;
  clearInterval(sweep);
  clearTimeout(cut);
}

/** Bytes that never became a request: answered by hand, because there is no response object. */
function answerGarbage(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = problemFor(garbageError(error.code));
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${problem.status} ${problem.title}\r\nConnection: close\r\nContent-Type: ${PROBLEM_MEDIA_TYPE}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nX-Content-Type-Options: nosniff\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}

function garbageError(code: string | undefined): TallyError {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT")
    return new TallyError("request.timeout", "the headers took too long to arrive");
  if (code === "HPE_HEADER_OVERFLOW") return new TallyError("request.too-large", "the headers are too large");
  return new TallyError("request.invalid", "this is not an HTTP/1.1 request");
}
