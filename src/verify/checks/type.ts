// SPDX-License-Identifier: Apache-2.0
import { fromBase64 } from "../../core/base64.js";
import type { CertificateSubject } from "../../core/certificate.js";
import { toHex } from "../../core/hex.js";
import { isPhotoText } from "../../core/photo/photo.js";
import { photoFieldOf } from "../../core/photo/photo-field.js";
import type { TypeDefinition } from "../../core/type-definition.js";
import { absent } from "../absence.js";
import type { CheckContext } from "../context.js";
import type { CertificateDocument } from "../document.js";
import { type Finding, findingsOf } from "../finding.js";

const findings = findingsOf("type");
const { pass, fail, unanswered, notApplicable } = findings;

/**
 * Passes when the signed digest is the one published on chain for the type and version, and the definition that came along has
 * it. JSON Schema is applied at issue, not here; here every field must at least be one that the definition knows, a photo where it has one.
 */
export async function checkType(context: CheckContext): Promise<Finding> {
  const { document, claims, registry } = context;
  const brought = document.form === "token" ? null : checkDefinition(document);
  if (brought) return brought;
  if (claims.typeVersion === null) return notApplicable();
  const published = await registry.findTypeDefinition(claims.typeCode, claims.typeVersion);
  if (!published.known) return unanswered(published);
  if (!published.value) return absent(context, findings, "type.not-published");
  const isSigned = document.form === "token" || published.value.digest === signedDigest(document);
  return isSigned ? pass() : fail("type.digest-mismatch");
}

/** Lower-case hex, as the registry says it. */
function signedDigest({ certificate, type }: CertificateDocument): string {
  return type ? type.digest : toHex(fromBase64(certificate.credentialSchema.digestSRI.slice("sha256-".length)));
}

function checkDefinition({ certificate, type }: CertificateDocument): Finding | null {
  if (!type) return null;
  const { credentialSubject, credentialSchema } = certificate;
  const { typeCode, version } = type.content;
  if (
    type.digestSRI !== credentialSchema.digestSRI ||
    typeCode !== credentialSubject.certificateTypeCode ||
    version !== credentialSchema.typeVersion
  )
    return fail("type.digest-mismatch");
  // A field without a label would be signed and shown nowhere.
  const stray = Object.keys(credentialSubject.face).find((field) => !type.labelled.has(field));
  const odd = stray ?? misplacedPhoto(credentialSubject.face, type.content);
  return odd === undefined ? null : fail("type.fields-invalid", `/face/${odd}`);
}

/** The field that has a photo where the type has a text, or no photo where it has one. */
function misplacedPhoto(face: CertificateSubject["face"], { fields }: TypeDefinition): string | undefined {
  const photo = photoFieldOf(fields.schema);
  return Object.keys(face).find((field) => isPhotoText(face[field]) !== (field === photo));
}
