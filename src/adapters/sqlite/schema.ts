// SPDX-License-Identifier: Apache-2.0

/** Version of the schema below. A file of an older one is brought to it (`migrations.ts`), one of a newer is refused. */
export const SCHEMA_VERSION = 9;

/** What lists and changes of state go through, and nothing long: a page of it holds some eight certificates. */
export const CERTIFICATES = `
CREATE TABLE certificates (
  seq           INTEGER PRIMARY KEY,            -- order of storing
  id            TEXT NOT NULL UNIQUE,           -- certificate identifier
  lineage       TEXT NOT NULL,                  -- identifier without version and check character
  version       INTEGER NOT NULL,
  digest        BLOB NOT NULL,
  token_digest  BLOB NOT NULL,
  leaf_hash     BLOB NOT NULL,
  region        TEXT NOT NULL,
  agency        TEXT NOT NULL,
  type_code     TEXT NOT NULL,
  type_version  INTEGER NOT NULL,
  number        TEXT NOT NULL,
  key_digest    BLOB NOT NULL,
  status_index  INTEGER NOT NULL,               -- list * 131072 + position
  issue_date    TEXT NOT NULL,
  valid_from    INTEGER NOT NULL,
  valid_until   INTEGER,
  state         TEXT NOT NULL,                  -- legal state, never 'expired'
  resume_state  TEXT NOT NULL DEFAULT 'valid',  -- where a release returns to
  predecessor   TEXT,
  successor     TEXT,
  issued_at     INTEGER NOT NULL,
  batch_id      INTEGER,                        -- null while pending
  batch_index   INTEGER,
  held          INTEGER NOT NULL DEFAULT 0,     -- 1: key marked compromised before anchoring, to be reissued
  UNIQUE (region, status_index)
) STRICT;
`;

/** Apart from the table, since an index over rows that are there is made in one go. */
export const CERTIFICATE_RULES = `
-- An index in random order costs a page for every row of an import, so there are no more than the searches need: rows are
-- found by seq at the end of each index, and the few that are not valid have indexes of their own.
CREATE INDEX certificates_number ON certificates (agency, number);
CREATE INDEX certificates_type   ON certificates (agency, type_code, issue_date);
CREATE INDEX certificates_date   ON certificates (agency, issue_date);
CREATE INDEX certificates_state  ON certificates (agency, state, issue_date) WHERE state <> 'valid';
CREATE INDEX certificates_type_state ON certificates (agency, type_code, state, issue_date) WHERE state <> 'valid';
-- One licence in force for a number; renewal and correction replace the old version in the same transaction.
CREATE UNIQUE INDEX certificates_in_force ON certificates (agency, type_code, number) WHERE state IN ('valid', 'suspended');
CREATE INDEX certificates_held   ON certificates (agency, issue_date) WHERE held = 1;
CREATE INDEX certificates_batch  ON certificates (batch_id, batch_index);
-- What was signed stays as it was signed; only state, successor, batch and hold change.
CREATE TRIGGER certificates_signed BEFORE UPDATE OF id, lineage, version, digest, token_digest, leaf_hash, region, agency,
    type_code, type_version, number, key_digest, status_index, predecessor, issued_at ON certificates
  BEGIN SELECT RAISE(ABORT, 'a signed certificate never changes'); END;
CREATE TRIGGER certificates_kept BEFORE DELETE ON certificates
  BEGIN SELECT RAISE(ABORT, 'a signed certificate is never removed'); END;
`;

/** Certificate and token as they were signed, some 3 KB, beside the row that finds them. */
export const HALVES = `
CREATE TABLE halves (
  seq         INTEGER PRIMARY KEY REFERENCES certificates (seq),
  certificate BLOB NOT NULL,                    -- canonical JSON, UTF-8
  token       BLOB NOT NULL
) STRICT;
CREATE TRIGGER halves_signed BEFORE UPDATE ON halves
  BEGIN SELECT RAISE(ABORT, 'a signed certificate never changes'); END;
CREATE TRIGGER halves_kept BEFORE DELETE ON halves
  BEGIN SELECT RAISE(ABORT, 'a signed certificate is never removed'); END;
`;

export const AUDIT_HEADS = `
-- Batches of one entry, which is a head of the audit log: the hash of event 'seq', and so of every event before it.
CREATE TABLE audit_heads (
  seq      INTEGER PRIMARY KEY,
  batch_id INTEGER NOT NULL UNIQUE REFERENCES batches (id),
  hash     BLOB NOT NULL
) STRICT;
CREATE TRIGGER audit_heads_fixed BEFORE UPDATE ON audit_heads
  BEGIN SELECT RAISE(ABORT, 'a staged batch never changes'); END;
CREATE TRIGGER audit_heads_kept BEFORE DELETE ON audit_heads
  BEGIN SELECT RAISE(ABORT, 'a staged batch is never removed'); END;
`;

/** Their numbers are of a time each, and leave gaps. */
export const REVOCATION_LIST_RULES = `CREATE TRIGGER revocation_lists_later BEFORE UPDATE ON revocation_lists
  WHEN NEW.ca <> OLD.ca OR NEW.number <= OLD.number
  BEGIN SELECT RAISE(ABORT, 'a revocation list gives way to a later one alone'); END;
CREATE TRIGGER revocation_lists_kept BEFORE DELETE ON revocation_lists
  BEGIN SELECT RAISE(ABORT, 'a revocation list gives way to a later one alone'); END;`;

export const SEALS = `
-- Certificates that the region's seal CA has issued, and its own; names of keys are digests in hex, times seconds since 1970.
CREATE TABLE seal_certificates (
  event             INTEGER PRIMARY KEY,        -- sequence of the event that tells of it: order of issue
  serial            TEXT NOT NULL UNIQUE,
  holder            TEXT NOT NULL,              -- USCC, or the region for the CA's own
  key_digest        TEXT NOT NULL,
  ca                TEXT NOT NULL,
  certificate       BLOB NOT NULL,              -- DER
  valid_from        INTEGER NOT NULL,
  valid_until       INTEGER NOT NULL,
  name              TEXT,                       -- of the picture; the CA's own has none
  code              TEXT,
  star              INTEGER,
  revoked_at        INTEGER,
  revocation_reason TEXT,
  CHECK ((name IS NULL) = (code IS NULL) AND (name IS NULL) = (star IS NULL) AND coalesce(star, 0) IN (0, 1)),
  CHECK ((revoked_at IS NULL) = (revocation_reason IS NULL))
) STRICT;
CREATE INDEX seal_certificates_holder  ON seal_certificates (holder);
CREATE INDEX seal_certificates_good    ON seal_certificates (event) WHERE revoked_at IS NULL AND name IS NOT NULL;
CREATE INDEX seal_certificates_revoked ON seal_certificates (ca, serial) WHERE revoked_at IS NOT NULL;
CREATE TRIGGER seal_certificates_signed BEFORE UPDATE OF event, serial, holder, key_digest, ca, certificate, valid_from,
    valid_until, name, code, star ON seal_certificates
  BEGIN SELECT RAISE(ABORT, 'a certificate of a seal never changes'); END;
CREATE TRIGGER seal_certificates_revoked_once BEFORE UPDATE OF revoked_at, revocation_reason ON seal_certificates
  WHEN OLD.revoked_at IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'a revocation never changes'); END;
CREATE TRIGGER seal_certificates_kept BEFORE DELETE ON seal_certificates
  BEGIN SELECT RAISE(ABORT, 'a certificate of a seal is never removed'); END;
-- The newest of every CA.
CREATE TABLE revocation_lists (
  ca          TEXT PRIMARY KEY,
  number      INTEGER NOT NULL,
  this_update INTEGER NOT NULL,                 -- seconds
  next_update INTEGER NOT NULL,
  list        BLOB NOT NULL                     -- DER
) STRICT;
${REVOCATION_LIST_RULES}
-- Seals on files of licences.
CREATE TABLE seals (
  certificate INTEGER NOT NULL REFERENCES certificates (seq),
  ordinal     INTEGER NOT NULL,                 -- the first on a licence has 1
  file_digest BLOB NOT NULL,                    -- of the byte range
  serial      TEXT NOT NULL REFERENCES seal_certificates (serial),
  sealed_at   INTEGER NOT NULL,                 -- seconds
  reason      TEXT NOT NULL,
  room        INTEGER NOT NULL,                 -- bytes kept free for the CMS
  cms         BLOB NOT NULL,
  PRIMARY KEY (certificate, ordinal)
) STRICT;
CREATE TRIGGER seals_fixed BEFORE UPDATE ON seals BEGIN SELECT RAISE(ABORT, 'a seal never changes'); END;
CREATE TRIGGER seals_kept BEFORE DELETE ON seals BEGIN SELECT RAISE(ABORT, 'a seal is never removed'); END;
`;

export const SEAL_ENTRIES = `
-- Where every seal stands on its way to the chain: in the outbox, or in one batch.
CREATE TABLE seal_entries (
  certificate INTEGER NOT NULL,
  ordinal     INTEGER NOT NULL,
  entry       INTEGER UNIQUE,                   -- its row in the outbox; null once it is in a batch
  batch_id    INTEGER REFERENCES batches (id),
  batch_index INTEGER,
  PRIMARY KEY (certificate, ordinal),
  FOREIGN KEY (certificate, ordinal) REFERENCES seals (certificate, ordinal),
  CHECK ((batch_id IS NULL) = (batch_index IS NULL) AND (batch_id IS NULL) = (entry IS NOT NULL))
) STRICT;
CREATE INDEX seal_entries_batch ON seal_entries (batch_id) WHERE batch_id IS NOT NULL;
CREATE TRIGGER seal_entries_staged BEFORE UPDATE ON seal_entries
  WHEN OLD.batch_id IS NOT NULL OR NEW.certificate <> OLD.certificate OR NEW.ordinal <> OLD.ordinal
  BEGIN SELECT RAISE(ABORT, 'a staged seal never leaves its batch'); END;
CREATE TRIGGER seal_entries_kept BEFORE DELETE ON seal_entries
  BEGIN SELECT RAISE(ABORT, 'a seal is never removed'); END;
`;

export const COPIES = `
-- Readers' copies of licences, and where the entry of each stands on its way to the chain: in the outbox, or in one batch.
CREATE TABLE copies (
  event       INTEGER PRIMARY KEY,              -- sequence of the event that tells of it: order of making
  certificate INTEGER NOT NULL REFERENCES certificates (seq),
  number      TEXT NOT NULL,                    -- as the statement writes it
  key_digest  BLOB NOT NULL,
  leaf_hash   BLOB NOT NULL,
  statement   BLOB NOT NULL,                    -- canonical JSON, UTF-8
  token       BLOB NOT NULL,
  made_at     INTEGER NOT NULL,
  entry       INTEGER UNIQUE,                   -- its row in the outbox; null once it is in a batch
  batch_id    INTEGER REFERENCES batches (id),
  batch_index INTEGER,
  UNIQUE (certificate, number),
  CHECK ((batch_id IS NULL) = (batch_index IS NULL) AND (batch_id IS NULL) = (entry IS NOT NULL))
) STRICT;
CREATE INDEX copies_made    ON copies (certificate, event);
CREATE INDEX copies_batch   ON copies (batch_id) WHERE batch_id IS NOT NULL;
CREATE INDEX copies_pending ON copies (key_digest) WHERE entry IS NOT NULL;
CREATE TRIGGER copies_signed BEFORE UPDATE OF event, certificate, number, key_digest, leaf_hash, statement, token, made_at ON copies
  BEGIN SELECT RAISE(ABORT, 'a copy never changes'); END;
CREATE TRIGGER copies_staged BEFORE UPDATE OF entry, batch_id, batch_index ON copies WHEN OLD.batch_id IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'a staged copy never leaves its batch'); END;
CREATE TRIGGER copies_kept BEFORE DELETE ON copies BEGIN SELECT RAISE(ABORT, 'a copy is never removed'); END;
`;

/** Times are milliseconds since 1970; digests are 32-byte blobs. */
export const SCHEMA = `
${CERTIFICATES}
${CERTIFICATE_RULES}
${HALVES}

CREATE TABLE holders (
  code        TEXT NOT NULL,
  certificate INTEGER NOT NULL REFERENCES certificates (seq),
  code_type   TEXT NOT NULL,
  PRIMARY KEY (code, certificate)
) STRICT, WITHOUT ROWID;
-- Grows at its end, as certificates are stored; for the examination.
CREATE INDEX holders_certificate ON holders (certificate);

-- Entries waiting to be staged; a row leaves in the transaction that stages its batch. One of a seal or of a copy has an empty
-- key_digest, since no agency's signing key holds it, and seal_entries or copies names it.
CREATE TABLE outbox (
  seq            INTEGER PRIMARY KEY AUTOINCREMENT,
  leaf_hash      BLOB NOT NULL,
  certificate_id TEXT NOT NULL REFERENCES certificates (id),
  key_digest     BLOB NOT NULL,
  queued_at      INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_key ON outbox (key_digest);

CREATE TABLE batches (
  id            INTEGER PRIMARY KEY,
  region        TEXT NOT NULL,
  root          BLOB NOT NULL,
  size          INTEGER NOT NULL,
  tile_roots    BLOB NOT NULL,                  -- of the tiles below, in order
  state         TEXT NOT NULL,                  -- staged | submitted | anchored
  staged_at     INTEGER NOT NULL,
  submitted_at  INTEGER,
  tx            TEXT,                           -- of the last submission, then of the anchor
  block         INTEGER,
  anchored_at   INTEGER,                        -- block time, seconds
  UNIQUE (region, root, size)
) STRICT;
CREATE INDEX batches_state ON batches (state, id);
CREATE INDEX batches_block ON batches (block) WHERE block IS NOT NULL;
CREATE TRIGGER batches_fixed BEFORE UPDATE OF region, root, size, tile_roots ON batches
  BEGIN SELECT RAISE(ABORT, 'a staged batch never changes'); END;
CREATE TRIGGER batches_kept BEFORE DELETE ON batches BEGIN SELECT RAISE(ABORT, 'a staged batch is never removed'); END;
-- Ordered leaf hashes, 32 bytes each, 1,024 a row: a proof reads one row, not up to 32 MiB.
CREATE TABLE batch_tiles (
  batch_id INTEGER NOT NULL REFERENCES batches (id),
  tile     INTEGER NOT NULL,
  leaves   BLOB NOT NULL,
  PRIMARY KEY (batch_id, tile)
) STRICT;
CREATE TRIGGER batch_tiles_fixed BEFORE UPDATE ON batch_tiles
  BEGIN SELECT RAISE(ABORT, 'a staged batch never changes'); END;
CREATE TRIGGER batch_tiles_kept BEFORE DELETE ON batch_tiles
  BEGIN SELECT RAISE(ABORT, 'a staged batch is never removed'); END;

${AUDIT_HEADS}
-- Leases with fencing: 'fence' only grows, and a holder writes only while its fence is the newest.
CREATE TABLE leases (
  name    TEXT PRIMARY KEY,
  holder  TEXT NOT NULL,
  fence   INTEGER NOT NULL,
  expires INTEGER NOT NULL
) STRICT;

-- Legal state changes on their way to the status words on chain.
CREATE TABLE status_changes (
  seq            INTEGER PRIMARY KEY AUTOINCREMENT,
  certificate_id TEXT NOT NULL REFERENCES certificates (id),
  status_index   INTEGER NOT NULL,
  action         TEXT NOT NULL,                 -- revoke | suspend | release
  queued_at      INTEGER NOT NULL,
  submitted_at   INTEGER,                       -- set before anything is sent
  tx             TEXT,
  confirmed_at   INTEGER
) STRICT;
CREATE INDEX status_changes_open ON status_changes (confirmed_at, seq);
CREATE INDEX status_changes_word ON status_changes (status_index, seq);

CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;

-- Secret key of a region's status index permutation. Two keys for one counter would collide, so it lives beside it.
CREATE TABLE status_index_keys (region TEXT PRIMARY KEY, key BLOB NOT NULL) STRICT;

CREATE TABLE type_definitions (
  type_code  TEXT NOT NULL,
  version    INTEGER NOT NULL,
  digest     BLOB NOT NULL,
  definition BLOB NOT NULL,                     -- canonical JSON
  retired_at INTEGER,
  PRIMARY KEY (type_code, version)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER type_definitions_published BEFORE UPDATE OF type_code, version, digest, definition ON type_definitions
  BEGIN SELECT RAISE(ABORT, 'a published type definition never changes'); END;
CREATE TRIGGER type_definitions_kept BEFORE DELETE ON type_definitions
  BEGIN SELECT RAISE(ABORT, 'a published type definition is never removed'); END;

CREATE TABLE agencies (
  code        TEXT PRIMARY KEY,                 -- USCC
  name        TEXT NOT NULL,
  region      TEXT NOT NULL,
  area_code   TEXT NOT NULL,
  did         TEXT NOT NULL UNIQUE,
  key_digest  BLOB,                             -- current signing key
  suspended   INTEGER NOT NULL DEFAULT 0        -- 1: signs nothing until it is released
) STRICT;

-- Types that an agency may issue here; verifiers ask the registry.
CREATE TABLE agency_types (
  agency    TEXT NOT NULL REFERENCES agencies (code),
  type_code TEXT NOT NULL,
  PRIMARY KEY (agency, type_code)
) STRICT, WITHOUT ROWID;

CREATE TABLE api_tokens (
  id          TEXT PRIMARY KEY,
  secret_hash BLOB NOT NULL UNIQUE,             -- SHA-256 of the whole token text
  agency      TEXT NOT NULL,
  types       TEXT NOT NULL,                    -- JSON array of type codes, or ["*"]
  role        TEXT NOT NULL,
  label       TEXT NOT NULL,
  created_at  INTEGER NOT NULL,
  expires_at  INTEGER,
  revoked_at  INTEGER
) STRICT;

-- One-time links with which holders pick certificates up; secrets and codes are not here, only their SHA-256. Ids begin with
-- the time and certificates are named by seq, so an import writes at the end of every index.
CREATE TABLE pick_up_links (
  id                 TEXT PRIMARY KEY,
  certificate        INTEGER NOT NULL REFERENCES certificates (seq),
  ordinal            INTEGER NOT NULL,          -- 1: made with the certificate
  agency             TEXT NOT NULL,
  key_id             TEXT NOT NULL,
  secret_hash        BLOB NOT NULL,
  code_hash          BLOB NOT NULL,
  made_at            INTEGER NOT NULL,
  expires_at         INTEGER NOT NULL,
  wrong_codes        INTEGER NOT NULL DEFAULT 0,
  locked_at          INTEGER,
  opened_at          INTEGER,
  revoked_at         INTEGER,
  superseded_at      INTEGER,
  session_hash       BLOB,
  session_expires_at INTEGER,
  UNIQUE (certificate, ordinal)
) STRICT;
CREATE INDEX pick_up_links_expiry ON pick_up_links (expires_at);

CREATE TABLE idempotency (
  scope        TEXT NOT NULL,                   -- token id and route
  key          TEXT NOT NULL,
  request_hash BLOB NOT NULL,
  status       INTEGER,                         -- null while the first request is under way
  response     BLOB,
  created_at   INTEGER NOT NULL,
  PRIMARY KEY (scope, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_events (
  seq           INTEGER PRIMARY KEY AUTOINCREMENT,
  time          INTEGER NOT NULL,
  actor_kind    TEXT NOT NULL,
  actor_id      TEXT NOT NULL,
  actor_role    TEXT NOT NULL,
  action        TEXT NOT NULL,
  object        TEXT NOT NULL,
  purpose       TEXT,
  matter        TEXT,
  digest_before BLOB,
  digest_after  BLOB,
  request_id    TEXT NOT NULL,
  result        TEXT NOT NULL,
  detail        TEXT,                           -- JSON
  hash          BLOB NOT NULL                   -- over the hash before and the event
) STRICT;
CREATE INDEX audit_object ON audit_events (object, seq);
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit_events BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit_events BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

-- Batches of other regions (and our own), kept by this region's mirror.
CREATE TABLE mirrored_batches (
  id          INTEGER PRIMARY KEY,
  region      TEXT NOT NULL,
  root        BLOB NOT NULL,
  size        INTEGER NOT NULL,
  tile_roots  BLOB,                             -- null until all leaves and their positions are kept
  block       INTEGER NOT NULL,
  anchored_at INTEGER NOT NULL,
  attempts    INTEGER NOT NULL DEFAULT 0,
  next_try    INTEGER NOT NULL DEFAULT 0,
  UNIQUE (region, root, size)
) STRICT;
-- As batch_tiles.
CREATE TABLE mirrored_tiles (
  batch_id INTEGER NOT NULL REFERENCES mirrored_batches (id),
  tile     INTEGER NOT NULL,
  leaves   BLOB NOT NULL,
  PRIMARY KEY (batch_id, tile)
) STRICT;
CREATE TABLE mirrored_leaves (
  leaf_hash BLOB NOT NULL,
  batch_id  INTEGER NOT NULL REFERENCES mirrored_batches (id),
  position  INTEGER NOT NULL,
  PRIMARY KEY (leaf_hash, batch_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX mirrored_batches_missing ON mirrored_batches (next_try) WHERE tile_roots IS NULL;
-- Type definitions that the chain knows; the definitions themselves are in type_definitions.
CREATE TABLE mirrored_types (
  type_code TEXT NOT NULL,
  version   INTEGER NOT NULL,
  digest    BLOB NOT NULL,
  arrived   INTEGER NOT NULL DEFAULT 0,
  attempts  INTEGER NOT NULL DEFAULT 0,
  next_try  INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (type_code, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE cursors (name TEXT PRIMARY KEY, block INTEGER NOT NULL) STRICT;
CREATE TABLE alarms (
  seq       INTEGER PRIMARY KEY AUTOINCREMENT,
  time      INTEGER NOT NULL,
  kind      TEXT NOT NULL,                      -- unknown-batch | unknown-status | …
  object    TEXT NOT NULL,
  detail    TEXT NOT NULL,
  cleared_at INTEGER,
  UNIQUE (kind, object)
) STRICT;
${SEALS}${SEAL_ENTRIES}${COPIES}`;
