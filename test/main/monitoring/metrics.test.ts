// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { expect } from "chai";
import type { Issuance, ItemResult } from "../../../src/domain/issuance/index.js";
import { createMetrics, type MetricSources } from "../../../src/main/monitoring/metrics.js";
import { type MonitorServer, serveMonitor } from "../../../src/main/monitoring/monitor-server.js";
import { RegistryError, type RegistrySnapshot } from "../../../src/verify/registry.js";

const NOW = 1_900_000_000_000;
const BATCH = { region: "340000", root: "ab".repeat(32), size: 40 };

describe("metrics", () => {
  const head = { chainId: 1, registry: "0x", block: 120, hash: "0x", time: NOW / 1_000 - 30 };
  const sources = (changes: Partial<MetricSources> = {}): MetricSources => ({
    region: "340000",
    store: {
      counts: async () => ({ pending: 7, held: 2, openBatches: 1, anchoredBatches: 9, openStatusChanges: 3 }),
      pendingWork: async () => ({ entries: [], oldestAt: NOW - 12_000 }),
      uncoveredEvents: async () => ({ head: { sequence: 9, hash: "ab".repeat(32) }, oldestAt: NOW - 7_000 }),
    },
    alarms: {
      list: async () => [{ seq: 1, kind: "unknown-batch", object: "x", detail: "", time: 1, clearedAt: null }],
    },
    mirror: {
      mirrorCounts: async () => ({ batches: 5, missingBatches: 4, missingTypes: 1 }),
      cursor: async (name) => (name === "mirror" ? 100 : 118),
    },
    registry: { snapshot: async () => ({ head }) as RegistrySnapshot },
    bundleIssuedAt: () => NOW - 60_000,
    now: () => NOW,
    ...changes,
  });
  const figures = async (metrics: ReturnType<typeof createMetrics>): Promise<Record<string, number>> =>
    Object.fromEntries(
      (await metrics.text())
        .split("\n")
        .filter((line) => line.startsWith("tally_"))
        .map((line) => [line.slice(6, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ") + 1))]),
    );

  it("say how far anchoring, watch and mirror are behind", async () => {
    expect(await figures(createMetrics(sources()))).to.deep.include({
      'up{part="chain"}': 1,
      'up{part="store"}': 1,
      outbox_entries: 7,
      outbox_oldest_age_seconds: 12,
      certificates_held: 2,
      batches_open: 1,
      audit_uncovered_age_seconds: 7,
      status_changes_open: 3,
      alarms_open: 1,
      chain_head_block: 120,
      chain_head_age_seconds: 30,
      watch_lag_blocks: 2,
      mirror_lag_blocks: 20,
      mirror_missing_batches: 4,
      mirror_missing_types: 1,
      trust_bundle_age_seconds: 60,
    });
  });

  it("leave out what cannot be asked instead of saying 0", async () => {
    const down = createMetrics(
      sources({
        registry: { snapshot: () => Promise.reject(new RegistryError("registry.unreachable", "away")) },
        store: { ...sources().store, counts: () => Promise.reject(new Error("disk")) },
        bundleIssuedAt: () => null,
      }),
    );
    const seen = await figures(down);
    expect(seen).to.deep.include({ 'up{part="chain"}': 0, 'up{part="store"}': 0, mirror_missing_batches: 4 });
    expect(seen).not.to.have.any.keys(
      ...["outbox_entries", "chain_head_block", "watch_lag_blocks", "mirror_lag_blocks", "trust_bundle_age_seconds"],
    );
  });

  it("count what is issued, once it is durable", async () => {
    const metrics = createMetrics(sources());
    const item = (ok: boolean): ItemResult => ({ position: 0, ok }) as unknown as ItemResult;
    const issuance = metrics.counting({
      issueCertificate: async (_actor: unknown, request: unknown) => {
        if (request === "bad") throw new Error("refused");
        return {};
      },
      renewCertificate: async () => ({}),
      correctCertificate: async () => ({}),
      issueCertificates: async function* () {
        yield* [item(true), item(false), item(true)];
      },
      changeState: async (_actor: unknown, identifier: string) => ({ changed: identifier === "new" }),
    } as unknown as Issuance);
    const actor = {} as Parameters<Issuance["issueCertificate"]>[0];
    await issuance.issueCertificate(actor, "good");
    await issuance.issueCertificate(actor, "bad").catch(() => undefined);
    await issuance.renewCertificate(actor, "x", {});
    for await (const _ of issuance.issueCertificates(actor, []));
    await issuance.changeState(actor, "new", {});
    await issuance.changeState(actor, "same", {});
    expect(await figures(metrics)).to.deep.include({ certificates_issued_total: 4, state_changes_total: 1 });
  });

  it("follow batches, verifications, requests and failures", async () => {
    const metrics = createMetrics(sources());
    metrics.onEvent({ event: "batch-staged", batchId: 3, certificates: 38, oldestAt: NOW - 4_000, ...BATCH });
    const anchor = { block: 1, blockHash: "0x", time: 1, tx: "0x" };
    metrics.onEvent({ event: "batch-anchored", batchId: 3, certificates: 38, ...BATCH, ...anchor } as Parameters<
      typeof metrics.onEvent
    >[0]);
    // Two of the batch are seals. A head of the audit log is a batch, and holds no certificates.
    const ofHead = {
      batchId: 4,
      ...BATCH,
      size: 1,
      certificates: 0,
      auditHead: { sequence: 9, hash: "cd".repeat(32) },
    };
    metrics.onEvent({ event: "batch-staged", oldestAt: NOW - 90_000_000, ...ofHead });
    metrics.onEvent({ event: "batch-anchored", ...ofHead, ...anchor });
    metrics.onEvent({ event: "pass-failed", loop: "anchor", failures: 1, retryInMs: 1, error: null });
    metrics.onVerdict("valid");
    metrics.onVerdict("not-genuine");
    metrics.onThreadEnded();
    metrics.onRequest({ method: "POST", route: "/v1/verify", status: 200, ms: 8 });
    metrics.onRequest({ method: "POST", route: "/v1/verify", status: "aborted", ms: 8 });
    expect(await figures(metrics)).to.deep.include({
      certificates_staged_total: 38,
      certificates_anchored_total: 38,
      batches_anchored_total: 2,
      anchor_latency_seconds_sum: 4,
      'pass_failures_total{loop="anchor"}': 1,
      'verifications_total{verdict="valid"}': 1,
      'verifications_total{verdict="not-genuine"}': 1,
      verification_threads_ended_total: 1,
      'http_request_duration_seconds_count{method="POST",route="/v1/verify",status="2xx"}': 1,
      'http_request_duration_seconds_count{method="POST",route="/v1/verify",status="aborted"}': 1,
    });
  });

  describe("are described", () => {
    const described = (name: string): string =>
      readFileSync(new URL(`../../../docs/monitoring/${name}`, import.meta.url), "utf8");
    /** `_bucket`, `_sum` and `_count` belong to a histogram. */
    const namesIn = (text: string): string[] =>
      [
        ...new Set([...text.matchAll(/\btally_[a-z_]+/g)].map(([name]) => name.replace(/_(?:bucket|sum|count)$/, ""))),
      ].sort();

    for (const name of ["README.md", "dashboard.json"])
      it(`all, in ${name}, and none that does not exist`, async () => {
        expect(namesIn(described(name))).to.deep.equal(namesIn(await createMetrics(sources()).text()));
      });
  });

  describe("and health, on their own port", () => {
    let server: MonitorServer;
    let store = "ok";
    before(async () => {
      const metrics = createMetrics(sources());
      server = await serveMonitor({ host: "127.0.0.1", port: 0, metrics, readiness: async () => ({ store }) });
    });
    after(() => server.close());
    const get = (path: string, method = "GET") => fetch(server.url + path, { method });

    it("are answered", async () => {
      const metrics = await get("/metrics");
      expect(metrics.headers.get("content-type")).to.match(/^text\/plain; version=0\.0\.4/);
      expect(await metrics.text()).to.include("process_cpu_seconds_total");
      expect((await get("/healthz")).status).to.equal(200);
      expect((await get("/readyz")).status).to.equal(200);
      store = "failed";
      const unready = await get("/readyz");
      expect(unready.status).to.equal(503);
      expect(await unready.json()).to.deep.equal({ ready: false, checks: { store: "failed" } });
    });

    it("and nothing else is", async () => {
      expect((await get("/v1/certificates")).status).to.equal(404);
      expect((await get("/metrics", "POST")).status).to.equal(405);
    });

    it("say which setting names a port that is taken", async () => {
      const port = Number(new URL(server.url).port);
      const options = { host: "127.0.0.1", port, metrics: createMetrics(sources()), readiness: async () => ({}) };
      const refused = await serveMonitor(options).catch((error: unknown) => error);
      expect(refused).to.include({ code: "config.invalid", field: "TALLY_MONITOR_PORT" });
    });
  });
});
