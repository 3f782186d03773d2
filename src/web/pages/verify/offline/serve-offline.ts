// SPDX-License-Identifier: Apache-2.0
import { hasOwnReader } from "../worker/own-reader.js";
import { scriptAddress } from "../worker/script-address.js";

/** After this long nothing else of the page's is still loading, as a rule. */
const QUIET_MS = 4_000;

/** Keeps the page's own files in the browser, so that it opens without a connection from the second visit on. */
export function serveOffline(): void {
  if (!("serviceWorker" in navigator)) return;
  addEventListener("load", () => {
    navigator.serviceWorker
      .register(scriptAddress("/service-worker.js"), { scope: "/" })
      .then(() => setTimeout(keepCodeReader, QUIET_MS))
      .catch(() => {
        // A private window, perhaps; the page works while there is a connection.
      });
  });
}

/** The code reader is as large as all the rest: kept only where the browser has none and its owner does not save data. */
async function keepCodeReader(): Promise<void> {
  const { connection } = navigator as { connection?: { readonly saveData?: boolean } };
  if (connection?.saveData === true || (await hasOwnReader())) return;
  const { active } = await navigator.serviceWorker.ready;
  active?.postMessage("keep-code-reader");
}
