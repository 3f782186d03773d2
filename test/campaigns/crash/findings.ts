// SPDX-License-Identifier: Apache-2.0
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { sealEntry } from "../../../src/core/entry.js";
import { toHex } from "../../../src/core/hex.js";
import { leafHash } from "../../../src/core/merkle.js";
import type { BatchName } from "../../../src/domain/anchoring/index.js";
import type { OpenedStore } from "./stores.js";

/** What the client was told of a certificate last. */
export interface Told {
  readonly identifier: string;
  readonly number: string;
  readonly state: string;
}

export interface StoredCertificate extends Told {
  readonly leaf: string;
  /** Null while it is in no batch. */
  readonly place: { readonly batchId: number; readonly index: number } | null;
  /** Leaves of the seals on its files. */
  readonly seals: readonly string[];
}

export interface StoredBatch extends BatchName {
  readonly id: number;
  /** Hex, in order. */
  readonly leaves: readonly string[];
  readonly anchored: boolean;
  readonly mirrored: boolean;
  /** It holds a head of the audit log and no certificate. */
  readonly ofHead: boolean;
}

export interface Stored {
  readonly certificates: readonly StoredCertificate[];
  readonly batches: readonly StoredBatch[];
  /** Certificates and seals in the outbox, and state changes that wait. */
  readonly waiting: number;
  /** The object of every `certificate-issued` event. */
  readonly issueEvents: readonly string[];
  /** That of every `certificate-sealed` event. */
  readonly sealEvents: readonly string[];
}

/** What a stranger found about a certificate: null when all is well, else what is wrong. */
export type Verification = ReadonlyMap<string, string | null>;

export interface Findings {
  /** What was acknowledged and is not there whole, a sentence each. */
  readonly lost: readonly string[];
  /** What is there more often than once, or that nobody asked for. */
  readonly doubled: readonly string[];
}

/** Everything that the store holds, read through its ports while nothing writes. */
export async function readStore(
  { certificates, anchoring, audit, mirror, records, seals }: OpenedStore,
  agencies: readonly string[],
): Promise<Stored> {
  const found: StoredCertificate[] = [];
  for (const agency of agencies) {
    let after: string | undefined;
    do {
      const page = await certificates.search({ agency }, { limit: PAGE, ...(after === undefined ? {} : { after }) });
      for (const { identifier, number, state } of page.rows) {
        const position = await anchoring.leafPosition(identifier);
        const { place = null, leafHash: leaf = new Uint8Array() } = position ?? {};
        const { digest } = (await certificates.findCertificate(identifier))!;
        const leaves = (await seals.sealsOn(identifier, MANY)).map(({ cms }) => sealLeaf(digest, cms));
        found.push({ identifier, number, state, leaf: toHex(leaf), place, seals: leaves });
      }
      after = page.next ?? undefined;
    } while (after !== undefined);
  }

  const heads = new Set((await records.auditHeads(0, MANY)).map(({ batchId }) => batchId));
  const batches: StoredBatch[] = [];
  const add = async ({ id, region, root, size }: BatchName & { id: number }, anchored: boolean): Promise<void> => {
    const bytes = (await anchoring.batchLeaves(id)) ?? new Uint8Array();
    const leaves = Array.from({ length: bytes.length / 32 }, (_, i) => toHex(bytes.slice(i * 32, (i + 1) * 32)));
    const mirrored = (await mirror.mirroredLeaves({ region, root, size })) !== null;
    batches.push({ id, region, root, size, leaves, anchored, mirrored, ofHead: heads.has(id) });
  };
  for (const batch of await anchoring.anchoredSince(0, MANY)) await add(batch, true);
  for (const batch of await anchoring.openBatches(MANY)) await add(batch, false);

  const objectsOf = async (action: "certificate-issued" | "certificate-sealed"): Promise<string[]> => {
    const objects: string[] = [];
    for (let beyond = 0; ; ) {
      const events = await audit.list({ action, order: "oldest-first", beyond, limit: PAGE });
      objects.push(...events.map(({ object }) => object));
      if (events.length < PAGE) return objects;
      beyond = events.at(-1)!.sequence;
    }
  };
  const { pending, openStatusChanges } = await anchoring.counts();
  return {
    ...{ certificates: found, batches, waiting: pending + openStatusChanges },
    issueEvents: await objectsOf("certificate-issued"),
    sealEvents: await objectsOf("certificate-sealed"),
  };
}

function sealLeaf(certificateDigest: Uint8Array, cms: Uint8Array): string {
  return toHex(leafHash(nodeCrypto, sealEntry(certificateDigest, nodeCrypto.sha256(cms))));
}

const PAGE = 200;
const MANY = 1_000_000;

/**
 * Holds against one another what the client was told, what the store holds, what the log says and what the chain recorded,
 * after everything was drained.
 */
export function judge({
  told,
  stored,
  anchors,
  verification,
  sealed = [],
}: {
  readonly told: readonly Told[];
  readonly stored: Stored;
  /** Every `BatchAnchored` of the region. */
  readonly anchors: readonly BatchName[];
  readonly verification: Verification;
  /** Identifiers of the certificates whose sealed file was handed out. */
  readonly sealed?: Iterable<string>;
}): Findings {
  const lost: string[] = [];
  const doubled: string[] = [];
  const { certificates, batches } = stored;
  if (stored.waiting > 0) lost.push(`${stored.waiting} certificates, seals and state changes still wait`);

  const byIdentifier = new Map(certificates.map((certificate) => [certificate.identifier, certificate]));
  const batchById = new Map(batches.map((batch) => [batch.id, batch]));
  const events = countOf(stored.issueEvents);
  const recorded = countOf(anchors.map(nameOf));
  const staged = countOf(batches.flatMap(({ leaves }) => leaves));

  for (const { identifier, state } of told) {
    const certificate = byIdentifier.get(identifier);
    if (certificate === undefined) {
      lost.push(`${identifier} was acknowledged and is not stored`);
      continue;
    }
    if (certificate.state !== state) lost.push(`${identifier} is ${certificate.state}; the client was told ${state}`);
    const wrong = verification.get(identifier);
    if (wrong !== null) lost.push(`${identifier}: ${wrong ?? "was not verified"}`);
  }

  const tellings = countOf(told.map(({ identifier }) => identifier));
  const numbers = countOf(certificates.map(({ number }) => number));
  for (const [number, times] of numbers) if (times > 1) doubled.push(`number ${number} was issued ${times} times`);
  for (const { identifier, leaf, place } of certificates) {
    if (!tellings.has(identifier)) doubled.push(`${identifier} is stored and nobody was told of it`);
    const logged = events.get(identifier) ?? 0;
    if (logged === 0) lost.push(`${identifier} has no event of its issue`);
    if (logged > 1) doubled.push(`${identifier} has ${logged} events of its issue`);
    const times = staged.get(leaf) ?? 0;
    if (times === 0) lost.push(`${identifier} is in no batch`);
    if (times > 1) doubled.push(`${identifier} is staged ${times} times`);
    const batch = place === null ? undefined : batchById.get(place.batchId);
    if (place === null || batch?.leaves[place.index] !== leaf) lost.push(`${identifier} is not where its batch has it`);
  }
  const sealings = countOf(stored.sealEvents);
  for (const { identifier, seals } of certificates) {
    const logged = sealings.get(identifier) ?? 0;
    if (logged < seals.length) lost.push(`${identifier} has ${seals.length} seals and ${logged} events of them`);
    if (logged > seals.length) lost.push(`${identifier} was sealed ${logged} times and has ${seals.length} seals`);
    // Its agency has one seal, which is good: whoever asks again gets the same file.
    if (seals.length > 1) doubled.push(`${identifier} has ${seals.length} seals`);
    for (const leaf of seals) {
      const times = staged.get(leaf) ?? 0;
      if (times === 0) lost.push(`a seal on ${identifier} is in no batch`);
      if (times > 1) doubled.push(`a seal on ${identifier} is staged ${times} times`);
    }
  }
  for (const identifier of sealed)
    if ((byIdentifier.get(identifier)?.seals.length ?? 0) === 0)
      lost.push(`the sealed file of ${identifier} was handed out, and its seal is not stored`);
  for (const object of events.keys())
    if (!byIdentifier.has(object)) lost.push(`${object} is in the log and not in the store`);

  for (const batch of batches) {
    const name = nameOf(batch);
    if (batch.leaves.length !== batch.size) lost.push(`batch ${name} has ${batch.leaves.length} leaves`);
    if (!batch.anchored) lost.push(`batch ${name} is not anchored`);
    if (!batch.mirrored) lost.push(`batch ${name} is not in the mirror`);
    if (!recorded.has(name)) lost.push(`batch ${name} is not on the chain`);
  }
  const known = countOf(batches.map(nameOf));
  for (const [name, times] of known) if (times > 1) doubled.push(`batch ${name} is stored ${times} times`);
  for (const [name, times] of recorded) {
    if (times > 1) doubled.push(`batch ${name} was recorded ${times} times`);
    if (!known.has(name)) doubled.push(`batch ${name} is on the chain and not in the store`);
  }
  const heads = new Set(batches.filter(({ ofHead }) => ofHead).map(nameOf));
  const anchored = anchors.reduce((sum, anchor) => sum + (heads.has(nameOf(anchor)) ? 0 : anchor.size), 0);
  const entries = certificates.reduce((sum, { seals }) => sum + 1 + seals.length, 0);
  if (anchored < entries) lost.push(`${anchored} entries are anchored, ${entries} are stored`);
  if (anchored > entries) doubled.push(`${anchored} entries are anchored, ${entries} are stored`);
  return { lost, doubled };
}

function nameOf({ region, root, size }: BatchName): string {
  return `${region}/${root}/${size}`;
}

function countOf(items: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}
