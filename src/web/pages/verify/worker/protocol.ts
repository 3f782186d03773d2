// SPDX-License-Identifier: Apache-2.0
import type { ArchiveReport } from "../../../../verify/archive.js";
import type { Report } from "../../../../verify/report.js";

/** What this region's service states of its network; kept for the time without a connection. */
export interface NetworkTrust {
  readonly region: string;
  readonly chainId: number;
  readonly registry: string;
  readonly genesis: string | null;
  readonly maxAnchorDelaySeconds: number;
  readonly maxHeadAgeSeconds: number | null;
  readonly bundleMaxAgeSeconds: number;
}

/** The trust bundle that is at hand when no node is. */
export interface BundleNote {
  readonly region: string;
  /** RFC 3339. */
  readonly issuedAt: string;
  readonly block: number;
  /** So old that it says nothing of states any more. */
  readonly isStale: boolean;
}

/** What the page can work with now. */
export interface Footing {
  readonly network: NetworkTrust | null;
  /** The network that this device knew, as long as nobody has accepted that the service names another one now. */
  readonly networkBefore: NetworkTrust | null;
  readonly bundle: BundleNote | null;
  /** Why a bundle that the service offered was not taken, as an error code; the one that was kept goes on. */
  readonly refusedBundle: string | null;
  /** Whether the service answered just now. */
  readonly isOnline: boolean;
  /** Seconds that this device's clock is ahead of the service's; 0 when that is not known. */
  readonly clockAhead: number;
}

/** An answer and what it rests on. */
export interface Verification {
  readonly report: Report;
  /** The registry as a node showed it now, as the trust bundle says, or as the archive package has it. */
  readonly source: "registry" | "bundle" | "archive";
  readonly bundle: BundleNote | null;
  /** Of an archive package, as of whose packing `report` tells of the licence in it. */
  readonly archive: ArchiveReport | null;
}

/** What was seen in a picture. */
export interface CodesSeen {
  /** Texts of codes that may be ours: the rest is for the verification to judge. */
  readonly ours: readonly string[];
  /** Codes of other systems. */
  readonly foreign: number;
  /** Codes that were found and could not be read. */
  readonly damaged: number;
}

/** Why a picture was not looked at. */
export type PictureRefusal = "too-large" | "not-a-picture" | "no-decoder";

export type Question =
  | { readonly kind: "open" }
  | { readonly kind: "refresh" }
  | { readonly kind: "accept-network" }
  | { readonly kind: "verify"; readonly document: { readonly file: Blob } | { readonly text: string } }
  | { readonly kind: "codes"; readonly picture: Blob | ImageBitmap; readonly thorough: boolean };

export interface Answers {
  readonly open: Footing;
  readonly refresh: Footing;
  readonly "accept-network": Footing;
  readonly verify: Verification;
  readonly codes: CodesSeen | PictureRefusal;
}

export type Asked = Question & { readonly id: number };
export type Told =
  | { readonly id: number; readonly answer: Answers[keyof Answers] }
  | { readonly id: number; readonly failure: string };
