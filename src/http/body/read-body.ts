// SPDX-License-Identifier: Apache-2.0
import type { Request, Response } from "express";
import { TallyError } from "../../core/errors.js";
import { ClientGone } from "./client-gone.js";

export interface BodyBounds {
  readonly maxBytes: number;
  /** Longest silence of the client. */
  readonly idleMs: number;
  /** Longest time for the whole body; absent for streams. */
  readonly totalMs?: number;
}

/** The whole body, counted while it arrives; rejects as `bodyChunks` does. By events, since most bodies come in one piece. */
export function readBody(req: Request, res: Response, { maxBytes, idleMs, totalMs }: BodyBounds): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    if (Number(req.get("Content-Length") ?? 0) > maxBytes) return reject(tooLarge(maxBytes));
    // Its last event has been and would be waited for in vain.
    if (req.destroyed) return reject(new ClientGone("the connection closed before the body"));
    continueIfAsked(req, res);
    const parts: Uint8Array[] = [];
    let received = 0;
    const settle = (end: () => void): void => {
      clearTimeout(idle);
      clearTimeout(total);
      req.off("data", take).off("end", whole).off("error", gone).off("close", gone);
      end();
    };
    const refuse = (error: Error): void =>
      settle(() => {
        // `lingering` throws away the rest of a refused body, for a while.
        req.pause();
        reject(error);
      });
    const take = (part: Uint8Array): void => {
      received += part.length;
      parts.push(part);
      if (received > maxBytes) refuse(tooLarge(maxBytes));
      else idle.refresh();
    };
    const whole = (): void => settle(() => resolve(parts.length === 1 ? parts[0]! : Buffer.concat(parts)));
    const gone = (): void => settle(() => reject(new ClientGone("the connection closed inside the body")));
    const late = (): void => refuse(stalled());
    const idle = setTimeout(late, idleMs);
    const total = totalMs === undefined ? undefined : setTimeout(late, totalMs);
    req.on("data", take).once("end", whole).once("error", gone).once("close", gone);
  });
}

/**
 * The body as it arrives; the client is read no faster than the consumer asks. Ends with `request.too-large` (at once when
 * Content-Length says so), with `request.timeout` for a client that stalls or drips, with `ClientGone` when it went away.
 */
export async function* bodyChunks(req: Request, res: Response, bounds: BodyBounds): AsyncGenerator<Uint8Array> {
  const { maxBytes, idleMs, totalMs } = bounds;
  if (Number(req.get("Content-Length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
  continueIfAsked(req, res);

  const deadline = totalMs === undefined ? Number.POSITIVE_INFINITY : Date.now() + totalMs;
  const chunks = req.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array>;
  let received = 0;
  try {
    for (;;) {
      const wait = Math.min(idleMs, deadline - Date.now());
      const next = await within(wait, nextChunk(chunks));
      if (next.done === true) return;
      received += next.value.length;
      if (received > maxBytes) throw tooLarge(maxBytes);
      yield next.value;
    }
  } finally {
    // The iterator must not keep the rest of a refused body waiting; `lingering` throws it away.
    void Promise.resolve(chunks.return?.()).catch(() => undefined);
  }
}

async function nextChunk(chunks: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> {
  try {
    return await chunks.next();
  } catch (error) {
    throw new ClientGone("the connection closed inside the body", { cause: error });
  }
}

/** A client that asked "Expect: 100-continue" sends its body only now that somebody wants it. */
function continueIfAsked(req: Request, res: Response): void {
  if (/100-continue/i.test(req.get("Expect") ?? "") && !res.headersSent) res.writeContinue();
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(stalled()), Math.max(ms, 0));
  });
  // Whichever loses must not surface as an unhandled rejection.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

const tooLarge = (maxBytes: number): TallyError =>
  new TallyError("request.too-large", `the body has more than the ${maxBytes} bytes that this route takes`);

const stalled = (): TallyError => new TallyError("request.timeout", "the body stopped arriving, or arrives too slowly");
