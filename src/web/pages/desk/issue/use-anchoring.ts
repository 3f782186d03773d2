// SPDX-License-Identifier: Apache-2.0
import { onScopeDispose, type Ref, ref } from "vue";
import type { CertificateSummary } from "../api/answers.js";
import type { DeskApi } from "../api/desk-api.js";

type Anchoring = CertificateSummary["anchoring"];

/** Seconds between looks: soon at first, then seldom, for every look is in the log. */
const WAITS = [1, 2, 3, 5, 8, 15, 30, 60, 60, 120, 120, 300];
/** After so many looks without an anchor the page says that it takes longer. */
const PATIENT = 6;

/** Follows a certificate until it is anchored, as long as the view is there. */
export function useAnchoring(
  api: Pick<DeskApi, "certificate">,
  { certificateIdentifier, anchoring }: CertificateSummary,
): { readonly state: Readonly<Ref<Anchoring>>; readonly delayed: Readonly<Ref<boolean>> } {
  const state = ref(anchoring);
  const delayed = ref(false);
  let timer = 0;

  const look = (attempt: number): void => {
    const wait = WAITS[attempt];
    if (state.value === "anchored" || wait === undefined) return;
    timer = window.setTimeout(async () => {
      try {
        state.value = (await api.certificate(certificateIdentifier)).anchoring;
      } catch {
        // The next look may get through; a refused credential is shown by the desk itself.
      }
      delayed.value = state.value !== "anchored" && attempt + 1 >= PATIENT;
      look(attempt + 1);
    }, wait * 1000);
  };
  look(0);
  onScopeDispose(() => window.clearTimeout(timer));
  return { state, delayed };
}
