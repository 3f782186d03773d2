// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { canonicalBytes } from "../../../src/core/canonical-json.js";
import { createVerification, type VerificationParts } from "../../../src/main/verification/verify-document.js";
import { createRenderer } from "../../../src/render/index.js";
import { makeWorld } from "../../verify/fixture.js";

describe("the service's verification", () => {
  const setUp = () => {
    const world = makeWorld();
    const issued = world.issueAnchored({ validUntil: null });
    let looks = 0;
    const registry = {
      snapshot: () => {
        looks++;
        return world.registry.frozen().snapshot();
      },
    };
    const verify = createVerification({
      config: { maxAnchorDelaySeconds: 3_600, maxHeadAgeSeconds: null } as VerificationParts["config"],
      network: { chainId: world.registry.chainId, registry: world.registry.address },
      registry,
      renderer: createRenderer({ verifyHost: "verify.example" }),
    });
    return { world, issued, verify, document: { bytes: canonicalBytes(world.documentOf(issued)) }, looks: () => looks };
  };

  it("asks the registry that it is given instead of its own", async () => {
    const { world, issued, verify, document, looks } = setUp();
    const before = await world.registry.frozen().snapshot();
    const registry = { snapshot: async () => before };
    world.registry.advance(60);
    world.registry.revoke("340000", issued.statusIndex);
    expect((await verify(document, { registry })).standing).to.equal("in-force");
    expect(looks()).to.equal(0);
    expect((await verify(document)).standing).to.equal("revoked");
    expect(looks()).to.equal(1);
  });

  it("remembers that a signature is right, and nothing about the document that can change", async () => {
    const { world, issued, verify, document } = setUp();
    expect((await verify(document)).verdict).to.equal("valid");
    world.registry.advance(60);
    world.registry.suspend("340000", issued.statusIndex);
    expect((await verify(document)).standing).to.equal("suspended");
    world.registry.release("340000", issued.statusIndex);
    world.registry.claimCompromise(world.agency.key.digest, 0);
    expect((await verify(document)).reason).to.equal("issuer.key-compromised");
  });
});
