// SPDX-License-Identifier: Apache-2.0
import type { Crypto } from "../../core/crypto.js";
import { toHex } from "../../core/hex.js";
import { recordDigest } from "../audit/index.js";
import type { SealCertificateRecord } from "./seal-store.js";

/** What the log keeps of a seal's or a CA's certificate when it is issued: a digest of all that is stored of it and never changes. */
export function sealCertificateDigest(crypto: Pick<Crypto, "sha256">, record: SealCertificateRecord): Uint8Array {
  const { serial, holder, keyDigest, ca, certificate, validity, appearance } = record;
  const { from, until } = validity;
  return recordDigest({
    ...{ serial, holder, keyDigest, ca, certificate: toHex(crypto.sha256(certificate)), validity: { from, until } },
    appearance: appearance && { name: appearance.name, code: appearance.code, star: appearance.star },
  });
}
