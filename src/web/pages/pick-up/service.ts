// SPDX-License-Identifier: Apache-2.0
import { call, getJson, postJson } from "../../api/client.js";
import type { Text } from "../../language/language.js";

export interface LinkStanding {
  readonly expiresAt: string;
  readonly triesLeft: number;
}

export type Standing =
  | "in-force"
  | "not-yet-valid"
  | "expired"
  | "suspended"
  | "revoked-penalty"
  | "revoked-unlawful"
  | "cancelled"
  | "replaced"
  | "transferred-out";

/** The licence as the service shows it to its holder (HolderLicence of the OpenAPI document). */
export interface HolderLicence {
  readonly certificateIdentifier: string;
  readonly name: Text;
  readonly certificateNumber: string;
  readonly holders: readonly string[];
  readonly issueDept: string;
  readonly issueDate: string;
  readonly validFrom: string;
  readonly validUntil: string | null;
  readonly standing: Standing;
  readonly stateLabel: Text | null;
  readonly held: boolean;
  readonly anchoring: "pending" | "staged" | "anchored";
  readonly anchoredAt: string | null;
  readonly face: readonly { readonly field: string; readonly label: Text | null; readonly value: unknown }[];
  readonly sessionEndsAt: string;
}

const path = (link: string, step: string): string => `/v1/pick-up/${link}/${step}`;

export const lookAt = (link: string, secret: string): Promise<LinkStanding> => postJson(path(link, "look"), { secret });

export const openWith = (link: string, secret: string, code: string): Promise<HolderLicence> =>
  postJson(path(link, "open"), { secret, code }, { inSession: true });

export const licenceOf = (link: string): Promise<HolderLicence> => getJson(path(link, "licence"), { inSession: true });

export async function closeSession(link: string): Promise<void> {
  await call(path(link, "close"), { method: "POST" }, { inSession: true });
}

export const pdfAddress = (link: string): string => path(link, "pdf");
