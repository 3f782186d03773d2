// SPDX-License-Identifier: Apache-2.0
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import {
  type CmsParts,
  caName,
  caParts,
  certificate,
  cms,
  newSealKey,
  ownKeyId,
  sealParts,
  TIME_STAMPING,
  timestampAttribute,
  timestampToken,
} from "./hand-made.js";

/** A CA of a region, an agency's seal under it, and a timestamp authority, all made by hand. */
export interface SealOffice {
  readonly region: string;
  readonly agency: string;
  readonly ca: { readonly key: ReturnType<typeof newSealKey>; readonly certificate: Uint8Array };
  readonly seal: {
    readonly key: ReturnType<typeof newSealKey>;
    readonly certificate: Uint8Array;
    readonly serial: string;
  };
  readonly tsa: { readonly key: ReturnType<typeof newSealKey>; readonly certificate: Uint8Array };
  /** The parts of the seal of a file with this digest, to be changed. */
  parts(digest: Uint8Array): CmsParts;
  sealed(digest: Uint8Array, changes?: Partial<CmsParts>): Uint8Array;
  /** With a timestamp of this time. */
  stamped(digest: Uint8Array, time: number, changes?: Partial<CmsParts>): Uint8Array;
}

export interface OfficeSettings {
  readonly region?: string;
  readonly agency: string;
  readonly title?: string;
  readonly from: number;
  readonly years?: number;
  readonly serial?: string;
  /** The CA of another office. */
  readonly under?: SealOffice;
}

const YEAR = 365 * 86_400;

export function openSealOffice({
  region = "安徽省",
  agency,
  title = "合肥市市场监督管理局",
  from,
  years = 2,
  serial = "1001",
  under,
}: OfficeSettings): SealOffice {
  const caKey = under?.ca.key ?? newSealKey();
  const ca = under?.ca ?? {
    key: caKey,
    certificate: certificate(caParts({ region, key: caKey, notBefore: from, notAfter: from + 20 * YEAR })),
  };
  const key = newSealKey();
  const period = { notBefore: from, notAfter: from + years * YEAR };
  const own = certificate(sealParts({ region, key, ca: caKey, agency, title, serial, ...period }));
  const tsaKey = newSealKey();
  const tsa = {
    key: tsaKey,
    certificate: certificate({
      serial: "07",
      issuer: caName("国家授时"),
      subject: caName("国家授时"),
      ...{ notBefore: from, notAfter: from + 20 * YEAR, key: tsaKey, signer: tsaKey },
      extensions: [TIME_STAMPING, ownKeyId(tsaKey)],
    }),
  };
  const parts = (digest: Uint8Array): CmsParts => ({
    digest,
    key,
    certificates: [own, ca.certificate],
    issuer: caName(region),
    serial,
    named: own,
  });
  const sealed = (digest: Uint8Array, changes: Partial<CmsParts> = {}) => cms({ ...parts(digest), ...changes });
  return {
    ...{ region, agency, ca, seal: { key, certificate: own, serial }, tsa, parts, sealed },
    stamped: (digest, time, changes) =>
      sealed(digest, {
        ...changes,
        unsignedAttributes: (signature) => [
          timestampAttribute(
            timestampToken({
              ...{ imprint: nodeCrypto.sha256(signature), time, tsa: tsaKey, certificate: tsa.certificate },
              ...{ issuer: caName("国家授时"), serial: "07" },
            }),
          ),
        ],
      }),
  };
}
