// SPDX-License-Identifier: Apache-2.0
import { join } from "node:path";
import { readWhole, remove, writeWhole } from "../../adapters/trust-files/whole-file.js";
import { TallyError } from "../../core/errors.js";
import type { Restoration, RestorationStore } from "../../domain/anchoring/index.js";
import type { DataDirectory } from "../data-directory.js";

/** A file beside the embedded store, which is one directory's own as the store is. It is there when a restored directory appears. */
export function restoredFile({ root }: Pick<DataDirectory, "root">): RestorationStore {
  const path = join(root, "restored.json");

  async function unfinishedRestoration(): Promise<Restoration | null> {
    const bytes = await readWhole(path, MAX_BYTES);
    return bytes === null ? null : restorationIn(bytes, path);
  }

  function keep({ at, backupOf, orders }: Restoration): Promise<void> {
    const restored = { restoredAt: new Date(at).toISOString(), backupOf, ...(orders === null ? {} : { orders }) };
    const content = { format: "tigertally-restored", version: 1, ...restored };
    return writeWhole(path, new TextEncoder().encode(`${JSON.stringify(content)}\n`));
  }

  return {
    unfinishedRestoration,

    async beginRestoration(restoration) {
      const begun = await unfinishedRestoration();
      if (begun === null) await keep(restoration);
      return begun ?? restoration;
    },

    async ordersCarriedOut(at) {
      const begun = await unfinishedRestoration();
      if (begun?.at === at && begun.orders !== null) await keep({ ...begun, orders: null });
    },

    async endRestoration(at) {
      if ((await unfinishedRestoration())?.at === at) await remove(path);
    },
  };
}

const MAX_BYTES = 65_536;

function restorationIn(bytes: Uint8Array, path: string): Restoration {
  try {
    const { restoredAt, backupOf, orders } = JSON.parse(new TextDecoder().decode(bytes));
    const at = Date.parse(restoredAt);
    if (!Number.isNaN(at)) return { at, backupOf, orders: orders ?? null };
  } catch {
    // As for a time that is none.
  }
  throw new TallyError("store.failed", `${path}, which tally restore wrote, is damaged: restore the backup again`);
}
