// SPDX-License-Identifier: Apache-2.0
import { createPrinting, type Printing } from "../domain/printing/index.js";
import type { Deployment } from "./compose.js";

/** The printed copies that this region makes. */
export function printingOf({ issuance, renderer, audit }: Deployment): Printing {
  return createPrinting({ issuance, renderer, audit, now: () => Date.now() });
}
