// SPDX-License-Identifier: Apache-2.0
import { type ErrorDescription, type Result, ZeroHash } from "ethers";
import { codeText, digestText } from "./codes.js";
import { GUARDIAN_ROLE, REGISTRY } from "./registry-interface.js";
import { TIMELOCK, TIMELOCK_ROLES } from "./timelock/timelock-interface.js";

const ROLES: Readonly<Record<string, string>> = {
  [ZeroHash]: "governor",
  [GUARDIAN_ROLE]: "guardian",
  [TIMELOCK_ROLES.proposer]: "proposer of the network's timelock",
  [TIMELOCK_ROLES.executor]: "executor of the network's timelock",
  [TIMELOCK_ROLES.canceller]: "canceller of the network's timelock",
};

/** Of the timelock's own errors, beside those that it shares with the registry. */
const TIMELOCK_WORDS: Readonly<Record<string, (values: Record<string, string>) => string>> = {
  TimelockInsufficientDelay: (v) => `a delay of ${v.delay} s is shorter than the timelock's, ${v.minDelay} s`,
  TimelockUnexpectedOperationState: (v) =>
    `proposal ${v.operationId} is not in a state for that: not proposed, still waiting, or over`,
  TimelockUnexecutedPredecessor: (v) => `proposal ${v.predecessorId} has to be carried out first`,
  TimelockUnauthorizedCaller: () => "only the timelock itself may do that: propose it",
};

/** What each refusal of the registry means, and what to do when that is not plain. Keyed by the contract's errors. */
const WORDS: Readonly<Record<string, (values: Record<string, string>) => string>> = {
  AccessControlUnauthorizedAccount: (v) => {
    const plain = `account ${v.account} is not the ${ROLES[v.neededRole!] ?? v.neededRole}`;
    // On a network with a timelock no account is.
    return v.neededRole === ZeroHash ? `${plain}; where the governor is a timelock: tally governance propose` : plain;
  },
  AgencyExists: (v) => `agency ${v.agency} is registered already, in region ${v.region}`,
  AgencyIsSuspended: (v) => `agency ${v.agency} is suspended; release it first`,
  AgencyNotActive: (v) => `agency ${v.agency} is not active (yet)`,
  AgencyNotSuspended: (v) => `agency ${v.agency} is not suspended`,
  AgencyUnknown: (v) => `agency ${v.agency} is not registered`,
  AlreadyAuthorised: (v) => `agency ${v.agency} is authorised for ${v.typeCode} already`,
  AlreadyDelegated: (v) => `agency ${v.sealer} may seal for ${v.agency} already`,
  AlreadyDisowned: (v) => `batch ${v.root} of ${v.size} is disowned already`,
  CompromiseNotEarlier: (v) =>
    `key ${v.keyDigest} counts as compromised since ${v.standing} already; a claim can only move earlier`,
  DidTaken: (v) => `the DID belongs to agency ${v.agency}`,
  EmptyMasks: () => "no status bits were named",
  InvalidActivationDelay: (v) => `an activation delay of ${v.activationDelay} s is not between 0 and ${v.longest}`,
  InvalidAddress: () => "the zero address cannot hold a role",
  InvalidAgencyCode: (v) => `${v.agency} is not an agency code`,
  InvalidBatchSize: (v) => `a batch has 1 to ${v.largest} entries, not ${v.size}`,
  InvalidDid: () => "the DID is empty or too long",
  InvalidDigest: () => "a digest of zeros names nothing",
  InvalidMultikey: () => "the Multikey does not fit its purpose",
  InvalidRegionCode: (v) => `${v.region} is not a region code`,
  InvalidRights: (v) => `${v.rights} names no rights`,
  InvalidTypeCode: (v) => `${v.typeCode} is not a type code`,
  InvalidVersion: () => "versions start at 1",
  InvalidWord: (v) => `a status list has ${v.words} words; there is no word ${v.word}`,
  KeyAlreadyRetired: (v) => `key ${v.keyDigest} is retired since ${v.retiredAt}`,
  KeyExists: (v) => `key ${v.keyDigest} is registered already; a key is registered once, ever`,
  KeyUnknown: (v) => `key ${v.keyDigest} is not registered`,
  NotAnchorOperator: (v) =>
    `account ${v.caller} may not anchor for region ${v.region} (yet): the region admin grants that`,
  NotAuthorised: (v) => `agency ${v.agency} is not authorised for ${v.typeCode}`,
  NotDelegated: (v) => `agency ${v.sealer} may not seal for ${v.agency}`,
  NotGovernorOrGuardian: (v) => `account ${v.caller} is neither governor nor guardian`,
  NotRegionAdmin: (v) => `account ${v.caller} is not the admin of region ${v.region}`,
  NotStatusOperator: (v) =>
    `account ${v.caller} may not write status of region ${v.region} (yet): the region admin grants that`,
  NothingToVeto: () => "there is nothing that waits to take effect: it never was done, is in effect, or was vetoed",
  OperatorUnchanged: (v) =>
    `account ${v.operator} of region ${v.region} has these rights (${v.rights}) just so already`,
  PurposeNotForOwner: () => "this owner cannot hold a key of that purpose",
  RegionExists: (v) => `region ${v.region} exists already`,
  RegionIsSuspended: (v) => `region ${v.region} is suspended: it can narrow and revoke, nothing else`,
  RegionNotSuspended: (v) => `region ${v.region} is not suspended`,
  RegionUnknown: (v) => `region ${v.region} is not on this registry`,
  TimeInFuture: (v) => `time ${v.time} is later than the block's, ${v.blockTime}`,
  TooManyCompromises: (v) => `a key takes at most ${v.most} compromise claims`,
  TooManyIntervals: (v) => `at most ${v.most} intervals are kept; only the governor adds more`,
  TooManyOperators: (v) => `at most ${v.most} operators are kept`,
  TypeDefinitionExists: (v) =>
    `version ${v.version} of type ${v.typeCode} is published already and cannot change; publish a new version`,
};

/** The registry's refusal in words, with its values; null when the bytes are no error of the registry. */
export function refusalOf(data: unknown): string | null {
  if (typeof data !== "string" || !/^0x(?:[0-9a-fA-F]{2}){4,}$/.test(data)) return null;
  const error = REGISTRY.parseError(data) ?? TIMELOCK.parseError(data);
  if (!error) return null;
  const values = valuesOf(error);
  const words = WORDS[error.name] ?? TIMELOCK_WORDS[error.name];
  return words ? words(values) : `${error.name} ${JSON.stringify(values)}`;
}

function valuesOf({ fragment, args }: ErrorDescription): Record<string, string> {
  return Object.fromEntries(fragment.inputs.map(({ name, type }, i) => [name, valueText(type, (args as Result)[i])]));
}

function valueText(type: string, value: unknown): string {
  const text = String(value);
  if (type === "bytes32") return text === ZeroHash || ROLES[text] ? text : digestText(text);
  return type.startsWith("bytes") ? codeText(text) : text;
}

/** Names of the errors that have words; a test compares them with the contract. */
export const WORDED_ERRORS: readonly string[] = Object.keys(WORDS);
