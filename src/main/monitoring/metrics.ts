// SPDX-License-Identifier: Apache-2.0
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { AlarmDesk, AnchoringEvent, AnchoringStore } from "../../domain/anchoring/index.js";
import type { Issuance } from "../../domain/issuance/index.js";
import type { MirrorStore } from "../../domain/sharing/index.js";
import type { RequestSeen } from "../../http/dependencies.js";
import type { RegistryAccess } from "../../verify/registry.js";
import type { Report } from "../../verify/report.js";
import { settled } from "./settled.js";

/** What is asked when somebody reads the metrics; each answer may fail, and then its figures are left out. */
export interface MetricSources {
  readonly region: string;
  readonly store: Pick<AnchoringStore, "counts" | "pendingWork" | "uncoveredEvents">;
  readonly alarms: Pick<AlarmDesk, "list">;
  readonly mirror: Pick<MirrorStore, "mirrorCounts" | "cursor">;
  readonly registry: RegistryAccess;
  /** When the newest trust bundle was issued, milliseconds; null before the first. */
  readonly bundleIssuedAt: () => number | null;
  readonly now: () => number;
}

export interface Metrics {
  readonly contentType: string;
  /** In the text format of Prometheus. */
  text(): Promise<string>;
  onEvent(event: AnchoringEvent): void;
  onRequest(request: RequestSeen): void;
  onVerdict(verdict: Report["verdict"]): void;
  onThreadEnded(): void;
  /** Counts what is issued through it, once it is durable. */
  counting(issuance: Issuance): Issuance;
}

/** The figures of one process. Names begin with `tally_`; docs/operations.md says what to watch. */
export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Counter({ name: `tally_${name}`, help, labelNames, registers });
  const gauge = (name: string, help: string) => new Gauge({ name: `tally_${name}`, help, registers });

  const issued = counter("certificates_issued_total", "Certificates issued by this process, durable.");
  const changes = counter("state_changes_total", "Changes of state that this process recorded.");
  const staged = counter("certificates_staged_total", "Certificates that this process fixed in batches.");
  const anchored = counter(
    "certificates_anchored_total",
    "Certificates in batches whose anchor this process attached.",
  );
  const batches = counter("batches_anchored_total", "Batches whose anchor this process attached.");
  const latency = new Histogram({
    name: "tally_anchor_latency_seconds",
    help: "From the arrival of a batch's oldest entry to its anchor, of batches that this process staged and anchored.",
    buckets: [1, 2, 5, 10, 30, 60, 300, 1_800, 7_200, 86_400],
    registers,
  });
  const failures = counter("pass_failures_total", "Passes of background work that failed.", ["loop"]);
  const peers = counter("peer_failures_total", "Requests to peers that failed.", ["code"]);
  const verdicts = counter("verifications_total", "Documents verified by this process.", ["verdict"]);
  const threads = counter("verification_threads_ended_total", "Verification threads that ended or were stuck.");
  const requests = new Histogram({
    name: "tally_http_request_duration_seconds",
    help: "Requests by route and status class.",
    labelNames: ["method", "route", "status"] as const,
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5, 30],
    registers,
  });
  const up = new Gauge({
    name: "tally_up",
    help: "1 when the part answered while the metrics were read.",
    labelNames: ["part"] as const,
    registers,
  });
  const outbox = gauge("outbox_entries", "Certificates and seals that wait to be staged.");
  const outboxAge = gauge("outbox_oldest_age_seconds", "How long the oldest of them waits.");
  const held = gauge("certificates_held", "Certificates held because their key was compromised; to be issued again.");
  const open = gauge("batches_open", "Batches staged and not anchored yet.");
  const uncovered = gauge(
    "audit_uncovered_age_seconds",
    "Age of the oldest event of the audit log that no head covers which is anchored or on its way.",
  );
  const openStatus = gauge("status_changes_open", "Changes of state that are not on the chain yet.");
  const alarms = gauge("alarms_open", "Alarms that nobody cleared.");
  const headBlock = gauge("chain_head_block", "Number of the block that a quorum of nodes has.");
  const headAge = gauge("chain_head_age_seconds", "Age of that block.");
  const watchLag = gauge("watch_lag_blocks", "Blocks that the watch over the chain has not seen.");
  const mirrorLag = gauge("mirror_lag_blocks", "Blocks that the mirror has not seen.");
  const mirrorMissing = gauge("mirror_missing_batches", "Batches of the network that the mirror does not have yet.");
  const mirrorTypes = gauge("mirror_missing_types", "Type definitions of the network that are not here yet.");
  const bundleAge = gauge("trust_bundle_age_seconds", "Age of the newest trust bundle.");

  const arrivals = new Map<number, number>();

  async function ask(): Promise<void> {
    const { region, store, mirror, now } = sources;
    const [head, counts, mirrored] = await Promise.all([
      settled(sources.registry.snapshot()),
      settled(
        Promise.all([
          store.counts(),
          store.pendingWork(1),
          sources.alarms.list(),
          mirror.cursor(`watch:${region}`),
          store.uncoveredEvents(),
        ]),
      ),
      settled(Promise.all([mirror.mirrorCounts(), mirror.cursor("mirror")])),
    ]);
    up.set({ part: "chain" }, head === null ? 0 : 1);
    up.set({ part: "store" }, counts === null ? 0 : 1);
    const block = head?.head.block ?? null;
    set(headBlock, block);
    set(headAge, head && now() / 1_000 - head.head.time);
    const [store_, work, open_, watched, events] = counts ?? [null, null, null, null, null];
    set(outbox, store_?.pending ?? null);
    set(outboxAge, work && (work.oldestAt === null ? 0 : (now() - work.oldestAt) / 1_000));
    set(held, store_?.held ?? null);
    set(open, store_?.openBatches ?? null);
    set(openStatus, store_?.openStatusChanges ?? null);
    set(uncovered, store_ && (events === null ? 0 : (now() - events.oldestAt) / 1_000));
    set(alarms, open_?.length ?? null);
    set(watchLag, lag(block, watched));
    const [mirror_, seen] = mirrored ?? [null, null];
    set(mirrorMissing, mirror_?.missingBatches ?? null);
    set(mirrorTypes, mirror_?.missingTypes ?? null);
    set(mirrorLag, lag(block, seen));
    const bundle = sources.bundleIssuedAt();
    set(bundleAge, bundle === null ? null : (now() - bundle) / 1_000);
  }

  return {
    contentType: registry.contentType,
    async text() {
      await ask();
      return registry.metrics();
    },
    onEvent(event) {
      if (event.event === "batch-staged") {
        // A head of the audit log is no certificate, and it waits for hours on purpose.
        if (event.auditHead !== undefined) return;
        staged.inc(event.certificates);
        if (event.oldestAt !== null) arrivals.set(event.batchId, event.oldestAt);
      } else if (event.event === "batch-anchored") {
        batches.inc();
        if (event.auditHead !== undefined) return;
        anchored.inc(event.certificates);
        const arrival = arrivals.get(event.batchId);
        arrivals.delete(event.batchId);
        if (arrival !== undefined) latency.observe((sources.now() - arrival) / 1_000);
      } else if (event.event === "pass-failed") failures.inc({ loop: event.loop });
      else if (event.event === "peer-failed") peers.inc({ code: event.code });
    },
    onRequest: ({ method, route, status, ms }) =>
      requests.observe(
        { method, route, status: typeof status === "number" ? `${Math.floor(status / 100)}xx` : status },
        ms / 1_000,
      ),
    onVerdict: (verdict) => verdicts.inc({ verdict }),
    onThreadEnded: () => threads.inc(),
    counting: (issuance) =>
      counting(
        issuance,
        () => issued.inc(),
        () => changes.inc(),
      ),
  };
}

/** What is not known is not in the answer: 0 would look like good news. */
function set(gauge: Gauge, value: number | null): void {
  if (value === null) gauge.remove();
  else gauge.set(value);
}

function lag(head: number | null, seen: number | null): number | null {
  return head === null ? null : Math.max(0, head - (seen ?? 0));
}

function counting(issuance: Issuance, onIssued: () => void, onChanged: () => void): Issuance {
  const counted =
    <Args extends readonly unknown[], Result>(issue: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      const issued = await issue(...args);
      onIssued();
      return issued;
    };
  async function* countedItems<Item extends { readonly ok: boolean }>(items: AsyncIterable<Item>) {
    for await (const item of items) {
      if (item.ok) onIssued();
      yield item;
    }
  }
  return {
    ...issuance,
    issueCertificate: counted(issuance.issueCertificate),
    renewCertificate: counted(issuance.renewCertificate),
    correctCertificate: counted(issuance.correctCertificate),
    issueCertificates: (...args) => countedItems(issuance.issueCertificates(...args)),
    importCsv: (...args) => countedItems(issuance.importCsv(...args)),
    async changeState(...args) {
      const changed = await issuance.changeState(...args);
      if (changed.changed) onChanged();
      return changed;
    },
  };
}
