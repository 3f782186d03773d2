// SPDX-License-Identifier: Apache-2.0
import type { DocumentInput } from "../../verify/document.js";
import type { Report } from "../../verify/report.js";
import { asTallyError, problemFor } from "../problem/problem-document.js";
import { itemDocument, readBatch } from "./read-batch.js";

export interface VerifyOptions {
  readonly at?: Date;
  readonly matter?: string;
}

/** Verifies with this region's own trust, registry and mirror; PDFs are always rendered again and compared. */
export type VerifyDocument = (document: DocumentInput, options?: VerifyOptions) => Promise<Report>;

/** Verification as the routes ask for it: from bytes to the JSON text of an answer, so that it can be done on another thread. */
export interface Verifier {
  /** JSON text of the report on a document. Rejects with `request.overloaded` when it takes too long. */
  report(document: DocumentInput, options: VerifyOptions): Promise<string>;

  /**
   * JSON text of the answer to the body of POST /v1/verify/batch: a report, or the problem, for each in order, and all at one head.
   * Rejects for a body that is no such list, and with the reason of `gone` as soon as nobody waits any more.
   */
  reports(body: Uint8Array, options: VerifyOptions, gone?: AbortSignal): Promise<string>;
}

/**
 * On the thread that calls. `look` is called once an answer, and what it gives judges all documents of that answer at one head; `onVerdict`
 * hears of every report.
 */
export function createVerifier(
  look: () => VerifyDocument,
  onVerdict: (verdict: Report["verdict"]) => void = () => {},
): Verifier {
  const begin = (): ((document: DocumentInput, options: VerifyOptions) => Promise<Report>) => {
    const verify = look();
    return async (document, options) => {
      const report = await verify(document, options);
      onVerdict(report.verdict);
      return report;
    };
  };
  return {
    report: async (document, options) => JSON.stringify(await begin()(document, options)),

    async reports(body, options, gone) {
      const items = readBatch(body);
      const results: object[] = new Array(items.length);
      const verify = begin();
      let next = 0;
      const lane = async (): Promise<void> => {
        for (let position = next++; position < items.length && !gone?.aborted; position = next++) {
          try {
            results[position] = { position, ok: true, report: await verify(itemDocument(items[position]!), options) };
          } catch (error) {
            results[position] = { position, ok: false, problem: problemFor(asTallyError(error)) };
          }
        }
      };
      await Promise.all(Array.from({ length: LANES }, lane));
      gone?.throwIfAborted();
      return JSON.stringify({ results });
    },
  };
}

/** Enough that one document is judged while another waits for the chain. */
const LANES = 4;
