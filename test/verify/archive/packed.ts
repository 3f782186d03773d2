// SPDX-License-Identifier: Apache-2.0

import { concatBytes } from "../../../src/core/bytes.js";
import { formatUtcInstant } from "../../../src/core/calendar.js";
import { canonicalBytes } from "../../../src/core/canonical-json.js";
import { certificateDigest } from "../../../src/core/certificate-reader.js";
import { auditHeadDigest, auditHeadEntry } from "../../../src/core/entry.js";
import { toHex } from "../../../src/core/hex.js";
import { leafHash } from "../../../src/core/merkle.js";
import { CHAIN_START, eventDigest, eventHash, eventText, type RecordedEvent } from "../../../src/domain/audit/index.js";
import {
  type ArchiveHead,
  type ArchiveMembers,
  archiveMetadata,
  type LogExtract,
  type LoggedEvent,
  type LogRun,
  unsignedArchive,
  type VerifyArchiveOptions,
  verifyArchive,
  writeLogExtract,
  writeSealProof,
} from "../../../src/verify/archive/index.js";
import { withBundles } from "../bundle/signed-bundle.js";
import { ANHUI, type Issued, type TestKey } from "../fixture.js";
import { makeSealedWorld } from "../sealed-world.js";

export interface PackageChanges {
  readonly members?: (members: ArchiveMembers) => ArchiveMembers;
  readonly head?: Partial<ArchiveHead>;
  readonly log?: (extract: LogExtract) => LogExtract;
  readonly key?: TestKey;
  readonly bundleKey?: TestKey;
  readonly revocationList?: Uint8Array;
}

/** A world that seals and issues trust bundles, and packages of its licences. */
export function makeArchiveWorld() {
  const world = withBundles(makeSealedWorld());
  const { crypto, registry } = world;

  /** A log in which events 5 and 12 are about the licence, and event 9 is one whose head is anchored. */
  const logOf = ({ certificate }: Issued): LogExtract => {
    const object = certificate.credentialSubject.certificateIdentifier;
    const events = Array.from({ length: 12 }, (_, i): RecordedEvent => {
      const sequence = i + 1;
      const isOwn = sequence === 5 || sequence === 12;
      return {
        ...{ sequence, time: 1_772_323_200_000 + i, requestId: `r${i}`, result: "done" },
        actor: { kind: "cli", id: "clerk", role: "operator" },
        action: sequence === 12 ? "certificate-suspended" : "certificate-issued",
        object: isOwn ? object : `other ${i}`,
        ...(sequence === 5 ? { digestAfter: certificateDigest(crypto, certificate) } : {}),
      };
    });
    const hashes: Uint8Array[] = [CHAIN_START];
    for (const event of events) hashes.push(eventHash(hashes.at(-1)!, event));
    const head = auditHeadDigest(crypto, { region: ANHUI, sequence: 9, hash: hashes[9]! });
    registry.anchor(ANHUI, toHex(leafHash(crypto, auditHeadEntry(head))), 1);
    const run = (first: number, last: number, anchored: boolean): LogRun => ({
      first,
      previous: hashes[first - 1]!,
      digests: concatBytes(...events.slice(first - 1, last).map(eventDigest)),
      events: events
        .slice(first - 1, last)
        .filter((event) => event.object === object)
        .map((event) => JSON.parse(eventText(event)) as LoggedEvent),
      anchored,
    });
    return { region: ANHUI, object, runs: [run(5, 9, true), run(12, 12, false)] };
  };

  /** As a region packs it now. */
  const pack = async (
    issued: Issued,
    {
      members: change = (same) => same,
      head = {},
      log = (same) => same,
      key,
      bundleKey,
      revocationList,
    }: PackageChanges = {},
  ): Promise<Uint8Array> => {
    const { certificate, evidence, token } = issued;
    const extract = log(logOf(issued));
    const packer = key ?? world.bundleKey;
    const members = change({
      "licence.pdf": await world.sealed(issued),
      "certificate.json": canonicalBytes(certificate),
      "evidence.json": canonicalBytes(evidence),
      "type.json": canonicalBytes(world.type),
      "token.cose": token,
      "seal-proof.json": writeSealProof(null),
      "metadata.json": archiveMetadata(certificate),
      "trust-bundle.json": world.bundle({
        key: bundleKey ?? packer,
        revocationLists: [revocationList ?? world.listOf(world.office)],
      }),
      "log.json": writeLogExtract(extract),
    });
    const whole: ArchiveHead = {
      chainId: registry.chainId,
      registry: registry.address,
      region: ANHUI,
      certificateIdentifier: certificate.credentialSubject.certificateIdentifier,
      certificateDigest: toHex(certificateDigest(crypto, certificate)),
      createdAt: formatUtcInstant(registry.time * 1000),
      createdBy: { kind: "cli", id: "clerk" },
      ...head,
    };
    const unsigned = unsignedArchive(crypto, whole, members, packer.multikey);
    return unsigned.signed(crypto.sign(packer.seed, unsigned.toSign));
  };

  const open = (bytes: Uint8Array, options: Partial<VerifyArchiveOptions> = {}) =>
    verifyArchive(bytes, {
      ...{ trust: world.trust, pinned: world.pinned, now: world.now(), crypto, rerender: world.rerender },
      ...options,
    });

  return { ...world, logOf, pack, open };
}

export type ArchiveWorld = ReturnType<typeof makeArchiveWorld>;
