// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import type { OnEvent } from "./anchoring-events.js";
import { statusLease } from "./lease-store.js";
import type { AnchorChain, Clock, Lease, StatusChange, StatusMasks, StatusQueue } from "./ports.js";
import { collapse, placeOf, stillMissing } from "./status-masks.js";
import { wordStates } from "./word-states.js";

export interface StatusSettings {
  /** Most new words in one submission, and most repeated ones: 27,000 gas a fresh word, a transaction stays under 16 million. */
  readonly maxWords: number;
  /** Most changes looked at in one pass. */
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

/** The changes of one word that travel together. */
interface WordGroup {
  readonly list: number;
  readonly word: number;
  readonly changes: readonly StatusChange[];
  /** Part of a submission already. Later changes of the word wait until these are confirmed. */
  readonly fixed: boolean;
}

interface LackingGroup {
  readonly group: WordGroup;
  /** What the confirmed word does not show yet. */
  readonly masks: StatusMasks;
}

/**
 * Takes legal state changes to the status words, in order, one submission at a time for each word:
 *
 *     fix      the changes of the submission are marked, durably, before anything is sent
 *     submit   their net masks go out; repeating it changes nothing
 *     confirm  the word, n blocks deep, shows them
 *
 * Fixing first is what makes a crash harmless: if a suspension went out and its reply was lost, a release that arrives
 * meanwhile waits until the suspension is seen on chain. Otherwise the release would find nothing to release, count as
 * done, and the suspension would land after it.
 */
export function createStatusSubmitter(deps: StatusSubmitterDeps): StatusSubmitter {
  const { region, instance, queue, clock, settings } = deps;
  return {
    async runOnce() {
      const lease = await queue.claimLease(statusLease(region), instance, clock.now(), settings.leaseMs);
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
  const groups = nextGroups(groupsOf(open), settings.maxWords);
  // A fresh group whose net effect is on chain already (suspended and released before anything was sent) is done as well:
  // nothing of its word is under way.
  const { confirmed, lacking } = await confirm(deps, lease, groups);
  const due = lacking.filter(({ group }) => !group.fixed || isOverdue(deps, group));
  const sent = await fixAndSubmit(deps, lease, due);
  // A chain that mines at once shows the words already; else a later pass confirms.
  const after = sent.length > 0 ? await confirm(deps, lease, sent) : { confirmed: 0 };
  const done = confirmed + after.confirmed;
  return {
    claimed: true,
    submitted: sent.reduce((sum, { changes }) => sum + changes.length, 0),
    confirmed: done,
    open: open.length - done,
    more: done > 0 && (open.length > done || open.length === settings.maxChanges),
  };
}

/** One group a word, in the order of their oldest change: the fixed changes if there are any, else the fresh ones. */
function groupsOf(changes: readonly StatusChange[]): WordGroup[] {
  const words = new Map<string, StatusChange[]>();
  for (const change of changes) {
    const { list, word } = placeOf(change.statusIndex);
    const key = `${list}/${word}`;
    const ofWord = words.get(key);
    if (ofWord) ofWord.push(change);
    else words.set(key, [change]);
  }
  return [...words.values()].map((ofWord) => {
    const { list, word } = placeOf(ofWord[0]!.statusIndex);
    const fixed = ofWord.filter(({ submitted }) => submitted !== null);
    return fixed.length > 0
      ? { list, word, changes: fixed, fixed: true }
      : { list, word, changes: ofWord, fixed: false };
  });
}

/** Apart, so that submissions which the chain refuses for a while do not keep later changes from being sent. */
function nextGroups(groups: readonly WordGroup[], maxWords: number): WordGroup[] {
  const fixed = groups.filter((group) => group.fixed).slice(0, maxWords);
  const fresh = groups.filter((group) => !group.fixed).slice(0, maxWords);
  return [...fixed, ...fresh];
}

/** Marks as confirmed every group whose word shows all of it; returns the others. */
async function confirm(
  { queue, chain, clock, settings, onEvent }: StatusSubmitterDeps,
  lease: Lease,
  groups: readonly WordGroup[],
): Promise<{ confirmed: number; lacking: LackingGroup[] }> {
  const shown: number[] = [];
  const lacking: LackingGroup[] = [];
  const states = await wordStates(chain, groups, settings.confirmations);
  for (const [i, group] of groups.entries()) {
    const masks = stillMissing(netOf(group), states[i]!);
    if (masks) lacking.push({ group, masks });
    else shown.push(...group.changes.map(({ seq }) => seq));
  }
  // Crash before: open, confirmed by the next pass. After: done.
  if (shown.length === 0 || !(await queue.confirmStatusChanges(lease, shown, clock.now())))
    return { confirmed: 0, lacking };
  onEvent({ event: "status-confirmed", changes: shown.length });
  return { confirmed: shown.length, lacking };
}

/** Sent so long ago that it should be there, or (no transaction known) perhaps never sent. */
function isOverdue({ clock, settings }: StatusSubmitterDeps, { changes }: WordGroup): boolean {
  return changes.some(({ submitted }) => {
    if (submitted === null) return false;
    // Whoever marked it may still be about to send; it gives up when its lease has lapsed.
    const patience = submitted.tx === null ? settings.leaseMs : settings.resubmitAfterMs;
    return clock.now() - submitted.at >= patience;
  });
}

/** Returns the groups that went out, now fixed. */
async function fixAndSubmit(
  deps: StatusSubmitterDeps,
  lease: Lease,
  due: readonly LackingGroup[],
): Promise<WordGroup[]> {
  const { queue, clock } = deps;
  if (due.length === 0) return [];
  const seqs = due.flatMap(({ group }) => group.changes.map(({ seq }) => seq));
  // Crash before: open and fresh. After: marked, no transaction known; looked up and sent by a later pass.
  if (!(await queue.fixStatusSubmission(lease, seqs, clock.now()))) return [];
  // A registry refuses releases of a suspended region, and that must not hold up a revocation: they travel apart.
  const setting = due.filter(({ masks }) => (masks.revoke | masks.suspend) !== 0n);
  const releasing = due.filter(({ masks }) => masks.release !== 0n);
  const sent: LackingGroup[] = [];
  for (const [groups, part] of [
    [setting, (masks: StatusMasks) => ({ ...masks, release: 0n })],
    [releasing, (masks: StatusMasks) => ({ ...masks, revoke: 0n, suspend: 0n })],
  ] as const) {
    if (groups.length === 0) continue;
    if (await submit(deps, lease, groups, part)) sent.push(...groups);
  }
  return [...new Set(sent.map(({ group }) => group))].map((group) => ({ ...group, fixed: true }));
}

async function submit(
  { queue, chain, clock, onEvent }: StatusSubmitterDeps,
  lease: Lease,
  groups: readonly LackingGroup[],
  part: (masks: StatusMasks) => StatusMasks,
): Promise<boolean> {
  const changes = groups.flatMap(({ group }) => group.changes);
  try {
    const seqs = changes.map(({ seq }) => seq);
    // The chain knows no fences: one that slept past its lease must not send what others have since moved on from. So the fence
    // is checked once more when the nonce is drawn, and who sleeps after that finds the nonce used up by the next holder.
    const maySend = () => queue.fixStatusSubmission(lease, seqs, clock.now());
    // Crash before: marked and not sent, sent by a later pass. After: sent; sending again changes nothing.
    const { tx } = await chain.submitStatus(
      groups.map(({ masks }) => part(masks)),
      maySend,
    );
    if (tx === null) return false;
    await queue.recordStatusTransaction(seqs, tx);
    onEvent({ event: "status-submitted", changes: changes.length, words: groups.length, tx });
    return true;
  } catch (error) {
    if (!(error instanceof TallyError) || error.code !== "chain.reverted") throw error;
    onEvent({ event: "status-refused", changes: changes.length, error });
    return false;
  }
}

function netOf({ changes }: WordGroup): StatusMasks {
  return collapse(changes)[0]!;
}
