// SPDX-License-Identifier: Apache-2.0

/**
 * What an actor may do. `issuer`: everything an agency does with its own certificates; `reader`: read its agency's
 * certificates; `operator`: run the deployment (agencies, types, tokens), without an agency of its own unless it names one.
 */
export const ACTOR_ROLES = ["issuer", "reader", "operator"] as const;
export type ActorRole = (typeof ACTOR_ROLES)[number];

/** Who does something; every use case takes one and every audit event names it. */
export interface Actor {
  readonly kind: "token" | "cli" | "link" | "system";
  /** Id of the API token or pick-up link, name of the account on the command line, or name of the process. Never a secret. */
  readonly id: string;
  readonly role: ActorRole;
  /** USCC of the agency it acts for. */
  readonly agency?: string;
  /** Type codes it is limited to; `["*"]` or absent: no limit of its own. */
  readonly types?: readonly string[];
  readonly requestId: string;
}
