// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { type EventRow, recordedEvent } from "../../../src/adapters/sqlite/audit-store.js";
import { openDatabase } from "../../../src/adapters/sqlite/database.js";
import { fromHex, toHex } from "../../../src/core/hex.js";
import { auditHeadBatch } from "../../../src/domain/anchoring/index.js";
import { CHAIN_START, eventHash } from "../../../src/domain/audit/index.js";
import type { Discrepancy } from "../../../src/domain/examination/index.js";
import { REGION } from "../../operations/office.js";
import { workspace } from "../service-process.js";
import { openTamperedStore, type TamperedStore, tablesOf } from "./tampered-store.js";
import { afterEdit, naming, type TamperedTable, tamperingSuite } from "./tampering.suite.js";

/** Which row an edit is made to, what it makes of the value, and where it is told, when not under its own name. */
interface Edit {
  readonly where?: string;
  /** SQL of the new value; by default the next number, other text of the same length, or another last byte. */
  readonly to?: string;
  /** `table.field` that the finding names. */
  readonly told?: string;
}

/** Columns of which nothing that is kept elsewhere can tell what they should be, and why that may be so. */
const UNTOLD: Readonly<Record<string, string>> = {
  "outbox.seq": "only the order in which entries are staged; nothing is promised by it",
  "batches.staged_at": "when this machine staged it: shown as an age, decides nothing",
  "batches.submitted_at": "when it was last sent: decides when it is sent again, and no more once it is anchored",
  "leases.name": "who works at the moment; claimed anew within seconds",
  "leases.holder": "as above",
  "leases.fence": "as above: every holder reads it when it claims",
  "leases.expires": "as above",
  "status_changes.submitted_at":
    "when it was last sent: decides when it is sent again, and no more once it is confirmed",
  "status_changes.confirmed_at": "when the word was seen; that it was is compared with the word itself",
  "pick_up_links.session_hash":
    "digest of a secret that only the holder's browser has, for minutes; its shape is examined",
  "pick_up_links.session_expires_at": "as above",
  "idempotency.scope": "a request of a caller, kept for a day; nobody keeps the request itself",
  "idempotency.key": "as above",
  "idempotency.request_hash": "as above; its shape is examined",
  "idempotency.status": "as above; its shape is examined",
  "idempotency.created_at": "as above; not in the future",
  "mirrored_batches.attempts": "how often it was fetched in vain; decides when the next try is",
  "mirrored_batches.next_try": "as above",
  "mirrored_types.attempts": "as above",
  "mirrored_types.next_try": "as above",
  "alarms.detail": "words for a human; what the alarm is about is compared with the chain",
};

/** Entries in the outbox, by what they are of. */
const OF_CERTIFICATE = "key_digest <> x''";
const OF_SEAL = "seq IN (SELECT entry FROM main.seal_entries)";
const OF_COPY = "seq IN (SELECT entry FROM main.copies)";

const WITHOUT_LINK =
  "(SELECT seq FROM main.certificates WHERE seq NOT IN (SELECT certificate FROM main.pick_up_links) LIMIT 1)";
const EDITS: Readonly<Record<string, Edit>> = {
  "pick_up_links.ordinal": { to: "ordinal + 10" },
  // Of the answered one, also when its key is edited at the same time.
  "idempotency.status": { where: "status IS NOT NULL" },
  "certificates.seq": { to: "seq + 1000", told: "holders.certificate" },
  "certificates.state": { to: "'suspended'" },
  "halves.seq": { to: "seq + 1000", told: "halves.record" },
  "halves.certificate": { told: "certificates.certificate" },
  "halves.token": { told: "certificates.token" },
  "certificates.resume_state": { to: "'suspended'" },
  "certificates.held": { where: "held = 0 AND batch_id IS NOT NULL", to: "1" },
  "certificates.batch_id": { where: "batch_id IS NOT NULL" },
  "certificates.batch_index": { where: "batch_index IS NOT NULL" },
  "certificates.status_index": { to: "status_index + 1" },
  "outbox.seq": { where: OF_CERTIFICATE },
  "outbox.leaf_hash": { where: OF_CERTIFICATE },
  "outbox.key_digest": { where: OF_CERTIFICATE },
  "outbox.certificate_id": {
    where: OF_CERTIFICATE,
    to: "(SELECT id FROM main.certificates LIMIT 1)",
    told: "outbox.record",
  },
  "holders.certificate": { to: "certificate + 1000" },
  "batches.id": { to: "id + 1000", told: "certificates.batchId" },
  "batches.state": { to: "'submitted'", where: "state = 'anchored'" },
  "batch_tiles.batch_id": { to: "batch_id + 1000", told: "batch_tiles.record" },
  "batch_tiles.tile": { told: "batch_tiles.record" },
  "audit_heads.seq": { to: "seq + 1", told: "audit_heads.sequence" },
  "audit_heads.batch_id": { to: "batch_id + 1000" },
  "status_changes.seq": { where: "action = 'suspend'", to: "seq + 1000", told: "status_changes.action" },
  "status_changes.action": { to: "'release'" },
  "status_changes.certificate_id": { to: "(SELECT id FROM main.certificates LIMIT 1)" },
  "status_changes.status_index": { told: "status_changes.record" },
  "counters.name": { told: "counters.value" },
  "counters.value": { to: "1" },
  "status_index_keys.region": { to: "'310000'", told: "status_index_keys.key" },
  "type_definitions.type_code": { told: "type_definitions.typeCode" },
  "type_definitions.version": { to: "version + 7", told: "type_definitions.definition" },
  "agencies.key_digest": { where: "key_digest IS NOT NULL" },
  "agencies.suspended": { to: "1" },
  "audit_events.seq": { where: "seq = (SELECT max(seq) FROM main.audit_events)" },
  "api_tokens.types": { where: `types <> '["*"]'`, to: `'["*"]'` },
  "api_tokens.role": { to: "'operator'" },
  "pick_up_links.certificate": { to: WITHOUT_LINK, told: "pick_up_links.id" },
  "pick_up_links.session_hash": { where: "session_hash IS NOT NULL" },
  "pick_up_links.session_expires_at": { where: "session_expires_at IS NOT NULL" },
  "mirrored_batches.id": { to: "id + 1000", where: "tile_roots IS NOT NULL", told: "mirrored_tiles.record" },
  "mirrored_batches.region": { to: "'310000'" },
  "mirrored_batches.tile_roots": { where: "tile_roots IS NOT NULL" },
  "mirrored_tiles.batch_id": { to: "batch_id + 1000", told: "mirrored_tiles.record" },
  "mirrored_tiles.tile": { told: "mirrored_tiles.record" },
  "mirrored_leaves.leaf_hash": { told: "mirrored_leaves.position" },
  "mirrored_leaves.batch_id": { to: "batch_id + 1000", told: "mirrored_leaves.position" },
  "mirrored_types.type_code": { told: "mirrored_types.record" },
  "mirrored_types.version": { to: "version + 7", told: "mirrored_types.record" },
  "mirrored_types.arrived": { where: "arrived = 0", to: "1" },
  "cursors.name": { to: "name || 'x'" },
  "cursors.block": { to: "block + 1000000", where: "name = 'mirror'" },
  "alarms.seq": { where: "cleared_at IS NOT NULL", to: "seq + 1000", told: "alarms.clearedAt" },
  "alarms.time": { to: "time - 86400000" },
  "alarms.cleared_at": { where: "cleared_at IS NULL", to: "1" },
  "seal_certificates.event": { to: "event + 1000" },
  "seal_certificates.name": { where: "name IS NOT NULL" },
  "seal_certificates.code": { where: "code IS NOT NULL" },
  "seal_certificates.star": { where: "star IS NOT NULL", to: "1 - star" },
  "seal_certificates.revoked_at": { where: "revoked_at IS NOT NULL" },
  "seal_certificates.revocation_reason": { where: "revocation_reason IS NOT NULL", to: "'unspecified'" },
  "seals.certificate": { to: "certificate + 1000", told: "seals.record" },
  "seals.ordinal": { to: "ordinal + 10" },
  "seal_entries.certificate": { to: "certificate + 1000", told: "seal_entries.record" },
  "seal_entries.ordinal": { to: "ordinal + 10", told: "seal_entries.record" },
  "seal_entries.entry": { where: "entry IS NOT NULL", to: "entry + 1000", told: "outbox.record" },
  "seal_entries.batch_id": { where: "batch_id IS NOT NULL" },
  "seal_entries.batch_index": { where: "batch_index IS NOT NULL" },
  "copies.event": { to: "event + 1000" },
  "copies.certificate": { to: "certificate + 1000", told: "copies.record" },
  "copies.entry": { where: "entry IS NOT NULL", to: "entry + 1000", told: "outbox.record" },
  "copies.batch_id": { where: "batch_id IS NOT NULL" },
  "copies.batch_index": { where: "batch_index IS NOT NULL" },
};

/** What is told of a row that is gone; null: nothing, and why. */
const REMOVED: Readonly<
  Record<string, { readonly where?: string; readonly told: string | null; readonly why?: string }>
> = {
  certificates: { told: "certificates.record" },
  halves: { told: "halves.record" },
  holders: { told: "holders.certificate" },
  outbox: { told: "outbox.record" },
  batches: { told: "batches.record" },
  batch_tiles: { told: "batch_tiles.record" },
  audit_heads: { told: "batches.entries" },
  leases: { told: null, why: "it is claimed anew" },
  status_changes: { told: "status_changes.record" },
  counters: { told: "counters.value" },
  status_index_keys: { told: "status_index_keys.key" },
  type_definitions: { told: "type_definitions.record" },
  agencies: { told: "agencies.record" },
  agency_types: { told: "agency_types.typeCode" },
  api_tokens: { where: "revoked_at IS NULL", told: "api_tokens.record" },
  pick_up_links: { told: "pick_up_links.record" },
  idempotency: { told: null, why: "they are deleted after a day" },
  audit_events: { told: "audit_events.record" },
  mirrored_batches: { told: "mirrored_batches.record" },
  mirrored_tiles: { told: "mirrored_tiles.record" },
  mirrored_leaves: { told: "mirrored_leaves.position" },
  mirrored_types: { told: "mirrored_types.record" },
  cursors: { told: null, why: "the reader begins at the beginning, without harm" },
  alarms: { told: "alarms.object" },
  seal_certificates: { told: "seal_certificates.record" },
  revocation_lists: { told: "revocation_lists.record" },
  seals: { told: "seals.record" },
  copies: { told: "copies.record" },
};

/** What is told of a row that was made from another one, with these columns changed so that the store takes it. */
const ADDED: Readonly<
  Record<
    string,
    { readonly set: Readonly<Record<string, string>>; readonly told: string | null; readonly why?: string }
  >
> = {
  certificates: {
    set: { seq: "seq + 1000", id: "'x' || id", status_index: "status_index + 1", number: "'x'" },
    told: "halves.record",
  },
  halves: { set: { seq: "seq + 1000" }, told: "halves.seq" },
  holders: { set: { code: "'x'" }, told: "holders.code" },
  outbox: { set: { seq: "seq + 1000" }, told: "outbox.record" },
  batches: { set: { id: "id + 1000", root: "zeroblob(32)" }, told: "batches.state" },
  batch_tiles: { set: { tile: "tile + 1" }, told: "batch_tiles.tile" },
  audit_heads: { set: { seq: "seq - 1", batch_id: "batch_id + 1000" }, told: "audit_heads.batchId" },
  leases: { set: { name: "'x'" }, told: null, why: "nobody claims it" },
  status_changes: { set: { seq: "seq + 1000" }, told: "status_changes.record" },
  counters: { set: { name: "'x'" }, told: null, why: "nobody counts with it" },
  status_index_keys: { set: { region: "'310000'" }, told: null, why: "of a region that is not served" },
  type_definitions: { set: { version: "version + 7" }, told: "type_definitions.definition" },
  agencies: { set: { code: "'x'", did: "'x'" }, told: "agencies.code" },
  agency_types: { set: { type_code: "'x'" }, told: "agency_types.typeCode" },
  api_tokens: { set: { id: "'x'", secret_hash: "zeroblob(32)" }, told: "api_tokens.id" },
  pick_up_links: { set: { id: "'x'", ordinal: "ordinal + 10" }, told: "pick_up_links.id" },
  idempotency: { set: { key: "'x'" }, told: null, why: "nobody keeps the requests themselves" },
  audit_events: { set: { seq: "(SELECT max(seq) + 1 FROM main.audit_events)" }, told: "audit_events.record" },
  mirrored_batches: { set: { id: "id + 1000", root: "zeroblob(32)" }, told: "mirrored_batches.root" },
  mirrored_tiles: { set: { tile: "tile + 1" }, told: "mirrored_tiles.tile" },
  mirrored_leaves: { set: { leaf_hash: "zeroblob(32)" }, told: "mirrored_leaves.leafHash" },
  mirrored_types: { set: { version: "version + 7" }, told: "mirrored_types.digest" },
  cursors: { set: { name: "name || 'x'" }, told: "cursors.name" },
  alarms: { set: { seq: "seq + 1000", object: "'x'" }, told: "alarms.object" },
  seal_certificates: { set: { event: "event + 1000", serial: "'x'" }, told: "seal_certificates.serial" },
  revocation_lists: { set: { ca: "'x'" }, told: "revocation_lists.ca" },
  seals: { set: { ordinal: "ordinal + 10" }, told: "seals.ordinal" },
  seal_entries: {
    set: { ordinal: "ordinal + 10", entry: "NULL", batch_id: "1", batch_index: "0" },
    told: "seal_entries.certificate",
  },
  copies: {
    set: { event: "event + 1000", number: "'x'", entry: "NULL", batch_id: "1", batch_index: "0" },
    told: "copies.number",
  },
};

/** What a port calls a column, where that is not the column in camel case. */
const NAMES: Readonly<Record<string, string>> = {
  "certificates.id": "identifier",
  "certificates.agency": "agency",
  "alarms.kind": "kind",
};

interface Column {
  readonly table: string;
  /** Of the table. */
  readonly primaryKey: string;
  readonly name: string;
  readonly type: string;
}

/** From the schema itself, so that a column that is added is edited as well. */
function columns(): readonly Column[] {
  const fresh = openDatabase(":memory:");
  try {
    return tablesOf(fresh).flatMap((table) => {
      const all = fresh.all<{ name: string; type: string; pk: number }>(`PRAGMA table_info(${table})`);
      const primaryKey = all.flatMap(({ name, pk }) => (pk > 0 ? [name] : [])).join(", ");
      return all.map(({ name, type }) => ({ table, primaryKey, name, type }));
    });
  } finally {
    fresh.close();
  }
}

const camel = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

function changed({ name, type }: Column): string {
  if (type === "INTEGER") return `coalesce(${name}, 0) + 1`;
  if (type === "TEXT") return `CASE WHEN ${name} IS NULL THEN 'x' ELSE 'x' || substr(${name}, 2) END`;
  return `CASE WHEN ${name} IS NULL THEN zeroblob(32)
    ELSE CAST(substr(${name}, 1, length(${name}) - 1) || iif(substr(${name}, -1) = x'07', x'08', x'07') AS BLOB) END`;
}

/** Every column edited, a row of every table removed and one added. */
function tables(edit: (sql: string) => void): readonly TamperedTable[] {
  const all = columns();
  return [...new Set(all.map(({ table }) => table))].map((table) => {
    const own = all.filter((column) => column.table === table);
    const { primaryKey } = own[0]!;
    const rowOf = (where: string) =>
      `(${primaryKey}) IN (SELECT ${primaryKey} FROM main.${table} WHERE ${where} LIMIT 1)`;
    const { where: whereRemoved = "true", ...removed } = REMOVED[table] ?? { told: `${table}.record` };
    const { set, ...added } = ADDED[table] ?? { set: {} as Record<string, string>, told: `${table}.record` };
    const names = own.map(({ name }) => name).join(", ");
    const values = own.map(({ name }) => set[name] ?? name).join(", ");
    return {
      name: table,
      fields: own.map((column) => {
        const place = `${table}.${column.name}`;
        const {
          where = "true",
          to = changed(column),
          told = `${table}.${NAMES[place] ?? camel(column.name)}`,
        } = EDITS[place] ?? {};
        const why = UNTOLD[place];
        return {
          what: place,
          told: why !== undefined ? null : table === "audit_events" ? "audit_events.record" : told,
          ...(why === undefined ? {} : { why }),
          edit: () => edit(`UPDATE main.${table} SET ${column.name} = ${to} WHERE ${rowOf(where)}`),
        };
      }),
      removed: { ...removed, edit: () => edit(`DELETE FROM main.${table} WHERE ${rowOf(whereRemoved)}`) },
      added: {
        ...added,
        edit: () => edit(`INSERT INTO main.${table} (${names}) SELECT ${values} FROM main.${table} LIMIT 1`),
      },
    };
  });
}

const MORE = [
  ["a held certificate that is held no more", "UPDATE main.certificates SET held = 0 WHERE held = 1", "outbox.record"],
  [
    "a certificate that was taken out of its batch",
    "UPDATE main.certificates SET batch_id = NULL, batch_index = NULL WHERE seq = 1",
    "outbox.record",
  ],
  [
    "a revocation that never was, consistent in the store",
    `UPDATE main.certificates SET state = 'cancelled' WHERE seq = 1`,
    "certificates.state",
  ],
  [
    "two certificates that changed places",
    "UPDATE main.certificates SET batch_index = 1 - batch_index WHERE batch_id = 1 AND batch_index IN (0, 1)",
    "certificates.batchIndex",
  ],
  [
    "a link that was superseded and opens again",
    "UPDATE main.pick_up_links SET superseded_at = NULL WHERE superseded_at IS NOT NULL",
    "pick_up_links.supersededAt",
  ],
  [
    "the newest events of the log, cut off",
    "DELETE FROM main.audit_events WHERE seq > (SELECT max(seq) - 3 FROM main.audit_events)",
    "audit_events.record",
  ],
  ["the whole log", "DELETE FROM main.audit_events", "audit_events.record"],
  [
    "a revocation that never was",
    "UPDATE main.seal_certificates SET revoked_at = 1, revocation_reason = 'superseded' WHERE revoked_at IS NULL",
    "seal_certificates.revokedAt",
  ],
  [
    "a revocation that was taken back",
    "UPDATE main.seal_certificates SET revoked_at = NULL, revocation_reason = NULL WHERE revoked_at IS NOT NULL",
    "seal_certificates.revokedAt",
  ],
  [
    "a revocation that the list should have, and has with another time",
    "UPDATE main.seal_certificates SET revoked_at = 1 WHERE revoked_at IS NOT NULL",
    "revocation_lists.list",
  ],
  ["the place of a seal in the outbox", `UPDATE main.outbox SET seq = seq + 1000 WHERE ${OF_SEAL}`, "outbox.record"],
  ["what waits for a seal", `UPDATE main.outbox SET leaf_hash = zeroblob(32) WHERE ${OF_SEAL}`, "outbox.leafHash"],
  ["a key for a seal that waits", `UPDATE main.outbox SET key_digest = x'01' WHERE ${OF_SEAL}`, "outbox.keyDigest"],
  [
    "another licence for a seal that waits",
    `UPDATE main.outbox SET certificate_id = (SELECT min(id) FROM main.certificates) WHERE ${OF_SEAL}`,
    "outbox.record",
  ],
  [
    "an entry of a seal that is not here",
    `INSERT INTO main.outbox SELECT 5000, leaf_hash, certificate_id, x'', queued_at FROM main.outbox WHERE ${OF_SEAL}`,
    "outbox.keyDigest",
  ],
  ["what waits for a copy", `UPDATE main.outbox SET leaf_hash = zeroblob(32) WHERE ${OF_COPY}`, "outbox.leafHash"],
  ["a key for a copy that waits", `UPDATE main.outbox SET key_digest = x'01' WHERE ${OF_COPY}`, "outbox.keyDigest"],
  [
    "another time for a copy that waits",
    `UPDATE main.outbox SET queued_at = queued_at + 1 WHERE ${OF_COPY}`,
    "outbox.queuedAt",
  ],
  [
    "another licence for a copy that waits",
    `UPDATE main.outbox SET certificate_id = (SELECT min(id) FROM main.certificates) WHERE ${OF_COPY}`,
    "outbox.copy",
  ],
  [
    "a copy that another licence has",
    "UPDATE main.copies SET certificate = (SELECT max(seq) FROM main.certificates) WHERE entry IS NULL",
    "copies.number",
  ],
  [
    "a seal that another licence has",
    "UPDATE main.seals SET certificate = (SELECT max(seq) FROM main.certificates) WHERE ordinal = 2",
    "seals.ordinal",
  ],
  [
    "a request with a digest of another length",
    "UPDATE main.idempotency SET request_hash = x'00'",
    "idempotency.requestHash",
  ],
  [
    "an answer that tells of another number",
    `UPDATE main.idempotency SET response = CAST(replace(CAST(response AS TEXT), '"certificateNumber":"', '"certificateNumber":"X') AS BLOB) WHERE key = 'k'`,
    "idempotency.response",
  ],
  [
    "an answer that holds another certificate",
    `UPDATE main.idempotency SET response = CAST(replace(CAST(response AS TEXT), '"issueDate":"20', '"issueDate":"21') AS BLOB) WHERE key = 'credential'`,
    "idempotency.response",
  ],
  [
    "an answer about a certificate that never was",
    `UPDATE main.idempotency SET response = CAST('{"certificateIdentifier":"x"}' AS BLOB) WHERE key = 'k'`,
    "idempotency.response",
  ],
] as const;

describe("tally doctor --deep", function () {
  this.timeout(120_000);
  const here = workspace();
  let store: TamperedStore;
  before(async () => {
    store = await openTamperedStore(here.path);
  });
  after(async () => {
    await store?.close();
    here.remove();
  });

  tamperingSuite(
    () => store,
    tables((sql) => store.edit(sql)),
    [
      ...MORE.map(([what, sql, told]) => ({ what, told, edit: () => store.edit(sql) })),
      { what: "one more certificate with its halves", told: "certificates.identifier", edit: () => addWhole(store) },
      {
        what: "the newest events of the log, cut off below an anchored head with their count",
        told: "audit_heads.sequence",
        edit: () => {
          store.edit("DELETE FROM main.audit_events WHERE seq >= (SELECT max(seq) FROM main.audit_heads)");
          const last = "(SELECT max(seq) FROM main.audit_events)";
          store.edit(`UPDATE main.sqlite_sequence SET seq = ${last} WHERE name = 'audit_events'`);
        },
      },
    ],
    { together: 4 },
  );

  describe("knows a log that was made anew from its first event by the heads that were anchored", () => {
    /** What nothing but the log tells, and every hash after it. */
    const rewriteLog = (): ReadonlyMap<number, Uint8Array> => {
      store.edit("UPDATE main.audit_events SET request_id = 'x' || request_id WHERE seq = 1");
      const hashes = new Map<number, Uint8Array>();
      let hash: Uint8Array = CHAIN_START;
      for (const row of store.database.all<EventRow>("SELECT * FROM main.audit_events ORDER BY seq")) {
        hash = eventHash(hash, recordedEvent(row));
        hashes.set(row.seq, hash);
        store.edit("UPDATE main.audit_events SET hash = ? WHERE seq = ?", hash, row.seq);
      }
      return hashes;
    };
    const heads = () =>
      store.database.all<{ seq: number; batch_id: number }>("SELECT seq, batch_id FROM main.audit_heads ORDER BY seq");
    const rewriteHeads = (hashes: ReadonlyMap<number, Uint8Array>) => {
      for (const { seq } of heads())
        store.edit("UPDATE main.audit_heads SET hash = ? WHERE seq = ?", hashes.get(seq)!, seq);
    };
    const told = (found: readonly Discrepancy[]) => found.map(({ collection, key, field }) => [collection, key, field]);
    let keys: string[];
    beforeEach(() => {
      keys = heads().map(({ seq }) => String(seq));
      expect(keys).to.have.length(2);
    });

    it("by their hashes", async () => {
      const found = await afterEdit(store, () => void rewriteLog());
      expect(told(found)).to.deep.equal(keys.map((key) => ["audit_events", key, "record"]));
    });

    it("by their roots, when their hashes are made anew too", async () => {
      const found = await afterEdit(store, () => rewriteHeads(rewriteLog()));
      expect(told(found)).to.deep.equal(keys.map((key) => ["audit_heads", key, "batchId, sequence, hash"]));
    });

    it("by the registry, when their batches are made anew too", async () => {
      const found = await afterEdit(store, () => {
        const hashes = rewriteLog();
        rewriteHeads(hashes);
        for (const { seq, batch_id } of heads()) {
          const head = { sequence: seq, hash: toHex(hashes.get(seq)!) };
          const root = fromHex(auditHeadBatch(nodeCrypto, REGION, head).root);
          store.edit("UPDATE main.batches SET root = ?, tile_roots = ? WHERE id = ?", root, root, batch_id);
          store.edit("UPDATE main.batch_tiles SET leaves = ? WHERE batch_id = ?", root, batch_id);
        }
      });
      expect(naming(found, "batches.state")).to.have.length(2);
      expect(found.filter(({ collection }) => collection.startsWith("audit_"))).to.deep.equal([]);
    });

    const removeHeads = (): void => {
      const ids = heads().map(({ batch_id }) => batch_id);
      for (const table of ["audit_heads", "batch_tiles"] as const)
        store.edit(`DELETE FROM main.${table} WHERE batch_id IN (${ids.join(", ")})`);
      store.edit(`DELETE FROM main.batches WHERE id IN (${ids.join(", ")})`);
    };

    it("by the registry, when cleared alarms stand in the place of their batches", async () => {
      const found = await afterEdit(store, () => {
        store.edit(`INSERT INTO main.alarms (time, kind, object, detail, cleared_at)
          SELECT 1, 'unknown-batch', lower(hex(b.root)) || '/1', '', 2
          FROM main.batches b JOIN main.audit_heads h ON h.batch_id = b.id`);
        removeHeads();
      });
      expect(naming(found, "batches.record").map(({ weight }) => weight)).to.deep.equal(["warning", "warning"]);
    });

    it("by the chain, when their batches are gone", async () => {
      const found = await afterEdit(store, () => {
        rewriteLog();
        removeHeads();
      });
      expect(told(found).map(([collection, , field]) => [collection, field])).to.deep.equal([
        ...[
          ["batches", "record"],
          ["batches", "record"],
        ],
      ]);
    });
  });

  it("names a trigger that is gone", async () => {
    const { database } = store;
    const { sql = "" } =
      database.get<{ sql: string }>("SELECT sql FROM main.sqlite_schema WHERE name = 'audit_no_update'") ?? {};
    database.run("DROP TRIGGER main.audit_no_update");
    const { found } = await store.examine();
    database.run(sql);
    expect(found).to.have.length(1);
    expect(found[0]).to.include({ collection: "sqlite_schema", key: "audit_no_update" });
  });

  it("tells nothing personal", async () => {
    const found = [
      ...(await afterEdit(store, () => store.edit("UPDATE main.certificates SET number = 'x' || number"))),
      ...(await afterEdit(store, () => store.edit("UPDATE main.holders SET code = 'x' || code"))),
    ];
    expect(found.length).to.be.greaterThan(10);
    const codes = store.database
      .all<{ code: string }>("SELECT code FROM main.holders UNION SELECT number FROM main.certificates")
      .map(({ code }) => code);
    for (const code of codes) expect(JSON.stringify(found)).not.to.contain(code);
  });

  describe("on the command line", () => {
    const lines = async (...options: string[]): Promise<{ code: number; rows: Record<string, unknown>[] }> => {
      const { code, out } = await store.office.tally(["doctor", "--json", ...options]);
      return { code, rows: out.map((line) => JSON.parse(line) as Record<string, unknown>) };
    };

    it("says of each part how much it has examined", async () => {
      const { rows } = await lines("--deep");
      const part = (check: string) => rows.find((row) => row.check === check);
      expect(part("certificates")).to.include({ outcome: "ok", remedy: null });
      expect(part("certificates")?.detail).to.match(/^13 examined in /);
      expect(part("mirror")).to.include({ outcome: "ok" });
    });

    it("names an edit, and ends with 70", async () => {
      store.edit("UPDATE main.certificates SET valid_until = 0 WHERE seq = 1");
      try {
        const { code, rows } = await lines("--deep");
        expect(code).to.equal(70);
        const [told] = rows.filter(({ discrepancy }) => discrepancy !== undefined);
        expect(told?.discrepancy).to.include({
          collection: "certificates",
          key: store.certificates.plain,
          field: "validUntil",
          stored: "0",
        });
        expect(rows.find((row) => row.check === "certificates")).to.include({ outcome: "failed" });
        const { out } = await store.office.tally(["doctor", "--deep"]);
        expect(out.join("\n")).to.match(
          /FAIL {2}certificates +certificates \S+, validUntil: .*; stored: 0; expected: \d+/,
        );
      } finally {
        store.restore();
      }
    });

    it("says how much of the log is under a head, and warns when that is overdue", async () => {
      const check = async () => (await lines()).rows.find((row) => row.check === "audit-head");
      expect(await check()).to.include({ outcome: "ok" });
      expect((await check())?.detail).to.match(/covers \d+ events; the oldest event that none covers is 0 hours old/);
      store.edit(
        "UPDATE main.audit_events SET time = time - 172900000 WHERE seq > (SELECT max(seq) FROM main.audit_heads)",
      );
      try {
        expect(await check()).to.include({ outcome: "ok" });
        store.edit("UPDATE main.audit_events SET time = time - 3600000");
        expect(await check()).to.include({ outcome: "warning" });
      } finally {
        store.restore();
      }
    });

    it("says without --deep that there is more to examine", async () => {
      const { rows } = await lines();
      expect(rows.find((row) => row.check === "contents")).to.include({ outcome: "skipped" });
      expect(rows.some((row) => row.check === "certificates")).to.equal(false);
    });
  });
});

function addWhole({ database, edit }: TamperedStore): void {
  const all = columns().filter(({ table }) => table === "certificates");
  const { set } = ADDED.certificates!;
  const values = all.map(({ name }) => set[name] ?? name);
  const names = all.map(({ name }) => name);
  edit(`INSERT INTO main.certificates (${names}) SELECT ${values} FROM main.certificates ORDER BY seq LIMIT 1`);
  const { seq } = database.get<{ seq: number }>("SELECT max(seq) AS seq FROM main.certificates")!;
  edit("INSERT INTO main.halves SELECT ?, certificate, token FROM main.halves WHERE seq = ?", seq, seq - 1000);
}
