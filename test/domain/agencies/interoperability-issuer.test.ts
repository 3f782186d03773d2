// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { createInteroperabilityIssuer } from "../../../src/domain/agencies/index.js";
import { memoryKeys } from "../../http/strangers-world.js";

describe("the interoperability issuer", () => {
  it("makes its key at the next call when it could not at the first, and one for many callers", async () => {
    const keys = memoryKeys();
    let full = true;
    const issuer = createInteroperabilityIssuer({
      keys: {
        ...keys,
        createKey: async (owner, purpose) => {
          if (full) throw new Error("no space left");
          return keys.createKey(owner, purpose);
        },
      },
      crypto: nodeCrypto,
      audit: { append: async (event) => ({ ...event, sequence: 1 }) },
      now: () => 0,
    });
    expect(await issuer.did().catch((error: Error) => error.message)).to.equal("no space left");
    full = false;
    const dids = await Promise.all([issuer.did(), issuer.did(), issuer.did()]);
    expect(new Set(dids).size).to.equal(1);
    expect(await keys.list()).to.have.length(1);
  });
});
