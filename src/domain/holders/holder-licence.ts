// SPDX-License-Identifier: Apache-2.0
import type { FaceValue } from "../../core/certificate.js";
import type { Label, LegalState, TypeDefinition } from "../../core/type-definition.js";
import type { CertificateView, LicenceDocument } from "../issuance/index.js";
import type { PickUpDependencies } from "./dependencies.js";
import type { PickUpLink } from "./pick-up-link.js";
import { holderOf, type Visitor } from "./visitor.js";

/** Legal state and clock in one word: what the licence is worth now. */
export type HolderStanding = "in-force" | "not-yet-valid" | "expired" | Exclude<LegalState, "valid">;

/** The licence as its holder is shown it. */
export interface HolderLicence {
  readonly certificateIdentifier: string;
  readonly name: Label;
  readonly certificateNumber: string;
  readonly holders: readonly string[];
  readonly issueDept: string;
  readonly issueDate: string;
  readonly validFrom: string;
  /** Null: long-term. */
  readonly validUntil: string | null;
  readonly standing: HolderStanding;
  /** The type's own word for the legal state, when its dictionary has one. */
  readonly stateLabel: Label | null;
  /** Its key was marked compromised before it was anchored: the agency issues it again. */
  readonly held: boolean;
  readonly anchoring: "pending" | "staged" | "anchored";
  readonly anchoredAt: string | null;
  /** In the order of the type; nothing that was signed is left out. */
  readonly face: readonly { readonly field: string; readonly label: Label | null; readonly value: FaceValue }[];
  readonly sessionEndsAt: string;
}

/** The state is read now, not when the link was made: a licence that was revoked since is shown as revoked. */
export async function licenceOf(
  { issuance, now }: PickUpDependencies,
  visitor: Visitor,
  link: PickUpLink,
  sessionEndsAt: number,
): Promise<HolderLicence> {
  const actor = holderOf(link, visitor);
  const view = await issuance.getCertificate(actor, link.certificate);
  const document = await issuance.documentOf(actor, link.certificate);
  const subject = document.certificate.credentialSubject;
  return {
    certificateIdentifier: view.certificateIdentifier,
    name: document.type.name,
    certificateNumber: view.certificateNumber,
    holders: subject.certificateHolder.map(({ certificateHolder }) => certificateHolder),
    issueDept: subject.issueDept,
    issueDate: view.issueDate,
    validFrom: view.validFrom,
    validUntil: view.validUntil,
    standing: standingOf(view, now()),
    stateLabel: view.stateCode?.label ?? null,
    held: view.held,
    anchoring: view.anchoring,
    anchoredAt: anchoredAt(document),
    face: faceOf(subject.face, document.type),
    sessionEndsAt: new Date(sessionEndsAt).toISOString(),
  };
}

/** In the order of the verifier's standing: ended, expired, suspended, not yet valid, in force. */
export function standingOf(
  { state, validFrom, validUntil }: Pick<CertificateView, "state" | "validFrom" | "validUntil">,
  now: number,
): HolderStanding {
  if (state !== "valid" && state !== "suspended") return state;
  if (validUntil !== null && Date.parse(validUntil) < now) return "expired";
  if (state === "suspended") return "suspended";
  return Date.parse(validFrom) > now ? "not-yet-valid" : "in-force";
}

function anchoredAt({ evidence }: LicenceDocument): string | null {
  return "anchors" in evidence ? (evidence.anchors[0]?.time ?? null) : null;
}

function faceOf(face: Readonly<Record<string, FaceValue>>, { fields }: TypeDefinition): HolderLicence["face"] {
  const labelled = fields.labels.filter(({ field }) => Object.hasOwn(face, field));
  const others = Object.keys(face).filter((field) => !labelled.some((label) => label.field === field));
  return [
    ...labelled.map(({ field, label }) => ({ field, label, value: face[field] as FaceValue })),
    ...others.map((field) => ({ field, label: null, value: face[field] as FaceValue })),
  ];
}
