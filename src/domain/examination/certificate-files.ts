// SPDX-License-Identifier: Apache-2.0
import { BoundedCache } from "../../core/bounded-cache.js";
import { equalBytes } from "../../core/bytes.js";
import type { Crypto } from "../../core/crypto.js";
import { sealEntry } from "../../core/entry.js";
import { toHex } from "../../core/hex.js";
import { leafHash as leafHashOf } from "../../core/merkle.js";
import { hashAt, LEAF_LENGTH, LIST_SIZE, TILE_SIZE } from "../anchoring/index.js";
import type { PickUpKey, PickUpKeys } from "../holders/index.js";
import { statusPermutation } from "../issuance/index.js";
import { type ContentContext, examineContent, type KnownType } from "./certificate-content.js";
import { examineHistory } from "./certificate-history.js";
import { copyIn, examineCopies } from "./copies.js";
import { compared, type Discrepancy, fault, guarded, REMEDY } from "./discrepancy.js";
import type { Examined } from "./examined.js";
import { examineLinks } from "./pick-up-links.js";
import { examineSeals } from "./seals.js";
import type { CertificateFile, FiledCopy, OutboxRecord, StoredSeal } from "./stored-records.js";

/** What the pass over the certificates learns for the passes after it. */
export interface CertificateFacts {
  /** Words of the status lists that a change of a certificate is about, as `list/word`. */
  readonly words: Set<string>;
}

export interface CertificatePass {
  readonly types: ReadonlyMap<string, KnownType>;
  /** First events in the log. */
  readonly issued: number;
  readonly facts: CertificateFacts;
  readonly count: (certificates: number) => void;
}

const PAGE = 200;
/** Looked at a second time together. */
const MOST_SUSPECTS = 200;
/** Some 8 MB of leaves. */
const CACHED_TILES = 256;
/** Half a megabyte each. */
const CACHED_LISTS = 16;
const OUTBOX_PAGE = 10_000;

/**
 * Every certificate, from its bytes outwards: content, history, links, seals, copies, its place in one batch, in the outbox or among the held
 * ones, and the places of its seals and copies.
 * Pages are of different instants, so what looks wrong is read again, and told only when it is wrong still. Memory holds the outbox
 * and a page.
 */
export async function* examineCertificates(examined: Examined, pass: CertificatePass): AsyncGenerator<Discrepancy> {
  const { records, region, crypto, now } = examined;
  const keys = remembered(examined.pickUpKeys);
  const content: ContentContext = {
    ...{ region, crypto },
    typeOf: (typeCode, version) => pass.types.get(`${typeCode}/${version}`) ?? null,
  };
  const counter = await counterOf(examined);
  const leaves = leafReader(examined);
  const registeredKeys = keyReader(examined);
  let outbox = await readOutbox(examined);
  const taken = new Set<string>();
  const seen = { certificates: 0, holders: 0, statusChanges: 0, pickUpLinks: 0, seals: 0, sealEntries: 0, copies: 0 };

  const examine = (file: CertificateFile): Promise<readonly Discrepancy[]> =>
    guarded({ collection: "certificates", key: file.certificate.identifier }, async () => [
      ...(await examineContent(file, content)),
      ...examineHistory(file),
      ...(await examineLinks(file, { keys, now: now() })),
      ...examineSeals(file, crypto),
      ...examineCopies(file, crypto),
      ...(await examineNeighbours(file, examined)),
      ...(await registeredKeys(file)),
      ...(await examinePlace(file, outbox, leaves)),
      ...(await examineSealPlaces(file, outbox, { leaves, crypto })),
      ...(await examineCopyPlaces(file, outbox, leaves)),
    ]);
  const again = async (suspects: readonly string[]): Promise<readonly Discrepancy[]> => {
    outbox = await readOutbox(examined);
    const files = await Promise.all(suspects.map((identifier) => records.certificateFile(identifier)));
    return (await Promise.all(files.map((file) => (file === null ? [] : examine(file))))).flat();
  };

  let suspects: string[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const { files, faults, next } = await records.certificateFiles(after, PAGE);
    for (const { why, ...place } of faults) yield fault(place, { why, remedy: REMEDY.restore });
    const found = await Promise.all(files.map(examine));
    for (const [i, file] of files.entries()) {
      const { identifier, statusIndex } = file.certificate;
      if (found[i]!.length > 0) suspects.push(identifier);
      if (outbox.has(identifier)) taken.add(identifier);
      for (const { statusIndex: index } of file.statusChanges) pass.facts.words.add(wordOf(index));
      counter.use(statusIndex);
      seen.holders += file.holders.length;
      seen.statusChanges += file.statusChanges.length;
      seen.pickUpLinks += file.links.length;
      seen.seals += file.seals.length;
      seen.copies += file.copies.length;
      seen.sealEntries += file.seals.filter(({ place }) => place !== null).length;
    }
    seen.certificates += files.length;
    pass.count(files.length);
    if (suspects.length >= MOST_SUSPECTS) {
      yield* await again(suspects);
      suspects = [];
    }
    [after, more] = [next, next !== null];
  }
  if (suspects.length > 0) yield* await again(suspects);
  yield* await leftOver(examined, outbox, taken);
  yield* counter.discrepancies();
  yield* await countsDiffer(examined, seen, pass.issued);
}

type Outbox = ReadonlyMap<string, readonly OutboxRecord[]>;

/** By certificate, entries of its seals and copies among its own. As large as what waits. */
async function readOutbox({ records }: Pick<Examined, "records">): Promise<Outbox> {
  const outbox = new Map<string, OutboxRecord[]>();
  for (let after = 0, more = true; more; ) {
    const page = await records.outbox(after, OUTBOX_PAGE);
    for (const entry of page) {
      const known = outbox.get(entry.certificateId);
      if (known) known.push(entry);
      else outbox.set(entry.certificateId, [entry]);
    }
    after = page.at(-1)?.seq ?? after;
    more = page.length === OUTBOX_PAGE;
  }
  return outbox;
}

/** Entries of certificates that are not here. */
async function leftOver(
  { records }: Examined,
  outbox: Outbox,
  taken: ReadonlySet<string>,
): Promise<readonly Discrepancy[]> {
  const found: Discrepancy[] = [];
  for (const [identifier, entries] of outbox) {
    if (taken.has(identifier) || (await records.certificateFile(identifier)) !== null) continue;
    const place = { collection: "outbox", key: String(entries[0]!.seq), field: "certificateId" };
    const why = "names a certificate that is not here";
    found.push(fault(place, { why, remedy: REMEDY.restore, stored: identifier }));
  }
  return found;
}

/** In exactly one of: a batch, the outbox, the held ones. */
async function examinePlace(
  { certificate, place: { batchId, index } }: CertificateFile,
  outbox: Outbox,
  leaves: LeafReader,
): Promise<readonly Discrepancy[]> {
  const { identifier: key, leafHash, keyDigest, issuedAt, held } = certificate;
  const place = (field: string) => ({ collection: "certificates", key, field });
  const entries = (outbox.get(key) ?? []).filter(({ seal, copy }) => seal === null && copy === null);
  const found = examineEntries(key, entries, {
    ...{ leafHash, keyDigest, queuedAt: issuedAt },
    words: { why: "is not that of its certificate", remedy: REMEDY.fromCertificate },
  });
  if (batchId !== null || index !== null) {
    found.push(...(await examineLeaf({ place, leafHash }, { batchId, index }, leaves)));
    const remedy = REMEDY.restore;
    if (entries.length > 0) found.push(fault(place("batchId"), { why: "it is in a batch and waits for one", remedy }));
    if (held) found.push(fault(place("held"), { why: "it is in a batch and held", remedy: REMEDY.fromCertificate }));
  } else if (held && entries.length > 0) {
    found.push(fault(place("held"), { why: "it is held and waits for a batch", remedy: REMEDY.restore }));
  } else if (!held && entries.length === 0) {
    const why = `${key} is in no batch, not held and does not wait: it would never be anchored`;
    found.push(fault({ collection: "outbox", key, field: "record" }, { why, remedy: REMEDY.restore }));
  }
  return found;
}

/** What waits of one thing, against what its entry has to be. */
function examineEntries(
  what: string,
  entries: readonly OutboxRecord[],
  {
    words,
    ...expected
  }: {
    readonly leafHash: Uint8Array;
    readonly keyDigest: Uint8Array;
    readonly queuedAt: number | undefined;
    readonly words: { readonly why: string; readonly remedy: string };
  },
): Discrepancy[] {
  return entries.flatMap((entry, i) => {
    const at = (field: string) => ({ collection: "outbox", key: String(entry.seq), field });
    return [
      ...compared(at("leafHash"), entry.leafHash, expected.leafHash, words),
      ...compared(at("keyDigest"), entry.keyDigest, expected.keyDigest, words),
      ...compared(at("queuedAt"), entry.queuedAt, expected.queuedAt, words),
      ...(i === 0 ? [] : [fault(at("record"), { why: `${what} waits twice`, remedy: REMEDY.restore })]),
    ];
  });
}

/** Every seal in exactly one of: a batch, the outbox. */
async function examineSealPlaces(
  file: CertificateFile,
  outbox: Outbox,
  { leaves, crypto }: { readonly leaves: LeafReader; readonly crypto: Crypto },
): Promise<readonly Discrepancy[]> {
  const { identifier } = file.certificate;
  const found: Discrepancy[] = [];
  const waiting = (outbox.get(identifier) ?? []).filter(({ seal }) => seal !== null);
  for (const each of file.seals) {
    const entries = waiting.filter(({ seal }) => seal === each.seal.ordinal);
    found.push(...(await examineSealPlace({ ...each, file }, entries, { leaves, crypto })));
  }
  const ordinals = new Set(file.seals.map(({ seal }) => seal.ordinal));
  for (const { seq, seal } of waiting)
    if (seal !== null && !ordinals.has(seal)) {
      const place = { collection: "outbox", key: String(seq), field: "seal" };
      found.push(fault(place, { why: "names a seal that is not here", remedy: REMEDY.restore, stored: seal }));
    }
  return found;
}

async function examineSealPlace(
  { seal: { ordinal, cms }, place: stored, file }: StoredSeal & { readonly file: CertificateFile },
  entries: readonly OutboxRecord[],
  { leaves, crypto }: { readonly leaves: LeafReader; readonly crypto: Crypto },
): Promise<readonly Discrepancy[]> {
  const { certificate, history } = file;
  const key = `${certificate.identifier}, ${ordinal}`;
  const place = (field: string) => ({ collection: "seal_entries", key, field });
  const remedy = REMEDY.restore;
  const leafHash = leafHashOf(crypto, sealEntry(certificate.digest, crypto.sha256(cms)));
  const told = history.find(({ action, detail }) => action === "certificate-sealed" && detail?.ordinal === ordinal);
  const found = examineEntries(`seal ${key}`, entries, {
    ...{ leafHash, keyDigest: new Uint8Array(), queuedAt: told?.time },
    words: { why: "is not that of its seal", remedy: REMEDY.fromLog },
  });
  if (stored === null) {
    const why = "nothing is stored of its way to the chain: it would never be anchored";
    found.push(fault(place("record"), { why, remedy }));
  } else if (stored.batchId !== null || stored.index !== null) {
    found.push(...(await examineLeaf({ place, leafHash }, stored, leaves)));
    if (entries.length > 0) found.push(fault(place("batchId"), { why: "it is in a batch and waits for one", remedy }));
  } else if (entries.length === 0) {
    const why = `seal ${key} is in no batch and does not wait: it would never be anchored`;
    found.push(fault({ collection: "outbox", key, field: "record" }, { why, remedy }));
  }
  return found;
}

/** Every copy in exactly one of: a batch, the outbox. */
async function examineCopyPlaces(
  { certificate: { identifier }, copies, history }: CertificateFile,
  outbox: Outbox,
  leaves: LeafReader,
): Promise<readonly Discrepancy[]> {
  const waiting = (outbox.get(identifier) ?? []).filter(({ copy }) => copy !== null);
  const times = new Map(
    history.flatMap((event) => (event.action === "certificate-copied" ? [[copyIn(event), event.time] as const] : [])),
  );
  const found: Discrepancy[] = [];
  for (const each of copies) {
    const { number } = each.copy;
    const entries = waiting.filter(({ copy }) => copy === number);
    found.push(...(await examineCopyPlace(each, entries, { queuedAt: times.get(number), leaves })));
  }
  const numbers = new Set(copies.map(({ copy }) => copy.number));
  for (const { seq, copy } of waiting)
    if (copy !== null && !numbers.has(copy)) {
      const place = { collection: "outbox", key: String(seq), field: "copy" };
      found.push(fault(place, { why: "names a copy that is not here", remedy: REMEDY.restore, stored: copy }));
    }
  return found;
}

async function examineCopyPlace(
  { copy: { certificate, number, leafHash }, place: { batchId, index } }: FiledCopy,
  entries: readonly OutboxRecord[],
  { queuedAt, leaves }: { readonly queuedAt: number | undefined; readonly leaves: LeafReader },
): Promise<readonly Discrepancy[]> {
  const key = `${certificate}, ${number}`;
  const place = (field: string) => ({ collection: "copies", key, field });
  const remedy = REMEDY.restore;
  const found = examineEntries(`copy ${key}`, entries, {
    ...{ leafHash, keyDigest: new Uint8Array(), queuedAt },
    words: { why: "is not that of its copy", remedy: REMEDY.fromLog },
  });
  if (batchId !== null || index !== null) {
    found.push(...(await examineLeaf({ place, leafHash }, { batchId, index }, leaves)));
    if (entries.length > 0) found.push(fault(place("batchId"), { why: "it is in a batch and waits for one", remedy }));
  } else if (entries.length === 0) {
    const why = `copy ${key} is in no batch and does not wait: it would never be anchored`;
    found.push(fault({ collection: "outbox", key, field: "record" }, { why, remedy }));
  }
  return found;
}

async function examineLeaf(
  {
    place,
    leafHash,
  }: {
    readonly place: (field: string) => { readonly collection: string; readonly key: string; readonly field: string };
    readonly leafHash: Uint8Array;
  },
  { batchId, index }: CertificateFile["place"],
  leaves: LeafReader,
): Promise<readonly Discrepancy[]> {
  const words = { why: "its leaf is not there", remedy: REMEDY.restore };
  if (batchId === null || index === null) {
    const half = { why: "batch and index are not both there", remedy: REMEDY.restore };
    return [fault(place(batchId === null ? "batchId" : "batchIndex"), half)];
  }
  const leaf = await leaves.at(batchId, index);
  if (leaf !== null && equalBytes(leaf, leafHash)) return [];
  const where = await leaves.indexOf(batchId, leafHash);
  return where === null
    ? [fault(place("batchId"), { ...words, stored: batchId })]
    : compared(place("batchIndex"), index, where, words);
}

interface LeafReader {
  /** Null where there is none. */
  at(batchId: number, index: number): Promise<Uint8Array | null>;
  indexOf(batchId: number, leaf: Uint8Array): Promise<number | null>;
}

function leafReader({ anchoring }: Pick<Examined, "anchoring">): LeafReader {
  const tiles = new BoundedCache<string, Promise<Uint8Array | null>>(CACHED_TILES);
  const tileAt = (batchId: number, tile: number): Promise<Uint8Array | null> => {
    const name = `${batchId}/${tile}`;
    const read = async () => (await anchoring.batchTile(batchId, tile))?.leaves ?? null;
    return tiles.get(name) ?? tiles.set(name, read());
  };
  return {
    async at(batchId, index) {
      const leaves = await tileAt(batchId, Math.floor(index / TILE_SIZE));
      const leaf = leaves && hashAt(leaves, index % TILE_SIZE);
      return leaf?.length === LEAF_LENGTH ? leaf : null;
    },
    async indexOf(batchId, leaf) {
      const leaves = (await anchoring.batchLeaves(batchId)) ?? new Uint8Array();
      for (let i = 0; i * LEAF_LENGTH < leaves.length; i++) if (equalBytes(hashAt(leaves, i), leaf)) return i;
      return null;
    },
  };
}

/** The other end of each link between versions. */
async function examineNeighbours(
  { certificate: { identifier, predecessor, successor } }: CertificateFile,
  { records }: Pick<Examined, "records">,
): Promise<readonly Discrepancy[]> {
  const found: Discrepancy[] = [];
  for (const [field, other, back] of [
    ["predecessor", predecessor, "successor"],
    ["successor", successor, "predecessor"],
  ] as const) {
    if (other === null) continue;
    const neighbour = (await records.certificateFile(other))?.certificate;
    if (neighbour?.[back] === identifier) continue;
    const why =
      neighbour === undefined
        ? "names a certificate that is not here"
        : `the certificate that it names has another ${back}`;
    const place = { collection: "certificates", key: identifier, field };
    found.push(fault(place, { why, remedy: REMEDY.fromLog, stored: other }));
  }
  return found;
}

/** Whether the registry has the signing key, as one of the agency. Each key is asked for once. */
function keyReader({ registry }: Pick<Examined, "registry">) {
  const owners = new Map<string, Promise<string | null>>();
  const ownerOf = async (keyDigest: string): Promise<string | null> => {
    const key = await (await registry.snapshot()).findKey(keyDigest);
    return key?.purpose === "certificate" ? key.agency : null;
  };
  return async ({ certificate }: CertificateFile): Promise<readonly Discrepancy[]> => {
    const { identifier: key, agency, keyDigest } = certificate;
    const name = toHex(keyDigest);
    const asked = owners.get(name) ?? ownerOf(name);
    owners.set(name, asked);
    if ((await asked) === agency) return [];
    const why = "the registry does not have it as a signing key of the agency";
    const place = { collection: "certificates", key, field: "keyDigest" };
    return [fault(place, { why, remedy: "tally key list; no verifier accepts the certificate", stored: keyDigest })];
  };
}

/** The counter of status indices must be beyond every value that was handed out. */
async function counterOf({ records, statusIndices, region, crypto }: Examined) {
  const leased = await statusIndices.leasedStatusIndices(region);
  const key = await records.statusIndexKey(region);
  const lists = new BoundedCache<number, Int32Array>(CACHED_LISTS);
  const valuesOf = (list: number, secret: Uint8Array): Int32Array => {
    const permute = statusPermutation(crypto, secret, region, list);
    const values = new Int32Array(LIST_SIZE);
    for (let value = 0; value < LIST_SIZE; value++) values[permute(value)] = value;
    return values;
  };
  let highest = -1;
  let used = false;
  return {
    use(statusIndex: number): void {
      used = true;
      const list = Math.floor(statusIndex / LIST_SIZE);
      // Of a list that the counter has not come to, no value can have been handed out.
      const value =
        key === null || list * LIST_SIZE >= leased + LIST_SIZE ? 0 : valueIn(list, statusIndex % LIST_SIZE, key);
      highest = Math.max(highest, list * LIST_SIZE + value);
    },
    /** Late leases are of values beyond, so it is asked for again at the end. */
    async *discrepancies(): AsyncGenerator<Discrepancy> {
      if (!used) return;
      const name = `status-index:${region}`;
      const place = { collection: "status_index_keys", key: region, field: "key" };
      const now = await statusIndices.leasedStatusIndices(region);
      const remedy = "stop issuing and restore the store from a backup: positions would be handed out twice";
      if (key === null)
        yield fault(place, { why: "there is none, and certificates have positions made with it", remedy });
      if (highest < now) return;
      const why = "a certificate has a position that was not handed out yet; counter or key is another one";
      const beyond = `above ${highest}`;
      yield fault(
        { collection: "counters", key: name, field: "value" },
        { why, remedy, stored: now, expected: beyond },
      );
      if (key !== null) yield fault(place, { why, remedy });
    },
  };
  function valueIn(list: number, position: number, secret: Uint8Array): number {
    return (lists.get(list) ?? lists.set(list, valuesOf(list, secret)))[position]!;
  }
}

/** Records that belong to no certificate, and events of certificates that are not here. */
async function countsDiffer(
  { records }: Examined,
  seen: Readonly<
    Record<"certificates" | "holders" | "statusChanges" | "pickUpLinks" | "seals" | "sealEntries" | "copies", number>
  >,
  issued: number,
): Promise<readonly Discrepancy[]> {
  const { certificates, holders, statusChanges, pickUpLinks, seals, sealEntries, copies } = await records.counts();
  const found: Discrepancy[] = [];
  // Others may have issued meanwhile, so only what no writing explains is told.
  if (certificates < issued) {
    const why = `the log tells of ${issued} certificates and ${certificates} are here; the first that is missing follows`;
    const place = { collection: "certificates", key: "all", field: "record" };
    found.push(fault(place, { why, remedy: REMEDY.restore, stored: certificates, expected: issued }));
    found.push(...(await missingCertificates(records)));
  }
  if (certificates !== seen.certificates) return found;
  for (const [collection, all, reached] of [
    ["holders", holders, seen.holders],
    ["status_changes", statusChanges, seen.statusChanges],
    ["pick_up_links", pickUpLinks, seen.pickUpLinks],
    ["seals", seals, seen.seals],
    ["seal_entries", sealEntries, seen.sealEntries],
    ["copies", copies, seen.copies],
  ] as const) {
    if (all <= reached) continue;
    const why = `${all - reached} of ${all} belong to no certificate`;
    found.push(fault({ collection, key: "all", field: "certificate" }, { why, remedy: REMEDY.restore }));
  }
  return found;
}

/** Only when there is one: a look for every event of the log. */
async function missingCertificates(records: Examined["records"]): Promise<readonly Discrepancy[]> {
  for (let after = 0, more = true; more; ) {
    const page = await records.auditEvents(after, OUTBOX_PAGE);
    for (const { event } of page) {
      after = event.sequence;
      if (!event.action.startsWith("certificate-") || event.digestAfter === undefined) continue;
      if ((await records.certificateFile(event.object)) !== null) continue;
      const why = "the log tells that it was issued, and it is not here";
      const place = { collection: "certificates", key: event.object, field: "record" };
      return [fault(place, { why, remedy: REMEDY.restore, expected: event.digestAfter })];
    }
    more = page.length === OUTBOX_PAGE;
  }
  return [];
}

function wordOf(statusIndex: number): string {
  return `${Math.floor(statusIndex / LIST_SIZE)}/${(statusIndex % LIST_SIZE) >> 8}`;
}

/** Opening a key file takes a moment on purpose. */
function remembered(keys: Pick<PickUpKeys, "open">): Pick<PickUpKeys, "open"> {
  const opened = new Map<string, Promise<PickUpKey>>();
  return {
    open(id) {
      const known = opened.get(id) ?? keys.open(id);
      opened.set(id, known);
      return known;
    },
  };
}
