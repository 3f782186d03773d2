// SPDX-License-Identifier: Apache-2.0
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { x509Authority } from "../../../src/adapters/x509/index.js";
import type { Certificate } from "../../../src/core/certificate.js";
import { certificateDigest } from "../../../src/core/certificate-reader.js";
import { sealEntry } from "../../../src/core/entry.js";
import { toHex } from "../../../src/core/hex.js";
import { buildTree, leafHash } from "../../../src/core/merkle.js";
import { parseRegistryKey } from "../../../src/core/multikey.js";
import type { StampSignature } from "../../../src/core/seal/seal-writer.js";
import type { Agency } from "../../../src/domain/agencies/index.js";
import type { Actor, AuditEvent } from "../../../src/domain/audit/index.js";
import {
  createSealCa,
  createSealing,
  type SealKey,
  type SealKeyInfo,
  type SealKeyStore,
} from "../../../src/domain/seals/index.js";
import { createRenderer } from "../../../src/render/index.js";
import type { LeafProof, ProofSource } from "../../../src/verify/index.js";
import type { RegistryAccess } from "../../../src/verify/registry.js";
import { ANHUI, makeWorld, type TestAgency } from "../../verify/fixture.js";
import { newSealKey } from "./fixture.js";
import { memorySealStore } from "./memory-seal-store.js";

export const operator: Actor = { kind: "cli", id: "root", role: "operator", requestId: "request-1" };

/** Keys in memory. */
export function memorySealKeys(): SealKeyStore {
  const keys: { info: SealKeyInfo; key: SealKey }[] = [];
  return {
    async createKey(owner, purpose) {
      const key = newSealKey();
      const { keyDigest, multikey } = key;
      const info = { keyDigest, multikey, owner, purpose, createdAt: new Date(keys.length).toISOString() };
      keys.push({ info, key });
      return info;
    },
    list: async () => keys.map(({ info }) => info),
    open: async (digest) => keys.find(({ info }) => info.keyDigest === digest)!.key,
  };
}

/** A region with two agencies, its seal CA, and who seals with them, in memory. */
export function makeSealWorld({ stamp = null }: { readonly stamp?: StampSignature | null } = {}) {
  const world = makeWorld();
  const { registry } = world;
  const store = memorySealStore();
  const keys = memorySealKeys();
  const renderer = createRenderer({ verifyHost: "verify.example" });
  const logged: AuditEvent[] = [];
  const mirrored = new Map<string, LeafProof>();
  const proofs: ProofSource = { findProof: async (leaf) => mirrored.get(toHex(leaf)) ?? null };
  const state = { delay: 0, dies: false, second: 0, elsewhere: [] as readonly Uint8Array[] };
  const known = new Map([world.agency, world.otherAgency].map((agency) => [agency.code, agencyOf(agency)]));
  const now = () => registry.time * 1000 + state.second * 1000;
  const done = { tx: "0x", block: 1, time: 1 };
  const authority = createSealCa({
    ...{ region: ANHUI, regionName: "样例省", store, keys, issuer: x509Authority, registry, crypto: nodeCrypto, now },
    agencies: { findAgency: async (code) => known.get(code) ?? null },
    governance: {
      async addRegionKey(region, purpose, multikey) {
        if (state.dies) throw new Error("killed");
        const { bytes } = parseRegistryKey(multikey);
        const digest = (await keys.list()).find((each) => each.multikey === multikey)!.keyDigest;
        registry.addKey({ agency: null, region }, digest, bytes, purpose, registry.time + state.delay);
        return done;
      },
    },
    audit: { append: async (event) => ({ ...event, sequence: logged.push(event) }) },
    checkSeal: renderer.checkSeal,
    revocationListUrl: (ca) => `https://tally.example/v1/seal-authorities/${ca}/revocation-list`,
    blockClock: null,
    listsElsewhere: async () => state.elsewhere,
  });
  const sealing = (access: RegistryAccess = registry) =>
    createSealing({ region: ANHUI, store, keys, renderer, registry: access, proofs, crypto: nodeCrypto, stamp, now });
  /** Anchors the newest seal on a licence now, where the mirror finds it. */
  const anchorSealOn = async (certificate: Certificate): Promise<void> => {
    const [seal] = await store.sealsOn(certificate.credentialSubject.certificateIdentifier, 1);
    const entry = sealEntry(certificateDigest(nodeCrypto, certificate), nodeCrypto.sha256(seal!.cms));
    const leaf = leafHash(nodeCrypto, entry);
    const { root, size, path } = buildTree(nodeCrypto, [leaf, leafHash(nodeCrypto, new Uint8Array(65))]);
    registry.anchor(ANHUI, toHex(root), size);
    mirrored.set(toHex(leaf), { region: ANHUI, root: toHex(root), size, index: 0, path: path(0) });
  };
  const rename = (code: string, name: string) => known.set(code, { ...known.get(code)!, name });
  return { ...world, rename, store, keys, renderer, logged, state, now, authority, sealing, proofs, anchorSealOn };
}

function agencyOf({ code, region, did, name, key }: TestAgency): Agency {
  return { code, name, region, areaCode: "340100", did, keyDigest: key.digest, suspended: false };
}
