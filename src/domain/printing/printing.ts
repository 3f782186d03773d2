// SPDX-License-Identifier: Apache-2.0
import { formatUtcInstant } from "../../core/calendar.js";
import { TallyError } from "../../core/errors.js";
import { refuseUnsafeText } from "../../core/text.js";
import { MAX_PLACE, type Renderer } from "../../render/index.js";
import { type Actor, type AuditStore, eventBy } from "../audit/index.js";
import type { Issuance } from "../issuance/index.js";

export interface PrintingDependencies {
  readonly issuance: Pick<Issuance, "documentOf">;
  readonly renderer: Pick<Renderer, "renderPrintedCopy">;
  readonly audit: Pick<AuditStore, "append">;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface PrintRequest {
  /** The counter, kiosk or agency, as it is printed. */
  readonly place: string;
  readonly purpose?: string;
  readonly matter?: string;
}

/** Printed copies 打印件. */
export interface Printing {
  /**
   * The file of a printed copy, on record in the log with its place before it is handed out. Rejects as `Issuance`, with `request.invalid` without a
   * place, `certificate.not-renderable` for one that is no line of text or that the fonts lack, and `certificate.state-conflict` for a certificate that is not
   * anchored yet.
   */
  print(actor: Actor, identifier: string, request: PrintRequest): Promise<Uint8Array>;
}

export function createPrinting({ issuance, renderer, audit, now }: PrintingDependencies): Printing {
  return {
    async print(actor, identifier, { place, ...why }) {
      if (place === "") throw new TallyError("request.invalid", "place must not be empty", { field: "place" });
      refuseUnsafeText("place", place, { maxLength: MAX_PLACE, code: "certificate.not-renderable" });
      const { certificate, evidence, type } = await issuance.documentOf(actor, identifier);
      if (!("batch" in evidence))
        throw new TallyError("certificate.state-conflict", `${identifier} is not anchored yet; print it when it is`);
      const time = formatUtcInstant(Math.floor(now() / 1000) * 1000);
      const bytes = renderer.renderPrintedCopy({ certificate, evidence, type, printing: { time, place } });
      await audit.append(
        eventBy(actor, {
          ...{ time: now(), action: "certificate-printed", object: identifier },
          ...why,
          detail: { place },
        }),
      );
      return bytes;
    },
  };
}
