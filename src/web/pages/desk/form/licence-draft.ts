// SPDX-License-Identifier: Apache-2.0
import type { Certificate, CertificateHolder, FaceValue } from "../../../../core/certificate.js";
import type { TypeDefinition } from "../../../../core/type-definition.js";
import { tidyCode, tidyText } from "../../../form/tidy.js";
import { emptyDraft, type FieldDraft, type FieldModel } from "./field-model.js";
import { groupDraft, groupValue } from "./field-value.js";
import { fieldsOf } from "./schema-fields.js";

/** A licence while its form is filled in: every member is what was typed. */
export interface LicenceDraft {
  readonly certificateNumber: string;
  readonly holders: readonly HolderDraft[];
  readonly issueDate: string;
  readonly validFrom: string;
  readonly validUntil: string;
  /** No end date 长期; what stands in `validUntil` then does not count. */
  readonly longTerm: boolean;
  readonly areaCode: string;
  readonly face: Readonly<Record<string, FieldDraft>>;
}

export interface HolderDraft {
  readonly name: string;
  readonly code: string;
  readonly codeType: string;
}

/** What is sent to issue; the same members, absent where nothing was entered, change a certificate. */
export interface LicenceRequest {
  readonly typeCode: string;
  readonly typeVersion: number;
  readonly certificateNumber: string;
  readonly holders: readonly CertificateHolder[];
  readonly issueDate?: string;
  readonly validFrom?: string;
  readonly validUntil: string | null;
  readonly areaCode?: string;
  readonly face: Readonly<Record<string, FaceValue>>;
}

/** A form of a type in which nothing was entered yet. */
export function newDraft(type: TypeDefinition, fields: readonly FieldModel[] = fieldsOf(type)): LicenceDraft {
  return {
    certificateNumber: "",
    holders: [newHolder(type)],
    issueDate: "",
    validFrom: "",
    validUntil: "",
    longTerm: type.validity.endDate === "none",
    areaCode: "",
    face: Object.fromEntries(fields.map((field) => [field.name, emptyDraft(field)])),
  };
}

export function newHolder({ holder }: Pick<TypeDefinition, "holder">): HolderDraft {
  return { name: "", code: "", codeType: holder.codeTypes[0] ?? "" };
}

/** What a certificate says, ready to be renewed or corrected. A renewal starts anew, so its dates are empty. */
export function draftFrom(certificate: Certificate, type: TypeDefinition, kind: "renew" | "correct"): LicenceDraft {
  const { credentialSubject: subject, validFrom, validUntil } = certificate;
  const again = kind === "renew";
  return {
    certificateNumber: subject.certificateNumber,
    holders: subject.certificateHolder.map((holder) => ({
      name: holder.certificateHolder,
      code: holder.certificateHolderCode,
      codeType: holder.certificateHolderType,
    })),
    issueDate: "",
    validFrom: again ? "" : validFrom.slice(0, 10),
    validUntil: again ? "" : (validUntil?.slice(0, 10) ?? ""),
    longTerm: validUntil === undefined && type.validity.endDate !== "required",
    areaCode: subject.certificateAreaCode ?? "",
    face: groupDraft(fieldsOf(type), subject.face),
  };
}

/** The printed number: what was typed, or the first holder's code where the type says that it is the number. */
export function numberOf({ certificateNumber, holders }: LicenceDraft, { number }: TypeDefinition): string {
  return number.equalsHolderCode === true ? tidyCode(holders[0]?.code ?? "") : tidyCode(certificateNumber);
}

/** The request that a draft without faults stands for. */
export function requestOf(draft: LicenceDraft, type: TypeDefinition): LicenceRequest {
  const { issueDate, validFrom, validUntil, longTerm, areaCode } = draft;
  return {
    typeCode: type.typeCode,
    typeVersion: type.version,
    certificateNumber: numberOf(draft, type),
    holders: draft.holders.map(({ name, code, codeType }) => ({
      certificateHolder: tidyText(name),
      certificateHolderCode: tidyCode(code),
      certificateHolderType: codeType,
    })),
    ...(issueDate === "" ? {} : { issueDate }),
    ...(validFrom === "" ? {} : { validFrom }),
    validUntil: longTerm ? null : validUntil,
    ...(areaCode === "" ? {} : { areaCode: tidyCode(areaCode) }),
    face: groupValue(fieldsOf(type), draft.face),
  };
}

/** Members of a certificate that a new version says anew; what is absent stays as it was. */
export type SuccessorChanges = Partial<Omit<LicenceRequest, "typeCode">>;

/** What a changed draft says otherwise than the certificate it started from. A renewal always says its period. */
export function changesOf(
  draft: LicenceDraft,
  certificate: Certificate,
  type: TypeDefinition,
  kind: "renew" | "correct",
): SuccessorChanges {
  const { typeCode: _, typeVersion, ...now } = requestOf(draft, type);
  const { typeCode: _c, typeVersion: _v, ...before } = requestOf(draftFrom(certificate, type, "correct"), type);
  const changed = Object.entries(now).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name as keyof typeof before]),
  );
  const isOtherVersion = typeVersion !== certificate.credentialSchema.typeVersion;
  return {
    ...(isOtherVersion ? { typeVersion } : {}),
    ...Object.fromEntries(changed),
    ...(kind === "renew" ? { validUntil: now.validUntil } : {}),
  };
}
