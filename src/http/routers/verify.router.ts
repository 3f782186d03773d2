// SPDX-License-Identifier: Apache-2.0
import { type Request, type Response, Router } from "express";
import { fromUtf8 } from "../../core/bytes.js";
import { canonicalBytes } from "../../core/canonical-json.js";
import { TallyError } from "../../core/errors.js";
import type { JsonValue } from "../../core/json.js";
import type { DocumentInput } from "../../verify/document.js";
import type { Report } from "../../verify/report.js";
import { readJsonBody } from "../body/json-body.js";
import { acceptMediaType } from "../body/media-type.js";
import { readBody } from "../body/read-body.js";
import type { HttpDependencies, VerifyDocument } from "../dependencies.js";
import { VERIFY_QUERY } from "../openapi/parameters.js";
import { asTallyError, problemFor } from "../problem/problem-document.js";
import { requestContext } from "../request-context.js";
import { Turns } from "../turns.js";
import { queryCheck, schemaCheck } from "../validation/schema-check.js";
import { STRICT } from "./strict.js";

const JSON_TYPE = "application/json";
const PDF_TYPE = "application/pdf";
const TEXT_TYPE = "text/plain";

const checkOptions = queryCheck(VERIFY_QUERY.schema);
const checkBatch = schemaCheck("VerifyBatchRequest");

type BatchItem = { readonly json: JsonValue } | { readonly qr: string } | { readonly pdfBase64: string };

/** Verification for anybody. Any content gets a report; an error is only what keeps the question from being asked. */
export function verifyRouter({ verify, settings }: HttpDependencies): Router {
  const { maxConcurrentVerifications: active, maxQueued: queued, queueWaitMs: waitMs, verifyTimeoutMs } = settings;
  const turns = new Turns({ active, queued, waitMs });
  const router = Router(STRICT);

  const reportOn: VerifyDocument = (document, options) => withinTime(verifyTimeoutMs, verify(document, options));

  /** The turn begins when the body is here: a slow sender holds nobody up. */
  const inTurn = async <T>(req: Request, res: Response, work: () => Promise<T>): Promise<T> => {
    const done = await turns.take(req.ip ?? "", () => requestContext(res).gone);
    try {
      return await work();
    } finally {
      done();
    }
  };

  router.post("/v1/verify", async (req, res) => {
    const options = verifyOptions(req);
    const mediaType = acceptMediaType(req, res, [JSON_TYPE, PDF_TYPE, TEXT_TYPE]);
    const maxBytes = mediaType === PDF_TYPE ? settings.maxPdfBytes : settings.maxJsonBytes;
    const { bodyIdleMs: idleMs, bodyTotalMs: totalMs } = settings;
    const bytes = await readBody(req, res, { maxBytes, idleMs, totalMs });
    if (bytes.length === 0) throw new TallyError("request.invalid", "the body is empty: send the document to verify");
    res.json(await inTurn(req, res, () => reportOn(documentOf(mediaType, bytes), options)));
  });

  router.post("/v1/verify/batch", async (req, res) => {
    const options = verifyOptions(req);
    const { value } = await readJsonBody(req, res, settings, settings.maxVerifyBatchBytes);
    const items = checkBatch<readonly BatchItem[]>(value);
    if (items.length > settings.maxVerifyBatchItems) {
      throw new TallyError("request.invalid", `more than ${settings.maxVerifyBatchItems} documents at once`);
    }
    res.json({ results: await inTurn(req, res, () => reportOnAll(items, options, reportOn, res)) });
  });
  return router;
}

interface VerifyOptions {
  readonly at?: Date;
  readonly matter?: string;
}

function verifyOptions(req: Request): VerifyOptions {
  const { at, matter } = checkOptions<{ at?: string; matter?: string }>(req.query);
  return { ...(at === undefined ? {} : { at: new Date(at) }), ...(matter === undefined ? {} : { matter }) };
}

/** A scanner's text goes in as text; anything else as the bytes that came, so that the verifier judges exactly those. */
function documentOf(mediaType: string, bytes: Uint8Array): DocumentInput {
  const text = mediaType === TEXT_TYPE ? fromUtf8(bytes) : null;
  return text === null ? { bytes } : { text: text.trim() };
}

/** Enough that reading one document and verifying the signatures of others go on at the same time. */
const LANES = 4;

/** A few at a time, whatever their number, and all at one head. */
async function reportOnAll(
  items: readonly BatchItem[],
  options: VerifyOptions,
  reportOn: (document: DocumentInput, options: VerifyOptions & { readonly together: object }) => Promise<Report>,
  res: Response,
): Promise<object[]> {
  const results: object[] = new Array(items.length);
  const together = {};
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let position = next++; position < items.length && !res.closed; position = next++) {
      try {
        const report = await reportOn(itemDocument(items[position]!), { ...options, together });
        results[position] = { position, ok: true, report };
      } catch (error) {
        results[position] = { position, ok: false, problem: problemFor(asTallyError(error)) };
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return results;
}

function itemDocument(item: BatchItem): DocumentInput {
  if ("qr" in item) return { text: item.qr };
  if ("pdfBase64" in item) return { bytes: pdfBytes(item.pdfBase64) };
  return { bytes: typeof item.json === "string" ? Buffer.from(item.json) : canonicalBytes(item.json) };
}

function pdfBytes(base64: string): Uint8Array {
  const bytes = Buffer.from(base64, "base64");
  if (bytes.toString("base64") === base64) return bytes;
  throw new TallyError("request.invalid", "pdfBase64 is not base64 (RFC 4648 section 4, with padding)", {
    field: "/pdfBase64",
  });
}

async function withinTime<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new TallyError("request.overloaded", "the verification took too long; try again")),
      ms,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
