// SPDX-License-Identifier: Apache-2.0

/**
 * Tells that a change of state was queued, whichever process queued it, where the store can tell. News may be late or lost: the
 * queue is what counts, news only end a wait early.
 */
export interface StatusNews {
  /** Never throws. Returns what ends the listening. */
  listen(onNews: () => void): () => void;
}

/** News of this process alone. */
export class LocalStatusNews implements StatusNews {
  readonly #listeners = new Set<() => void>();

  listen(onNews: () => void): () => void {
    this.#listeners.add(onNews);
    return () => void this.#listeners.delete(onNews);
  }

  announce(): void {
    for (const listener of this.#listeners) listener();
  }
}
