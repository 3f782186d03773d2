// SPDX-License-Identifier: Apache-2.0
import type { Logger } from "pino";
import { startBackgroundWork } from "./background-work.js";
import type { Deployment } from "./compose.js";
import type { Config } from "./config.js";
import { openHttpInterface } from "./http-interface.js";
import { createMetrics, type Metrics } from "./monitoring/metrics.js";
import { type MonitorServer, serveMonitor } from "./monitoring/monitor-server.js";
import { readinessOf } from "./monitoring/readiness.js";
import { bundlePublisherOf } from "./trust-bundles.js";

export interface RunningService {
  /** Null for a worker, which answers no requests. */
  readonly url: string | null;
  /** Where health and metrics are answered; null when they are not. */
  readonly monitor: string | null;
  /** Stops accepting, finishes or hands back what is in flight, closes the store. */
  stop(): Promise<void>;
}

/** What each role does. Store and chain carry all state, so any number of processes of any role may run beside one another. */
export const DUTIES = {
  all: { answersRequests: true, worksInBackground: true },
  api: { answersRequests: true, worksInBackground: false },
  worker: { answersRequests: false, worksInBackground: true },
} as const satisfies Record<Config["role"], unknown>;

/** Runs in this process what the role of the deployment asks for. */
export async function runService(deployment: Deployment, logger: Logger, version: string): Promise<RunningService> {
  const { answersRequests, worksInBackground } = DUTIES[deployment.config.role];
  const bundles = bundlePublisherOf(deployment, logger);
  const metrics = metricsOf(deployment, () => bundles.current()?.content.issuedAt ?? null);
  const ready = () => readiness(deployment);
  const http = answersRequests
    ? await openHttpInterface(deployment, { bundles, metrics, readiness: ready, logger, version })
    : null;
  const monitor = await monitorOf(deployment, metrics).catch(async (error) => {
    await http?.stop();
    throw error;
  });
  const work = worksInBackground ? startBackgroundWork(deployment, { logger, onEvent: metrics.onEvent }) : null;
  return {
    url: http?.url ?? null,
    monitor: monitor?.url ?? null,
    async stop() {
      await http?.stop();
      await monitor?.close();
      await work?.stop();
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

/** The store's question costs the same however much it holds, and is asked of one shard. */
function readiness({ registry, anchoringStore }: Deployment): Promise<Record<string, string>> {
  return readinessOf({ chain: () => registry.snapshot(), store: () => anchoringStore.openBatches(1) });
}
