// SPDX-License-Identifier: Apache-2.0
import { type ComputedRef, computed, ref } from "vue";

/** More would push what stands below it off a telephone's screen. */
const MOST = 6;

export interface Newest<T> {
  readonly shown: ComputedRef<readonly T[]>;
  /** How many earlier ones are folded away; 0 once they were asked for. */
  readonly folded: ComputedRef<number>;
  unfold(): void;
}

/** Of a list that is oldest first, the newest few, until all are asked for. */
export function useNewest<T>(all: () => readonly T[]): Newest<T> {
  const isUnfolded = ref(false);
  const folded = computed(() => (isUnfolded.value ? 0 : Math.max(0, all().length - MOST)));
  return {
    shown: computed(() => all().slice(folded.value)),
    folded,
    unfold: () => {
      isUnfolded.value = true;
    },
  };
}
