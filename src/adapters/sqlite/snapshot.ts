// SPDX-License-Identifier: Apache-2.0
import Libsql from "libsql";
import { TallyError } from "../../core/errors.js";
import { SCHEMA_VERSION } from "./schema.js";

/**
 * Writes the store at `source` as of one instant to the new file `target`, while others read and write it: all that was
 * committed before the call is in it, and of a transaction all or nothing. `store.failed` when it cannot be written whole.
 */
export function writeSnapshot(source: string, target: string): { readonly schemaVersion: number } {
  let connection: Libsql.Database | null = null;
  try {
    connection = new Libsql(source, { fileMustExist: true } as Libsql.Options);
    connection.exec("PRAGMA busy_timeout = 10000");
    // One argument as an array: libsql reads a lone object as named parameters.
    connection.prepare("VACUUM INTO ?").run([target]);
    return { schemaVersion: SCHEMA_VERSION };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TallyError("store.failed", `the snapshot of ${source} could not be written: ${why}`, { cause });
  } finally {
    connection?.close();
  }
}
