// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import {
  keptRevocationLists,
  readTimestampAuthorities,
  revocationListsOf,
  steadyLists,
} from "../../../src/main/verification/seal-trust.js";
import { createVerification, type VerificationParts } from "../../../src/main/verification/verify-document.js";
import { refusalOf } from "../../core/refusal.js";
import { checkOf } from "../../verify/expectations.js";
import { makeSealedWorld } from "../../verify/sealed-world.js";

describe("what a deployment trusts of seals", () => {
  let dataDirectory: string;
  beforeEach(() => {
    dataDirectory = mkdtempSync(join(tmpdir(), "tally-seals-"));
  });
  afterEach(() => rmSync(dataDirectory, { recursive: true }));

  const world = makeSealedWorld();
  const verifierWith = (parts: Partial<VerificationParts>) =>
    createVerification({
      config: { maxAnchorDelaySeconds: 3_600, maxHeadAgeSeconds: null } as VerificationParts["config"],
      network: { chainId: world.registry.chainId, registry: world.registry.address },
      registry: world.registry,
      renderer: world.renderer,
      ...parts,
    });

  it("are the lists in its folder, and those that the caller has, for a sealed file whose pages are compared", async () => {
    const issued = world.issueAnchored();
    const file = await world.sealed(issued);
    // However late this runs, the seal is proven to be old.
    const mirror = world.anchorSeal(issued, file);
    world.registry.advance(60);
    // The clock of a deployment is that of the machine.
    const now = Date.now() / 1000;
    const list = world.listOf(world.office, { thisUpdate: now - 60, nextUpdate: now + 3_600 });
    const revocationLists = keptRevocationLists({ dataDirectory });
    const seal = async (options = {}) =>
      checkOf(await verifierWith({ revocationLists, mirror })({ bytes: file }, options), "seal");
    expect(await seal()).to.include({ outcome: "not-applicable", reason: "seal.revocation-unknown" });
    expect(await seal({ revocationLists: [list] })).to.deep.equal({ check: "seal", outcome: "pass" });
    await revocationLists.keep("ca".repeat(32), list);
    expect(await seal()).to.deep.equal({ check: "seal", outcome: "pass" });
    const report = await verifierWith({ revocationLists, mirror })({ bytes: file });
    expect(checkOf(report, "content")).to.deep.equal({ check: "content", outcome: "pass" });
  });

  it("are its own lists from the store, beside those in the folder", async () => {
    const [own, kept] = [world.listOf(world.office), world.listOf(makeSealedWorld().office)];
    await keptRevocationLists({ dataDirectory }).keep("ca".repeat(32), kept);
    const stored = [{ ca: "aa", number: 1, thisUpdate: 1, nextUpdate: 2, list: own }];
    const lists = revocationListsOf({ revocationLists: async () => stored }, { dataDirectory });
    expect(await lists.all()).to.deep.equal([own, kept]);
    expect(
      await lists.findRevocationLists({ region: "340000", keyDigest: "ca".repeat(32), isNewerList: () => false }),
    ).to.deep.equal([own, kept]);
  });

  it("are asked for once a second at most, and the same bytes are the same array", async () => {
    let answer: (() => Promise<Uint8Array[]>) | null = null;
    let asked = 0;
    let time = 0;
    const lists = steadyLists(
      () => {
        asked++;
        return answer!();
      },
      () => time,
    );
    answer = () => Promise.reject(new Error("no store"));
    expect(await lists().catch((error: Error) => error.message)).to.equal("no store");
    answer = async () => [Uint8Array.of(1), Uint8Array.of(2)];
    const [first, second] = await lists();
    answer = async () => [Uint8Array.of(2), Uint8Array.of(3)];
    time = 999;
    expect((await lists())[0]).to.equal(first);
    time = 1_000;
    const later = await lists();
    expect(later).to.deep.equal([Uint8Array.of(2), Uint8Array.of(3)]);
    expect(later[0]).to.equal(second);
    expect(asked).to.equal(3);
  });

  it("are the certificates of the settings, as DER and PEM; what is none is named", () => {
    const { certificate } = world.office.tsa;
    const [der, pem, none] = ["a.der", "b.pem", "c.pem"].map((name) => join(dataDirectory, name));
    writeFileSync(der!, certificate);
    const text = Buffer.from(certificate).toString("base64");
    writeFileSync(pem!, `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`);
    writeFileSync(none!, "no certificate");
    expect(readTimestampAuthorities({ timestampAuthorities: [der!, pem!] })).to.deep.equal([certificate, certificate]);
    const absent = join(dataDirectory, "absent");
    const error = refusalOf(() => readTimestampAuthorities({ timestampAuthorities: [none!, der!, absent] }));
    expect(error.code).to.equal("config.invalid");
    expect(error.problems).to.have.length(2);
    expect(error.message).to.contain("c.pem").and.to.contain("absent");
  });
});
