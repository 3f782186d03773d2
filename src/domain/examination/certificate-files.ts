// SPDX-License-Identifier: Apache-2.0
import { toHex } from "../../core/hex.js";
import { LIST_SIZE } from "../anchoring/index.js";
import type { PickUpKey, PickUpKeys } from "../holders/index.js";
import { leafReader } from "./batch-leaves.js";
import { type ContentContext, examineContent, type KnownType } from "./certificate-content.js";
import { examineHistory } from "./certificate-history.js";
import { examineCopies } from "./copies.js";
import { type Discrepancy, fault, guarded, REMEDY } from "./discrepancy.js";
import { examineCopyPlaces, examinePlace, examineSealPlaces } from "./entry-places.js";
import type { Examined } from "./examined.js";
import { examineLinks } from "./pick-up-links.js";
import { countsDiffer } from "./record-counts.js";
import { examineSeals } from "./seals.js";
import { counterOf } from "./status-index-counter.js";
import type { CertificateFile } from "./stored-records.js";
import { leftOver, readOutbox } from "./waiting-entries.js";

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
