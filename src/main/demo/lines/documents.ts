// SPDX-License-Identifier: Apache-2.0
import { fromBase64Url } from "../../../core/base64.js";
import { qrText } from "../../../core/digits.js";
import type { AnchoredEvidence, Evidence } from "../../../core/evidence.js";
import type { LicenceDocument } from "../../../domain/issuance/index.js";
import type { FetchedLicence } from "../anhui.js";
import type { MadeLicence } from "../forger.js";

export const HOST = "verify.tigertally.example";

export function codeOf({ document }: FetchedLicence): string {
  return qrText(HOST, fromBase64Url(document.evidence.token));
}

export function withEvidence(document: LicenceDocument, change: Partial<AnchoredEvidence>): object {
  return { ...document, evidence: { ...document.evidence, ...change } as Evidence };
}

export function documentOf({ certificate, evidence, type }: MadeLicence): object {
  return { format: "tigertally-licence", formatVersion: 1, certificate, evidence, type };
}

/** A copy with one value set, by JSON pointer. */
export function set(document: object, pointer: string, value: unknown): object {
  const copy = structuredClone(document) as Record<string, unknown>;
  const steps = pointer.split("/").slice(1);
  const last = steps.pop()!;
  let place = copy;
  for (const step of steps) place = place[step] as Record<string, unknown>;
  place[last] = value;
  return copy;
}
