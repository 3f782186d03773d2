// SPDX-License-Identifier: Apache-2.0
import { call, getBytes, getJson, postJson } from "../../api/client.js";
import { allCopies, type CopyPage, type CopyRequest, type ReaderCopy } from "../../copies/reader-copy.js";
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

/** The readers' copies of the licence, whoever made them. */
export const copiesOf = (link: string): Promise<readonly ReaderCopy[]> =>
  allCopies((query) => getJson<CopyPage>(path(link, "copies") + query, { inSession: true }));

/** Each request makes one. */
export const makeCopy = (link: string, request: CopyRequest): Promise<ReaderCopy> =>
  postJson(path(link, "copies"), request, { inSession: true, timeoutMs: 30_000 });

export const copyFile = (link: string, number: string): Promise<Uint8Array<ArrayBuffer>> =>
  getBytes(path(link, `copies/${number}/pdf`), { inSession: true, timeoutMs: 30_000 });

export const pdfAddress = (link: string): string => path(link, "pdf");
