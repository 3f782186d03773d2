// SPDX-License-Identifier: Apache-2.0
import { nodeCrypto } from "../../../adapters/node-crypto/index.js";
import type { UnsignedCertificate } from "../../../core/certificate.js";
import { toHex } from "../../../core/hex.js";
import { formatCertificateIdentifier } from "../../../core/identifiers/certificate-identifier.js";
import { encodeMultikey, keyDigest } from "../../../core/multikey.js";
import type { Signer } from "../../../domain/agencies/signer.js";
import type { LicenceDocument } from "../../../domain/issuance/index.js";
import type { DemoAgency } from "../anhui.js";
import { anchorLicences, makeLicence, withoutProof } from "../forger.js";
import { type Line, notGenuine } from "../line.js";
import { ANHUI } from "../stage.js";
import { documentOf } from "./documents.js";
import type { Props } from "./props.js";

/** What can be done with stolen or invented keys and accounts. */
export function forgedLines({ rehearsed, shanghai, stolen, agencies }: Props): Line[] {
  const { document } = rehearsed.genuine;
  return [
    {
      step: "attacker's own key",
      expected: notGenuine("issuer.key-not-registered"),
      verify: async () => {
        const made = await makeLicence(withoutProof(document.certificate), document.type, { signer: ownKey() });
        const [anchored] = await anchorLicences([made], ANHUI, stolen.anchoringFor(ANHUI));
        return shanghai.json(documentOf(anchored!));
      },
    },
    {
      step: "key compromised before anchoring",
      expected: notGenuine("issuer.key-compromised"),
      verify: () => shanghai.json(rehearsed.keyStolenBefore.document),
    },
    {
      step: "agency not authorised for the type",
      expected: notGenuine("issuer.type-not-authorised"),
      verify: async () => {
        const signer = await stolen.signerOf(agencies.unauthorised);
        const made = await makeLicence(issuedBy(document, agencies.unauthorised), document.type, { signer });
        const [anchored] = await anchorLicences([made], ANHUI, stolen.anchoringFor(ANHUI));
        return shanghai.json(documentOf(anchored!));
      },
    },
    {
      step: "certificate and token that disagree",
      expected: notGenuine("integrity.token-mismatch"),
      verify: async () => {
        const signer = await stolen.signerOf(agencies.main);
        const made = await makeLicence(withoutProof(document.certificate), document.type, {
          signer,
          changeClaims: (claims) => ({ ...claims, face: ["另一家店", ...claims.face.slice(1)] }),
        });
        const [anchored] = await anchorLicences([made], ANHUI, stolen.anchoringFor(ANHUI));
        return shanghai.json(documentOf(anchored!));
      },
    },
  ];
}

function ownKey(): Signer {
  const seed = nodeCrypto.randomBytes(32);
  const { text, bytes } = encodeMultikey(nodeCrypto.publicKey(seed));
  const digest = toHex(keyDigest(nodeCrypto, bytes));
  return { keyDigest: digest, multikey: text, sign: (message) => nodeCrypto.sign(seed, message) };
}

/** The same content, as if that agency had issued it. */
function issuedBy({ certificate }: LicenceDocument, { code }: DemoAgency): UnsignedCertificate {
  const unsigned = withoutProof(certificate);
  const { certificateIdentifier, certificateTypeCode, issueDeptCode } = unsigned.credentialSubject;
  const [serial, version] = certificateIdentifier.split(".").slice(-3);
  return {
    ...unsigned,
    issuer: unsigned.issuer.replace(issueDeptCode, code),
    credentialSubject: {
      ...unsigned.credentialSubject,
      issueDeptCode: code,
      certificateIdentifier: formatCertificateIdentifier({
        typeCode: certificateTypeCode,
        agencyCode: code,
        serial: serial!,
        version: Number(version),
      }),
    },
  };
}
