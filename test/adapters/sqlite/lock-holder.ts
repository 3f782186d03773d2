// SPDX-License-Identifier: Apache-2.0
import { whileLocked } from "../../../src/adapters/sqlite/exclusive-lock.js";

// A command that takes the lock, says so, and never gives it back.
await whileLocked(process.argv[2]!, async () => {
  process.stdout.write("locked\n");
  await new Promise(() => setInterval(() => {}, 60_000));
});
