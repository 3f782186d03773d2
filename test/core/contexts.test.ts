// SPDX-License-Identifier: Apache-2.0
import { contexts } from "@digitalbazaar/credentials-context";
import { expect } from "chai";
import jsonld from "jsonld";
import { nodeCrypto as crypto } from "../../src/adapters/node-crypto/index.js";
import { canonicalBytes } from "../../src/core/canonical-json.js";
import { LICENCE_CONTEXT, VC_CONTEXT } from "../../src/core/certificate.js";
import { CONTEXT_DIGESTS } from "../../src/core/contexts/digests.js";
import { LICENCE_CONTEXT_V1 } from "../../src/core/contexts/licence-v1.js";
import { toHex } from "../../src/core/hex.js";
import { changed, SAMPLE_CERTIFICATE } from "./sample.js";

const VOCABULARY = "https://tigertally.example/vocab/licence#";
const digest = (document: unknown) => toHex(crypto.sha256(canonicalBytes(document)));

const bundled: Record<string, unknown> = {
  [VC_CONTEXT]: contexts.get(VC_CONTEXT),
  [LICENCE_CONTEXT]: LICENCE_CONTEXT_V1,
};
async function documentLoader(url: string) {
  if (!Object.hasOwn(bundled, url)) throw new Error(`${url} would have been fetched`);
  return { contextUrl: undefined, documentUrl: url, document: bundled[url] };
}

describe("the contexts of a certificate", () => {
  it("have the pinned digests", () => {
    expect(digest(LICENCE_CONTEXT_V1)).to.equal(CONTEXT_DIGESTS[LICENCE_CONTEXT]);
    expect(digest(contexts.get(VC_CONTEXT))).to.equal(CONTEXT_DIGESTS[VC_CONTEXT]);
  });

  it("define every member, so JSON-LD in safe mode drops nothing", async () => {
    const [expanded] = await jsonld.expand(SAMPLE_CERTIFICATE, { safe: true, documentLoader });
    const subject = expanded["https://www.w3.org/2018/credentials#credentialSubject"][0];
    expect(subject[`${VOCABULARY}face`]).to.deep.equal([
      { "@type": "@json", "@value": SAMPLE_CERTIFICATE.credentialSubject.face },
    ]);
    const holder = subject[`${VOCABULARY}certificateHolder`][0]["@list"][0];
    expect(Object.keys(holder)).to.have.members(
      ["holderName", "holderCode", "holderCodeType"].map((name) => VOCABULARY + name),
    );
    expect(Object.keys(expanded)).to.include(`https://w3id.org/security#proof`);
  });

  it("leave an unknown member undefined, which safe mode refuses", async () => {
    const outcome = await jsonld
      .expand(
        changed(SAMPLE_CERTIFICATE, (c) => (c.credentialSubject.extra = "x")),
        { safe: true, documentLoader },
      )
      .then(
        () => "accepted",
        () => "refused",
      );
    expect(outcome).to.equal("refused");
  });
});
