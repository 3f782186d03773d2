// SPDX-License-Identifier: Apache-2.0
import { shallowRef } from "vue";
import { getJson } from "../../../api/client.js";
import { ApiProblem } from "../../../api/problem.js";
import { rightsOf } from "./rights.js";
import type { Session, SessionState, Who } from "./session.js";
import { forgetAll, recall, remember } from "./tab-memory.js";

type TokenView = Omit<Who, "rights">;

/** Signing in with an API token, which is kept in this tab only and sent in the Authorization header alone. */
export function tokenSession(): Session {
  const current = shallowRef<SessionState>({ state: "signed-out" });
  let token: string | null = null;

  const take = async (text: string): Promise<void> => {
    const view = await getJson<TokenView>("/v1/token", { token: text });
    const before = current.value;
    // Another agency's clerk does not go on with what the one before had begun.
    if (before.state === "expired" && before.who.agency.code !== view.agency.code) forgetAll();
    token = text;
    remember("token", text);
    current.value = { state: "signed-in", who: { ...view, rights: rightsOf(view.role) } };
  };

  return {
    current,

    signIn: (credential) => take(credential.trim()),

    async resume() {
      const kept = recall<string>("token");
      if (kept === null) return false;
      try {
        await take(kept);
        return true;
      } catch (problem) {
        if (!isRefused(problem)) throw problem;
        remember("token", null);
        return false;
      }
    },

    signOut() {
      token = null;
      forgetAll();
      current.value = { state: "signed-out" };
    },

    async run(call) {
      try {
        return await call(token === null ? {} : { token });
      } catch (problem) {
        if (isRefused(problem) && current.value.state === "signed-in") {
          token = null;
          remember("token", null);
          current.value = { state: "expired", who: current.value.who };
        }
        throw problem;
      }
    },
  };
}

function isRefused(problem: unknown): boolean {
  return problem instanceof ApiProblem && problem.code === "request.unauthenticated";
}
