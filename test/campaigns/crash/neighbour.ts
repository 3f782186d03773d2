// SPDX-License-Identifier: Apache-2.0
import { once } from "node:events";
import { createServer } from "node:net";
import type { Ready } from "../../main/service-process.js";
import type { Seeded } from "../seeded.js";
import { Life, type Settings } from "./life.js";
import type { StoreUnderTest } from "./stores.js";

/** Another region on the same chain: it mirrors the first one's batches, verifies its certificates, and dies as well. */
export class Neighbour {
  #life: Life | null = null;

  constructor(
    private readonly settings: Settings,
    private readonly store: StoreUnderTest,
  ) {}

  /** Starts it where it does not run. A first start needs the chain, and ends when that is down. */
  start(): Life {
    if (this.#life === null || this.#life.over) this.#life = new Life(this.settings);
    return this.#life;
  }

  /** Starts it until it is there: while the first region runs it must come. */
  async ready(): Promise<Ready> {
    try {
      return await this.start().ready;
    } catch {
      return await this.start().ready;
    }
  }

  async kill(): Promise<void> {
    this.#life?.kill(["service"], this.store);
    await this.#life?.ended;
  }
}

/** What the other region is told of the chain and the first region, which both answer at the same places in every life. */
export function neighbourSettings({ chain, chainId, registry, url }: Ready): Settings {
  return {
    TALLY_REGION: "310000",
    TALLY_CHAIN_URLS: chain,
    TALLY_CHAIN_ID: String(chainId),
    TALLY_REGISTRY: registry,
    TALLY_PEERS: url,
    TALLY_SEAL_LISTS_EVERY: "1",
  };
}

/** A port that nobody listens on now, and that no outgoing connection gets while its service is down. */
export async function lastingPort(random: Seeded): Promise<number> {
  for (;;) {
    const port = random.whole(20_000, 30_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => resolve(true));
    });
    if (!isFree) continue;
    server.close();
    await once(server, "close");
    return port;
  }
}
