// SPDX-License-Identifier: Apache-2.0
import { accountBalance } from "../../adapters/ethereum/account-balance.js";
import { accountsFor, adminLabel, operatorLabel } from "../acting-account.js";
import type { Deployment } from "../compose.js";
import { type Finding, failed, ok, warning } from "./examination.js";

const HEAD_AHEAD_SECONDS = 60;
/** Warned of well before it is used up: a transaction of a busy region costs up to 16 million gas. */
const ENOUGH_WEI = 10n ** 16n;

/** Whether what was published before is still to be had: nothing is made of older blocks. */
export async function lookAtFloor({ floor, registry }: Deployment): Promise<Finding> {
  const [block, { head }] = await Promise.all([floor.block(), registry.snapshot()]);
  if (head.block >= block) return ok(`published up to block ${block}, the nodes are at ${head.block}`);
  return failed(
    `status lists and DID documents were made of block ${block}, the nodes are at ${head.block}: no new ones are made`,
    "wait until the nodes have caught up; should no honest node have that block, tally trust floor",
  );
}

/** Every agency's current key must open, or the agency cannot issue. */
export async function lookAtSigningKeys({ agencies, keys }: Deployment): Promise<Finding> {
  const listed = await agencies.listAgencies();
  const without: string[] = [];
  for (const { code, keyDigest } of listed) {
    if (keyDigest === null) without.push(code);
    else await keys.open(keyDigest);
  }
  const signing = `${listed.length - without.length} agencies can sign`;
  if (without.length === 0) return ok(signing);
  return warning(`${signing}; without a key: ${without.join(", ")}`, "tally key add ‹uscc›, where it is to issue");
}

/** The clock of this machine beside the log and the chain. */
export async function lookAtClock({ audit, chain, config }: Deployment): Promise<Finding> {
  const [newest] = await audit.list({ order: "newest-first", limit: 1 });
  const behind = ((newest?.time ?? 0) - Date.now()) / 1000;
  if (behind > config.clockToleranceSeconds) {
    return failed(
      `this machine's clock is ${Math.round(behind)} seconds behind entry ${newest?.sequence} of the log: nothing is issued`,
      "set this machine's clock (NTP); if it was ahead then, TALLY_CLOCK_TOLERANCE lets so many seconds pass",
    );
  }
  const { block, time } = await chain.head();
  const ahead = time - Date.now() / 1000;
  if (ahead > HEAD_AHEAD_SECONDS) {
    return failed(
      `block ${block} is ${Math.round(ahead)} seconds ahead of this machine's clock`,
      "set this machine's clock (NTP); dates of issue come from it",
    );
  }
  const limit = config.maxHeadAgeSeconds;
  if (limit !== null && -ahead > limit) {
    return failed(
      `block ${block} is ${Math.round(-ahead)} seconds old, more than TALLY_MAX_HEAD_AGE (${limit})`,
      "look at the nodes: the chain stands still, or this clock is ahead",
    );
  }
  return ok(`block ${block} of ${new Date(time * 1000).toISOString()}`);
}

export async function lookAtAdmin(deployment: Deployment): Promise<Finding> {
  const { config, accounts } = deployment;
  const own = await accountsFor(accounts, adminLabel(config.region));
  const region = await (await deployment.governance(adminLabel(config.region))).findRegion(config.region);
  if (region === null)
    return failed(`the registry does not know region ${config.region}`, "the governor runs tally region add");
  if (!own.some(({ address }) => address === region.admin)) {
    return failed(
      `the registry names ${region.admin} as admin, this directory holds ${own.map(({ address }) => address).join(", ")}`,
      "the governor runs tally region admin (docs/operations.md, admin lost)",
    );
  }
  if (region.suspended) return failed(`region ${config.region} is suspended`, "the governor runs tally region release");
  return ok(`${region.admin}; activation delay ${region.activationDelaySeconds} seconds`);
}

export async function lookAtOperator(deployment: Deployment): Promise<Finding> {
  const { config, network, accounts } = deployment;
  const registry = await deployment.governance(adminLabel(config.region));
  const own = await accountsFor(accounts, operatorLabel(config.region));
  for (const { address } of own.toReversed()) {
    const rights = await registry.findOperatorRights(config.region, address);
    if (rights.length < 2) continue;
    const balance = await accountBalance({ ...network, timeoutMs: config.chainTimeoutMs }, address);
    // Gas is free on the embedded chain.
    if (config.chainUrls.length > 0 && balance < ENOUGH_WEI)
      return warning(`${address} holds ${balance} wei`, "fund the operator, or nothing is anchored (docs/network.md)");
    return ok(`${address} may anchor and set states`);
  }
  return failed(
    `none of this directory's operator accounts may anchor and set states: ${own.map(({ address }) => address).join(", ")}`,
    "tally operator rotate",
  );
}

/** What waits for the chain, and for how long. */
export async function lookAtOutbox({ anchoringStore, config }: Deployment): Promise<Finding> {
  const [{ pending, openBatches, held, openStatusChanges }, { oldestAt }] = await Promise.all([
    anchoringStore.counts(),
    anchoringStore.pendingWork(1),
  ]);
  const waiting = `${pending} certificates, ${openBatches} batches and ${openStatusChanges} state changes wait`;
  const age = oldestAt === null ? 0 : Math.round((Date.now() - oldestAt) / 1000);
  if (age > config.maxAnchorDelaySeconds) {
    return failed(
      `${waiting}; the oldest since ${age} seconds: verifiers call it overdue`,
      "look for pass-failed in the log of the service; tally serve must run",
    );
  }
  if (held > 0) return warning(`${held} certificates are held for reissue`, "tally key reissue ‹keyDigest› --issue");
  return ok(oldestAt === null ? waiting : `${waiting}, the oldest since ${age} seconds`);
}

/** A head is staged when it is due and anchored minutes later; a service that was stopped for a night is no reason to warn. */
const LATE_HEADS = 2;

/** How much of the audit log is under an anchored head. */
export async function lookAtAuditHead({ anchoringStore, config }: Deployment): Promise<Finding> {
  const [newest, events] = await Promise.all([anchoringStore.newestAuditHead(), anchoringStore.uncoveredEvents()]);
  const covered = newest === null ? "no head was staged yet" : `the newest head covers ${newest.sequence} events`;
  const hours = events === null ? 0 : Math.floor((Date.now() - events.oldestAt) / 3_600_000);
  const waiting = events === null ? covered : `${covered}; the oldest event that none covers is ${hours} hours old`;
  if (config.auditAnchorHours === 0)
    return warning(
      `${waiting}; TALLY_AUDIT_ANCHOR_HOURS is 0`,
      "without heads on the chain nobody can tell a log that was made anew from the one that was written",
    );
  if (hours <= LATE_HEADS * config.auditAnchorHours) return ok(waiting);
  return warning(
    `${waiting}, and TALLY_AUDIT_ANCHOR_HOURS is ${config.auditAnchorHours}`,
    "look for pass-failed in the log of the service; tally serve must run",
  );
}

export async function lookAtAlarms({ alarms, anchoring }: Deployment): Promise<Finding> {
  while ((await anchoring.watchOnce()).more);
  const open = await alarms.list();
  if (open.length === 0) return ok("none open");
  const kinds = [...new Set(open.map(({ kind }) => kind))].join(", ");
  return failed(
    `${open.length} open: ${kinds}`,
    "tally alarm list; docs/operations.md says what to do about each kind",
  );
}
