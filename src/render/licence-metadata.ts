// SPDX-License-Identifier: Apache-2.0
import type { Certificate, CertificateSubject } from "../core/certificate.js";
import { copyElements } from "../core/copy/copy-elements.js";
import type { CopyStatement } from "../core/copy/copy-statement.js";
import { COPY_LABELS } from "../core/copy/copy-texts.js";
import { licenceElements } from "../core/licence-elements.js";
import { PRINTED_COPY_PRODUCER } from "../core/printed-copy.js";
import type { XmpFields } from "./pdf/xmp.js";

/** The metadata a file carries in itself (GB/T 36903), taken from the signed record. */
export function licenceMetadata(certificate: Certificate, producer: string): XmpFields {
  const subject = certificate.credentialSubject;
  return {
    title: `${subject.certificateName} ${subject.certificateNumber}`,
    author: subject.issueDept,
    identifier: subject.certificateIdentifier,
    created: certificate.proof.created,
    producer,
    licence: licenceElements(certificate),
  };
}

/** Of a reader's copy: the licence's, and whose copy it is. */
export function copyMetadata(certificate: Certificate, statement: CopyStatement, producer: string): XmpFields {
  const metadata = licenceMetadata(certificate, producer);
  return {
    ...metadata,
    title: `${COPY_LABELS.copy} ${metadata.title}`,
    created: statement.proof.created,
    copy: copyElements(statement),
  };
}

/** A sample has no metadata of a licence, lest a library collect it as one. */
export function sampleMetadata(subject: CertificateSubject, producer: string): XmpFields {
  return {
    title: `样本 SAMPLE ${subject.certificateName}`,
    author: subject.issueDept,
    identifier: subject.certificateIdentifier,
    created: `${subject.issueDate}T00:00:00Z`,
    producer,
    licence: {},
  };
}

/** Nor has a printed copy. `producer` is what tells a verifier that the file is one. */
export function printedMetadata({ credentialSubject: subject }: Certificate, time: string): XmpFields {
  return {
    title: `打印件 PRINTED COPY ${subject.certificateName} ${subject.certificateNumber}`,
    author: subject.issueDept,
    identifier: subject.certificateIdentifier,
    created: time,
    producer: PRINTED_COPY_PRODUCER,
    licence: {},
  };
}
