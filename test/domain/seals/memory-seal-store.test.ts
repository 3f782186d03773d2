// SPDX-License-Identifier: Apache-2.0
import { identifierOf } from "../../adapters/issued.js";
import { describeSealStore } from "../../adapters/seal-store.suite.js";
import { memorySealStore } from "./memory-seal-store.js";

describeSealStore("in memory", async () => {
  const licences = new Set<string>();
  const store = memorySealStore({ hasLicence: (identifier) => licences.has(identifier) });
  return {
    store,
    logged: async () => store.events.map(({ action, object }) => [action, object] as const),
    licence: async (n) => void licences.add(identifierOf(n)),
    close: async () => {},
  };
});
