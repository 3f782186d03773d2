// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from "node:crypto";
import { availableParallelism } from "node:os";
import type { Logger } from "pino";
import { nodeForwarder } from "../adapters/ethereum/node-forwarder.js";
import { packageFile } from "../adapters/package-folder/index.js";
import { canonicalBytes } from "../core/canonical-json.js";
import { LICENCE_CONTEXT_V1 } from "../core/contexts/licence-v1.js";
import { TallyError } from "../core/errors.js";
import { createTypePreviews } from "../domain/catalogue/index.js";
import { type BundlePublisher, createPublicBatches } from "../domain/sharing/index.js";
import { createApp } from "../http/app.js";
import type { Readiness } from "../http/dependencies.js";
import { DrainSwitch } from "../http/draining.js";
import { readBuiltPages } from "../http/pages/built-pages.js";
import { type Listening, serve } from "../http/serve.js";
import { DEFAULT_SETTINGS, type HttpSettings } from "../http/settings.js";
import type { ProofSource } from "../verify/sources.js";
import { archivingOf } from "./archiving.js";
import type { Deployment } from "./compose.js";
import type { Config } from "./config.js";
import { proofsOf } from "./mirror-proofs.js";
import type { Metrics } from "./monitoring/metrics.js";
import { lacksPublicUrl } from "./pick-ups.js";
import { printingOf } from "./printing.js";
import { startRevocationLists } from "./revocation-lists.js";
import { strangersOf } from "./strangers.js";
import { registryDesk } from "./verification/registry-desk.js";
import { type VerificationThreads, verificationThreads } from "./verification/verification-threads.js";

/** Where `npm run build` puts the browser pages. */
const PAGES_FOLDER = packageFile("dist/web");

export interface HttpInterfaceOptions {
  readonly bundles: BundlePublisher;
  readonly metrics: Metrics;
  readonly readiness: Readiness;
  readonly logger: Logger;
  readonly version: string;
}

export interface HttpInterface {
  readonly url: string;
  /** Stops accepting and finishes what is in flight. */
  stop(): Promise<void>;
}

/** Answers requests of agencies, holders and verifiers, and issues the trust bundles that it serves. */
export async function openHttpInterface(
  deployment: Deployment,
  { bundles, metrics, readiness, logger, version }: HttpInterfaceOptions,
): Promise<HttpInterface> {
  const { config, network } = deployment;
  const draining = new DrainSwitch();
  const settings: HttpSettings = {
    ...DEFAULT_SETTINGS,
    trustProxy: config.trustProxy,
    rateLimitPerMinute: config.rateLimitPerMinute,
    pickUpsPerMinute: config.pickUpsPerMinute,
    maxConcurrent: config.maxConcurrent,
  };
  const proofs = proofsOf(deployment);
  const verifier = threadsOf(deployment, proofs, { logger, metrics });
  const archiving = archivingOf(deployment);
  const app = createApp({
    ...deployment,
    issuance: metrics.counting(deployment.issuance),
    onRequest: metrics.onRequest,
    network: {
      region: config.region,
      chainId: network.chainId,
      registry: network.registry,
      genesis: network.genesis ?? null,
      maxAnchorDelaySeconds: config.maxAnchorDelaySeconds,
      maxHeadAgeSeconds: config.maxHeadAgeSeconds,
      bundleMaxAgeSeconds: config.bundleMaxAgeSeconds,
    },
    strangers: strangersOf(deployment),
    verifier,
    previews: createTypePreviews({ catalogue: deployment.catalogue, draw: (type) => verifier.preview(type) }),
    proofs,
    pdfOf: deployment.renderPdf,
    printedCopyOf: printingOf(deployment).print,
    archiveOf: async (...asked) => (await archiving.pack(...asked)).bytes,
    secureCookies: deployment.pagesAt.url().startsWith("https:"),
    batches: createPublicBatches({
      own: deployment.evidence,
      anchoring: deployment.anchoringStore,
      mirror: deployment.mirrorStore,
    }),
    chain: nodeForwarder({ ...network, timeoutMs: config.chainTimeoutMs }),
    trustBundle: () => bundles.current(),
    sealAuthorities: () => deployment.seals.authority.authorities(),
    keptRevocationList: (keyDigest) => deployment.revocationLists.find(keyDigest),
    readiness,
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
  const listening = await listen(app, config, { settings, draining }).catch(async (error) => {
    await verifier.stop();
    throw error;
  });
  deployment.pagesAt.listensAt(listening.url);
  if (lacksPublicUrl(config)) logger.warn({ links: deployment.pagesAt.url() }, "public-url-unset");
  bundles.start();
  const revocationLists = startRevocationLists(deployment, logger);
  return {
    url: listening.url,
    async stop() {
      await listening.close();
      await Promise.all([verifier.stop(), bundles.stop(), revocationLists.stop()]);
    },
  };
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

function threadsOf(
  { config, network, registry, catalogue, revocationLists }: Deployment,
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
    revocationLists: () => revocationLists.all(),
    onVerdict: metrics.onVerdict,
    onEvent: ({ event, jobs, error }) => {
      metrics.onThreadEnded();
      logger.error({ jobs, error: error === null ? null : String(error) }, event);
    },
  });
}

const VERIFY_TIMEOUT_MS = 30_000;
const THREAD_SILENCE_MS = 5_000;
