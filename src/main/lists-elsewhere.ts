// SPDX-License-Identifier: Apache-2.0
import type { Logger } from "pino";
import { httpPeer } from "../adapters/http-peer/index.js";
import { TallyError } from "../core/errors.js";
import type { Config } from "./config.js";
import { keptRevocationLists } from "./verification/seal-trust.js";

/** Unchecked revocation lists of the region's own CA: what peers mirror of it, and all that lies in the folder of lists. A peer that does not answer brings none. */
export async function listsElsewhere(
  ca: string,
  config: Pick<Config, "peers" | "chainTimeoutMs" | "dataDirectory">,
  logger: Pick<Logger, "warn">,
): Promise<readonly Uint8Array[]> {
  const asked = config.peers.map(async (url) => {
    const peer = httpPeer({ url, timeoutMs: config.chainTimeoutMs });
    try {
      return await peer.fetchSealAuthority(ca, "revocation-list");
    } catch (error) {
      if (!(error instanceof TallyError)) throw error;
      logger.warn({ peer: peer.name, error: String(error) }, "revocation-list-not-asked");
      return null;
    }
  });
  const found = await Promise.all(asked);
  return [...found.flatMap((list) => list ?? []), ...(await keptRevocationLists(config).all())];
}
