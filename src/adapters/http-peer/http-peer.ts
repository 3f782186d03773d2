// SPDX-License-Identifier: Apache-2.0
import { baseUrl } from "../../core/base-url.js";
import { TallyError } from "../../core/errors.js";
import { isJsonObject, type JsonValue } from "../../core/json.js";
import { MAX_REVOCATION_LIST_BYTES } from "../../core/seal/read-revocation-list.js";
import { parseJson } from "../../core/strict-json.js";
import { LEAF_LENGTH } from "../../domain/anchoring/index.js";
import type { Peer } from "../../domain/sharing/index.js";
import { wholeBody } from "./whole-body.js";

export interface HttpPeerOptions {
  /** Base URL, from configuration; http or https, a path allowed, no query, credentials or fragment. */
  readonly url: string;
  /** For the whole answer, its body included. */
  readonly timeoutMs: number;
  readonly fetch?: typeof fetch;
}

/** Type definitions are a few kilobytes. */
const MAX_TYPE_BYTES = 262_144;
/** A region has one seal CA, and those that it had before. */
const MOST_SEAL_AUTHORITIES = 32;
const MAX_AUTHORITIES_BYTES = 65_536;
const DIGEST = /^[0-9a-f]{64}$/;

/**
 * Another region's service as a source of public data. It is asked only under the configured base URL, with names that were
 * checked to be plain; redirects are refused, so that a peer cannot send us to an address of its choosing; nothing secret
 * goes out, and no answer is longer than it can rightly be.
 */
export function httpPeer({ url, timeoutMs, fetch: send = fetch }: HttpPeerOptions): Peer {
  const base = baseOf(url);

  async function get(path: string, accept: string, maxBytes: number): Promise<Uint8Array | null> {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const response = await send(`${base}/${path}`, {
        headers: { accept },
        redirect: "manual",
        credentials: "omit",
        signal,
      });
      if (response.status === 200) return await wholeBody(response, maxBytes);
      await response.body?.cancel();
      if (response.status === 404 || response.status === 410) return null;
      throw new TallyError("peer.unreachable", `${base} answered /${path} with status ${response.status}`);
    } catch (cause) {
      if (cause instanceof TallyError) throw cause;
      const why = signal.aborted ? `no answer within ${timeoutMs} ms` : describe(cause);
      throw new TallyError("peer.unreachable", `${base} could not be asked for /${path}: ${why}`, { cause });
    }
  }

  return {
    name: base,

    async fetchLeaves({ region, root, size }) {
      requirePlain(region, /^\d{6}$/);
      requirePlain(root, /^[0-9a-f]{64}$/);
      requirePlain(String(size), /^[1-9]\d{0,6}$/);
      const length = size * LEAF_LENGTH;
      const leaves = await get(`v1/batches/${region}/${root}/${size}`, "application/octet-stream", length);
      if (leaves && leaves.length !== length) {
        const what = `${leaves.length} bytes for a batch of ${size} entries, which has ${length}`;
        throw new TallyError("peer.lied", `${base} gave ${what}`);
      }
      return leaves;
    },

    async fetchType(typeCode, version) {
      requirePlain(typeCode, /^[0-9A-Z]{21}$/);
      requirePlain(String(version), /^[1-9]\d{0,9}$/);
      return get(`v1/types/${typeCode}/${version}`, "application/json", MAX_TYPE_BYTES);
    },

    async fetchSealAuthorities() {
      const body = await get("v1/seal-authorities", "application/json", MAX_AUTHORITIES_BYTES);
      return body && authoritiesIn(body, base);
    },

    async fetchSealAuthority(keyDigest, part) {
      requirePlain(keyDigest, DIGEST);
      return get(`v1/seal-authorities/${keyDigest}/${part}`, "*/*", MAX_REVOCATION_LIST_BYTES);
    },
  };
}

/** The digests in the description of the CAs; what else it says their certificates and lists say themselves. */
function authoritiesIn(body: Uint8Array, base: string): readonly string[] {
  const lie = () => new TallyError("peer.lied", `${base} gave no list of seal CAs`);
  let described: JsonValue;
  try {
    described = parseJson(body);
  } catch {
    throw lie();
  }
  const authorities = isJsonObject(described) ? described.authorities : undefined;
  if (!Array.isArray(authorities) || authorities.length > MOST_SEAL_AUTHORITIES) throw lie();
  return authorities.map((each) => {
    const digest = isJsonObject(each) ? each.keyDigest : undefined;
    if (typeof digest !== "string" || !DIGEST.test(digest)) throw lie();
    return digest;
  });
}

function baseOf(text: string): string {
  const base = baseUrl(text);
  if (base !== null) return base;
  throw new TallyError("config.invalid", `peer ${text} must be a plain http or https URL`, { field: "peers" });
}

/** The names come from the chain, where any region admin can write: nothing else may end up in a URL. */
function requirePlain(value: string, pattern: RegExp): void {
  if (!pattern.test(value))
    throw new TallyError("chain.garbage", `${value} does not name anything that a peer could have`);
}

function describe(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  // fetch hides the reason (ECONNREFUSED …) one level down.
  return cause.cause instanceof Error ? cause.cause.message || String(cause.cause) : cause.message;
}
