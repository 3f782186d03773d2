// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../../../core/errors.js";
import { toHex } from "../../../../core/hex.js";
import { keyDigest, type Multikey, parseMultikey } from "../../../../core/multikey.js";
import { portableCrypto } from "../../../../core/portable-crypto.js";
import {
  bundleAge,
  MAX_BUNDLE_BYTES,
  nextPins,
  type RegistryAccess,
  readTrustBundle,
  refuseOlder,
  type TrustBundle,
} from "../../../../verify/index.js";
import { call } from "../../../api/client.js";
import { ApiProblem } from "../../../api/problem.js";
import { keep, kept } from "./kept.js";
import type { BundleNote, NetworkTrust } from "./protocol.js";

export interface HeldBundle {
  readonly bundle: TrustBundle;
  /** Multikey texts of the keys from which the next one may come. */
  readonly pins: readonly string[];
  readonly etag: string | null;
}

interface KeptBundle {
  readonly bytes: Uint8Array;
  readonly pins: readonly string[];
  readonly etag: string | null;
}

const KEPT_AS = "trust-bundle";
const TIMEOUT_MS = 30_000;

/** The bundle of an earlier visit, read again as strictly as then; null when there is none for this network. */
export async function heldBundle(network: NetworkTrust): Promise<HeldBundle | null> {
  const found = await kept<KeptBundle>(KEPT_AS);
  if (found === null) return null;
  try {
    const bundle = readTrustBundle(found.bytes, {
      trust: trustedNetwork(network),
      pinned: found.pins.map(parseMultikey),
    });
    return { bundle, pins: found.pins, etag: found.etag };
  } catch {
    return null;
  }
}

/**
 * The service's newest bundle in place of `held`, when it is newer and from a pinned key. At the first visit, and when the region
 * changed its key while nobody looked, the registry must say that the signer is a good bundle key of this page's own region.
 * Resolves to `held` when there is no newer one; rejects with a `TallyError` for a bundle that must not be taken.
 */
export async function newerBundle(
  held: HeldBundle | null,
  { network, registry }: { readonly network: NetworkTrust; readonly registry: RegistryAccess },
): Promise<HeldBundle | null> {
  const fetched = await fetchBundle(held?.etag ?? null);
  if (fetched === null) return held;
  const { bytes, etag } = fetched;
  const trust = trustedNetwork(network);
  const known = (held?.pins ?? []).map(parseMultikey);
  const signer = signerOf(bytes);
  const isPinned = known.some(({ text }) => text === signer.text);
  const pinned = isPinned || !(await isOwnBundleKey(signer, network, registry)) ? known : [...known, signer];
  const bundle = readTrustBundle(bytes, { trust, pinned });
  if (held !== null) refuseOlder(held.bundle, bundle);
  const pins = nextPins(bundle, pinned).map(({ text }) => text);
  await keep(KEPT_AS, { bytes, pins, etag } satisfies KeptBundle);
  return { bundle, pins, etag };
}

export function noteOf({ bundle }: HeldBundle, { bundleMaxAgeSeconds }: NetworkTrust, now: Date): BundleNote {
  const { region, issuedAt, block } = bundle;
  return { region, issuedAt, block: block.number, isStale: bundleAge(bundle, now) > bundleMaxAgeSeconds };
}

async function fetchBundle(etag: string | null): Promise<{ bytes: Uint8Array; etag: string | null } | null> {
  let response: Response;
  try {
    const headers = etag === null ? {} : { "if-none-match": etag };
    response = await call("/v1/trust-bundle", { method: "GET" }, { timeoutMs: TIMEOUT_MS, headers });
  } catch (error) {
    // 304: not changed. 404: this region publishes none, or none yet.
    if (error instanceof ApiProblem && (error.status === 304 || error.status === 404)) return null;
    throw error;
  }
  const length = Number(response.headers.get("content-length") ?? 0);
  if (length > MAX_BUNDLE_BYTES) throw new TallyError("json.too-large", `the trust bundle has ${length} bytes`);
  return { bytes: new Uint8Array(await response.arrayBuffer()), etag: response.headers.get("etag") };
}

/** Looks at the head of the file only; `readTrustBundle` reads it strictly. */
function signerOf(bytes: Uint8Array): Multikey {
  const head = String.fromCharCode(...bytes.subarray(0, 4_096));
  const [, text] = /"verificationMethod":"did:key:(z[1-9A-HJ-NP-Za-km-z]{10,100})#/.exec(head) ?? [];
  if (text === undefined) throw new TallyError("format.malformed", "the trust bundle names no key");
  return parseMultikey(text);
}

async function isOwnBundleKey(signer: Multikey, { region }: NetworkTrust, registry: RegistryAccess): Promise<boolean> {
  const snapshot = await registry.snapshot();
  const key = await snapshot.findKey(toHex(keyDigest(portableCrypto, signer.bytes)));
  if (key === null || key.purpose !== "bundle" || key.region !== region || key.compromises.length > 0) return false;
  const { from, until } = key.interval;
  return from <= snapshot.head.time && (until === null || snapshot.head.time < until);
}

function trustedNetwork({ chainId, registry, genesis }: NetworkTrust) {
  return { chainId, registry, ...(genesis === null ? {} : { genesis }) };
}
