// SPDX-License-Identifier: Apache-2.0
import { openDatabase } from "../../../src/adapters/sqlite/database.js";

// A command beside a running service: opens the store, writes, closes, ends.
const database = openDatabase(process.argv[2]!);
database.write(() => database.run("INSERT INTO counters (name, value) VALUES ('from-outside', 1)"));
database.close();
