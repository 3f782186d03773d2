// SPDX-License-Identifier: Apache-2.0
import { equalBytes } from "../../core/bytes.js";
import type { Crypto } from "../../core/crypto.js";
import { TallyError } from "../../core/errors.js";
import { toHex } from "../../core/hex.js";
import type { Multikey } from "../../core/multikey.js";
import { portableCrypto } from "../../core/portable-crypto.js";
import { isTrusted, type Trust } from "../trust.js";
import { isGoodBundleKey } from "./bundle-keys.js";
import { isSigned, readEnvelope } from "./envelope.js";
import { readRevocationLists } from "./read-revocation-lists.js";
import { readState } from "./read-state.js";
import type { TrustBundle } from "./trust-bundle.js";

export interface ReadBundleOptions {
  /** The network that the verifier's own configuration names; `genesis` (hash of block 0) where it is known. */
  readonly trust: Pick<Trust, "chainId" | "registry"> & { readonly genesis?: string };
  /** Keys of regions whose word the verifier takes; see `nextPins`. */
  readonly pinned: readonly Multikey[];
  readonly crypto?: Crypto;
}

/**
 * The bundle of a file, when a pinned key signed it for the trusted registry; docs/formats/trust-bundle.md gives the steps. Throws
 * `json.*`, `format.*` for what is no bundle that this verifier can read, `bundle.wrong-chain`, `bundle.key-not-pinned`,
 * `bundle.signature-wrong`, and `bundle.signer-unfit` when its own state says that the key does not count. Whether it is newer than
 * one that is kept is another question: `refuseOlder`. What it says of the age is judged by `bundleRegistry`.
 */
export function readTrustBundle(
  bytes: Uint8Array,
  { trust, pinned, crypto = portableCrypto }: ReadBundleOptions,
): TrustBundle {
  const envelope = readEnvelope(bytes, crypto);
  const { head, signer, stateBytes, revocationListsBytes } = envelope;
  if (!isTrusted(trust as Trust, head) || (trust.genesis !== undefined && trust.genesis !== head.genesis))
    throw new TallyError(
      "bundle.wrong-chain",
      `the trust bundle is of chain ${head.chainId} (genesis ${head.genesis}), registry ${head.registry}, not of the one that is trusted here`,
    );
  if (!pinned.some((key) => equalBytes(key.bytes, signer.bytes)))
    throw new TallyError(
      "bundle.key-not-pinned",
      `the trust bundle is signed with ${signer.text}, which is not pinned; ask region ${head.region} for its key in another way before you pin it`,
    );
  if (!isSigned(envelope, crypto))
    throw new TallyError(
      "bundle.signature-wrong",
      "the trust bundle was altered, or not made by the key that it names",
    );
  const state = readState(stateBytes, crypto);
  const revocationLists = readRevocationLists(revocationListsBytes);
  const bundle = { ...head, signer, stateDigest: toHex(crypto.sha256(stateBytes)), state, revocationLists };
  const own = state.keys.find(({ multikey }) => equalBytes(multikey, signer.bytes));
  if (!own || own.region !== head.region || !isGoodBundleKey(own, head.block.time))
    throw new TallyError(
      "bundle.signer-unfit",
      `by its own state the trust bundle's key ${signer.text} is no good bundle key of region ${head.region}`,
    );
  return bundle;
}
