// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import type { Actor } from "../audit/index.js";
import type { IssuedCertificate } from "./certificate-view.js";
import type { IssuanceDependencies } from "./dependencies.js";
import { GROUP_SIZE, inGroups } from "./in-groups.js";
import type { ItemResult } from "./issuance.js";
import { issueGroup } from "./issue-group.js";
import type { StatusIndices } from "./status-indices.js";

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
