// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import { toHex } from "../../core/hex.js";
import { encodeP256Multikey, keyDigest } from "../../core/multikey.js";
import { readSealCaCertificate, type SealCaCertificate } from "../../core/seal/read-seal-certificate.js";
import type { KeyRecord, RegistryAccess } from "../../verify/registry.js";
import { newestListOf } from "../../verify/seal/revocation.js";
import type { SealCrypto } from "../../verify/seal/seal-crypto.js";
import type { Loop } from "../anchoring/index.js";
import type { Peer } from "./ports.js";
import { type RegularDeps, regularly } from "./regular.js";

export interface ListMirrorDeps extends RegularDeps {
  /** Whose lists are in its own store. */
  readonly region: string;
  /** From configuration. */
  readonly peers: readonly Peer[];
  readonly registry: RegistryAccess;
  readonly crypto: SealCrypto;
  /** Keeps a list in place of an older one of the CA with this key, unless it leaves a revocation out. */
  readonly keep: (ca: string, list: Uint8Array) => Promise<"kept" | "not-newer" | "forgetful">;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Keeps the revocation lists of other regions' seals, so that a seal is judged with its issuer switched off. */
export interface ListMirror extends Loop {
  /** Resolves to how many lists were newer than those that were kept. Rejects with `RegistryError`. */
  runOnce(): Promise<number>;
}

/**
 * A list is kept only when the CA whose key the registry has for seals signed it, so that no peer can put a newer one in the place of a
 * true one, and only when it has every revocation of the one before. What a peer fails in, or lies about, is reported, and the next thing asked for.
 */
export function createListMirror(deps: ListMirrorDeps): ListMirror {
  const { region, peers, registry, crypto, keep, onEvent, now } = deps;

  async function mirror(peer: Peer, ca: string, { region: of }: KeyRecord): Promise<boolean> {
    const encoded = await peer.fetchSealAuthority(ca, "certificate");
    const list = encoded && (await peer.fetchSealAuthority(ca, "revocation-list"));
    if (!encoded || !list) return false;
    const certificate = certificateOf(ca, encoded, peer, crypto);
    if (newestListOf(certificate, [list], now() / 1000, crypto) === null)
      throw new TallyError("peer.lied", `${peer.name} gave no revocation list of the CA with key ${ca}`);
    const outcome = await keep(ca, list);
    if (outcome === "not-newer") return false;
    if (outcome === "forgetful") {
      const why = "leaves out what the list before has revoked, which stays: its region has to take that over";
      throw new TallyError("peer.lied", `${peer.name} gave a revocation list of the CA with key ${ca} that ${why}`);
    }
    onEvent({ event: "revocation-list-mirrored", from: peer.name, ca, region: of });
    return true;
  }

  async function runOnce(): Promise<number> {
    let kept = 0;
    if (peers.length === 0) return kept;
    const snapshot = await registry.snapshot();
    const tolerant = async (peer: Peer, work: () => Promise<boolean>): Promise<void> => {
      try {
        if (await work()) kept += 1;
      } catch (error) {
        if (!(error instanceof TallyError)) throw error;
        onEvent({ event: "peer-failed", peer: peer.name, code: error.code, message: error.message });
      }
    };
    for (const peer of peers) {
      let cas: readonly string[] = [];
      await tolerant(peer, async () => {
        cas = (await peer.fetchSealAuthorities()) ?? [];
        return false;
      });
      for (const ca of cas) {
        const key = await snapshot.findKey(ca);
        // One that is not in the registry yet is asked for again.
        if (key === null || key.purpose !== "seal-ca" || key.agency !== null || key.region === region) continue;
        await tolerant(peer, () => mirror(peer, ca, key));
      }
    }
    return kept;
  }

  return { runOnce, ...regularly("revocation-lists", runOnce, deps) };
}

/** Throws `peer.lied` for one of another key, and for what is no certificate of the profile. */
function certificateOf(ca: string, encoded: Uint8Array, peer: Peer, crypto: SealCrypto): SealCaCertificate {
  const certificate = tryRead(encoded);
  const digest = certificate && toHex(keyDigest(crypto, encodeP256Multikey(certificate.publicKey).bytes));
  if (certificate !== null && digest === ca) return certificate;
  throw new TallyError("peer.lied", `${peer.name} gave no certificate of the CA with key ${ca}`);
}

function tryRead(encoded: Uint8Array): SealCaCertificate | null {
  try {
    return readSealCaCertificate(encoded);
  } catch {
    return null;
  }
}
