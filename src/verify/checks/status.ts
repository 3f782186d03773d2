// SPDX-License-Identifier: Apache-2.0
import type { CheckContext } from "../context.js";
import { type Finding, findingsOf } from "../finding.js";

const { pass, fail, unknown, unanswered } = findingsOf("status");

const WORD_BITS = 256;

/** Passes when neither bit is set in the lists of the issuer's region. List and word come from the signed index, never from a URL. */
export async function checkStatus(context: CheckContext): Promise<Finding> {
  const { registry, issuer, claims, trust, now } = context;
  const { head } = registry;
  if (!head.known) return unanswered(head);
  if (trust.maxHeadAge !== undefined && now - head.value.time > trust.maxHeadAge) return unknown("registry.stale");
  const { region } = issuer;
  if (!region.known) return unanswered(region);
  if (region.value === null) return unknown("status.unknown");

  const { list, position } = claims.status;
  const word = await registry.statusWord(region.value, list, Math.floor(position / WORD_BITS));
  if (!word.known) return unanswered(word);
  // Bit 0 of the list is the highest of its word, so that words in order are the bytes of a BitstringStatusList.
  const bit = 1n << BigInt(WORD_BITS - 1 - (position % WORD_BITS));
  if ((word.value.revoked & bit) !== 0n) return fail("status.revoked");
  if ((word.value.suspended & bit) !== 0n) return fail("status.suspended");
  return pass();
}
