// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { nodeCrypto } from "../../src/adapters/node-crypto/index.js";
import { canonicalBytes } from "../../src/core/canonical-json.js";
import { attachProof, certificateSigningInput, securing } from "../../src/core/data-integrity.js";

const CONTEXT = ["https://www.w3.org/ns/credentials/v2"];

describe("securing", () => {
  const text = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 10 }),
    fc.constantFrom("喆堃", "𬭎", '"proof":', ',"proofValue":"'),
  );
  // Members on both sides of the proof, with values that look like what is put between them.
  const document = fc.record({ a: text, issuer: text, z: text, type: fc.array(text, { maxLength: 3 }) });
  const options = fc.record({
    created: fc.constantFrom("2026-11-22T00:00:00Z", "2026-11-22T00:00:01Z"),
    verificationMethod: fc.constantFrom("did:web:a#z1", "did:web:b#z2"),
  });
  const signature = fc.uint8Array({ minLength: 64, maxLength: 64 });

  it("gives the bytes that canonicalizing step by step gives", () => {
    fc.assert(
      fc.property(document, options, signature, (members, proofOptions, bytes) => {
        const unsigned = { "@context": CONTEXT, ...members };
        const { toSign, secured } = securing(nodeCrypto, unsigned, proofOptions);
        expect(toSign).to.deep.equal(certificateSigningInput(nodeCrypto, unsigned as never, proofOptions));
        const expected = attachProof(unsigned, proofOptions, bytes);
        const result = secured(bytes);
        expect(result.document).to.deep.equal(expected);
        expect(result.bytes).to.deep.equal(canonicalBytes(expected));
      }),
      { numRuns: 300 },
    );
  });
});
