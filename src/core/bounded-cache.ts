// SPDX-License-Identifier: Apache-2.0

/** Keeps the values that were set last, at most `limit`; for values that can always be made again. */
export class BoundedCache<Key, Value> {
  private readonly entries = new Map<Key, Value>();

  constructor(private readonly limit: number) {}

  get(key: Key): Value | undefined {
    return this.entries.get(key);
  }

  /** A Map iterates in insertion order, so the first key is the oldest. */
  set(key: Key, value: Value): Value {
    if (this.entries.size >= this.limit && !this.entries.has(key)) {
      const oldest = this.entries.keys().next();
      if (!oldest.done) this.entries.delete(oldest.value);
    }
    this.entries.set(key, value);
    return value;
  }

  values(): IterableIterator<Value> {
    return this.entries.values();
  }

  delete(key: Key): void {
    this.entries.delete(key);
  }

  get size(): number {
    return this.entries.size;
  }
}
