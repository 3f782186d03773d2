// SPDX-License-Identifier: Apache-2.0
import { fromUtf8, utf8 } from "../../core/bytes.js";
import { TallyError } from "../../core/errors.js";
import { parseJson } from "../../core/strict-json.js";
import type { Actor } from "../../domain/audit/index.js";
import { type Idempotency, isRefusal, refusal } from "../../domain/issuance/idempotency.js";
import type { ReservationName } from "../../domain/issuance/idempotency-store.js";
import type { Issuance, IssuedCertificate, IssueRequest } from "../../domain/issuance/index.js";
import type { Line } from "../body/ndjson-lines.js";
import { sha256 } from "./idempotency-key.js";
import { issuedUnder, plannedIdentifier, underPlan } from "./planned-identifier.js";

/** What became of one line. */
export type LineResult =
  | { readonly line: number; readonly certificate: IssuedCertificate }
  | { readonly line: number; readonly error: TallyError };

export interface IssueLines {
  readonly issuance: Issuance;
  readonly idempotency: Idempotency;
  readonly actor: Actor;
  /** Reservations of the lines are made under it; null: the caller gave no Idempotency-Key. */
  readonly scope: string | null;
  readonly check: (value: unknown) => IssueRequest;
  readonly maxLineBytes: number;
}

interface Item {
  readonly line: number;
  readonly bytes: Uint8Array;
  readonly request: IssueRequest;
  /** Set once the line is reserved. */
  readonly name?: ReservationName;
}

/**
 * Issues a group of lines in one durable step and tells what became of each, in order. Every line is a request of its own
 * under the batch's key: its reservation is durable before it is issued and answered after, so a batch that broke off
 * anywhere is simply sent again.
 */
export async function issueLines(lines: readonly Line[], by: IssueLines): Promise<LineResult[]> {
  const results = new Map<number, LineResult>();
  const fail = (line: number, error: TallyError): unknown => results.set(line, { line, error });

  const readable = lines.flatMap((line) => {
    const item = readLine(line, by);
    if (!(item instanceof TallyError)) return [item];
    fail(line.number, item);
    return [];
  });
  const due = by.scope === null ? readable : await reserveLines(readable, by.scope, by, results);
  await issueDue(due, by, results);
  return lines.map(({ number }) => results.get(number) ?? missing(number));
}

function readLine({ number, bytes }: Line, { check, maxLineBytes }: IssueLines): Item | TallyError {
  if (bytes === null) return new TallyError("request.too-large", `line ${number} has more than ${maxLineBytes} bytes`);
  try {
    return { line: number, bytes, request: check(parseJson(bytes, { maxBytes: maxLineBytes })) };
  } catch (error) {
    if (error instanceof TallyError) return error;
    throw error;
  }
}

/** Leaves the lines that have to be issued now; every other has its result already. */
async function reserveLines(
  items: readonly Item[],
  scope: string,
  { actor, issuance, idempotency }: IssueLines,
  results: Map<number, LineResult>,
): Promise<Item[]> {
  const reservations = items.map(({ line, bytes, request }) => ({
    scope,
    key: String(line),
    requestHash: sha256(bytes),
    plan: plannedIdentifier(actor, request),
  }));
  const outcomes = await idempotency.reserve(reservations);
  const due: Item[] = [];
  for (const [i, item] of items.entries()) {
    const { line, request } = item;
    const name = { scope, key: String(line) };
    const outcome = outcomes[i] ?? { outcome: "under-way" as const };
    switch (outcome.outcome) {
      case "answered": {
        const certificate = JSON.parse(fromUtf8(outcome.response.body) ?? "") as IssuedCertificate;
        results.set(line, { line, certificate });
        break;
      }
      case "reserved":
        due.push({ ...item, name, request: underPlan(request, reservations[i]?.plan ?? "") });
        break;
      case "taken-over": {
        const certificate = await issuedUnder(issuance, actor, outcome.plan, request);
        if (certificate === null) due.push({ ...item, name, request: underPlan(request, outcome.plan) });
        else {
          results.set(line, { line, certificate });
          await idempotency.answer([answerTo(name, certificate)]);
        }
        break;
      }
      default:
        results.set(line, { line, error: refusal(outcome.outcome) });
    }
  }
  return due;
}

async function issueDue(
  due: readonly Item[],
  { actor, issuance, idempotency }: IssueLines,
  results: Map<number, LineResult>,
): Promise<void> {
  if (due.length === 0) return;
  const names = due.flatMap(({ name }) => (name === undefined ? [] : [name]));
  const answers: ReturnType<typeof answerTo>[] = [];
  const refused: ReservationName[] = [];
  try {
    const requests = due.map(({ request }) => request);
    for await (const result of issuance.issueCertificates(actor, requests)) {
      const { line, name } = due[result.position] as Item;
      results.set(line, result.ok ? { line, certificate: result.issued } : { line, error: result.error });
      if (name === undefined) continue;
      if (result.ok) answers.push(answerTo(name, result.issued));
      else if (isRefusal(result.error)) refused.push(name);
    }
  } catch (error) {
    // The whole group was refused: nothing of it was stored.
    if (isRefusal(error) && names.length > 0) await idempotency.release(names);
    throw error;
  }
  if (answers.length > 0) await idempotency.answer(answers);
  if (refused.length > 0) await idempotency.release(refused);
}

const answerTo = (name: ReservationName, certificate: IssuedCertificate) => ({
  ...name,
  response: { status: 201, body: utf8(JSON.stringify(certificate)) },
});

const missing = (line: number): LineResult => ({
  line,
  error: new TallyError("internal", `line ${line} has no result`),
});
