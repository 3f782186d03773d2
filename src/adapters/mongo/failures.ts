// SPDX-License-Identifier: Apache-2.0
import { MongoBulkWriteError, MongoError, MongoServerError } from "mongodb";
import { TallyError } from "../../core/errors.js";

const DUPLICATE_KEY = 11000;

export function isDuplicate(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === DUPLICATE_KEY;
}

/** For writes that an attempt which was cut off may have made already, with the same content. */
export async function ignoringDuplicates(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!isDuplicate(error) || (error instanceof MongoBulkWriteError && !failedAsDuplicates(error))) throw error;
  }
}

/** The error of many writes has the code of the first; the others may have failed for another reason. */
function failedAsDuplicates({ writeErrors, result }: MongoBulkWriteError): boolean {
  const isAlone = result.getWriteConcernError() === undefined;
  return isAlone && [writeErrors].flat().every(({ code }) => code === DUPLICATE_KEY);
}

/** The same store, but what the driver rejects with becomes `store.failed` that says what was attempted. */
export function withWords<Store extends object>(name: string, store: Store): Store {
  const worded = Object.entries(store).map(([method, work]) => {
    if (typeof work !== "function") return [method, work];
    return [
      method,
      async (...args: unknown[]) => {
        try {
          return await (work as (...args: unknown[]) => unknown)(...args);
        } catch (error) {
          throw error instanceof MongoError ? failed(`${name}: ${method}`, error) : error;
        }
      },
    ];
  });
  return Object.fromEntries(worded) as Store;
}

export function failed(what: string, cause: unknown): TallyError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new TallyError("store.failed", `MongoDB could not do what was asked (${what}): ${message}`, { cause });
}
