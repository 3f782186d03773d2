// SPDX-License-Identifier: Apache-2.0
import { BoundedCache } from "../../core/bounded-cache.js";
import { parseJson } from "../../core/strict-json.js";
import type { TypeDefinition } from "../../core/type-definition.js";
import type { CatalogueStore } from "./catalogue-store.js";

/** What licences of a type look like: PDFs with invented values, marked 样本 SAMPLE, that are no licences. */
export interface TypePreviews {
  /** Of a published version, retired or not; null when there is none. Throws what `draw` throws. */
  previewOf(typeCode: string, version: number): Promise<Uint8Array | null>;
}

export interface TypePreviewsDependencies {
  readonly store: Pick<CatalogueStore, "findType">;
  /** The renderer's `preview`. */
  readonly draw: (definition: TypeDefinition) => Uint8Array;
}

/** Previews kept ready; each is some 70 KB. A published version never changes, so none goes stale. */
const KEPT_PREVIEWS = 64;

export function createTypePreviews({ store, draw }: TypePreviewsDependencies): TypePreviews {
  const kept = new BoundedCache<string, Uint8Array>(KEPT_PREVIEWS);
  return {
    async previewOf(typeCode, version) {
      const key = `${typeCode}/${version}`;
      const known = kept.get(key);
      if (known !== undefined) return known;
      const published = await store.findType(typeCode, version);
      if (published === null) return null;
      return kept.set(key, draw(parseJson(published.definition) as unknown as TypeDefinition));
    },
  };
}
