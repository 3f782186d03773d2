// SPDX-License-Identifier: Apache-2.0
import { STATUS_LIST_LENGTH } from "../../core/certificate-reader.js";
import type { KeptAccess } from "../../domain/anchoring/index.js";
import { type Actor, eventBy } from "../../domain/audit/index.js";
import type { Stores } from "../stores.js";
import { endAccess } from "./end-access.js";

/**
 * Moves the counter of a restored store to where no index was handed out since the backup, ends what access may have ended since, and logs
 * the restoration. Repeated with the same time it does what is left of that, and logs it once.
 */
export async function leaveHandedOut(
  stores: Pick<Stores, "statusIndices" | "audit" | "apiTokens" | "pickUps">,
  {
    region,
    backupOf,
    kept,
    actor,
    at,
  }: {
    readonly region: string;
    readonly backupOf: string;
    readonly kept: KeptAccess;
    readonly actor: Actor;
    readonly at: number;
  },
): Promise<void> {
  const firstList = Math.floor(at / 1000);
  const counter = await stores.statusIndices.skipStatusIndices(region, firstList * STATUS_LIST_LENGTH);
  const ended = await endAccess(stores, kept, actor, at);
  const [logged] = await stores.audit.list({
    ...{ object: region, action: "store-restored", order: "newest-first", limit: 1 },
  });
  if (logged?.time === at) return;
  const detail = { backupOf, statusIndexCounter: counter, ...ended };
  await stores.audit.append(eventBy(actor, { time: at, action: "store-restored", object: region, detail }));
}
