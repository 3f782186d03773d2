// SPDX-License-Identifier: Apache-2.0
import { type ComputedRef, computed, type InjectionKey, inject } from "vue";
import type { Session, Who } from "./session.js";

export const SESSION: InjectionKey<Session> = Symbol("session");

/** The session of the desk; only inside it. */
export function useSession(): Session {
  const session = inject(SESSION);
  if (session === undefined) throw new Error("a view stands outside the desk");
  return session;
}

/** Who is signed in, also while the credential has expired; only in views that are shown to nobody else. */
export function useWho(): ComputedRef<Who> {
  const { current } = useSession();
  return computed(() => {
    if (current.value.state === "signed-out") throw new Error("nobody is signed in");
    return current.value.who;
  });
}
