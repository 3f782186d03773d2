// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from "node:crypto";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import type { Logger } from "pino";
import { nodeForwarder } from "../adapters/ethereum/node-forwarder.js";
import { httpPeer } from "../adapters/http-peer/index.js";
import { nodeCrypto } from "../adapters/node-crypto/index.js";
import { canonicalBytes } from "../core/canonical-json.js";
import { LICENCE_CONTEXT_V1 } from "../core/contexts/licence-v1.js";
import { TallyError } from "../core/errors.js";
import type { OnEvent } from "../domain/anchoring/index.js";
import { createMirror, createPublicBatches, type Mirror } from "../domain/sharing/index.js";
import { createApp } from "../http/app.js";
import { DrainSwitch } from "../http/draining.js";
import { readBuiltPages } from "../http/pages/built-pages.js";
import { type Listening, serve } from "../http/serve.js";
import { DEFAULT_SETTINGS, type HttpSettings } from "../http/settings.js";
import type { ProofSource } from "../verify/sources.js";
import type { Deployment } from "./compose.js";
import type { Config } from "./config.js";
import { eventLog } from "./event-log.js";
import { createMetrics, type Metrics } from "./monitoring/metrics.js";
import { type MonitorServer, serveMonitor } from "./monitoring/monitor-server.js";
import { readinessOf } from "./monitoring/readiness.js";
import { lacksPublicUrl } from "./pick-ups.js";
import { strangersOf } from "./strangers.js";
import { bundlePublisherOf } from "./trust-bundles.js";
import { proofsOf } from "./verification/own-verifier.js";
import { registryDesk } from "./verification/registry-desk.js";
import { type VerificationThreads, verificationThreads } from "./verification/verification-threads.js";

export interface RunningService {
  readonly url: string;
  /** Where health and metrics are answered; null when they are not. */
  readonly monitor: string | null;
  /** Stops accepting, finishes or hands back what is in flight, closes the store. */
  stop(): Promise<void>;
}

/** Where `npm run build` puts the browser pages, seen from `src/main` and from `dist/main`. */
const PAGES_FOLDER = fileURLToPath(new URL("../../dist/web", import.meta.url));

/** Runs HTTP interface, anchoring worker, watcher and mirror of a deployment in this process. */
export async function runService(deployment: Deployment, logger: Logger, version: string): Promise<RunningService> {
  const { config, network, anchoring } = deployment;
  const draining = new DrainSwitch();
  const settings: HttpSettings = {
    ...DEFAULT_SETTINGS,
    trustProxy: config.trustProxy,
    rateLimitPerMinute: config.rateLimitPerMinute,
    pickUpsPerMinute: config.pickUpsPerMinute,
    maxConcurrent: config.maxConcurrent,
  };
  const bundles = bundlePublisherOf(deployment, logger);
  const proofs = proofsOf(deployment);
  const metrics = metricsOf(deployment, () => bundles.current()?.content.issuedAt ?? null);
  const mirror = mirrorOf(deployment, logger, metrics.onEvent);
  const verifier = threadsOf(deployment, proofs, { logger, metrics });
  const app = createApp({
    ...deployment,
    issuance: metrics.counting(deployment.issuance),
    onRequest: metrics.onRequest,
    network: {
      region: config.region,
      chainId: network.chainId,
      registry: network.registry,
      genesis: network.genesis ?? (await genesisOf(deployment)),
      maxAnchorDelaySeconds: config.maxAnchorDelaySeconds,
      maxHeadAgeSeconds: config.maxHeadAgeSeconds,
      bundleMaxAgeSeconds: config.bundleMaxAgeSeconds,
    },
    strangers: strangersOf(deployment),
    verifier,
    proofs,
    pdfOf: deployment.renderPdf,
    secureCookies: deployment.pagesAt.url().startsWith("https:"),
    batches: createPublicBatches({
      own: deployment.evidence,
      anchoring: deployment.anchoringStore,
      mirror: deployment.mirrorStore,
    }),
    chain: nodeForwarder({ ...network, timeoutMs: config.chainTimeoutMs }),
    trustBundle: () => bundles.current(),
    readiness: () => readiness(deployment),
    licenceContext: canonicalBytes(LICENCE_CONTEXT_V1),
    pages: readBuiltPages(PAGES_FOLDER),
    version,
    logger,
    now: () => Date.now(),
    newId: randomUUID,
    settings,
    draining,
  });
  if (config.interoperabilityIssuer !== "off")
    logger.warn({ for: config.interoperabilityIssuer }, "interoperability-issuer-on");
  const listening = await listen(app, config, { settings, draining });
  const monitor = await monitorOf(deployment, metrics);
  deployment.pagesAt.listensAt(listening.url);
  if (lacksPublicUrl(config)) logger.warn({ links: deployment.pagesAt.url() }, "public-url-unset");
  anchoring.start();
  mirror.start();
  bundles.start();
  const forgetting = setInterval(() => void forget(deployment, logger), PURGE_EVERY_MS).unref();
  return {
    url: listening.url,
    monitor: monitor?.url ?? null,
    async stop() {
      clearInterval(forgetting);
      await listening.close();
      await monitor?.close();
      await Promise.all([verifier.stop(), anchoring.stop(), mirror.stop(), bundles.stop()]);
      await deployment.close();
    },
  };
}

function metricsOf(deployment: Deployment, bundleIssuedAt: () => string | null): Metrics {
  const { config, anchoringStore: store, alarms, mirrorStore: mirror, registry } = deployment;
  const issuedAt = (): number | null => {
    const text = bundleIssuedAt();
    return text === null ? null : Date.parse(text);
  };
  const metrics = createMetrics({
    region: config.region,
    store,
    alarms,
    mirror,
    registry,
    bundleIssuedAt: issuedAt,
    now: Date.now,
  });
  deployment.onAnchoringEvent(metrics.onEvent);
  return metrics;
}

async function monitorOf(deployment: Deployment, metrics: Metrics): Promise<MonitorServer | null> {
  const { monitorPort: port, monitorBind: host } = deployment.config;
  return port === null ? null : serveMonitor({ host, port, metrics, readiness: () => readiness(deployment) });
}

async function listen(
  app: Parameters<typeof serve>[0],
  { bindAddress: host, port }: Config,
  options: Pick<Parameters<typeof serve>[1], "settings" | "draining">,
): Promise<Listening> {
  try {
    return await serve(app, { host, port, ...options });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const words = { EADDRINUSE: "is in use", EACCES: "is not for this user", EADDRNOTAVAIL: "is not of this machine" };
    const why = words[code as keyof typeof words];
    if (why === undefined) throw cause;
    const message = `the service cannot listen: ${host}:${port} ${why}; set TALLY_PORT (0 picks a free one) or TALLY_BIND`;
    throw new TallyError("config.invalid", message, { field: "TALLY_PORT", cause });
  }
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

function threadsOf(
  { config, network, registry, catalogue }: Deployment,
  mirror: ProofSource,
  { logger, metrics }: { readonly logger: Logger; readonly metrics: Metrics },
): VerificationThreads {
  return verificationThreads({
    threads: config.verifyThreads ?? availableParallelism(),
    timeoutMs: VERIFY_TIMEOUT_MS,
    silenceMs: THREAD_SILENCE_MS,
    setup: { config, network: { chainId: network.chainId, registry: network.registry } },
    registry: registryDesk(registry),
    mirror,
    types: catalogue,
    onVerdict: metrics.onVerdict,
    onEvent: ({ event, jobs, error }) => {
      metrics.onThreadEnded();
      logger.error({ jobs, error: error === null ? null : String(error) }, event);
    },
  });
}

const VERIFY_TIMEOUT_MS = 30_000;
const THREAD_SILENCE_MS = 5_000;

function mirrorOf(
  { config, mirrorStore, chain, evidence, types }: Deployment,
  logger: Logger,
  listener: OnEvent = () => {},
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

async function genesisOf({ network, config }: Deployment): Promise<string | null> {
  const answer = await nodeForwarder({ ...network, timeoutMs: config.chainTimeoutMs }).forward("eth_getBlockByNumber", [
    "0x0",
    false,
  ]);
  const block = "result" in answer ? (answer.result as { hash?: string } | null) : null;
  return block?.hash ?? null;
}

function readiness({ registry, anchoringStore }: Deployment): Promise<Record<string, string>> {
  return readinessOf({ chain: () => registry.snapshot(), store: () => anchoringStore.counts() });
}
