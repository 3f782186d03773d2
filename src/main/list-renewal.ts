// SPDX-License-Identifier: Apache-2.0
import type { Logger } from "pino";
import type { SealCa } from "../domain/seals/index.js";

const EVERY_MS = 3_600_000;

export interface ListRenewal {
  stop(): Promise<void>;
}

/** Issues the revocation lists of seals anew, well before the last ones run out. Any number of processes that hold the CA's key may do it. */
export function startListRenewal({ renewRevocationLists }: SealCa, logger: Logger): ListRenewal {
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
  const timer = setInterval(renew, EVERY_MS).unref();
  return {
    async stop() {
      clearInterval(timer);
      await underWay;
    },
  };
}
