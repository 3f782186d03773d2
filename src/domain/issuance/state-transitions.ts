// SPDX-License-Identifier: Apache-2.0
import type { LegalState } from "../../core/type-definition.js";
import type { InForceState, StatusAction } from "./certificate-store.js";
import type { AllowedAct } from "./certificate-view.js";
import type { ChangeRequest } from "./change-request.js";

export interface Transition {
  readonly action: ChangeRequest["action"];
  readonly from: LegalState;
  readonly to: LegalState;
  /** What happens to the status bits on chain; null where they already say it. */
  readonly status: StatusAction | null;
}

/**
 * Every legal change of state on request. 吊销 revoked-penalty, 撤销 revoked-unlawful, 注销 cancelled and 已换发 replaced are
 * terminal; `replaced` comes only from renewal and correction. 转出 transferred-out is a suspension on chain until the receiving
 * province has issued, then a revocation; 取消转出 releases it to where it came from. Expiry is derived from the clock.
 */
export const TRANSITIONS: readonly Transition[] = [
  { action: "suspend", from: "valid", to: "suspended", status: "suspend" },
  { action: "release", from: "suspended", to: "valid", status: "release" },

  { action: "suspend", from: "valid", to: "transferred-out", status: "suspend" },
  { action: "suspend", from: "suspended", to: "transferred-out", status: null },
  { action: "release", from: "transferred-out", to: "valid", status: "release" },
  { action: "release", from: "transferred-out", to: "suspended", status: null },

  { action: "revoke", from: "valid", to: "revoked-penalty", status: "revoke" },
  { action: "revoke", from: "valid", to: "revoked-unlawful", status: "revoke" },
  { action: "revoke", from: "valid", to: "cancelled", status: "revoke" },
  { action: "revoke", from: "suspended", to: "revoked-penalty", status: "revoke" },
  { action: "revoke", from: "suspended", to: "revoked-unlawful", status: "revoke" },
  { action: "revoke", from: "suspended", to: "cancelled", status: "revoke" },
  { action: "revoke", from: "transferred-out", to: "revoked-penalty", status: "revoke" },
  { action: "revoke", from: "transferred-out", to: "revoked-unlawful", status: "revoke" },
  { action: "revoke", from: "transferred-out", to: "cancelled", status: "revoke" },
];

export function findTransition(action: ChangeRequest["action"], from: LegalState, to: LegalState): Transition | null {
  return TRANSITIONS.find((each) => each.action === action && each.from === from && each.to === to) ?? null;
}

/** A transfer that is called off returns to what was before it, a suspension included. */
export function resumeStateAfter(from: LegalState, to: LegalState): InForceState {
  return to === "transferred-out" && from === "suspended" ? "suspended" : "valid";
}

/**
 * Every act that a certificate in this state is open to. A release has one way only, back to where the certificate came from;
 * a new version takes the state of the one before, which becomes `replaced`.
 */
export function allowedActs(state: LegalState, resumeState: LegalState): readonly AllowedAct[] {
  const back = state === "transferred-out" ? resumeState : "valid";
  const changes = TRANSITIONS.filter((each) => each.from === state && (each.action !== "release" || each.to === back));
  const acts = changes.map(({ action, to }): AllowedAct => ({ action, state: to }));
  return state === "valid" || state === "suspended"
    ? [...acts, { action: "renew", state: "replaced" }, { action: "correct", state: "replaced" }]
    : acts;
}

/** States that an action can lead to at all, without regard to where it starts. */
export function statesReachedBy(action: ChangeRequest["action"]): readonly LegalState[] {
  return [...new Set(TRANSITIONS.filter((each) => each.action === action).map(({ to }) => to))];
}
