// SPDX-License-Identifier: Apache-2.0
import type { Crypto } from "../../core/crypto.js";
import type { RegistryAccess } from "../../verify/registry.js";
import type { AgencyStore, ApiTokenStore } from "../agencies/index.js";
import type { AlarmStore, AnchorChain, AnchoringStore, StatusQueue } from "../anchoring/index.js";
import type { CatalogueStore } from "../catalogue/index.js";
import type { PickUpKeys } from "../holders/index.js";
import type { StatusIndexStore } from "../issuance/index.js";
import type { SealStore } from "../seals/index.js";
import type { MirrorStore } from "../sharing/index.js";
import type { StoredRecords } from "./stored-records.js";

/** What is examined, and against what. Nothing of it is written to. */
export interface Examined {
  readonly region: string;
  readonly records: StoredRecords;
  readonly anchoring: Pick<AnchoringStore, "batchTile" | "batchLeaves" | "findBatchByName" | "newestAuditHead"> &
    Pick<StatusQueue, "statusLog"> &
    Pick<AlarmStore, "alarms">;
  readonly mirror: Pick<MirrorStore, "mirroredTile">;
  readonly agencies: Pick<AgencyStore, "listAgencies" | "authorisedTypes">;
  readonly types: Pick<CatalogueStore, "listTypes">;
  readonly tokens: Pick<ApiTokenStore, "listTokens">;
  readonly seals: Pick<SealStore, "revokedUnder" | "revocationLists">;
  readonly statusIndices: Pick<StatusIndexStore, "leasedStatusIndices">;
  readonly pickUpKeys: Pick<PickUpKeys, "open">;
  readonly chain: Pick<AnchorChain, "head" | "events" | "firstBlock" | "statusWord">;
  readonly registry: RegistryAccess;
  readonly crypto: Crypto;
  readonly confirmations: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}
