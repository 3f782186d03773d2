// SPDX-License-Identifier: Apache-2.0
import type { FaceValue } from "../../../../core/certificate.js";
import type { TypeDefinition } from "../../../../core/type-definition.js";
import { say } from "../../../language/language.js";
import type { CertificateView, EvidenceView } from "../api/answers.js";
import { CERTIFICATE_WORDS } from "../words/certificate.js";
import { holderTypeText } from "../words/holder-types.js";

export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly mono?: boolean;
}

/** Everything that the signed record says to a person, in the order of the type. */
export function contentFacts({ certificate }: CertificateView, type: TypeDefinition): readonly Fact[] {
  const { credentialSubject: subject, validFrom, validUntil } = certificate;
  const from = validFrom.slice(0, 10);
  const period =
    validUntil === undefined
      ? CERTIFICATE_WORDS.longTerm(from)
      : CERTIFICATE_WORDS.until(from, validUntil.slice(0, 10));
  const holders = subject.certificateHolder.flatMap((holder) => [
    { name: say(CERTIFICATE_WORDS.holder), value: holder.certificateHolder },
    { name: say(holderTypeText(holder.certificateHolderType)), value: holder.certificateHolderCode, mono: true },
  ]);
  const face = type.fields.labels
    .filter(({ field }) => Object.hasOwn(subject.face, field))
    .map(({ field, label }) => ({ name: say(label), value: valueText(subject.face[field] as FaceValue) }));
  return [
    { name: say(CERTIFICATE_WORDS.type), value: `${say(type.name)} · ${subject.certificateTypeCode}/${type.version}` },
    { name: say(CERTIFICATE_WORDS.number), value: subject.certificateNumber, mono: true },
    ...holders,
    ...face,
    { name: say(CERTIFICATE_WORDS.issuer), value: `${subject.issueDept} ${subject.issueDeptCode}` },
    { name: say(CERTIFICATE_WORDS.issueDate), value: subject.issueDate },
    { name: say(CERTIFICATE_WORDS.period), value: say(period) },
    ...(subject.certificateAreaCode === undefined
      ? []
      : [{ name: say(CERTIFICATE_WORDS.area), value: subject.certificateAreaCode, mono: true }]),
  ];
}

function valueText(value: FaceValue): string {
  if (value === null) return say(CERTIFICATE_WORDS.none);
  if (typeof value === "boolean") return say(value ? CERTIFICATE_WORDS.yes : CERTIFICATE_WORDS.no);
  if (Array.isArray(value)) return value.map((each: FaceValue) => valueText(each)).join("、");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Where a certificate lies on the chain; null while it is on its way there. */
export function evidenceFacts(
  { batch, index, anchors }: EvidenceView,
  digest: string,
  timeOf: (instant: string) => string,
): readonly Fact[] | null {
  const [anchor] = anchors ?? [];
  if (batch === undefined || index === undefined) return null;
  return [
    ...(anchor === undefined ? [] : [{ name: say(CERTIFICATE_WORDS.recordedAt), value: timeOf(anchor.time) }]),
    { name: say(CERTIFICATE_WORDS.place), value: say(CERTIFICATE_WORDS.placeOf(index, batch.size)) },
    { name: say(CERTIFICATE_WORDS.batch), value: batch.root, mono: true },
    { name: say(CERTIFICATE_WORDS.region), value: batch.region, mono: true },
    ...(anchor === undefined
      ? []
      : [
          { name: say(CERTIFICATE_WORDS.block), value: String(anchor.block), mono: true },
          { name: say(CERTIFICATE_WORDS.tx), value: anchor.tx, mono: true },
          { name: say(CERTIFICATE_WORDS.chain), value: `${anchor.chainId} ${anchor.registry}`, mono: true },
        ]),
    { name: say(CERTIFICATE_WORDS.digest), value: digest, mono: true },
  ];
}
