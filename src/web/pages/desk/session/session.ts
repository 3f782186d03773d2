// SPDX-License-Identifier: Apache-2.0
import type { Ref } from "vue";
import type { Label } from "../../../../core/type-definition.js";
import type { CallOptions } from "../../../api/client.js";
import type { Right } from "./rights.js";

/** Who is at the desk, as the service says it. */
export interface Who {
  /** Name of the token or account in the log. */
  readonly id: string;
  readonly label: string;
  readonly role: string;
  readonly region: string;
  readonly agency: {
    readonly code: string;
    readonly name: string;
    readonly areaCode: string;
    readonly suspended: boolean;
  };
  readonly issuable: readonly { readonly typeCode: string; readonly version: number; readonly name: Label }[];
  /** RFC 3339; null: no end. */
  readonly expiresAt: string | null;
  readonly rights: ReadonlySet<Right>;
}

/**
 * `expired`: the service no longer takes the credential. What is on the screen stays, and goes on after signing in again.
 */
export type SessionState =
  | { readonly state: "signed-out" }
  | { readonly state: "signed-in"; readonly who: Who }
  | { readonly state: "expired"; readonly who: Who };

/** One way of signing in; API tokens today, accounts later. Views know this interface alone. */
export interface Session {
  readonly current: Readonly<Ref<SessionState>>;

  /** Rejects with the `ApiProblem` that says why not. */
  signIn(credential: string): Promise<void>;

  /** Takes up what this browser tab remembers; resolves to false when there is nothing, or nothing that still counts. */
  resume(): Promise<boolean>;

  /** Forgets the credential and everything else that this tab remembers of the desk. */
  signOut(): void;

  /** Runs a call in the name of who is signed in. A refused credential turns the state to `expired`, and the call rejects. */
  run<T>(call: (options: Pick<CallOptions, "token">) => Promise<T>): Promise<T>;
}
