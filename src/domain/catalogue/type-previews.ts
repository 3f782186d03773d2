// SPDX-License-Identifier: Apache-2.0
import { BoundedCache } from "../../core/bounded-cache.js";
import { parseJson } from "../../core/strict-json.js";
import { createTurns } from "../../core/turns.js";
import type { TypeDefinition } from "../../core/type-definition.js";
import type { Catalogue } from "./catalogue.js";

/** What licences of a type look like: PDFs with invented values, marked 样本 SAMPLE, that are no licences. */
export interface TypePreviews {
  /** Of a published version, retired or not; null when there is none. One is drawn at a time; rejects with `request.overloaded` when too many wait, and with what `draw` throws. */
  previewOf(typeCode: string, version: number): Promise<Uint8Array | null>;
}

export interface TypePreviewsDependencies {
  readonly catalogue: Pick<Catalogue, "findType">;
  /** As the renderer's `preview`. */
  readonly draw: (definition: TypeDefinition) => Uint8Array | Promise<Uint8Array>;
}

/** Previews kept ready, those that were asked for last; each is some 70 KB. A published version never changes, so none goes stale. */
const KEPT_PREVIEWS = 256;
/** Beside the one that is drawn; each takes a thread for itself for a moment. */
const MAX_WAITING = 8;

export function createTypePreviews({ catalogue, draw }: TypePreviewsDependencies): TypePreviews {
  const kept = new BoundedCache<string, Uint8Array>(KEPT_PREVIEWS);
  const inTurn = createTurns({ waiting: MAX_WAITING });
  return {
    async previewOf(typeCode, version) {
      const key = `${typeCode}/${version}`;
      const known = kept.get(key);
      if (known !== undefined) {
        kept.delete(key);
        return kept.set(key, known);
      }
      const published = await catalogue.findType(typeCode, version);
      if (published === null) return null;
      return inTurn(async () => {
        const drawn = kept.get(key);
        if (drawn !== undefined) return drawn;
        return kept.set(key, await draw(parseJson(published.bytes) as unknown as TypeDefinition));
      });
    },
  };
}
