// SPDX-License-Identifier: Apache-2.0

const VOCABULARY = "https://tigertally.example/vocab/licence#";
const TEXT = "http://www.w3.org/2001/XMLSchema#string";
const INTEGER = "http://www.w3.org/2001/XMLSchema#nonNegativeInteger";

/**
 * The JSON-LD context behind `LICENCE_CONTEXT`, served by every region and frozen: a change is a new version at a new address.
 * Its SHA-256 over the canonical JSON is `CONTEXT_DIGESTS[LICENCE_CONTEXT]`.
 */
export const LICENCE_CONTEXT_V1 = {
  "@context": {
    "@version": 1.1,
    "@protected": true,
    ElectronicLicence: `${VOCABULARY}ElectronicLicence`,
    LicenceTypeDefinition: `${VOCABULARY}LicenceTypeDefinition`,
    typeVersion: { "@id": `${VOCABULARY}typeVersion`, "@type": INTEGER },
    statusListNumber: { "@id": `${VOCABULARY}statusListNumber`, "@type": INTEGER },
    predecessor: { "@id": `${VOCABULARY}predecessor`, "@type": TEXT },
    certificateIdentifier: { "@id": `${VOCABULARY}certificateIdentifier`, "@type": TEXT },
    certificateName: { "@id": `${VOCABULARY}certificateName`, "@type": TEXT },
    certificateTypeCode: { "@id": `${VOCABULARY}certificateTypeCode`, "@type": TEXT },
    certificateNumber: { "@id": `${VOCABULARY}certificateNumber`, "@type": TEXT },
    certificateAreaCode: { "@id": `${VOCABULARY}certificateAreaCode`, "@type": TEXT },
    issueDept: { "@id": `${VOCABULARY}issueDept`, "@type": TEXT },
    issueDeptCode: { "@id": `${VOCABULARY}issueDeptCode`, "@type": TEXT },
    issueDate: { "@id": `${VOCABULARY}issueDate`, "@type": "http://www.w3.org/2001/XMLSchema#date" },
    certificateHolder: {
      "@id": `${VOCABULARY}certificateHolder`,
      "@container": "@list",
      "@context": {
        certificateHolder: { "@id": `${VOCABULARY}holderName`, "@type": TEXT },
        certificateHolderCode: { "@id": `${VOCABULARY}holderCode`, "@type": TEXT },
        certificateHolderType: { "@id": `${VOCABULARY}holderCodeType`, "@type": TEXT },
      },
    },
    // The fields of a type are data of that type; one literal, so that no field name can take on another meaning.
    face: { "@id": `${VOCABULARY}face`, "@type": "@json" },
    // Not protected: the W3C context gives `nonce` another meaning inside a proof.
    nonce: { "@id": `${VOCABULARY}nonce`, "@type": TEXT, "@protected": false },
  },
} as const;
