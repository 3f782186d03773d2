// SPDX-License-Identifier: Apache-2.0
import { pid } from "node:process";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { sqliteAlarmStore, sqliteCursorStore } from "../../../src/adapters/sqlite/alarm-store.js";
import { sqliteAnchoringStore } from "../../../src/adapters/sqlite/anchoring-store.js";
import { sqliteAuditStore } from "../../../src/adapters/sqlite/audit-store.js";
import { sqliteCertificateStore } from "../../../src/adapters/sqlite/certificate-store.js";
import { openDatabase } from "../../../src/adapters/sqlite/database.js";
import { sqliteStatusQueue } from "../../../src/adapters/sqlite/status-queue.js";
import type { Crypto } from "../../../src/core/crypto.js";
import { toHex } from "../../../src/core/hex.js";
import { rootAbove } from "../../../src/core/merkle.js";
import {
  type AlarmStore,
  type AnchorChain,
  type AnchoringEvent,
  type AnchoringStore,
  type AnchorSettings,
  type CursorStore,
  createAnchorRecheck,
  createAnchorWorker,
  createBatchPaths,
  createEvidenceSource,
  createStatusRecheck,
  createStatusSubmitter,
  createWatcher,
  type StatusQueue,
} from "../../../src/domain/anchoring/index.js";
import type { StatusSettings } from "../../../src/domain/anchoring/status-submitter.js";
import type { AuditStore } from "../../../src/domain/audit/index.js";
import type { CertificateStore } from "../../../src/domain/issuance/index.js";
import { identifierOf, leafOf, REGION } from "../../adapters/issued.js";
import { FakeChain } from "./fake-chain.js";
import { FaultyProcess, type OnCall } from "./faults.js";

export const SETTINGS: AnchorSettings = {
  ...{ batchSize: 4, maxWaitMs: 1_000, confirmations: 0, leaseMs: 10_000, resubmitAfterMs: 60_000, maxOpenBatches: 3 },
  auditHeadMs: 0,
};
export const STATUS_SETTINGS: StatusSettings = {
  ...{ maxWords: 8, maxChanges: 100, confirmations: 0, leaseMs: 10_000, resubmitAfterMs: 60_000 },
};

export interface SceneStores {
  readonly store: AnchoringStore & StatusQueue & AlarmStore & CursorStore;
  readonly certificates: CertificateStore;
  readonly audit: AuditStore;
  close(): unknown;
}

/** A region's store in memory, a chain, a clock that stands still unless moved, and as many workers as a test wants. */
export function openScene(path = ":memory:", chain = new FakeChain()) {
  const database = openDatabase(path);
  return sceneOver(
    {
      store: {
        ...sqliteAnchoringStore(database),
        ...sqliteStatusQueue(database),
        ...sqliteAlarmStore(database),
        ...sqliteCursorStore(database),
      },
      certificates: sqliteCertificateStore(database),
      audit: sqliteAuditStore(database),
      close: () => database.close(),
    },
    chain,
  );
}

/** The same over any stores. */
export function sceneOver({ store, certificates, audit, close }: SceneStores, chain = new FakeChain()) {
  const clock = { time: 1_000_000, now: () => clock.time };
  const events: AnchoringEvent[] = [];
  const onEvent = (event: AnchoringEvent) => {
    events.push(event);
  };
  let instances = 0;

  /** A worker in a process of its own. */
  function startWorker(settings: Partial<AnchorSettings> = {}, crypto: Crypto = nodeCrypto, onCall?: OnCall) {
    const process = new FaultyProcess(onCall);
    const worker = createAnchorWorker({
      ...{ region: REGION, instance: `instance-${pid}-${++instances}`, crypto, clock, onEvent },
      store: process.sees<AnchoringStore>(store),
      chain: process.sees<AnchorChain>(chain.portOf(REGION)),
      settings: { ...SETTINGS, ...settings },
    });
    return { process, worker };
  }

  function startSubmitter(settings: Partial<StatusSettings> = {}, onCall?: OnCall) {
    return startSubmitterTo(chain.portOf(REGION), settings, onCall);
  }

  /** The same to another chain than the scene's. */
  function startSubmitterTo(port: AnchorChain, settings: Partial<StatusSettings> = {}, onCall?: OnCall) {
    const process = new FaultyProcess(onCall);
    const submitter = createStatusSubmitter({
      ...{ region: REGION, instance: `instance-${pid}-${++instances}`, clock, onEvent },
      queue: process.sees(store),
      chain: process.sees(port),
      settings: { ...STATUS_SETTINGS, ...settings },
    });
    return { process, submitter };
  }

  function startWatcher({ confirmations = 0, blockRange = 100, maxRanges = 10 } = {}) {
    const settings = { confirmations, blockRange, maxRanges };
    return createWatcher({ region: REGION, store, chain: chain.portOf(REGION), clock, settings, onEvent });
  }

  function startRecheck({ confirmations = 0, depth = 100, maxBatches = 10, process = new FaultyProcess() } = {}) {
    const settings = { confirmations, depth, maxBatches };
    const ports = { store: process.sees(store), chain: process.sees<AnchorChain>(chain.portOf(REGION)) };
    return createAnchorRecheck({ ...ports, clock, settings, onEvent });
  }

  function startStatusRecheck({ confirmations = 0, forMs = 60_000, process = new FaultyProcess() } = {}) {
    const settings = { confirmations, forMs, leaseMs: STATUS_SETTINGS.leaseMs };
    const instance = `instance-${pid}-${++instances}`;
    const ports = { store: process.sees(store), chain: process.sees<AnchorChain>(chain.portOf(REGION)) };
    return createStatusRecheck({ ...{ region: REGION, instance, ...ports, clock, settings, onEvent } });
  }

  const evidence = createEvidenceSource({
    ...{
      store,
      paths: createBatchPaths(nodeCrypto),
      chainId: 31_337,
      registry: "0x5FbDB2315678afecb367f032d93F642f64180aa3",
    },
  });

  /** Names every certificate that is not proven under a root that the chain recorded once. Empty: all is well. */
  async function unproven(count: number): Promise<string[]> {
    const anchored = chain.events().filter((event) => event.kind === "batch-anchored");
    const failures: string[] = [];
    for (let n = 0; n < count; n++) {
      const proof = await evidence.proofOf(identifierOf(n));
      if (!proof) {
        failures.push(`${n}: no proof`);
        continue;
      }
      const { batch, index, path } = proof;
      const hashes = path.map((hash) => Uint8Array.from(Buffer.from(hash, "hex")));
      const reached = rootAbove(nodeCrypto, leafOf(n), { index, size: batch.size, path: hashes });
      if (!reached || toHex(reached) !== batch.root) failures.push(`${n}: the path does not reach the root`);
      const records = anchored.filter(({ root, size }) => root === batch.root && size === batch.size);
      if (records.length !== 1) failures.push(`${n}: ${records.length} anchors`);
    }
    return failures;
  }

  return {
    ...{ store, certificates, audit, chain, clock, events, evidence },
    ...{ startWorker, startSubmitter, startSubmitterTo, startWatcher, startRecheck, startStatusRecheck, unproven },
    close,
  };
}

export type Scene = ReturnType<typeof openScene>;
