// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import type { AuditEvent } from "../../domain/audit/index.js";
import type {
  AddOutcome,
  CertificateStore,
  NewCertificate,
  Replacement,
  StateChange,
} from "../../domain/issuance/index.js";
import { anchoringOf } from "./batch-of-entry.js";
import {
  bodyOf,
  certificateDocument,
  holderDocuments,
  intoState,
  isInForce,
  recordOf,
  registerDocument,
  statusIndexDocument,
} from "./certificate-documents.js";
import { searchCertificates } from "./certificate-search.js";
import { findConflicts } from "./conflicts.js";
import type { MongoDatabase } from "./database.js";
import type { CertificateDocument } from "./documents.js";
import { withWords } from "./failures.js";
import type { LoggedWrite } from "./logged-write.js";

interface Item {
  readonly certificate: NewCertificate;
  readonly event: AuditEvent;
}

export function mongoCertificateStore(database: MongoDatabase): CertificateStore {
  const register = database.collection("register");

  return withWords("certificates", {
    async addIssued(items) {
      if (items.length === 0) return [];
      return database.logged((write) => add(database, write, items));
    },

    async addSuccessor(item, replacement) {
      try {
        return await database.logged((write) => succeed(database, write, item, replacement));
      } catch (error) {
        if (error instanceof Conflict) return error.outcome;
        throw error;
      }
    },

    changeState: (change) => database.logged((write) => changeState(database, write, change)),

    async findCertificate(identifier) {
      const signed = await findSigned(database, identifier);
      if (signed === null) return null;
      const { agency, number } = signed;
      const document = await register.findOne({ _id: identifier, agency, number });
      if (document === null) throw new TallyError("store.failed", `${identifier} is signed and not in the register`);
      const [anchoring] = await anchoringOf(database, [document]);
      return recordOf(signed, document, anchoring!);
    },

    search: (query, page) => searchCertificates(database, query, page),
  } satisfies CertificateStore);
}

/** Thrown to undo the transaction of a successor that cannot be stored. */
class Conflict extends Error {
  constructor(readonly outcome: AddOutcome) {
    super("conflict");
  }
}

async function findSigned(
  database: MongoDatabase,
  identifier: string,
  write?: LoggedWrite,
): Promise<CertificateDocument | null> {
  const options = write === undefined ? {} : { session: write.session };
  const found = await database.collection("certificates").findOne({ _id: bodyOf(identifier) }, options);
  return found?.identifier === identifier ? found : null;
}

/** Stores those that nothing stands in the way of; each item whole or not at all. */
async function add(database: MongoDatabase, write: LoggedWrite, items: readonly Item[]): Promise<AddOutcome[]> {
  const outcomes = await findConflicts(
    database,
    write.session,
    items.map(({ certificate }) => certificate),
  );
  const stored = items.filter((_, i) => outcomes[i]?.stored);
  const certificates = stored.map(({ certificate }) => certificate);
  const entries = write.enqueue(certificates);
  await write.insert(
    "certificates",
    certificates.map((each, i) => certificateDocument(each, entries[i]!)),
  );
  await write.insert(
    "register",
    certificates.map((each, i) => registerDocument(each, entries[i]!)),
  );
  await write.insert("statusIndices", certificates.map(statusIndexDocument));
  await write.insert(
    "holders",
    certificates.flatMap((each, i) => holderDocuments(each, entries[i]!)),
  );
  for (const { certificate, event } of stored) {
    const { identifier, statusIndex, state, issuedAt } = certificate;
    if (state === "suspended") write.queueStatus(identifier, statusIndex, "suspend", issuedAt);
    write.append(event);
  }
  return outcomes;
}

async function succeed(
  database: MongoDatabase,
  write: LoggedWrite,
  item: Item,
  { predecessor, expected, event }: Replacement,
): Promise<AddOutcome> {
  const { identifier, issuedAt } = item.certificate;
  const signed = await findSigned(database, predecessor, write);
  const update = intoState("replaced");
  const replaced =
    signed === null
      ? null
      : await database
          .collection("register")
          .findOneAndUpdate(
            { _id: predecessor, agency: signed.agency, number: signed.number, state: expected },
            { ...update, $set: { ...update.$set, successor: identifier } },
            { session: write.session },
          );
  if (replaced === null) throw new Conflict({ stored: false, conflict: "predecessor", existing: predecessor });
  const [outcome] = await add(database, write, [item]);
  if (!outcome!.stored) throw new Conflict(outcome!);
  write.queueStatus(predecessor, replaced.statusIndex, "revoke", issuedAt);
  write.append(event);
  return outcome!;
}

async function changeState(
  database: MongoDatabase,
  write: LoggedWrite,
  { identifier, from, to, resumeState, statusAction, at, event }: StateChange,
): Promise<"changed" | "stale" | "number"> {
  const register = database.collection("register");
  const { session } = write;
  const signed = await findSigned(database, identifier, write);
  if (signed === null) return "stale";
  const { agency, number } = signed;
  const document = await register.findOne({ _id: identifier, agency, number }, { session });
  if (document?.state !== from) return "stale";
  if (isInForce(to) && !isInForce(from)) {
    const { typeCode } = document;
    const other = await register.findOne({ agency, number, typeCode, isInForce: true }, { session });
    if (other !== null) return "number";
  }
  const update = intoState(to);
  const changed = await register.updateOne(
    { _id: identifier, agency, number },
    { ...update, $set: { ...update.$set, resumeState } },
    { session },
  );
  if (changed.matchedCount !== 1) throw new TallyError("store.failed", `${identifier} is no longer in the register`);
  if (statusAction !== null) write.queueStatus(identifier, document.statusIndex, statusAction, at);
  write.append(event);
  return "changed";
}
