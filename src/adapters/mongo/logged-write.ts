// SPDX-License-Identifier: Apache-2.0
import type { ClientSession, OptionalUnlessRequiredId } from "mongodb";
import type { StatusAction } from "../../domain/anchoring/index.js";
import { type AuditEvent, CHAIN_START, eventHash } from "../../domain/audit/index.js";
import type { NewCertificate } from "../../domain/issuance/index.js";
import { eventDocument, recordedEvent } from "./audit-store.js";
import { bytesOf } from "./bytes.js";
import { LOG_COUNTER } from "./counters.js";
import type { MongoDatabase } from "./database.js";
import type {
  AuditEventDocument,
  AuditHashDocument,
  CopyDocument,
  Documents,
  OutboxDocument,
  SealEntryDocument,
  StatusChangeDocument,
} from "./documents.js";
import { wordOf } from "./status-queue.js";

/** Keeps one document of the outbox far below the 16 MB that MongoDB allows. */
const MOST_IN_ONE = 5_000;

/** Events that get their hash in one transaction, which others wait for. */
const MOST_HASHED = 2_000;

const NO_KEY = new Uint8Array();

/**
 * One transaction that holds the log's counter from its first operation to its commit. So no other one can commit in between,
 * sequence numbers have no gaps, and a reader who has seen one has every smaller one behind him. For the same reason an event gets its
 * hash here, over that of the event before, which the counter keeps: nobody else can append to the same end.
 */
export class LoggedWrite {
  readonly #events: AuditEventDocument[] = [];
  readonly #changes: StatusChangeDocument[] = [];
  readonly #outbox: OutboxDocument[] = [];
  readonly #sealEntries: SealEntryDocument[] = [];
  readonly #hashes: AuditHashDocument[] = [];

  readonly #hashedBefore: number;

  private constructor(
    readonly session: ClientSession,
    private readonly database: MongoDatabase,
    private readonly next: { event: number; entry: number; change: number; hashed: number; hash: Uint8Array },
  ) {
    this.#hashedBefore = next.hashed;
  }

  static async begin(database: MongoDatabase, session: ClientSession): Promise<LoggedWrite> {
    const counter = await database
      .collection("counters")
      .findOneAndUpdate(
        { _id: LOG_COUNTER },
        { $inc: { turn: 1 }, $setOnInsert: { event: 0, entry: 0, change: 0 } },
        { session, upsert: true, returnDocument: "after" },
      );
    const { event = 0, entry = 0, change = 0, hashed = 0, hash = CHAIN_START } = counter ?? {};
    return new LoggedWrite(session, database, { event, entry, change, hashed, hash: bytesOf(hash) });
  }

  /**
   * Gives their hashes to events that an instance of a version before has written without; false when there are more. An event that is
   * there no more leaves a gap, which tells of it.
   */
  async hashOlder(): Promise<boolean> {
    const { hashed, event: last } = this.next;
    if (hashed >= last) return true;
    const to = Math.min(last, hashed + MOST_HASHED);
    const found = this.database
      .collection("auditEvents")
      .find({ _id: { $gt: hashed, $lte: to } }, { session: this.session })
      .sort({ _id: 1 });
    for await (const document of found) {
      const hash = eventHash(this.next.hash, recordedEvent(document));
      this.next.hash = hash;
      this.#hashes.push({ _id: document._id, hash });
    }
    this.next.hashed = to;
    return to === last;
  }

  /** Its sequence number. */
  append(event: AuditEvent): number {
    const sequence = ++this.next.event;
    const document = eventDocument(event, sequence);
    const hash = eventHash(this.next.hash, recordedEvent(document));
    this.next.hash = hash;
    this.next.hashed = sequence;
    this.#events.push({ ...document, hash });
    return sequence;
  }

  queueStatus(certificate: string, statusIndex: number, action: StatusAction, at: number): void {
    this.#changes.push({
      _id: ++this.next.change,
      certificate,
      statusIndex,
      word: wordOf(statusIndex),
      action,
      queuedAt: at,
      submittedAt: null,
      tx: null,
      confirmedAt: null,
      open: true,
    });
  }

  /** Puts them into the outbox in this order; their places. */
  enqueue(certificates: readonly NewCertificate[]): number[] {
    const places = certificates.map(() => ++this.next.entry);
    for (let from = 0; from < certificates.length; ) {
      const first = certificates[from] as NewCertificate;
      let end = from + 1;
      while (end < certificates.length && end - from < MOST_IN_ONE && isAlike(first, certificates[end]!)) end++;
      const group = certificates.slice(from, end);
      this.#outbox.push({
        _id: places[end - 1] as number,
        count: group.length,
        keyDigest: first.keyDigest,
        queuedAt: first.issuedAt,
        certificates: group.map(({ identifier }) => identifier),
        leaves: Buffer.concat(group.map(({ leafHash }) => leafHash)),
      });
      from = end;
    }
    return places;
  }

  /** Puts the entry of a seal into the outbox. */
  enqueueSeal(seal: SealEntryDocument["_id"], leafHash: Uint8Array, at: number): void {
    this.#sealEntries.push({ _id: seal, entry: this.#enqueueAlone({ seal }, leafHash, at) });
  }

  /** Puts the entry of a copy into the outbox; its place. */
  enqueueCopy(copy: CopyDocument["_id"], leafHash: Uint8Array, at: number): number {
    return this.#enqueueAlone({ copy }, leafHash, at);
  }

  #enqueueAlone(of: Pick<OutboxDocument, "seal" | "copy">, leafHash: Uint8Array, at: number): number {
    const entry = ++this.next.entry;
    const none = { keyDigest: NO_KEY, certificates: [] };
    this.#outbox.push({ _id: entry, count: 1, ...none, queuedAt: at, leaves: leafHash, ...of });
    return entry;
  }

  /** Inserts all of them, in no order: inside a transaction nobody sees the steps. */
  async insert<Name extends keyof Documents>(
    name: Name,
    documents: readonly OptionalUnlessRequiredId<Documents[Name]>[],
  ): Promise<void> {
    if (documents.length === 0) return;
    await this.database.collection(name).insertMany(documents, { session: this.session, ordered: false });
  }

  /** Writes what was collected; the last thing before the commit. */
  async finish(): Promise<void> {
    await this.insert("auditHashes", this.#hashes);
    await this.insert("auditEvents", this.#events);
    await this.insert("statusChanges", this.#changes);
    await this.insert("outbox", this.#outbox);
    await this.insert("sealEntries", this.#sealEntries);
    const written = [this.#events, this.#changes, this.#outbox].some(({ length }) => length > 0);
    if (!written && this.next.hashed === this.#hashedBefore) return;
    const counters = this.database.collection("counters");
    await counters.updateOne({ _id: LOG_COUNTER }, { $set: this.next }, { session: this.session });
  }
}

function isAlike(a: NewCertificate, b: NewCertificate): boolean {
  return a.issuedAt === b.issuedAt && Buffer.compare(a.keyDigest, b.keyDigest) === 0;
}
