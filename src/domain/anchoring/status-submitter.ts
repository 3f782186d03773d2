// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import type { OnEvent } from "./anchoring-events.js";
import { hasPassed } from "./clock.js";
import { createLeaseClaim } from "./lease-claim.js";
import { statusLease } from "./lease-store.js";
import type { AnchorChain, Clock, Lease, StatusAction, StatusChange, StatusQueue } from "./ports.js";
import { bitOf, collapse, placeOf, shows } from "./status-masks.js";
import { type StatusWordName, wordStates } from "./word-states.js";

export interface StatusSettings {
  /** Most new words in one submission, and most repeated ones: 27,000 gas a fresh word, a transaction stays under 16 million. */
  readonly maxWords: number;
  /** Most revocations looked at in one pass, and most suspensions and releases. */
  readonly maxChanges: number;
  readonly confirmations: number;
  readonly leaseMs: number;
  /** A submission that the words do not show after so long is sent again. */
  readonly resubmitAfterMs: number;
}

export interface StatusSubmitterDeps {
  readonly region: string;
  readonly instance: string;
  readonly queue: StatusQueue;
  readonly chain: AnchorChain;
  readonly clock: Clock;
  readonly settings: StatusSettings;
  readonly onEvent: OnEvent;
}

export interface StatusPass {
  /** False when another instance holds the lease; the other figures are 0 then. */
  readonly claimed: boolean;
  /** Changes that were sent, the repeated ones included. */
  readonly submitted: number;
  readonly confirmed: number;
  /** Changes that wait, among those looked at. */
  readonly open: number;
  /** There is work that need not wait. */
  readonly more: boolean;
}

export interface StatusSubmitter {
  runOnce(): Promise<StatusPass>;
}

/** The changes that travel together to one bit: revocation or suspension of one certificate. */
interface BitGroup extends StatusWordName {
  readonly statusIndex: number;
  readonly changes: readonly StatusChange[];
  /** What they come to: the last of them. */
  readonly action: StatusAction;
  /** Part of a submission already. Later changes of the bit wait until these are confirmed. */
  readonly fixed: boolean;
}

/**
 * Takes legal state changes to the status words, in order, one submission at a time for each bit:
 *
 *     fix      the changes of the submission are marked, durably, before anything is sent
 *     submit   their net masks go out; repeating it changes nothing
 *     confirm  the word, n blocks deep, shows them
 *
 * The bits of a word are independent of one another, so none waits for another: a release that the registry refuses for as long as the
 * region is suspended holds back neither a revocation of the same word nor one of the same certificate.
 *
 * Fixing first is what makes a crash harmless: if a suspension went out and its reply was lost, a release that arrives
 * meanwhile waits until the suspension is seen on chain. Otherwise the release would find nothing to release, count as
 * done, and the suspension would land after it.
 */
export function createStatusSubmitter(deps: StatusSubmitterDeps): StatusSubmitter {
  const { region, instance, queue, clock, settings, onEvent } = deps;
  const claim = createLeaseClaim({
    ...{ store: queue, name: statusLease(region), holder: instance, leaseMs: settings.leaseMs, clock, onEvent },
  });
  return {
    async runOnce() {
      const lease = await claim();
      if (!lease) return { claimed: false, submitted: 0, confirmed: 0, open: 0, more: false };
      try {
        return await workThrough(deps, lease);
      } finally {
        await queue.releaseLease(lease);
      }
    },
  };
}

async function workThrough(deps: StatusSubmitterDeps, lease: Lease): Promise<StatusPass> {
  const { queue, settings } = deps;
  const open = await queue.openStatusChanges(settings.maxChanges);
  const groups = groupsOf(open);
  // All that is under way is looked at, and only what is due takes a place in a submission: so what the chain refuses for a while
  // neither keeps later changes from being sent, nor younger ones from being confirmed and sent again.
  const fixed = groups.filter((group) => group.fixed);
  const fresh = ofFirstWords(
    groups.filter((group) => !group.fixed),
    settings.maxWords,
  );
  // A fresh group whose net effect is on chain already (suspended and released before anything was sent) is done as well:
  // nothing of its bit is under way.
  const { confirmed, lacking } = await confirm(deps, lease, [...fixed, ...fresh]);
  const overdue = lacking.filter((group) => group.fixed && isOverdue(deps, group));
  const due = [...ofFirstWords(overdue, settings.maxWords), ...lacking.filter((group) => !group.fixed)];
  const sent = await fixAndSubmit(deps, lease, due);
  // A chain that mines at once shows the words already; else a later pass confirms.
  const after = sent.length > 0 ? await confirm(deps, lease, sent) : { confirmed: 0 };
  const done = confirmed + after.confirmed;
  return {
    claimed: true,
    submitted: sent.reduce((sum, { changes }) => sum + changes.length, 0),
    confirmed: done,
    open: open.length - done,
    more: done > 0 && (open.length > done || open.length >= settings.maxChanges),
  };
}

/** One group a bit, in the order of their oldest change: the fixed changes if there are any, else the fresh ones. */
function groupsOf(changes: readonly StatusChange[]): BitGroup[] {
  const bits = new Map<string, StatusChange[]>();
  for (const change of changes) {
    const key = bitOf(change);
    const ofBit = bits.get(key);
    if (ofBit) ofBit.push(change);
    else bits.set(key, [change]);
  }
  return [...bits.values()].map((ofBit) => {
    const sent = ofBit.filter(({ submitted }) => submitted !== null);
    const fixed = sent.length > 0;
    const together = fixed ? sent : ofBit;
    const { statusIndex, action } = together.at(-1)!;
    const { list, word } = placeOf(statusIndex);
    return { list, word, statusIndex, changes: together, action, fixed };
  });
}

/** The groups of the first words: as many to set bits in, and as many to release bits in, which goes out by itself. */
function ofFirstWords(groups: readonly BitGroup[], maxWords: number): BitGroup[] {
  const setting = new Set<string>();
  const releasing = new Set<string>();
  return groups.filter(({ list, word, action }) => {
    const words = action === "release" ? releasing : setting;
    // A word to revoke and to suspend in is two words of the registry.
    const name = `${action}/${list}/${word}`;
    if (!words.has(name) && words.size >= maxWords) return false;
    words.add(name);
    return true;
  });
}

/** Marks as confirmed every group that its word shows; returns the others. */
async function confirm(
  { queue, chain, clock, settings, onEvent }: StatusSubmitterDeps,
  lease: Lease,
  groups: readonly BitGroup[],
): Promise<{ confirmed: number; lacking: BitGroup[] }> {
  const shown: number[] = [];
  const lacking: BitGroup[] = [];
  const states = await wordStates(chain, groups, settings.confirmations);
  for (const [i, group] of groups.entries()) {
    if (shows(states[i]!, group)) shown.push(...seqsOf([group]));
    else lacking.push(group);
  }
  // Crash before: open, confirmed by the next pass. After: done.
  if (shown.length === 0 || !(await queue.confirmStatusChanges(lease, shown, clock.now())))
    return { confirmed: 0, lacking };
  onEvent({ event: "status-confirmed", changes: shown.length });
  return { confirmed: shown.length, lacking };
}

/** Sent so long ago that it should be there, or (no transaction known) perhaps never sent. */
function isOverdue({ clock, settings }: StatusSubmitterDeps, { changes }: BitGroup): boolean {
  return changes.some(({ submitted }) => {
    if (submitted === null) return false;
    // Whoever marked it may still be about to send; it gives up when its lease has lapsed.
    const patience = submitted.tx === null ? settings.leaseMs : settings.resubmitAfterMs;
    return hasPassed(patience, submitted.at, clock);
  });
}

/** Returns the groups that went out, now fixed. */
async function fixAndSubmit(deps: StatusSubmitterDeps, lease: Lease, due: readonly BitGroup[]): Promise<BitGroup[]> {
  const { queue, clock } = deps;
  if (due.length === 0) return [];
  // Crash before: open and fresh. After: marked, no transaction known; looked up and sent by a later pass.
  if (!(await queue.fixStatusSubmission(lease, seqsOf(due), clock.now()))) return [];
  // A registry refuses releases of a suspended region, and that must not hold up a revocation: they travel apart.
  const setting = due.filter(({ action }) => action !== "release");
  const releasing = due.filter(({ action }) => action === "release");
  const sent: BitGroup[] = [];
  for (const groups of [setting, releasing]) {
    if (groups.length > 0 && (await submit(deps, lease, groups))) sent.push(...groups);
  }
  return sent.map((group) => ({ ...group, fixed: true }));
}

async function submit(
  { queue, chain, clock, onEvent }: StatusSubmitterDeps,
  lease: Lease,
  groups: readonly BitGroup[],
): Promise<boolean> {
  const seqs = seqsOf(groups);
  const masks = collapse(groups);
  try {
    // The chain knows no fences: one that slept past its lease must not send what others have since moved on from. So the fence
    // is checked once more when the nonce is drawn, and who sleeps after that finds the nonce used up by the next holder.
    const maySend = () => queue.fixStatusSubmission(lease, seqs, clock.now());
    // Crash before: marked and not sent, sent by a later pass. After: sent; sending again changes nothing.
    const { tx } = await chain.submitStatus(masks, maySend);
    if (tx === null) return false;
    await queue.recordStatusTransaction(seqs, tx);
    onEvent({ event: "status-submitted", changes: seqs.length, words: masks.length, tx });
    return true;
  } catch (error) {
    if (!(error instanceof TallyError) || error.code !== "chain.reverted") throw error;
    onEvent({ event: "status-refused", changes: seqs.length, error });
    return false;
  }
}

function seqsOf(groups: readonly BitGroup[]): number[] {
  return groups.flatMap(({ changes }) => changes.map(({ seq }) => seq));
}
