// SPDX-License-Identifier: Apache-2.0
import type { Crypto } from "../../core/crypto.js";
import { sealEntry } from "../../core/entry.js";
import { leafHash as leafHashOf } from "../../core/merkle.js";
import { examineLeaf, type LeafReader } from "./batch-leaves.js";
import { copyIn } from "./copies.js";
import { compared, type Discrepancy, fault, REMEDY } from "./discrepancy.js";
import type { CertificateFile, FiledCopy, OutboxRecord, StoredSeal } from "./stored-records.js";
import type { Outbox } from "./waiting-entries.js";

/** In exactly one of: a batch, the outbox, the held ones. */
export async function examinePlace(
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
export async function examineSealPlaces(
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
export async function examineCopyPlaces(
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
