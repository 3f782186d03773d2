// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import type { Actor } from "../audit/index.js";
import type { IssuedCertificate } from "./certificate-view.js";
import type { IssuanceDependencies } from "./dependencies.js";
import type { ItemResult } from "./issuance.js";
import { issueGroup } from "./issue-group.js";
import type { StatusIndices } from "./status-indices.js";

/** Items stored in one durable transaction. Larger groups are hardly faster and make readers wait longer. */
export const GROUP_SIZE = 500;

type Dependencies = IssuanceDependencies & { readonly indices: StatusIndices };

export async function issueCertificate(deps: Dependencies, actor: Actor, request: unknown): Promise<IssuedCertificate> {
  const [outcome] = await issueGroup(deps, actor, [request]);
  if (outcome === undefined || outcome instanceof TallyError) throw outcome;
  return outcome;
}

export async function* issueCertificates(
  deps: Dependencies,
  actor: Actor,
  requests: AsyncIterable<unknown> | Iterable<unknown>,
): AsyncIterableIterator<ItemResult> {
  let position = 0;
  for await (const group of inGroups(requests, GROUP_SIZE)) {
    for (const outcome of await issueGroup(deps, actor, group)) {
      yield outcome instanceof TallyError
        ? { position: position++, ok: false, error: outcome }
        : { position: position++, ok: true, issued: outcome };
    }
  }
}

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
