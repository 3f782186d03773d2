// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { SETTINGS } from "../../src/main/config.js";
import { lacksPublicUrl, pagesAddress } from "../../src/main/pick-ups.js";

const publicUrl = SETTINGS.publicUrl.fallback;

describe("the address in a pick-up link", () => {
  it("is the public URL, wherever the service listens", () => {
    const pages = pagesAddress({ publicUrl: "https://licences.example", bindAddress: "0.0.0.0", port: 0 });
    pages.listensAt("http://0.0.0.0:40123");
    expect(pages.url()).to.equal("https://licences.example");
  });

  for (const [bindAddress, listens, url] of [
    ["127.0.0.1", "http://127.0.0.1:40123", "http://127.0.0.1:40123"],
    ["0.0.0.0", "http://0.0.0.0:40123", "http://localhost:40123"],
    ["::1", "http://[::1]:40123", "http://[::1]:40123"],
    ["::", "http://[::]:80", "http://localhost:80"],
  ] as const)
    it(`names the port that was found when none was set: ${bindAddress}`, () => {
      const pages = pagesAddress({ publicUrl, bindAddress, port: 0 });
      pages.listensAt(listens);
      expect(pages.url()).to.equal(url);
    });
});

describe("a public URL", () => {
  for (const bindAddress of ["127.0.0.1", "127.8.0.1", "localhost", "::1"])
    it(`may be missing on ${bindAddress}`, () => {
      expect(lacksPublicUrl({ publicUrl, bindAddress })).to.equal(false);
    });

  for (const bindAddress of ["0.0.0.0", "::", "10.0.0.7", "licences.example"])
    it(`is missed on ${bindAddress}`, () => {
      expect(lacksPublicUrl({ publicUrl, bindAddress })).to.equal(true);
      expect(lacksPublicUrl({ publicUrl: "https://licences.example", bindAddress })).to.equal(false);
    });
});
