// SPDX-License-Identifier: Apache-2.0
import { type Actor, type AuditAction, type AuditStore, eventBy } from "../audit/index.js";
import type { GovernorAct, Proposal } from "./governor-act.js";
import type { RegistryAct } from "./registry-governance.js";

/**
 * A registry's governor that is a timelock, used from one account. Rejects like `RegistryGovernance`; a proposal's contents are
 * read from the chain and must hash to its id, so nobody carries out something else under its name.
 */
export interface Timelock {
  /** Address of the timelock. */
  readonly address: string;
  /** Seconds that a proposal waits. */
  delay(): Promise<number>;
  /** Every proposal, oldest first. */
  proposals(): Promise<readonly Proposal[]>;
  /** Null when there is none of that id. */
  find(id: string): Promise<Proposal | null>;
  /** What waits already is not proposed twice: `proposed` is null then. */
  propose(act: GovernorAct): Promise<{ readonly proposal: Proposal; readonly proposed: RegistryAct | null }>;
  execute(id: string): Promise<RegistryAct>;
  cancel(id: string): Promise<RegistryAct>;
}

/** What proposers, executors and cancellers do, each written into the log of their own data directory. */
export interface Governance {
  propose(actor: Actor, act: GovernorAct): Promise<{ readonly proposal: Proposal; readonly isNew: boolean }>;
  execute(actor: Actor, id: string): Promise<RegistryAct>;
  cancel(actor: Actor, id: string): Promise<RegistryAct>;
}

export function createGovernance({
  timelock,
  account,
  audit,
  now,
}: {
  readonly timelock: Timelock;
  /** Address that sends. */
  readonly account: string;
  readonly audit: AuditStore;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}): Governance {
  const record = async (actor: Actor, action: AuditAction, id: string, done: RegistryAct, act = ""): Promise<void> => {
    const detail = { account, block: done.block, tx: done.tx, ...(act === "" ? {} : { act }) };
    await audit.append(eventBy(actor, { time: now(), action, object: id, detail }));
  };
  return {
    async propose(actor, act) {
      const { proposal, proposed } = await timelock.propose(act);
      if (proposed !== null) await record(actor, "governance-proposed", proposal.id, proposed, act.act);
      return { proposal, isNew: proposed !== null };
    },
    async execute(actor, id) {
      const done = await timelock.execute(id);
      await record(actor, "governance-executed", id, done);
      return done;
    },
    async cancel(actor, id) {
      const done = await timelock.cancel(id);
      await record(actor, "governance-cancelled", id, done);
      return done;
    },
  };
}
