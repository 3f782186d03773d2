// SPDX-License-Identifier: Apache-2.0
import type { Result } from "ethers";
import { ANNULMENT_REASONS, type AnnulmentReason } from "../../../domain/agencies/annulment.js";
import type { GovernorAct, TimelockOffice, UnknownAct } from "../../../domain/agencies/governor-act.js";
import { addressOf } from "../address.js";
import { agencyBytes, codeText, regionBytes, typeBytes } from "../codes.js";
import { GUARDIAN_ROLE, REGISTRY } from "../registry-interface.js";
import { TIMELOCK, TIMELOCK_ROLES } from "./timelock-interface.js";

export interface Contracts {
  readonly registry: string;
  readonly timelock: string;
}

export interface Call {
  readonly target: string;
  readonly data: string;
}

/** The act as the one call that the timelock makes. Throws `request.invalid` for what cannot be one. */
export function callOf(act: GovernorAct, { registry, timelock }: Contracts): Call {
  const onRegistry = (name: string, ...args: readonly unknown[]): Call => {
    return { target: registry, data: REGISTRY.encodeFunctionData(name, args) };
  };
  const onTimelock = (name: string, ...args: readonly unknown[]): Call => {
    return { target: timelock, data: TIMELOCK.encodeFunctionData(name, args) };
  };
  switch (act.act) {
    case "add-region":
      return onRegistry("addRegion", regionBytes(act.region), addressOf(act.admin), act.activationDelaySeconds);
    case "set-region-admin":
      return onRegistry("setRegionAdmin", regionBytes(act.region), addressOf(act.admin));
    case "set-activation-delay":
      return onRegistry("setActivationDelay", regionBytes(act.region), act.activationDelaySeconds);
    case "suspend-region":
      return onRegistry("suspendRegion", regionBytes(act.region));
    case "release-region":
      return onRegistry("releaseRegion", regionBytes(act.region));
    case "strike-agency":
      return onRegistry("strikeAgency", agencyBytes(act.agency));
    case "release-agency":
      return onRegistry("releaseAgency", agencyBytes(act.agency));
    case "authorise":
      return onRegistry("authorise", agencyBytes(act.agency), typeBytes(act.typeCode));
    case "delegate-seal":
      return onRegistry("delegateSeal", agencyBytes(act.agency), agencyBytes(act.sealer));
    case "annul-revocations": {
      const { region, list, masks, reason } = act;
      return onRegistry("annulRevocations", regionBytes(region), list, masks, ANNULMENT_REASONS[reason]);
    }
    case "grant-guardian":
      return onRegistry("grantRole", GUARDIAN_ROLE, addressOf(act.account));
    case "revoke-guardian":
      return onRegistry("revokeRole", GUARDIAN_ROLE, addressOf(act.account));
    case "grant-office":
      return onTimelock("grantRole", TIMELOCK_ROLES[act.office], addressOf(act.account));
    case "revoke-office":
      return onTimelock("revokeRole", TIMELOCK_ROLES[act.office], addressOf(act.account));
    case "set-governance-delay":
      return onTimelock("updateDelay", act.seconds);
  }
}

/** What a call is, for a person; `unknown` when it is none of our acts, spelt exactly as we would spell it. */
export function actOf(call: Call, contracts: Contracts): GovernorAct | UnknownAct {
  try {
    const act = read(call, contracts);
    if (act !== null) {
      const { target, data } = callOf(act, contracts);
      if (target.toLowerCase() === call.target.toLowerCase() && data === call.data.toLowerCase()) return act;
    }
  } catch {
    // Falls through: what cannot be read is not known.
  }
  return { act: "unknown", target: call.target, data: call.data };
}

function read({ target, data }: Call, { registry }: Contracts): GovernorAct | null {
  const isRegistry = target.toLowerCase() === registry.toLowerCase();
  const parsed = (isRegistry ? REGISTRY : TIMELOCK).parseTransaction({ data });
  if (parsed === null) return null;
  const { name, args } = parsed;
  const code = (i: number): string => codeText(args[i] as string);
  const text = (i: number): string => String(args[i]);
  if (!isRegistry) return readTimelock(name, args);
  switch (name) {
    case "addRegion":
      return { act: "add-region", region: code(0), admin: text(1), activationDelaySeconds: Number(args[2]) };
    case "setRegionAdmin":
      return { act: "set-region-admin", region: code(0), admin: text(1) };
    case "setActivationDelay":
      return { act: "set-activation-delay", region: code(0), activationDelaySeconds: Number(args[1]) };
    case "suspendRegion":
      return { act: "suspend-region", region: code(0) };
    case "releaseRegion":
      return { act: "release-region", region: code(0) };
    case "strikeAgency":
      return { act: "strike-agency", agency: code(0) };
    case "releaseAgency":
      return { act: "release-agency", agency: code(0) };
    case "authorise":
      return { act: "authorise", agency: code(0), typeCode: code(1) };
    case "delegateSeal":
      return { act: "delegate-seal", agency: code(0), sealer: code(1) };
    case "annulRevocations": {
      const reasons = Object.entries(ANNULMENT_REASONS) as [AnnulmentReason, number][];
      const [reason] = reasons.find(([, number]) => number === Number(args[3])) ?? [];
      if (reason === undefined) return null;
      const masks = (args[2] as Result[]).map(({ word, mask }) => ({ word: Number(word), mask: mask as bigint }));
      return { act: "annul-revocations", region: code(0), list: Number(args[1]), masks, reason };
    }
    case "grantRole":
    case "revokeRole":
      if (args[0] !== GUARDIAN_ROLE) return null;
      return { act: name === "grantRole" ? "grant-guardian" : "revoke-guardian", account: text(1) };
    default:
      return null;
  }
}

function readTimelock(name: string, args: Result): GovernorAct | null {
  if (name === "updateDelay") return { act: "set-governance-delay", seconds: Number(args[0]) };
  if (name !== "grantRole" && name !== "revokeRole") return null;
  const [office] = Object.entries(TIMELOCK_ROLES).find(([, role]) => role === args[0]) ?? [];
  if (office === undefined || office === "admin") return null;
  const act = name === "grantRole" ? "grant-office" : "revoke-office";
  return { act, office: office as TimelockOffice, account: String(args[1]) };
}
