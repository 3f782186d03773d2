// SPDX-License-Identifier: Apache-2.0
import type { Actor } from "../audit/index.js";
import type { Catalogue } from "../catalogue/index.js";
import type { TypeShelf } from "./ports.js";

/** Mirrored type definitions go through the same door as an agency's own: read strictly, compiled, recorded in the audit log. */
export function catalogueShelf(catalogue: Pick<Catalogue, "findType" | "publishType">, actor: Actor): TypeShelf {
  return {
    hasType: async (typeCode, version) => (await catalogue.findType(typeCode, version)) !== null,
    keepType: async ({ bytes }) => {
      await catalogue.publishType(actor, bytes);
    },
  };
}
