// SPDX-License-Identifier: Apache-2.0
import type { Actor, AuditStore } from "../audit/index.js";
import type { Copies } from "../copies/index.js";
import type { Issuance } from "../issuance/index.js";
import type { PickUpKeys } from "./pick-up-keys.js";
import type { PickUpStore } from "./pick-up-store.js";

export interface PickUpRules {
  /** How long a link can be opened. */
  readonly linkMs: number;
  /** How long the browser that opened it may look and download. */
  readonly sessionMs: number;
  /** Wrong codes after which a link is locked. */
  readonly tries: number;
}

export interface PickUpDependencies {
  readonly store: PickUpStore;
  readonly keys: PickUpKeys;
  readonly issuance: Pick<Issuance, "getCertificate" | "documentOf">;
  readonly copies: Pick<Copies, "make" | "list" | "find" | "fileOf">;
  /** The PDF of a certificate that the actor may read, as of now. */
  readonly renderPdf: (actor: Actor, identifier: string) => Promise<Uint8Array>;
  readonly audit: Pick<AuditStore, "append">;
  /** Base URL of the pages, without a slash at the end; asked for each link, as a service may learn its port late. */
  readonly pagesUrl: () => string;
  readonly rules: PickUpRules;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}
