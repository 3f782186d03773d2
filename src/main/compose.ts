// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from "node:crypto";
import type { Logger } from "pino";
import { ethersAnchorChain } from "../adapters/ethereum/anchor-chain.js";
import { capOfGwei } from "../adapters/ethereum/fees.js";
import { ethersRegistry } from "../adapters/ethereum/registry-access.js";
import { ethersGovernance } from "../adapters/ethereum/registry-governance.js";
import {
  type Account,
  AccountFiles,
  type AccountInfo,
  accountOfNobody,
  FileKeyStore,
  PickUpKeyFiles,
} from "../adapters/keys/index.js";
import { nodeCrypto } from "../adapters/node-crypto/index.js";
import { TallyError } from "../core/errors.js";
import { type ApiTokens, createApiTokens } from "../domain/agencies/api-tokens.js";
import {
  type Administration,
  type AgencyStore,
  createAdministration,
  createOperatorRotation,
  createRegionAdministration,
  createRegionKeys,
  createUnusedKeys,
  effectOf,
  type OperatorRotation,
  type RegionAdministration,
  type RegionKeys,
  type RegistryGovernance,
} from "../domain/agencies/index.js";
import { signersFrom } from "../domain/agencies/signer.js";
import {
  type AlarmDesk,
  type AnchorChain,
  type Anchoring,
  type AnchoringEvent,
  type AnchoringStore,
  type CursorStore,
  createAlarmDesk,
  createAnchoring,
  createBatchPaths,
  createEvidenceSource,
  type EvidenceSource,
  type OnEvent,
} from "../domain/anchoring/index.js";
import { type Actor, type AuditEvent, type AuditStore, eventBy } from "../domain/audit/index.js";
import { type Catalogue, createCatalogue } from "../domain/catalogue/index.js";
import type { Examined } from "../domain/examination/index.js";
import type { PickUps } from "../domain/holders/index.js";
import { createIdempotency, type Idempotency } from "../domain/issuance/idempotency.js";
import { createIssuance, createSteadyClock, type Issuance, type StatusIndexStore } from "../domain/issuance/index.js";
import {
  catalogueShelf,
  createPublishedFloor,
  type MirrorStore,
  type PublishedFloor,
  type TypeShelf,
} from "../domain/sharing/index.js";
import { createRenderer, type Renderer } from "../render/index.js";
import type { RegistryAccess } from "../verify/registry.js";
import { accountsFor, actingAccount, createSuccessor, newestAccount, withoutAccount } from "./acting-account.js";
import type { Config } from "./config.js";
import { checkRegion, type DataDirectory } from "./data-directory.js";
import { didWeb } from "./did-web.js";
import { readFallbackFonts } from "./fallback-fonts.js";
import { keyFilesOf } from "./key-files.js";
import { operatorChain } from "./operator-chain.js";
import { openPickUps, type PagesAddress, pagesAddress } from "./pick-ups.js";
import { openStores } from "./stores.js";

/** The network as this deployment has pinned it. */
export interface PinnedNetwork {
  readonly urls: readonly string[];
  readonly chainId: number;
  readonly registry: string;
  /** Endpoints that must agree; absent: more than half of them. */
  readonly quorum?: number;
  /** Hash of block 0. */
  readonly genesis?: string;
  /** Block in which the registry was deployed, where its logs begin. */
  readonly firstBlock?: number;
  /** SHA-256 of the registry's code. */
  readonly registryCode?: string;
}

/** One region's deployment with everything connected; nothing runs by itself yet. */
export interface Deployment {
  readonly config: Config;
  readonly network: PinnedNetwork;
  readonly issuance: Issuance;
  readonly statusIndices: StatusIndexStore;
  readonly catalogue: Catalogue;
  readonly agencies: AgencyStore;
  readonly administration: Administration;
  readonly regions: RegionAdministration;
  readonly regionKeys: RegionKeys;
  readonly operators: OperatorRotation;
  readonly alarms: AlarmDesk;
  readonly tokens: ApiTokens;
  readonly idempotency: Idempotency;
  readonly pickUps: PickUps;
  readonly pagesAt: PagesAddress;
  readonly audit: AuditStore;
  readonly keys: FileKeyStore;
  readonly accounts: AccountFiles;
  readonly registry: RegistryAccess;
  readonly renderer: Renderer;
  readonly chain: AnchorChain;
  readonly anchoring: Anchoring;
  /** Tells what the anchoring does, beside the log. */
  onAnchoringEvent(listener: OnEvent): void;
  readonly anchoringStore: AnchoringStore;
  readonly evidence: EvidenceSource;
  readonly mirrorStore: MirrorStore & CursorStore;
  readonly types: TypeShelf;
  /** Of status lists and DID documents. */
  readonly floor: PublishedFloor;
  /** Everything that `tally doctor --deep` examines. */
  readonly examined: Examined | null;
  /** Sends from the account with this label, e.g. `governor`; for `admin-340000` from the one in office. */
  governance(label: string): Promise<RegistryGovernance>;
  /** Makes one more account file for the role with this label, e.g. `admin-340000`. */
  createAccount(actor: Actor, label: string): Promise<AccountInfo>;
  renderPdf(actor: Actor, identifier: string): Promise<Uint8Array>;
  /** Resolves when a store that this process started has ended by itself. */
  readonly storeEnded: Promise<void>;
  close(): Promise<void>;
}

export interface ComposeOptions {
  readonly config: Config;
  readonly directory: DataDirectory;
  readonly network: PinnedNetwork;
  readonly passphrase: string;
  readonly logger: Logger;
  /** Since when, milliseconds since 1970, no other process serves from this store. */
  readonly aloneSince?: number;
}

export const adminLabel = (region: string): string => `admin-${region}`;
export const operatorLabel = (region: string): string => `operator-${region}`;

/** Connects stores, chain, keys and use cases of an initialised data directory. */
export async function compose(options: ComposeOptions): Promise<Deployment> {
  const { config, directory, network, passphrase, logger, aloneSince = 0 } = options;
  const { region } = config;
  const pagesAt = pagesAddress(config);
  checkRegion(directory, region);
  const now = (): number => Date.now();
  // The embedded chain stamps its blocks with this machine's clock.
  const blockClock = config.chainUrls.length === 0 ? now : null;
  const renderer = createRenderer({ verifyHost: config.verifyHost, fonts: readFallbackFonts(config) });
  const keyFiles = keyFilesOf(config, directory, passphrase);
  const keys = new FileKeyStore(keyFiles);
  const accounts = new AccountFiles(keyFiles);
  const chainOptions = { ...network, timeoutMs: config.chainTimeoutMs };
  const fees = capOfGwei(config.maxFeeGwei);
  const registry = ethersRegistry({ ...chainOptions, confirmations: config.confirmations });
  const governanceOf = ({ privateKey }: Account): RegistryGovernance =>
    ethersGovernance({ ...chainOptions, privateKey, fees, confirmations: config.confirmations });
  const operatorInOffice = async (current: Account): Promise<Account> => {
    const known = governanceOf(current);
    return actingAccount(accounts, operatorLabel(region), async (address) => {
      const since = await known.operatorSince(region, address);
      return since !== null && effectOf(since, { time: await known.headTime() }, blockClock).effectiveFrom === null;
    });
  };
  const adminInOffice = (first: Account): Promise<Account> =>
    actingAccount(accounts, adminLabel(region), async (address) => {
      return (await governanceOf(first).findRegion(region))?.admin === address;
    });
  // Opening a key file takes most of a second on purpose; two at once take no longer.
  const [operator, admin] = await Promise.all([
    newestAccount(accounts, operatorLabel(region)).then((newest) =>
      // Without one nothing is anchored, and everything else goes on, `tally operator rotate` among it.
      newest === null ? accountOfNobody() : operatorInOffice(newest),
    ),
    newestAccount(accounts, adminLabel(region)).then((newest) => newest && adminInOffice(newest)),
  ]);

  const adminGovernance = admin === null ? withoutAccount(`admin of region ${region}`) : governanceOf(admin);

  const stores = await openStores({ config, directory, say: (line) => logger.warn(line) });
  const { agencies, audit, anchoring: anchoringStore, mirror: mirrorStore, statusIndices } = stores;
  const catalogue = createCatalogue({
    store: stores.catalogue,
    crypto: nodeCrypto,
    checkLayout: renderer.checkLayout,
    now,
  });
  const evidence = createEvidenceSource({
    store: anchoringStore,
    paths: createBatchPaths(nodeCrypto),
    chainId: network.chainId,
    registry: network.registry,
  });
  const [newestEvent] = await audit.list({ order: "newest-first", limit: 1 });
  const issuance = createIssuance({
    region,
    publicUrl: config.publicUrl,
    certificates: stores.certificates,
    agencies,
    audit,
    catalogue,
    statusIndices,
    signers: signersFrom(agencies, keys, createUnusedKeys({ keys, registry, audit, blockClock })),
    anchors: evidence,
    checkRenderable: renderer.checkRenderable,
    crypto: nodeCrypto,
    now: createSteadyClock({
      now,
      newest: newestEvent?.time ?? 0,
      toleranceMs: config.clockToleranceSeconds * 1000,
    }),
  });

  const renderPdf = async (actor: Actor, identifier: string): Promise<Uint8Array> => {
    const { certificate, evidence: content, type } = await issuance.documentOf(actor, identifier);
    return renderer.render({ certificate, evidence: content, type });
  };

  const chain = operatorChain(operator, operatorInOffice, ({ privateKey }) =>
    ethersAnchorChain({ ...chainOptions, region, privateKey, fees }),
  );
  const record = recorded(eventLog(logger), audit, logger);
  const listeners = new Set<OnEvent>();
  const anchoring = createAnchoring({
    region,
    instance: randomUUID(),
    store: anchoringStore,
    chain,
    crypto: nodeCrypto,
    settings: {
      batchSize: config.batchSize,
      maxWaitMs: config.anchorEverySeconds * 1000,
      confirmations: config.confirmations,
      // After a kill the next process waits for the dead one's lease; the fence keeps it safe, so it can be short.
      leaseMs: LEASE_MS,
    },
    onEvent: (event) => {
      record(event);
      for (const listener of listeners) listener(event);
    },
  });

  const administration = createAdministration({
    region,
    agencies,
    audit,
    registry,
    governance: adminGovernance,
    keys,
    pending: {
      pendingForKey: (digest) => anchoringStore.pendingForKey(digest),
      holdPending: (digest) => anchoringStore.holdPending(digest),
      certificatesToReissue: (query) => anchoringStore.certificatesToReissue(query),
      drain: async (keyDigest) => {
        await anchoring.drain({ keyDigest, timeoutMs: DRAIN_TIMEOUT_MS });
      },
    },
    didOf: (agency) => didWeb(config.publicUrl, agency),
    now,
    blockClock,
  });
  const governance = async (label: string): Promise<RegistryGovernance> => {
    if (label === adminLabel(region)) return adminGovernance;
    if (label !== "guardian") return governanceOf(await accounts.open(label));
    return governanceOf(
      await actingAccount(accounts, label, (address) => governanceOf(accountOfNobody()).isGuardian(address)),
    );
  };
  const regions = createRegionAdministration({
    audit,
    account: (role) => governance(role === "region-admin" ? adminLabel(region) : role),
    now,
  });
  const regionKeys = createRegionKeys({
    region,
    keys,
    registry,
    governance: adminGovernance,
    audit,
    now,
    blockClock,
  });
  const operators = createOperatorRotation({
    region,
    accounts: {
      list: () => accountsFor(accounts, operatorLabel(region)),
      create: () => createSuccessor(accounts, operatorLabel(region)),
    },
    audit,
    governance: adminGovernance,
    now,
    blockClock,
  });

  return {
    config,
    network,
    issuance,
    statusIndices,
    catalogue,
    agencies,
    administration,
    regions,
    regionKeys,
    operators,
    alarms: createAlarmDesk({ store: anchoringStore, audit, now }),
    tokens: createApiTokens({ store: stores.apiTokens, agencies, now }),
    pickUps: openPickUps({
      ...{ config, pages: pagesAt, store: stores.pickUps, issuance, renderPdf, audit, now, keyFiles },
    }),
    pagesAt,
    // Other instances may serve from a MongoDB at the same time.
    idempotency: createIdempotency({
      store: stores.idempotency,
      now,
      aloneSince: config.store === "sqlite" ? aloneSince : 0,
    }),
    audit,
    keys,
    accounts,
    registry,
    renderer,
    chain,
    anchoring,
    onAnchoringEvent: (listener) => void listeners.add(listener),
    anchoringStore,
    evidence,
    mirrorStore,
    types: catalogueShelf(catalogue, MIRROR),
    floor: createPublishedFloor({ region, cursors: mirrorStore, audit, now }),
    examined: stores.records && {
      ...{ region, registry, chain, agencies, statusIndices, now },
      types: stores.catalogue,
      tokens: stores.apiTokens,
      records: stores.records,
      anchoring: anchoringStore,
      mirror: mirrorStore,
      pickUpKeys: new PickUpKeyFiles(keyFiles),
      crypto: nodeCrypto,
      confirmations: config.confirmations,
    },
    governance,
    async createAccount(actor, label) {
      const { address, createdAt, label: made } = await createSuccessor(accounts, label);
      await audit.append(eventBy(actor, { time: now(), action: "account-created", object: made, detail: { address } }));
      return { label: made, address, createdAt };
    },
    renderPdf,
    storeEnded: stores.ended,
    async close() {
      await anchoring.stop();
      await stores.close();
    },
  };
}

const MIRROR: Actor = { kind: "system", id: "mirror", role: "operator", requestId: "mirror" };

const LEASE_MS = 15_000;

const DRAIN_TIMEOUT_MS = 120_000;

const ALARMING = new Set(["alarm-raised", "anchor-vanished"]);
const FAILING = new Set(["pass-failed", "peer-failed", "status-refused"]);

export function eventLog(logger: Logger): OnEvent {
  return ({ event, ...fields }) => {
    const line = "error" in fields ? { ...fields, error: describe(fields.error) } : fields;
    if (ALARMING.has(event)) logger.error(line, event);
    else if (FAILING.has(event)) logger.warn(line, event);
    else logger.info(line, event);
  };
}

const WORKER: Actor = { kind: "system", id: "anchoring", role: "operator", requestId: "anchoring" };

/** Also writes into the audit log what the background work did to the outside world. */
function recorded(log: OnEvent, audit: AuditStore, logger: Logger): OnEvent {
  return (event) => {
    log(event);
    const entry = auditEntry(event);
    if (entry === null) return;
    // The batch itself is the record; the log line about it must not stop the worker.
    audit.append(eventBy(WORKER, { time: Date.now(), ...entry })).catch((error: unknown) => {
      logger.error({ error: describe(error) }, "audit-append-failed");
    });
  };
}

function auditEntry(event: AnchoringEvent): Pick<AuditEvent, "action" | "object" | "detail"> | null {
  if (event.event === "batch-anchored") {
    const { region, root, size, block, tx } = event;
    return { action: "batch-anchored", object: `${region}/${root}/${size}`, detail: { block, tx } };
  }
  if (event.event === "alarm-raised")
    return { action: "alarm-raised", object: event.object, detail: { kind: event.kind } };
  return null;
}

function describe(error: unknown): string {
  if (error instanceof TallyError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
