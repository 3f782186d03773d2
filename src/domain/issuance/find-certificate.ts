// SPDX-License-Identifier: Apache-2.0

import type { Certificate } from "../../core/certificate.js";
import { TallyError } from "../../core/errors.js";
import { parseJson } from "../../core/strict-json.js";
import type { CertificateRecord, CertificateStore } from "./certificate-store.js";

/** Throws `certificate.not-found`. */
export async function requireCertificate(
  certificates: Pick<CertificateStore, "findCertificate">,
  identifier: string,
): Promise<CertificateRecord> {
  const record = await certificates.findCertificate(identifier);
  if (record !== null) return record;
  throw new TallyError(
    "certificate.not-found",
    `there is no certificate ${JSON.stringify(identifier.slice(0, 200))} here`,
  );
}

/** What is in the store was checked when it was issued. */
export function certificateOf({ certificate }: Pick<CertificateRecord, "certificate">): Certificate {
  return parseJson(certificate) as unknown as Certificate;
}
