// SPDX-License-Identifier: Apache-2.0
export type { PickUpDependencies, PickUpRules } from "./dependencies.js";
export type { HolderLicence, HolderStanding } from "./holder-licence.js";
export { type DeliverableResult, withLinks } from "./imported-links.js";
export { hashesOf, secretsOf } from "./link-secrets.js";
export type { Deliverable, LinkSummary, SendRequest, ToldLink } from "./make-links.js";
export type { LookOutcome, OpenOutcome, Refusal } from "./open-link.js";
export type { PickUpKey, PickUpKeys } from "./pick-up-keys.js";
export {
  LINK_STATES,
  type LinkState,
  type NewPickUpLink,
  type PickUpLink,
  type PickUpSession,
  stateOf,
} from "./pick-up-link.js";
export type { LinkPage, LinkWithEvent, PickUpStore, RevokedLink } from "./pick-up-store.js";
export { createPickUps, type PickUps } from "./pick-ups.js";
