// SPDX-License-Identifier: Apache-2.0

/** What this browser keeps for the time without a connection: public data of the network, never a document. */
const DATABASE = "tally";
const STORE = "kept";

/** Null when there is nothing, and where a browser keeps nothing (a private window, perhaps). */
export async function kept<T>(name: string): Promise<T | null> {
  try {
    return ((await request(await store("readonly"), (from) => from.get(name))) as T | undefined) ?? null;
  } catch {
    return null;
  }
}

/** Not being able to keep something only costs the time without a connection. */
export async function keep(name: string, value: unknown): Promise<void> {
  try {
    await request(await store("readwrite"), (into) => into.put(value, name));
  } catch {
    // As above.
  }
}

let opening: Promise<IDBDatabase> | null = null;

async function store(mode: IDBTransactionMode): Promise<IDBObjectStore> {
  opening ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(DATABASE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return (await opening).transaction(STORE, mode).objectStore(STORE);
}

function request(where: IDBObjectStore, ask: (store: IDBObjectStore) => IDBRequest): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const asked = ask(where);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}
