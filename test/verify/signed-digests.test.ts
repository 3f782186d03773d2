// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { canonicalize } from "../../src/core/canonical-json.js";
import { certificateDigest, readCertificate } from "../../src/core/certificate-reader.js";
import { hashData } from "../../src/core/data-integrity.js";
import { signedDigests } from "../../src/verify/signed-digests.js";
import { type IssueOptions, makeWorld } from "./fixture.js";

describe("signedDigests", () => {
  const world = makeWorld();
  const certificates: Record<string, IssueOptions> = {
    "an ordinary certificate": {},
    "a long-term certificate": { validUntil: null },
    "a face that looks like a proof": {
      face: {
        remark: ',"proof":{"proofValue":"z1",}',
        proof: { proofValue: "z2", type: "DataIntegrityProof" },
        manager: "喆堃𬭎",
      },
    },
    "a holder with quotes, braces and characters of two, three and four bytes": { holder: '"}é虎𬭎,"proof":{' },
  };
  for (const [name, options] of Object.entries(certificates))
    it(`finds what was signed in ${name}`, () => {
      const { certificate } = world.issue(options);
      readCertificate(certificate as never);
      const { proof, ...document } = certificate;
      const { proofValue: _, ...configuration } = proof;
      const digests = signedDigests(canonicalize(certificate), world.crypto);
      expect(digests.certificateDigest).to.deep.equal(certificateDigest(world.crypto, certificate));
      expect(digests.toBeSigned).to.deep.equal(hashData(world.crypto, document, configuration));
    });
});
