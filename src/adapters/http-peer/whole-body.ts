// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import { readBody } from "../../verify/bounded-body.js";

/** The whole body; `peer.lied` as soon as more than `maxBytes` (decoded) come, without reading on. */
export async function wholeBody(response: Response, maxBytes: number): Promise<Uint8Array> {
  const body = await readBody(response, maxBytes);
  if (body !== null) return body;
  throw new TallyError("peer.lied", `${response.url} gave more than ${maxBytes} bytes`);
}
