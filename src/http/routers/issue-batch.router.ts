// SPDX-License-Identifier: Apache-2.0
import { once } from "node:events";
import { type Response, Router } from "express";
import { TallyError } from "../../core/errors.js";
import { ClientGone } from "../body/client-gone.js";
import { acceptMediaType } from "../body/media-type.js";
import { type Line, ndjsonLines } from "../body/ndjson-lines.js";
import { bodyChunks } from "../body/read-body.js";
import type { HttpDependencies } from "../dependencies.js";
import { idempotencyKey } from "../issuing/idempotency-key.js";
import { issueLines } from "../issuing/issue-lines.js";
import { type LinkedLine, linesWithPickUp } from "../issuing/with-pick-up.js";
import { actorOf, requireToken } from "../middleware/authenticate.js";
import { asTallyError, problemFor } from "../problem/problem-document.js";
import { requestContext } from "../request-context.js";
import { schemaCheck } from "../validation/schema-check.js";
import { STRICT } from "./strict.js";

const NDJSON = "application/x-ndjson";

/** Answers waiting in memory for a client that sends everything before it reads anything; beyond it must read on. */
const MOST_UNREAD_BYTES = 8 * 1024 * 1024;

/**
 * Issues a stream of lines, group by group: what is in memory is one group and its answers, and a client that does not read
 * its answers is not read from either.
 */
export function issueBatchRouter(deps: HttpDependencies): Router {
  const { issuance, pickUps, idempotency, tokens, settings, draining } = deps;
  const check = schemaCheck("IssueRequest");
  const router = Router(STRICT);
  router.post("/v1/certificates/batch", requireToken(tokens, "issuer"), async (req, res) => {
    acceptMediaType(req, res, [NDJSON]);
    const key = idempotencyKey(req);
    const actor = actorOf(res);
    const scope = key === null ? null : `${actor.id} POST ${req.path} ${key}`;
    const { maxLineBytes } = settings;
    const by = { issuance, idempotency, actor, scope, check, maxLineBytes };
    const { maxStreamBytes: maxBytes, bodyIdleMs: idleMs } = settings;
    const lines = ndjsonLines(bodyChunks(req, res, { maxBytes, idleMs }), maxLineBytes);
    await pickUps.ready();
    const tally = { lines: 0, issued: 0, refused: 0 };
    try {
      for await (const group of groups(lines, settings.linesPerStep)) {
        if (draining.begun) throw stopping();
        for (const result of await linesWithPickUp(pickUps, actor, await issueLines(group, by))) {
          tally.lines += 1;
          tally["certificate" in result ? "issued" : "refused"] += 1;
          await write(res, lineOf(result), settings.bodyIdleMs);
        }
      }
      begin(res).end(`${JSON.stringify({ end: true, complete: true, ...tally })}\n`);
    } catch (error) {
      // Before the first line the problem handler can still answer with a status of its own.
      if (error instanceof ClientGone || !res.headersSent) throw error;
      const fault = asTallyError(error);
      if (problemFor(fault).status >= 500)
        requestContext(res).log.error({ err: fault.cause ?? fault }, "batch broke off");
      const problem = problemFor(fault, requestContext(res).requestId);
      res.end(`${JSON.stringify({ end: true, complete: false, ...tally, problem })}\n`);
    }
  });
  return router;
}

async function* groups(lines: AsyncIterable<Line>, size: number): AsyncGenerator<Line[]> {
  let group: Line[] = [];
  for await (const line of lines) {
    group.push(line);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

function lineOf(result: LinkedLine): string {
  const { line } = result;
  if ("certificate" in result) return JSON.stringify({ line, ok: true, certificate: result.certificate });
  return JSON.stringify({ line, ok: false, problem: problemFor(result.error) });
}

function begin(res: Response): Response {
  return res.headersSent ? res : res.status(200).setHeader("Content-Type", NDJSON);
}

async function write(res: Response, line: string, patienceMs: number): Promise<void> {
  begin(res).write(`${line}\n`);
  if (res.writableLength < MOST_UNREAD_BYTES) return;
  const given = AbortSignal.any([AbortSignal.timeout(patienceMs), requestContext(res).gone]);
  try {
    await once(res, "drain", { signal: given });
  } catch (error) {
    throw new ClientGone("the answers are not read", { cause: error });
  }
}

const stopping = (): TallyError =>
  new TallyError("request.overloaded", "the service is stopping; send the lines without a result again");
