// SPDX-License-Identifier: Apache-2.0
import type { Report } from "../../../verify/report.js";
import type { FetchedLicence, foundAgencies } from "../anhui.js";
import type { Rehearsed, Stolen } from "../rehearsal.js";

/** Shanghai's verification, by form of the document. */
export interface ShanghaiVerifier {
  json(document: object | string, at?: string): Promise<Report>;
  pdf(bytes: Uint8Array, at?: string): Promise<Report>;
  code(text: string): Promise<Report>;
  /** With another node, or other settings, than Shanghai's own. */
  elsewhere(document: object, settings: Readonly<Record<string, string>>): Promise<Report>;
}

export interface OddUrls {
  readonly garbage: string;
  readonly otherChain: string;
  readonly lagging: string;
  readonly dead: string;
}

export interface Props {
  readonly rehearsed: Rehearsed;
  readonly pending: FetchedLicence;
  readonly stolen: Stolen;
  readonly agencies: Awaited<ReturnType<typeof foundAgencies>>;
  readonly shanghai: ShanghaiVerifier;
  readonly odd: OddUrls;
}
