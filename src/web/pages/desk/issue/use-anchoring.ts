// SPDX-License-Identifier: Apache-2.0
import { type Ref, ref } from "vue";
import type { CertificateSummary } from "../api/answers.js";
import type { DeskApi } from "../api/desk-api.js";
import { useLooks } from "../use-looks.js";

type Anchoring = CertificateSummary["anchoring"];

/** After so many looks without an anchor the page says that it takes longer. */
const PATIENT = 6;

/** Follows a certificate until it is anchored, as long as the view is there. */
export function useAnchoring(
  api: Pick<DeskApi, "certificate">,
  { certificateIdentifier, anchoring }: CertificateSummary,
): { readonly state: Readonly<Ref<Anchoring>>; readonly delayed: Readonly<Ref<boolean>> } {
  const state = ref(anchoring);
  const delayed = ref(false);
  const { begin } = useLooks(async (attempt) => {
    try {
      state.value = (await api.certificate(certificateIdentifier)).anchoring;
    } catch {
      // The next look may get through; a refused credential is shown by the desk itself.
    }
    delayed.value = state.value !== "anchored" && attempt + 1 >= PATIENT;
    return state.value === "anchored";
  });
  if (anchoring !== "anchored") begin();
  return { state, delayed };
}
