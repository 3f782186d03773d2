// SPDX-License-Identifier: Apache-2.0
import type { Logger } from "pino";
import { type KeyFilesOptions, SealKeyFiles } from "../adapters/keys/index.js";
import { nodeCrypto } from "../adapters/node-crypto/index.js";
import { httpTimestamper } from "../adapters/timestamp/index.js";
import { x509Authority } from "../adapters/x509/index.js";
import { TallyError } from "../core/errors.js";
import type { RegistryGovernance } from "../domain/agencies/index.js";
import type { Actor } from "../domain/audit/index.js";
import type { CopyDocument } from "../domain/copies/index.js";
import type { LicenceDocument } from "../domain/issuance/index.js";
import {
  createSealCa,
  createSealDelegations,
  createSealing,
  type SealableLicence,
  type SealCa,
  type SealDelegations,
  type SealKeyStore,
} from "../domain/seals/index.js";
import type { Renderer } from "../render/index.js";
import { type RegistryAccess, RegistryError } from "../verify/registry.js";
import { sharedSnapshots } from "../verify/shared-snapshots.js";
import { regionName } from "../words/region-names.js";
import type { Config } from "./config.js";
import { listsElsewhere } from "./lists-elsewhere.js";
import { proofsOf } from "./mirror-proofs.js";
import { hasPublicUrl } from "./pick-ups.js";
import type { Stores } from "./stores.js";
import { readTimestampAuthorities } from "./verification/seal-trust.js";

/** The seals of a region: who has them, and the files that they are on. */
export interface Seals {
  readonly authority: SealCa;
  readonly delegations: SealDelegations;
  readonly keys: SealKeyStore;
  /** The file of a licence: sealed once it is anchored, where somebody has a seal for it. */
  fileOf(licence: LicenceDocument): Promise<Uint8Array>;
  /** The same of a reader's copy. */
  copyFileOf(copy: CopyDocument): Promise<Uint8Array>;
}

export interface SealsOptions {
  readonly config: Config;
  readonly stores: Pick<Stores, "seals" | "agencies" | "audit" | "mirror">;
  readonly keyFiles: KeyFilesOptions;
  readonly renderer: Renderer;
  readonly registry: RegistryAccess;
  readonly governance: RegistryGovernance;
  readonly logger: Logger;
  readonly now: () => number;
  readonly blockClock: (() => number) | null;
}

export function openSeals(options: SealsOptions): Seals {
  const { config, stores, keyFiles, renderer, registry, governance, logger, now, blockClock } = options;
  const { region } = config;
  const keys = new SealKeyFiles(keyFiles);
  const shared = { region, store: stores.seals, keys, registry, crypto: nodeCrypto, now };
  const sealing = createSealing({
    ...{ ...shared, registry: sharedSnapshots(registry) },
    ...{ renderer, proofs: proofsOf({ mirrorStore: stores.mirror }), stamp: stampOf(config) },
  });
  const sealed = async (licence: SealableLicence): Promise<Uint8Array | null> => {
    try {
      return await sealing.sealedFile(SEALING, licence);
    } catch (error) {
      if (!isPassing(error)) throw error;
      // Whoever asks needs the file now, and it proves itself without a seal.
      logger.error({ error: String(error) }, "seal-not-set");
      return null;
    }
  };
  return {
    keys,
    authority: createSealCa({
      ...shared,
      regionName: regionName(region).zh,
      issuer: x509Authority,
      agencies: stores.agencies,
      governance,
      audit: stores.audit,
      checkSeal: renderer.checkSeal,
      revocationListUrl: hasPublicUrl(config) ? (ca) => revocationListUrl(config.publicUrl, ca) : null,
      blockClock,
      listsElsewhere: (ca) => listsElsewhere(ca, config, logger),
    }),
    delegations: createSealDelegations({
      ...{ agencies: stores.agencies, registry, governance, audit: stores.audit, now, blockClock },
    }),
    async fileOf({ certificate, evidence, type }) {
      const parts = { certificate, evidence, type };
      return (await sealed(parts)) ?? renderer.render(parts);
    },
    async copyFileOf({ licence: { certificate, type }, statement, evidence }) {
      const file = await sealed({ certificate, evidence, type, copy: statement });
      return file ?? renderer.renderCopy({ certificate, type, copy: { statement, evidence } });
    },
  };
}

/** Where the revocation list of a CA is served. It stands in certificates of seals for as long as they last. */
function revocationListUrl(publicUrl: string, ca: string): string {
  return `${publicUrl.replace(/\/+$/, "")}/v1/seal-authorities/${ca}/revocation-list`;
}

/** Seals are set when a file is asked for, whoever asks. */
const SEALING: Actor = { kind: "system", id: "sealing", role: "operator", requestId: "sealing" };

function stampOf(config: Config) {
  if (config.timestampUrl === null) return null;
  const authorities = readTimestampAuthorities(config);
  return httpTimestamper({ url: config.timestampUrl, authorities, crypto: nodeCrypto, attempts: 2 });
}

/** What keeps a seal from being set for a time: a chain or an authority that does not answer, a key that is not at hand. */
function isPassing(error: unknown): boolean {
  if (error instanceof RegistryError) return true;
  return error instanceof TallyError && PASSING.has(error.code);
}

const PASSING: ReadonlySet<string> = new Set(["timestamp.unavailable", "key.unknown", "key.locked"]);
