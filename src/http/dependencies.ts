// SPDX-License-Identifier: Apache-2.0
import type { Logger } from "pino";
import type { ApiTokens } from "../domain/agencies/api-tokens.js";
import type { AnchoredBatch, BatchName } from "../domain/anchoring/ports.js";
import type { ArchivingPurpose } from "../domain/archiving/index.js";
import type { Actor, AuditStore } from "../domain/audit/index.js";
import type { Catalogue, TypePreviews } from "../domain/catalogue/index.js";
import type { Copies } from "../domain/copies/index.js";
import type { PickUps } from "../domain/holders/index.js";
import type { Idempotency } from "../domain/issuance/idempotency.js";
import type { Issuance } from "../domain/issuance/index.js";
import type { Printing } from "../domain/printing/index.js";
import type { SealAuthority } from "../domain/seals/index.js";
import type { PublishedBundle } from "../domain/sharing/index.js";
import type { TrustBundle } from "../verify/index.js";
import type { ProofSource } from "../verify/sources.js";
import type { ChainForwarder } from "./chain/chain-forwarder.js";
import type { Draining } from "./draining.js";
import type { BuiltPages } from "./pages/built-pages.js";
import type { HttpSettings } from "./settings.js";
import type { Strangers } from "./strangers.js";
import type { Verifier } from "./verification/verifier.js";

/** Ordered leaf hashes of anchored batches: our own, and those of other regions that our mirror keeps. */
export interface PublicBatches {
  /** 32 bytes an entry; null when we do not have them. */
  leaves(batch: BatchName): Promise<Uint8Array | null>;
  /** Our own anchored batches at or above a block, newest first. */
  anchoredSince(block: number, limit: number): Promise<readonly AnchoredBatch[]>;
}

/** What a verifier puts into its own configuration after asking somebody it trusts. */
export interface NetworkInfo {
  readonly region: string;
  readonly chainId: number;
  readonly registry: string;
  readonly genesis: string | null;
  /** How long a certificate may stay pending, and how old a head may be, before this region's verifier says so. */
  readonly maxAnchorDelaySeconds: number;
  readonly maxHeadAgeSeconds: number | null;
  /** How long after its issue a trust bundle's word on states is taken. */
  readonly bundleMaxAgeSeconds: number;
}

/** A trust bundle as it is served. */
export type ReadyBundle = Pick<PublishedBundle, "bytes" | "digest"> & {
  readonly content: Pick<TrustBundle, "issuedAt" | "block" | "signer">;
};

/** By part: `ok`, or what is wrong in words that may be shown to anybody. */
export type Readiness = () => Promise<Readonly<Record<string, string>>>;

/** A request when it is over, without anything that could name a person. */
export interface RequestSeen {
  readonly method: string;
  /** The route's template, `(none)` when no route took it. */
  readonly route: string;
  readonly status: number | "aborted";
  readonly ms: number;
}

/** Everything the HTTP service needs; `main` builds it. */
export interface HttpDependencies {
  readonly issuance: Issuance;
  /** Readers' copies 加注件. */
  readonly copies: Copies;
  /** Delivery to holders 送达. */
  readonly pickUps: Omit<PickUps, "purge" | "rotateKey">;
  /** The pages are reached over https: cookies are for it only. */
  readonly secureCookies: boolean;
  readonly tokens: Pick<ApiTokens, "authenticate">;
  readonly idempotency: Idempotency;
  readonly catalogue: Pick<Catalogue, "listTypes" | "findType">;
  readonly previews: TypePreviews;
  readonly audit: AuditStore;
  readonly verifier: Verifier;
  /** The PDF of a certificate that the actor may read; the same bytes every time once it is anchored. */
  readonly pdfOf: (actor: Actor, identifier: string) => Promise<Uint8Array>;
  /** A printed copy 打印件 of a certificate that the actor may read. */
  readonly printedCopyOf: Printing["print"];
  /** The archive package 电子档案 of a certificate that the actor may read, as of now. */
  readonly archiveOf: (actor: Actor, identifier: string, why: ArchivingPurpose) => Promise<Uint8Array>;
  readonly batches: PublicBatches;
  /** This region's own mirror. */
  readonly proofs: ProofSource;
  readonly network: NetworkInfo;
  readonly strangers: Strangers;
  /** The newest trust bundle that this region issued; null before the first. */
  readonly trustBundle: () => ReadyBundle | null;
  /** The CAs that issued the certificates of this region's seals, the newest first. */
  readonly sealAuthorities: () => Promise<readonly SealAuthority[]>;
  /** The newest revocation list, DER, that is kept here of another region's CA whose key has this digest; null when none is. */
  readonly keptRevocationList: (keyDigest: string) => Promise<Uint8Array | null>;
  readonly chain: ChainForwarder;
  readonly readiness: Readiness;
  /** Canonical JSON of the context that certificates name. */
  readonly licenceContext: Uint8Array;
  /** The browser pages; null when they were not built. */
  readonly pages: BuiltPages | null;
  readonly version: string;
  readonly logger: Logger;
  readonly onRequest?: (request: RequestSeen) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Request ids. */
  readonly newId: () => string;
  readonly settings: HttpSettings;
  /** The same object as the server's, so that long answers end early and whole on shutdown. */
  readonly draining: Draining;
}
