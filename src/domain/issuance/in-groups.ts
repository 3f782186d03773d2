// SPDX-License-Identifier: Apache-2.0

/** Items stored in one durable transaction. Larger groups are hardly faster and make readers wait longer. */
export const GROUP_SIZE = 500;

/** Arrays of up to `size` items in order; at most one is held. */
export async function* inGroups<T>(items: AsyncIterable<T> | Iterable<T>, size: number): AsyncIterableIterator<T[]> {
  let group: T[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length === size) {
      yield group;
      group = [];
    }
  }
  if (group.length > 0) yield group;
}
