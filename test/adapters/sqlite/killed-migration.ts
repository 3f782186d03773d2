// SPDX-License-Identifier: Apache-2.0
import { openDatabase } from "../../../src/adapters/sqlite/database.js";
import { MIGRATIONS } from "../../../src/adapters/sqlite/migrations.js";
import { SCHEMA_VERSION } from "../../../src/adapters/sqlite/schema.js";

// Opens an older store and is killed when all of the migration is done but its commit. With so little memory most of it is in the log then.
openDatabase(process.argv[2]!, [
  { version: SCHEMA_VERSION, what: "little memory", run: (exec) => exec("PRAGMA cache_size = 10") },
  ...MIGRATIONS,
  { version: SCHEMA_VERSION, what: "the kill", run: () => process.kill(process.pid, "SIGKILL") },
]);
