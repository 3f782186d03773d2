// SPDX-License-Identifier: Apache-2.0
import { concatBytes } from "../../core/bytes.js";
import { DER, DerReader } from "../../core/der/read-der.js";
import { encode, objectIdentifier, octetString, sequence, smallInteger } from "../../core/der/write-der.js";
import { TallyError } from "../../core/errors.js";
import { OID } from "../../core/seal/object-identifiers.js";
import { readTimestamp } from "../../core/seal/read-timestamp.js";
import type { StampSignature } from "../../core/seal/seal-writer.js";
import type { SealCrypto } from "../../verify/seal/seal-crypto.js";
import { isFromAuthority, isSound } from "../../verify/seal/timestamp-authority.js";

export interface HttpTimestamperOptions {
  readonly url: string;
  /** Certificates (DER) of the authority or of the CA that issued its certificate; a token of anyone else is refused. */
  readonly authorities: readonly Uint8Array[];
  readonly crypto: SealCrypto;
  /** For one attempt, its answer included. */
  readonly timeoutMs?: number;
  readonly attempts?: number;
  /** How long, in milliseconds, it is not asked again once it gave nothing: whoever waits for a seal should not wait for it each time. */
  readonly restMs?: number;
  /** Milliseconds. */
  readonly clock?: () => number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** A token is 1 to 6 KB; the room of a seal is 8, of which it leaves 2 for the rest. */
const MAX_TOKEN_BYTES = 6_000;
const MAX_ANSWER_BYTES = 16_384;
/** What a verifier forgives between the stated and the stamped time of a seal, in seconds. */
const CLOCK_SKEW = 300;
const QUERY = "application/timestamp-query";
const REPLY = "application/timestamp-reply";

/**
 * A timestamp authority over HTTP (RFC 3161 section 3.4). The query has no nonce: it is of a signature value, which is new every time, so an old
 * answer fits no new query. Rejects with `timestamp.unavailable` when the authority does not answer in time, refuses, or gives a token that is not its own,
 * of this value and whole.
 */
export function httpTimestamper({
  url,
  authorities,
  crypto,
  timeoutMs = 5_000,
  attempts = 3,
  restMs = 30_000,
  clock = () => performance.now(),
  now = Date.now,
}: HttpTimestamperOptions): StampSignature {
  const ask = async (signature: Uint8Array): Promise<Uint8Array> => {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": QUERY, accept: REPLY },
      body: new Uint8Array(queryFor(crypto.sha256(signature))),
      // Who answers is configured: nobody is sent elsewhere with it.
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.status !== 200) throw new Error(`it answered with status ${response.status}`);
    if (!response.headers.get("content-type")?.startsWith(REPLY)) throw new Error(`its answer is no ${REPLY}`);
    const token = tokenIn(await boundedBody(response));
    const reader = DerReader.over(token, "token", MAX_ANSWER_BYTES);
    const timestamp = readTimestamp(reader);
    reader.expectEnd();
    if (!isSound(timestamp, signature, crypto))
      throw new Error("its token is of something else, or its signature is wrong");
    if (!isFromAuthority(timestamp, authorities, crypto))
      throw new Error("its token is of another authority than the one that is configured");
    if (token.length > MAX_TOKEN_BYTES) throw new Error(`its token has more than ${MAX_TOKEN_BYTES} bytes`);
    if (Math.abs(timestamp.time - now() / 1000) > CLOCK_SKEW)
      throw new Error(`its clock is not ours: it says ${new Date(timestamp.time * 1000).toISOString()}`);
    return token;
  };
  const unavailable = (cause: unknown): TallyError => {
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `the timestamp authority ${url} gave no timestamp in ${attempts} attempts: ${why}`;
    return new TallyError("timestamp.unavailable", message, { cause });
  };

  let failed: { readonly at: number; readonly cause: unknown } | null = null;
  return async (signature) => {
    if (failed !== null && clock() - failed.at < restMs) throw unavailable(failed.cause);
    let cause: unknown;
    for (let attempt = 0; attempt < attempts; attempt++) {
      try {
        const token = await ask(signature);
        failed = null;
        return token;
      } catch (error) {
        cause = error;
      }
    }
    failed = { at: clock(), cause };
    throw unavailable(cause);
  };
}

/** TimeStampReq (section 2.4.1), which asks for the authority's certificate in the answer. */
export function queryFor(imprint: Uint8Array): Uint8Array {
  const message = sequence(sequence(objectIdentifier(OID.sha256)), octetString(imprint));
  return sequence(smallInteger(1), message, encode(DER.boolean, Uint8Array.of(0xff)));
}

/** Granted, and granted with changes (section 2.4.2). */
const GRANTED = [0, 1];

/** The token of a TimeStampResp. Throws for a refusal, in the authority's words where it has some. */
function tokenIn(answer: Uint8Array): Uint8Array {
  const outer = DerReader.over(answer, "timestampResponse", MAX_ANSWER_BYTES);
  const response = outer.sequence("response");
  outer.expectEnd();
  const info = response.sequence("status");
  const status = info.small("status");
  if (!GRANTED.includes(status)) throw new Error(`it refused with status ${status}${wordsIn(info)}`);
  const { encoded } = response.value(DER.sequence, "token");
  response.expectEnd();
  return encoded;
}

function wordsIn(info: DerReader): string {
  if (!info.isNext(DER.sequence)) return "";
  const words = info.sequence("statusString");
  return words.isNext(DER.utf8String) ? `: ${words.text("0", 500).replace(/\p{Cc}/gu, " ")}` : "";
}

async function boundedBody(response: Response): Promise<Uint8Array> {
  const reader = response.body?.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
    length += next.value.length;
    if (length > MAX_ANSWER_BYTES) {
      // Ends the connection too.
      await reader?.cancel();
      throw new Error(`it gave more than ${MAX_ANSWER_BYTES} bytes`);
    }
    parts.push(next.value);
  }
  return concatBytes(...parts);
}
