// SPDX-License-Identifier: Apache-2.0
import { sign } from "node:crypto";
import { nodeCrypto } from "../../src/adapters/node-crypto/index.js";
import { formatUtcInstant } from "../../src/core/calendar.js";
import { certificateDigest } from "../../src/core/certificate-reader.js";
import { sealEntry } from "../../src/core/entry.js";
import { toHex } from "../../src/core/hex.js";
import { buildTree, leafHash } from "../../src/core/merkle.js";
import { createSealWriter, writeSeal } from "../../src/core/seal/seal-writer.js";
import { fillSeal, type SealableFile, sealedDigest } from "../../src/core/seal/sealable-file.js";
import type { TypeDefinition } from "../../src/core/type-definition.js";
import { rerenderWith } from "../../src/main/verification/verify-document.js";
import { createRenderer, type SealStatement } from "../../src/render/index.js";
import type { ProofSource, RevocationListSource, VerifyOptions } from "../../src/verify/index.js";
import { readLicencePdf } from "../../src/verify/index.js";
import { caMultikey, type ListParts, revocationList } from "../core/seal/hand-made.js";
import { openSealOffice, type SealOffice } from "../core/seal/office.js";
import { ANHUI, type Issued, makeWorld } from "./fixture.js";

export const DAY = 86_400;

/** A world whose region has a CA for seals and whose agency has a seal under it; lists, files and seals as they are asked for. */
export function makeSealedWorld() {
  const world = makeWorld();
  const { registry, agency } = world;
  const from = registry.time - 30 * DAY;
  const office = openSealOffice({ agency: agency.code, title: agency.name, from });
  const registerCa = ({ ca }: SealOffice, region = ANHUI) => {
    const { bytes, digest } = caMultikey(ca.key);
    registry.addKey({ agency: null, region }, digest, bytes, "seal-ca");
  };
  registerCa(office);
  const renderer = createRenderer({ verifyHost: "verify.example" });
  const statement = (): SealStatement => ({
    name: agency.name,
    code: "3401000012345",
    star: true,
    time: formatUtcInstant(registry.time * 1000),
    reason: "电子证照签发",
    room: 2048,
  });
  const toSeal = (
    { certificate, evidence }: Issued,
    changes: Partial<SealStatement> = {},
    type: TypeDefinition = world.type,
  ): SealableFile => renderer.renderSealed({ certificate, evidence, type, seal: { ...statement(), ...changes } });

  /** As a service seals: rendered, and signed by its own writer. */
  const sealed = async (
    issued: Issued,
    { office: { seal, ca } = office, ...changes }: Partial<SealStatement> & { readonly office?: SealOffice } = {},
  ): Promise<Uint8Array> => {
    const file = toSeal(issued, changes);
    const writer = createSealWriter(nodeCrypto, { certificate: seal.certificate, authority: ca.certificate });
    const key = { key: seal.key.privateKey, dsaEncoding: "ieee-p1363" } as const;
    const signer = { sign: (message: Uint8Array) => new Uint8Array(sign("sha256", message, key)) };
    return fillSeal(file, await writeSeal(writer, sealedDigest(nodeCrypto, file), signer));
  };
  /** With whatever `make` makes of the digest. */
  const filled = (file: SealableFile, make: (digest: Uint8Array) => Uint8Array): Uint8Array =>
    fillSeal(file, make(sealedDigest(nodeCrypto, file)));

  const listOf = ({ ca }: SealOffice, changes: Partial<ListParts> = {}): Uint8Array =>
    revocationList({
      ...{ region: "安徽省", ca: ca.key, thisUpdate: registry.time - 60, nextUpdate: registry.time + 7 * DAY },
      ...changes,
    });
  const lists = (...encoded: readonly Uint8Array[]): RevocationListSource => ({
    findRevocationLists: async () => encoded,
  });
  const rerender = rerenderWith(renderer);

  /** With a list that revokes nothing, and the pages compared. */
  const verify = (document: Parameters<typeof world.verify>[0], options: Partial<VerifyOptions> = {}) =>
    world.verify(document, { rerender, revocationLists: lists(listOf(office)), ...options });

  /** Anchors the digest of the file's seal now; the mirror that proves it. */
  const anchorSeal = ({ certificate }: Issued, file: Uint8Array, region = ANHUI): ProofSource => {
    const { cms } = readLicencePdf(file, nodeCrypto).seal!.signed!;
    const entry = sealEntry(certificateDigest(nodeCrypto, certificate), nodeCrypto.sha256(cms));
    const leaf = leafHash(nodeCrypto, entry);
    const tree = buildTree(nodeCrypto, [leaf, leafHash(nodeCrypto, new Uint8Array(65))]);
    const root = toHex(tree.root);
    registry.anchor(region, root, tree.size);
    return {
      findProof: async (wanted) =>
        toHex(wanted) === toHex(leaf) ? { region, root, size: tree.size, index: 0, path: tree.path(0) } : null,
    };
  };

  return {
    ...world,
    office,
    registerCa,
    renderer,
    statement,
    toSeal,
    sealed,
    filled,
    listOf,
    lists,
    rerender,
    verify,
    anchorSeal,
  };
}

export type SealedWorld = ReturnType<typeof makeSealedWorld>;
