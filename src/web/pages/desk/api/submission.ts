// SPDX-License-Identifier: Apache-2.0
import { type Ref, ref, shallowRef } from "vue";
import { ApiProblem, isUncertain } from "../../../api/problem.js";
import { recall, remember } from "../session/tab-memory.js";
import type { IssuedCertificate } from "./answers.js";
import type { DeskApi } from "./desk-api.js";

/** A request on its way, so that another attempt at it carries the same key, also after the page was loaded anew. */
interface Attempt {
  readonly path: string;
  readonly body: string;
  readonly key: string;
}

/** Something that must take effect once, however often it is sent. */
export interface Submission<Answer> {
  readonly busy: Readonly<Ref<boolean>>;
  readonly problem: Readonly<Ref<ApiProblem | null>>;
  /** Nobody knows whether the last attempt took effect; sending the same again finds out and does nothing twice. */
  readonly uncertain: Readonly<Ref<boolean>>;
  /** Null when it was refused, could not be sent, or another attempt is under way. */
  send(path: string, body: unknown): Promise<Answer | null>;
  /** Takes the last problem off the screen. */
  dismiss(): void;
}

/** `name` keeps attempts of different forms apart in this tab's memory. */
export function useSubmission<Answer = IssuedCertificate>(
  api: Pick<DeskApi, "post">,
  name: string,
): Submission<Answer> {
  const memory = `attempt.${name}`;
  const busy = ref(false);
  const problem = shallowRef<ApiProblem | null>(null);
  const uncertain = ref(false);

  return {
    busy,
    problem,
    uncertain,

    async send(path, content) {
      if (busy.value) return null;
      busy.value = true;
      problem.value = null;
      const body = JSON.stringify(content);
      const before = recall<Attempt>(memory);
      // The same request under the same key is carried out once; other content is another request.
      const attempt = before?.path === path && before.body === body ? before : { path, body, key: newKey() };
      remember(memory, attempt);
      try {
        const answer = await api.post<Answer>(path, content, attempt.key);
        remember(memory, null);
        uncertain.value = false;
        return answer;
      } catch (thrown) {
        if (!(thrown instanceof ApiProblem)) throw thrown;
        problem.value = thrown;
        uncertain.value = isUncertain(thrown);
        // A refusal had no effect.
        if (!uncertain.value && thrown.code !== "request.unauthenticated") remember(memory, null);
        return null;
      } finally {
        busy.value = false;
      }
    },

    dismiss() {
      problem.value = null;
    },
  };
}

/** 128 random bits; `randomUUID` is missing where a page comes over plain HTTP from another machine. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `desk-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
