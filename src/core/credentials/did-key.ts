// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../errors.js";
import { decodeMultikey, type Multikey, parseMultikey } from "../multikey.js";

/** A DID of the did:key method, whose method-specific part is the Multikey text itself. */
const DID_KEY = /^did:key:(z[1-9A-HJ-NP-Za-km-z]{1,500})$/;

/** Whether a text names a DID of this method; the key in it may still be none that we know. */
export function isDidKey(text: unknown): text is string {
  return typeof text === "string" && text.startsWith("did:key:");
}

export function didKeyOf({ text }: Multikey): string {
  return `did:key:${text}`;
}

/** The verification method of a did:key: the DID, `#` and the Multikey again (did:key method, section 3.1.1). */
export function methodOfDidKey(did: string): string {
  return `${did}#${did.slice("did:key:".length)}`;
}

/**
 * The 32-byte Ed25519 key that a did:key is. Throws `format.malformed` for text that is no did:key and
 * `format.algorithm-unsupported` for a key of another algorithm, each naming `field`.
 */
export function keyOfDidKey(did: string, field: string): Uint8Array {
  const multikey = DID_KEY.exec(did)?.[1];
  if (multikey === undefined) throw new TallyError("format.malformed", `${field} is not a did:key`, { field });
  try {
    return decodeMultikey(parseMultikey(multikey).bytes);
  } catch (cause) {
    if (!(cause instanceof TallyError)) throw cause;
    throw new TallyError(cause.code, `${field}: ${cause.message}`, { field, cause });
  }
}
