// SPDX-License-Identifier: Apache-2.0
import type { Logger } from "pino";
import { httpPeer } from "../adapters/http-peer/index.js";
import { nodeCrypto } from "../adapters/node-crypto/index.js";
import { delayAfter, type OnEvent, pause } from "../domain/anchoring/index.js";
import { createMirror, type Mirror } from "../domain/sharing/index.js";
import type { Deployment } from "./compose.js";
import { eventLog } from "./event-log.js";

export interface BackgroundWork {
  /** Finishes or hands back what is in flight. */
  stop(): Promise<void>;
}

/**
 * Anchors, sends states, watches the chain, mirrors other regions' batches, forgets what is over. Any number of processes may do it.
 * After a restoration nothing of it begins before the store was compared with the chain.
 */
export function startBackgroundWork(
  deployment: Deployment,
  { logger, onEvent }: { readonly logger: Logger; readonly onEvent: OnEvent },
): BackgroundWork {
  const { anchoring } = deployment;
  const mirror = mirrorOf(deployment, logger, onEvent);
  const stopping = new AbortController();
  const beginning = restorationFinished(deployment, logger, stopping.signal).then((finished) => {
    if (!finished) return;
    anchoring.start();
    mirror.start();
  });
  const forgetting = setInterval(() => void forget(deployment, logger), PURGE_EVERY_MS).unref();
  return {
    async stop() {
      clearInterval(forgetting);
      stopping.abort();
      await beginning;
      await Promise.all([anchoring.stop(), mirror.stop()]);
    },
  };
}

/** False when it was told to stop before. */
async function restorationFinished(
  { restorations }: Deployment,
  logger: Logger,
  stopping: AbortSignal,
): Promise<boolean> {
  for (let failures = 1; !stopping.aborted; failures++) {
    try {
      await restorations.finish((line) => logger.warn(line));
      return !stopping.aborted;
    } catch (error) {
      const retryInMs = delayAfter(failures, RESTORATION_BACKOFF, Math.random);
      logger.warn({ error: String(error), failures, retryInMs }, "restoration-unfinished");
      await pause(retryInMs, stopping);
    }
  }
  return false;
}

const RESTORATION_BACKOFF = { baseMs: 1_000, capMs: 60_000 };

function mirrorOf(
  { config, mirrorStore, chain, evidence, types }: Deployment,
  logger: Logger,
  listener: OnEvent,
): Mirror {
  const log = eventLog(logger);
  return createMirror({
    store: mirrorStore,
    chain,
    own: evidence,
    types,
    peers: config.peers.map((url) => httpPeer({ url, timeoutMs: config.chainTimeoutMs })),
    crypto: nodeCrypto,
    settings: { idleMs: config.mirrorEverySeconds * 1000, confirmations: config.confirmations },
    onEvent: (event) => {
      log(event);
      listener(event);
    },
  });
}

const PURGE_EVERY_MS = 3_600_000;

/** Idempotency keys are kept for a day, ended pick-up links for half a year; they would grow for ever otherwise. */
async function forget({ idempotency, pickUps }: Deployment, logger: Logger): Promise<void> {
  try {
    await idempotency.purge();
    await pickUps.purge();
  } catch (error) {
    logger.warn({ error: String(error) }, "purge-failed");
  }
}
