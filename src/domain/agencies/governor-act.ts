// SPDX-License-Identifier: Apache-2.0
import type { AnnulmentReason } from "./annulment.js";

export type TimelockOffice = "proposer" | "executor" | "canceller";

/** An act that only the governor may do; with a timelock as governor it is proposed, waits, and is then carried out. */
export type GovernorAct =
  | {
      readonly act: "add-region";
      readonly region: string;
      readonly admin: string;
      readonly activationDelaySeconds: number;
    }
  | { readonly act: "set-region-admin"; readonly region: string; readonly admin: string }
  | { readonly act: "set-activation-delay"; readonly region: string; readonly activationDelaySeconds: number }
  | { readonly act: "suspend-region" | "release-region"; readonly region: string }
  | { readonly act: "strike-agency" | "release-agency"; readonly agency: string }
  | { readonly act: "authorise"; readonly agency: string; readonly typeCode: string }
  | { readonly act: "delegate-seal"; readonly agency: string; readonly sealer: string }
  | {
      readonly act: "annul-revocations";
      readonly region: string;
      readonly reason: AnnulmentReason;
      readonly list: number;
      readonly masks: readonly { readonly word: number; readonly mask: bigint }[];
    }
  | { readonly act: "grant-guardian" | "revoke-guardian"; readonly account: string }
  | { readonly act: "grant-office" | "revoke-office"; readonly office: TimelockOffice; readonly account: string }
  /** The delay of the timelock itself, for what is proposed afterwards. */
  | { readonly act: "set-governance-delay"; readonly seconds: number };

/** Something in a proposal that is none of our acts; whoever may cancel should ask what it is. */
export interface UnknownAct {
  readonly act: "unknown";
  readonly target: string;
  readonly data: string;
}

/** `waiting`: not yet; `ready`: an executor may carry it out; `done` and `cancelled` are final. */
export type ProposalState = "waiting" | "ready" | "done" | "cancelled";

export interface Proposal {
  /** 64 lower-case hex digits. */
  readonly id: string;
  readonly acts: readonly (GovernorAct | UnknownAct)[];
  readonly state: ProposalState;
  /** Block time, seconds, from which on it may be carried out; null once it is done or cancelled. */
  readonly readyAt: number | null;
}
