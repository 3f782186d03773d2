// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import type { RecordedEvent } from "../audit/index.js";
import { hashesOf, type PickUpKey, type PickUpKeys, type PickUpLink, secretsOf } from "../holders/index.js";
import { compared, type Discrepancy, fault, REMEDY, type Value } from "./discrepancy.js";
import type { CertificateFile } from "./stored-records.js";

/** What the log says a link has come to. */
interface LoggedLink {
  readonly madeAt: number;
  readonly expiresAt: number;
  wrongCodes: number;
  lockedAt: number | null;
  openedAt: number | null;
  revokedAt: number | null;
  supersededAt: number | null;
}

export interface LinkContext {
  readonly keys: Pick<PickUpKeys, "open">;
  readonly now: number;
}

/** Compares the links of a certificate with what the log tells of them, and their hashes with the key that they were derived from. */
export async function examineLinks(
  { certificate: { identifier, agency }, links, history }: CertificateFile,
  { keys, now }: LinkContext,
): Promise<readonly Discrepancy[]> {
  const logged = loggedLinks(history);
  const found: Discrepancy[] = [];
  const why = "is not what the log tells";
  const remedy = REMEDY.fromLog;
  const names = [...logged.keys()];
  for (const [i, link] of links.entries()) {
    const place = (field: string) => ({ collection: "pick_up_links", key: link.id, field });
    const told = logged.get(link.id);
    if (told === undefined) {
      const unknown = `the log tells of no such link of ${identifier}`;
      found.push(
        fault(place("id"), { why: unknown, remedy: "take it back: tally pick-up revoke (docs/operations.md)" }),
      );
      continue;
    }
    const { madeAt, expiresAt, wrongCodes, lockedAt, openedAt, revokedAt, supersededAt } = told;
    const wanted: Readonly<Record<string, Value>> = {
      ...{ agency, madeAt, expiresAt, wrongCodes, lockedAt, openedAt, revokedAt, supersededAt },
      // Links that ended long ago are deleted, and then the others keep their numbers.
      ...(links.length === names.length ? { ordinal: names.indexOf(link.id) + 1 } : {}),
    };
    for (const [field, value] of Object.entries(wanted)) {
      const stored = (link as unknown as Readonly<Record<string, Value>>)[field];
      found.push(...compared(place(field), stored, value, { why, remedy }));
    }
    const before = links[i - 1];
    if (before !== undefined && names.indexOf(before.id) > names.indexOf(link.id))
      found.push(fault(place("ordinal"), { why: "is not in the order of the log", remedy, stored: link.ordinal }));
    found.push(...(await examineSecrets(link, keys)), ...examineSession(link));
  }
  const kept = new Set(links.map(({ id }) => id));
  for (const [key, { expiresAt }] of logged)
    if (expiresAt > now && !kept.has(key)) {
      const place = { collection: "pick_up_links", key, field: "record" };
      const lost = `the link that the log tells of ${identifier} is not there`;
      found.push(fault(place, { why: lost, remedy: "send the holder another one: tally pick-up send" }));
    }
  return found;
}

/** In the order in which they were made. */
function loggedLinks(history: readonly RecordedEvent[]): ReadonlyMap<string, LoggedLink> {
  const links = new Map<string, LoggedLink>();
  for (const { action, time, detail = {} } of history) {
    if (action === "pick-up-link-made") {
      if (detail.keepOlder !== true)
        for (const older of links.values()) if (older.revokedAt === null) older.supersededAt ??= time;
      const ends = { lockedAt: null, openedAt: null, revokedAt: null, supersededAt: null };
      links.set(String(detail.link), {
        ...{ madeAt: time, expiresAt: Date.parse(String(detail.expiresAt)), wrongCodes: 0, ...ends },
      });
      continue;
    }
    const link = links.get(String(detail.link));
    if (link === undefined) continue;
    if (action === "pick-up-code-wrong") link.wrongCodes += 1;
    if (action === "pick-up-locked") link.lockedAt = time;
    if (action === "pick-up-opened") link.openedAt = time;
    if (action === "pick-up-link-revoked") link.revokedAt = time;
  }
  return links;
}

async function examineSecrets(link: PickUpLink, keys: LinkContext["keys"]): Promise<readonly Discrepancy[]> {
  const place = (field: string) => ({ collection: "pick_up_links", key: link.id, field });
  let key: PickUpKey;
  try {
    key = await keys.open(link.keyId);
  } catch (error) {
    if (!(error instanceof TallyError)) throw error;
    const why = "names a key that is not kept here any more, so secret and code cannot be compared";
    const remedy = "put the key file back, or send the holder another link";
    return [fault(place("keyId"), { why, remedy, stored: link.keyId, weight: "warning" })];
  }
  const { secretHash, codeHash } = hashesOf(link.id, secretsOf(key, link.id));
  const words = {
    why: "is not derived from the key that the link names",
    remedy: "take the link back and send another",
  };
  return [
    ...compared(place("secretHash"), link.secretHash, secretHash, words),
    ...compared(place("codeHash"), link.codeHash, codeHash, words),
  ];
}

function examineSession({ id, session, openedAt }: PickUpLink): readonly Discrepancy[] {
  if (session === null || (openedAt !== null && session.hash.length === 32 && session.expiresAt > openedAt)) return [];
  const why = "there is a session of a link that nobody opened, or one that ended before it began";
  const place = { collection: "pick_up_links", key: id, field: "sessionHash" };
  return [fault(place, { why, remedy: "take the link back: tally pick-up revoke" })];
}
