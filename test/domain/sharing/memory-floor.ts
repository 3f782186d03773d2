// SPDX-License-Identifier: Apache-2.0
import type { BlockFloor } from "../../../src/domain/sharing/index.js";

export function memoryFloor(): BlockFloor & { readonly raised: readonly number[] } {
  const raised: number[] = [];
  const block = async (): Promise<number> => Math.max(0, ...raised);
  return {
    raised,
    block,
    raise: async (to) => {
      raised.push(to);
    },
  };
}
