// SPDX-License-Identifier: Apache-2.0
import type { Logger } from "pino";
import { httpPeer } from "../adapters/http-peer/index.js";
import { nodeCrypto } from "../adapters/node-crypto/index.js";
import type { SealCa } from "../domain/seals/index.js";
import { createListMirror } from "../domain/sharing/index.js";
import type { Deployment } from "./compose.js";
import { eventLog } from "./event-log.js";

const RENEW_EVERY_MS = 600_000;

export interface RevocationListWork {
  stop(): Promise<void>;
}

/** Keeps the revocation lists of seals current: the region's own are issued anew in time, those of peers are fetched. Any number of processes may do it. */
export function startRevocationLists(deployment: Deployment, logger: Logger): RevocationListWork {
  const { config, seals, registry, revocationLists } = deployment;
  const mirror = createListMirror({
    region: config.region,
    peers: config.peers.map((url) => httpPeer({ url, timeoutMs: config.chainTimeoutMs })),
    registry,
    crypto: nodeCrypto,
    keep: revocationLists.keep,
    everyMs: config.sealListSeconds * 1000,
    onEvent: eventLog(logger),
    now: () => Date.now(),
  });
  const renewal = startRenewal(seals.authority, logger);
  mirror.start();
  return {
    async stop() {
      await Promise.all([renewal.stop(), mirror.stop()]);
    },
  };
}

function startRenewal({ renewRevocationLists }: SealCa, logger: Logger): RevocationListWork {
  let underWay = Promise.resolve();
  const renew = (): void => {
    underWay = underWay.then(async () => {
      try {
        for (const { ca, number } of await renewRevocationLists())
          logger.info({ ca, number }, "revocation-list-issued");
      } catch (error) {
        logger.warn({ error: String(error) }, "revocation-lists-not-renewed");
      }
    });
  };
  renew();
  const timer = setInterval(renew, RENEW_EVERY_MS).unref();
  return {
    async stop() {
      clearInterval(timer);
      await underWay;
    },
  };
}
