// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from "node:crypto";
import type { Logger } from "pino";
import { type EthersAnchorChainOptions, ethersAnchorChain } from "../adapters/ethereum/anchor-chain.js";
import { capOfGwei } from "../adapters/ethereum/fees.js";
import { ethersRegistry } from "../adapters/ethereum/registry-access.js";
import { httpPeer } from "../adapters/http-peer/index.js";
import { AccountFiles, type AccountInfo, FileKeyStore, PickUpKeyFiles } from "../adapters/keys/index.js";
import { nodeCrypto } from "../adapters/node-crypto/index.js";
import type { RevocationListFiles } from "../adapters/trust-files/index.js";
import { type ApiTokens, createApiTokens } from "../domain/agencies/api-tokens.js";
import {
  type Administration,
  type AgencyStore,
  createAdministration,
  createOperatorRotation,
  createRegionAdministration,
  createRegionKeys,
  createUnusedKeys,
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
  type AnchoringSettings,
  type AnchoringStore,
  type CursorStore,
  createAlarmDesk,
  createAnchoring,
  createBatchPaths,
  createEvidenceSource,
  createRecovery,
  type EvidenceSource,
  type OnEvent,
} from "../domain/anchoring/index.js";
import { type Actor, type AuditStore, eventBy } from "../domain/audit/index.js";
import { type Catalogue, createCatalogue } from "../domain/catalogue/index.js";
import { type Copies, createCopies } from "../domain/copies/index.js";
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
import { fetchLeaves } from "../domain/sharing/leaf-fetcher.js";
import { createRenderer, type Renderer } from "../render/index.js";
import type { RegistryAccess } from "../verify/registry.js";
import { openAccountsInOffice } from "./accounts-in-office.js";
import { accountsFor, adminLabel, createSuccessor, operatorLabel } from "./acting-account.js";
import { createRestorations, type Restorations } from "./backup/restorations.js";
import type { Config } from "./config.js";
import { checkRegion, type DataDirectory } from "./data-directory.js";
import { didWeb } from "./did-web.js";
import { auditedEventLog } from "./event-log.js";
import { readFallbackFonts } from "./fallback-fonts.js";
import { keyFilesOf } from "./key-files.js";
import { followNewest } from "./newest-entry.js";
import { operatorChain } from "./operator-chain.js";
import { openPickUps, type PagesAddress, pagesAddress } from "./pick-ups.js";
import type { PinnedNetwork } from "./pinned-network.js";
import { openSeals, type Seals } from "./seals.js";
import { openStores, type Stores } from "./stores.js";
import { revocationListsOf } from "./verification/seal-trust.js";

/** One region's deployment with everything connected; nothing runs by itself yet. */
export interface Deployment {
  readonly config: Config;
  readonly network: PinnedNetwork;
  readonly issuance: Issuance;
  readonly copies: Copies;
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
  /** Decrypts the account in office before it is needed. Rejects with `key.locked` where the passphrase is not that of the file. */
  openAccount(role: "operator" | "admin"): Promise<void>;
  /** Tells what the anchoring does, beside the log. */
  onAnchoringEvent(listener: OnEvent): void;
  readonly anchoringStore: AnchoringStore;
  readonly evidence: EvidenceSource;
  readonly mirrorStore: MirrorStore & CursorStore;
  readonly types: TypeShelf;
  /** Of status lists and DID documents. */
  readonly floor: PublishedFloor;
  /** What is left of a restoration, to be finished before any background work. */
  readonly restorations: Restorations;
  /** Everything that `tally doctor --deep` examines. */
  readonly examined: Examined;
  /** Sends from the account with this label, e.g. `governor`; for `admin-340000` from the one in office. */
  governance(label: string): Promise<RegistryGovernance>;
  /** Makes one more account file for the role with this label, e.g. `admin-340000`. */
  createAccount(actor: Actor, label: string): Promise<AccountInfo>;
  readonly seals: Seals;
  /** The region's own, and those of others that are kept here. */
  readonly revocationLists: RevocationListFiles;
  /** Sealed once it is anchored, where the agency has a seal or another one seals for it. */
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
  /** Waits of the background work that are not settings, for who cannot wait a minute for a retry. */
  readonly pace?: Partial<AnchoringSettings> & Pick<EthersAnchorChainOptions, "stuckAfterMs">;
}

/** Connects stores, chain, keys and use cases of an initialised data directory; of what fails nothing stays open. */
export async function compose(options: ComposeOptions): Promise<Deployment> {
  const { config, directory, logger } = options;
  checkRegion(directory, config.region);
  const stores = await openStores({ config, directory, say: (line) => logger.warn(line) });
  try {
    return await connected(options, stores);
  } catch (error) {
    await stores.close();
    throw error;
  }
}

async function connected(options: ComposeOptions, stores: Stores): Promise<Deployment> {
  const { config, directory, network, passphrase, logger, aloneSince = 0, pace = {} } = options;
  const { region } = config;
  const pagesAt = pagesAddress(config);
  const now = (): number => Date.now();
  // The embedded chain stamps its blocks with this machine's clock.
  const blockClock = config.chainUrls.length === 0 ? now : null;
  const renderer = createRenderer({ verifyHost: config.verifyHost, fonts: readFallbackFonts(config) });
  const keyFiles = keyFilesOf(config, directory, passphrase);
  const keys = new FileKeyStore(keyFiles);
  const accounts = new AccountFiles(keyFiles);
  const chainOptions = { ...network, timeoutMs: config.chainTimeoutMs };
  const registry = ethersRegistry({ ...chainOptions, confirmations: config.confirmations });
  const office = await openAccountsInOffice({ config, network, accounts, blockClock });

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
  const recorded = await followNewest(audit, logger);
  const clock = createSteadyClock({
    now,
    newest: recorded.time,
    toleranceMs: config.clockToleranceSeconds * 1000,
  });
  const signers = signersFrom(agencies, keys, createUnusedKeys({ keys, registry, audit, blockClock }));
  const issuance = createIssuance({
    region,
    publicUrl: config.publicUrl,
    certificates: stores.certificates,
    agencies,
    audit,
    catalogue,
    statusIndices,
    signers,
    anchors: evidence,
    checkRenderable: renderer.checkRenderable,
    crypto: nodeCrypto,
    now: clock,
  });

  const seals = openSeals({
    ...{ config, stores, keyFiles, renderer, registry, governance: office.admin, logger, now, blockClock },
  });
  const copies = createCopies({
    store: stores.copies,
    issuance,
    agencies,
    signers,
    proofAt: evidence.proofAt,
    renderer,
    fileOf: seals.copyFileOf,
    crypto: nodeCrypto,
    now: clock,
  });
  const renderPdf = async (actor: Actor, identifier: string): Promise<Uint8Array> =>
    seals.fileOf(await issuance.documentOf(actor, identifier));

  const chain = operatorChain(office.operator, office.operatorInOffice, (operator) =>
    ethersAnchorChain({ ...chainOptions, ...pace, region, privateKey: operator, fees: capOfGwei(config.maxFeeGwei) }),
  );
  const record = auditedEventLog(logger, audit);
  const listeners = new Set<OnEvent>();
  const anchoring = createAnchoring({
    region,
    instance: randomUUID(),
    store: anchoringStore,
    chain,
    crypto: nodeCrypto,
    news: stores.statusNews,
    settings: {
      batchSize: config.batchSize,
      maxWaitMs: config.anchorEverySeconds * 1000,
      auditHeadMs: config.auditAnchorHours * 3_600_000,
      confirmations: config.confirmations,
      // After a kill the next process waits for the dead one's lease; the fence keeps it safe, so it can be short.
      leaseMs: LEASE_MS,
      ...pace,
    },
    onEvent: (event) => {
      record(event);
      for (const listener of listeners) listener(event);
    },
  });

  const peers = config.peers.map((url) => httpPeer({ url, timeoutMs: config.chainTimeoutMs }));
  const recovery = createRecovery({
    region,
    store: {
      ...anchoringStore,
      cursor: (name) => mirrorStore.cursor(name),
      moveCursor: (name, block) => mirrorStore.moveCursor(name, block),
    },
    chain,
    crypto: nodeCrypto,
    leavesOf: (batch) => fetchLeaves({ own: evidence, crypto: nodeCrypto, onEvent: () => {} }, batch, peers),
    confirmations: config.confirmations,
  });

  const administration = createAdministration({
    region,
    agencies,
    audit,
    registry,
    governance: office.admin,
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
  const regions = createRegionAdministration({
    audit,
    account: (role) => office.governance(role === "region-admin" ? adminLabel(region) : role),
    now,
  });
  const regionKeys = createRegionKeys({
    region,
    keys,
    registry,
    governance: office.admin,
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
    governance: office.admin,
    now,
    blockClock,
  });

  return {
    config,
    network,
    issuance,
    copies,
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
      ...{ config, pages: pagesAt, store: stores.pickUps, issuance, copies, renderPdf, audit, now, keyFiles },
    }),
    pagesAt,
    idempotency: createIdempotency({ store: stores.idempotency, now, aloneSince }),
    audit,
    keys,
    accounts,
    registry,
    renderer,
    chain,
    anchoring,
    openAccount: office.open,
    onAnchoringEvent: (listener) => void listeners.add(listener),
    anchoringStore,
    evidence,
    mirrorStore,
    types: catalogueShelf(catalogue, MIRROR),
    floor: createPublishedFloor({ region, cursors: mirrorStore, audit, now }),
    restorations: createRestorations({ region, stores, recover: () => recovery.recover() }),
    examined: {
      ...{ region, registry, chain, agencies, statusIndices, now },
      types: stores.catalogue,
      tokens: stores.apiTokens,
      records: stores.records,
      anchoring: anchoringStore,
      mirror: mirrorStore,
      seals: stores.seals,
      pickUpKeys: new PickUpKeyFiles(keyFiles),
      crypto: nodeCrypto,
      confirmations: config.confirmations,
    },
    governance: office.governance,
    async createAccount(actor, label) {
      const { address, createdAt, label: made } = await createSuccessor(accounts, label);
      await audit.append(eventBy(actor, { time: now(), action: "account-created", object: made, detail: { address } }));
      return { label: made, address, createdAt };
    },
    seals,
    revocationLists: revocationListsOf(stores.seals, config),
    renderPdf,
    storeEnded: stores.ended,
    async close() {
      recorded.stop();
      await anchoring.stop();
      await stores.close();
    },
  };
}

const MIRROR: Actor = { kind: "system", id: "mirror", role: "operator", requestId: "mirror" };

const LEASE_MS = 15_000;

const DRAIN_TIMEOUT_MS = 120_000;
