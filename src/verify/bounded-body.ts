// SPDX-License-Identifier: Apache-2.0
import { concatBytes } from "../core/bytes.js";

/** The whole body (decoded); null as soon as more than `maxBytes` come, without reading on. */
export async function readBody(response: Response, maxBytes: number): Promise<Uint8Array | null> {
  const reader = response.body?.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    length += part.value.length;
    if (length > maxBytes) {
      // Ends the connection too.
      await reader?.cancel();
      return null;
    }
    parts.push(part.value);
  }
  return concatBytes(...parts);
}
