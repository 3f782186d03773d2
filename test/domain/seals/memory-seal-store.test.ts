// SPDX-License-Identifier: Apache-2.0
import { describeSealStore } from "../../adapters/seal-store.suite.js";
import { memorySealStore } from "./memory-seal-store.js";

describeSealStore("in memory", async () => {
  const store = memorySealStore();
  return {
    store,
    logged: async () => store.events.map(({ action, object }) => [action, object] as const),
    licence: async () => {},
    close: async () => {},
  };
});
