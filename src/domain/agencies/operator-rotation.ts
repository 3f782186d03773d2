// SPDX-License-Identifier: Apache-2.0
import { type Actor, type AuditStore, eventBy } from "../audit/index.js";
import { type Effect, effectOf } from "./activation.js";
import type { OperatorRight, RegistryGovernance } from "./registry-governance.js";

export interface OperatorAccount {
  readonly label: string;
  readonly address: string;
}

/** The accounts that were made here to operate this region, with their keys. */
export interface OperatorAccounts {
  /** Oldest first. */
  list(): Promise<readonly OperatorAccount[]>;
  /** Makes another at random; durable when it resolves. The registry does not know it yet. */
  create(): Promise<OperatorAccount>;
}

export interface RotatedOperator extends Effect, OperatorAccount {
  /** Addresses that have lost their rights to this one. */
  readonly removed: readonly string[];
}

export interface OperatorRotationDependencies {
  readonly region: string;
  readonly accounts: OperatorAccounts;
  readonly audit: AuditStore;
  /** Sends from the region admin's account. */
  readonly governance: RegistryGovernance;
  readonly now: () => number;
  /** See `effectOf`. */
  readonly blockClock: (() => number) | null;
}

const RIGHTS: readonly OperatorRight[] = ["anchor", "status"];

/**
 * Gives the region a new operator account: makes it, has the admin grant it both rights, and takes them from the ones before
 * as soon as the new one is in effect. Given again after a crash, or after the region's activation delay, it goes on where it
 * stopped. An account that lost its rights (removed, vetoed) is never granted them again.
 */
export function createOperatorRotation(dependencies: OperatorRotationDependencies) {
  const { region, accounts, audit, governance, now, blockClock } = dependencies;

  const record = async (
    actor: Actor,
    action: "account-created" | "operator-granted" | "operator-removed",
    detail: Readonly<Record<string, string | number | null>>,
    object = region,
  ): Promise<void> => {
    await audit.append(eventBy(actor, { time: now(), action, object, detail: { ...detail } }));
  };

  /** The account that a rotation before this one has begun with and not finished; else a new one. */
  const successor = async (actor: Actor): Promise<OperatorAccount> => {
    const known = await accounts.list();
    const newest = known.at(-1);
    if (newest !== undefined && (await isUnfinished(newest, known.slice(0, -1)))) return newest;
    const made = await accounts.create();
    await record(actor, "account-created", { address: made.address }, made.label);
    return made;
  };

  const isUnfinished = async (newest: OperatorAccount, before: readonly OperatorAccount[]): Promise<boolean> => {
    const rights = await governance.findOperatorRights(region, newest.address);
    if (rights.length === 0) return before.length > 0 && !(await wasGranted(audit, region, newest.address));
    for (const { address } of before)
      if ((await governance.findOperatorRights(region, address)).length > 0) return true;
    const since = await governance.operatorSince(region, newest.address);
    return since === null || effectOf(since, await head(), blockClock).effectiveFrom !== null;
  };

  const head = async () => ({ time: await governance.headTime() });

  const inEffect = async (address: string): Promise<Effect> => {
    const since = (await governance.operatorSince(region, address)) ?? Number.POSITIVE_INFINITY;
    return effectOf(since, await head(), blockClock);
  };

  return {
    async rotateOperator(actor: Actor): Promise<RotatedOperator> {
      const account = await successor(actor);
      const { address } = account;
      const has = await governance.findOperatorRights(region, address);
      const missing = RIGHTS.filter((right) => !has.includes(right));
      if (missing.length > 0) {
        const { block, tx } = await governance.grantOperator(region, address, missing);
        const detail = { operator: address, rights: missing.join(" "), account: governance.account, block, tx };
        await record(actor, "operator-granted", detail);
      }
      const { effectiveFrom } = await inEffect(address);
      const removed: string[] = [];
      // Not before: with neither in effect nothing could be anchored for the whole delay.
      for (const old of effectiveFrom === null ? await accounts.list() : []) {
        if (old.address === address) continue;
        const rights = await governance.findOperatorRights(region, old.address);
        if (rights.length === 0) continue;
        const { block, tx } = await governance.removeOperator(region, old.address, rights);
        const detail = { operator: old.address, rights: rights.join(" "), account: governance.account, block, tx };
        await record(actor, "operator-removed", detail);
        removed.push(old.address);
      }
      return { ...account, effectiveFrom, removed };
    },
  };
}

export type OperatorRotation = ReturnType<typeof createOperatorRotation>;

/** As many events of a region are looked at: grants and removals are rare. */
const EVENTS = 1_000;

/** Whether the log of this store has it that the account once was the region's operator. */
async function wasGranted(audit: AuditStore, region: string, address: string): Promise<boolean> {
  const query = { object: region, order: "newest-first", limit: EVENTS } as const;
  const [granted, removed] = await Promise.all([
    audit.list({ ...query, action: "operator-granted" }),
    audit.list({ ...query, action: "operator-removed" }),
  ]);
  const wanted = address.toLowerCase();
  return [...granted, ...removed].some(({ detail }) => String(detail?.operator).toLowerCase() === wanted);
}

/** Whether admin or guardian has taken rights from this account, as far as the log of this store knows, and nobody gave them back. */
export async function wasRemoved(audit: Pick<AuditStore, "list">, region: string, address: string): Promise<boolean> {
  const wanted = address.toLowerCase();
  const newest = async (action: "operator-granted" | "operator-removed" | "act-vetoed"): Promise<number> => {
    const events = await audit.list({ object: region, action, order: "newest-first", limit: EVENTS });
    return events.find(({ detail }) => String(detail?.operator).toLowerCase() === wanted)?.sequence ?? -1;
  };
  const [granted, removed, vetoed] = await Promise.all([
    newest("operator-granted"),
    newest("operator-removed"),
    newest("act-vetoed"),
  ]);
  return Math.max(removed, vetoed) > granted;
}
