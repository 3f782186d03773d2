// SPDX-License-Identifier: Apache-2.0
import { concatBytes } from "../../core/bytes.js";
import { TallyError } from "../../core/errors.js";

/** The whole body; `peer.lied` as soon as more than `maxBytes` (decoded) come, without reading on. */
export async function readBounded(response: Response, maxBytes: number): Promise<Uint8Array> {
  const reader = response.body?.getReader();
  if (!reader) return new Uint8Array();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    length += next.value.length;
    if (length > maxBytes) {
      // Ends the connection too.
      await reader.cancel();
      throw new TallyError("peer.lied", `${response.url} gave more than ${maxBytes} bytes`);
    }
    parts.push(next.value);
  }
  return concatBytes(...parts);
}
