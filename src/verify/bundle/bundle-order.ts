// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import type { TrustBundle } from "./trust-bundle.js";

/**
 * Throws unless `candidate` may take the place of `known`, both read under the same trust: `bundle.older` for one that says what was
 * earlier, `bundle.contradicts` for one that tells another story of the same chain (another block of the same number, another state
 * at the same block, one sequence number for two bundles). The same bundle again is no harm.
 */
export function refuseOlder(known: TrustBundle, candidate: TrustBundle): void {
  const [was, is] = [known.block, candidate.block];
  if (candidate.chainId !== known.chainId || candidate.genesis !== known.genesis)
    throw contradiction("of another chain");
  if (is.number === was.number) {
    if (is.hash !== was.hash || is.time !== was.time) throw contradiction(`with another block ${is.number}`);
    if (candidate.stateDigest !== known.stateDigest) throw contradiction(`with another state at block ${is.number}`);
  }
  if (is.number > was.number && is.time < was.time)
    throw contradiction(`whose block ${is.number} is of an earlier time`);
  if (candidate.region === known.region && candidate.sequence === known.sequence) {
    if (is.number !== was.number || candidate.issuedAt !== known.issuedAt)
      throw contradiction(`with the same sequence number ${is.number}`);
    return;
  }
  if (isNewer(candidate, known)) return;
  throw new TallyError(
    "bundle.older",
    `the trust bundle of block ${is.number}, sequence ${candidate.sequence}, issued ${candidate.issuedAt}, is older than the one kept here: ` +
      `block ${was.number}, sequence ${known.sequence}, issued ${known.issuedAt}`,
  );
}

/**
 * Whether `one` says what is later. Of two bundles of one region both the block must not be lower and the sequence number be higher;
 * regions count their bundles each for themselves, so between them the block decides, then the time of issue.
 */
export function isNewer(one: TrustBundle, other: TrustBundle): boolean {
  const ahead = one.block.number - other.block.number;
  if (one.region === other.region) return ahead >= 0 && one.sequence > other.sequence;
  return ahead > 0 || (ahead === 0 && one.issuedAt > other.issuedAt);
}

function contradiction(what: string): TallyError {
  return new TallyError(
    "bundle.contradicts",
    `the trust bundle contradicts the one kept here: it is one ${what}. Trust neither, and ask the region; keep both files as proof`,
  );
}
