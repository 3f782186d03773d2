// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { TallyError } from "../../src/core/errors.js";
import { readConfig, SETTINGS } from "../../src/main/config.js";

const REGISTRY = `0x${"ab".repeat(20)}`;

function refusal(environment: Record<string, string>): TallyError {
  try {
    readConfig({}, environment);
  } catch (error) {
    expect(error).to.be.instanceOf(TallyError).with.property("code", "config.invalid");
    return error as TallyError;
  }
  throw new Error("the settings were accepted");
}

describe("the settings", () => {
  it("have a default each, so that nothing must be configured", () => {
    const config = readConfig({}, {});
    expect(config).to.include({ region: "340000", port: 3000, bindAddress: "127.0.0.1", confirmations: 0 });
    expect(config).to.have.all.keys(Object.keys(SETTINGS));
  });

  it("are all read from their variables", () => {
    const config = readConfig(
      {},
      {
        TALLY_DATA: "/somewhere/else",
        TALLY_REGION: "310000",
        TALLY_PORT: "0",
        TALLY_CHAIN_URLS: "http://one.example/, https://two.example",
        TALLY_CHAIN_ID: "7",
        TALLY_REGISTRY: REGISTRY,
        TALLY_MAX_HEAD_AGE: "60",
        TALLY_MAX_FEE_GWEI: "900",
        TALLY_VERIFY_HOST: "Verify.Example:8443",
        TALLY_FALLBACK_FONTS: "a.ttf, b.ttf",
        TALLY_LOG: "warn",
      },
    );
    expect(config).to.deep.include({
      dataDirectory: "/somewhere/else",
      region: "310000",
      port: 0,
      chainUrls: ["http://one.example", "https://two.example"],
      chainId: 7,
      registry: REGISTRY,
      maxHeadAgeSeconds: 60,
      maxFeeGwei: 900,
      verifyHost: "verify.example:8443",
      fallbackFonts: ["a.ttf", "b.ttf"],
      logLevel: "warn",
    });
  });

  it("are reported all at once when they are bad", () => {
    const { problems, message } = refusal({
      TALLY_REGION: "34",
      TALLY_PORT: "65536",
      TALLY_CHAIN_URLS: "ftp://chain.example",
      TALLY_CONFIRMATIONS: "-1",
      TALLY_REGISTRY: "0x12",
      TALLY_LOG: "loud",
      TALLY_VERIFY_HOST: "https://host/",
      TALLY_MAX_HEAD_AGE: "soon",
    });
    expect(problems.map(({ field }) => field)).to.have.members([
      "TALLY_REGION",
      "TALLY_PORT",
      "TALLY_CHAIN_URLS",
      "TALLY_CONFIRMATIONS",
      "TALLY_REGISTRY",
      "TALLY_LOG",
      "TALLY_VERIFY_HOST",
      "TALLY_MAX_HEAD_AGE",
    ]);
    for (const problem of problems) expect(message).to.contain(`${problem.field}: ${problem.message}`);
  });

  for (const text of ["1e3", "0x10", "3000 ", "３０００", "NaN", "9999999999999999"]) {
    it(`take no ${JSON.stringify(text)} for a whole number`, () => {
      expect(refusal({ TALLY_PORT: text }).problems[0]?.field).to.equal("TALLY_PORT");
    });
  }

  it("are refused when their name is misspelt", () => {
    const { problems } = refusal({ TALLY_PROT: "3000", TALLY_REGIONS: "340000", OTHER: "is not ours" });
    expect(problems.map(({ field }) => field)).to.have.members(["TALLY_PROT", "TALLY_REGIONS"]);
    expect(problems[0]?.message).to.contain("docs/configuration.md");
  });

  it("need chain id and registry with the endpoints of a network", () => {
    expect(refusal({ TALLY_CHAIN_URLS: "http://node.example" }).problems.map(({ field }) => field)).to.have.members([
      "TALLY_CHAIN_ID",
      "TALLY_REGISTRY",
    ]);
  });

  it("need to know whose timestamps they are that seals get", () => {
    const url = "http://stamps.example/tsa";
    const { problems } = refusal({ TALLY_TIMESTAMP_URL: url });
    expect(problems.map(({ field }) => field)).to.deep.equal(["TALLY_TIMESTAMP_AUTHORITIES"]);
    const config = readConfig({}, { TALLY_TIMESTAMP_URL: url, TALLY_TIMESTAMP_AUTHORITIES: "tsa.pem" });
    expect(config.timestampUrl).to.equal(url);
  });

  it("take as quorum more than half of the endpoints, all of them at most", () => {
    const network = { TALLY_CHAIN_ID: "7", TALLY_REGISTRY: `0x${"12".repeat(20)}` };
    const urls = "http://a.example,http://b.example,http://c.example";
    for (const quorum of ["2", "3"]) {
      const config = readConfig({}, { ...network, TALLY_CHAIN_URLS: urls, TALLY_CHAIN_QUORUM: quorum });
      expect(config.quorum).to.equal(Number(quorum));
    }
    for (const quorum of ["1", "4"]) {
      const { problems } = refusal({ ...network, TALLY_CHAIN_URLS: urls, TALLY_CHAIN_QUORUM: quorum });
      expect(problems.map(({ field }) => field)).to.deep.equal(["TALLY_CHAIN_QUORUM"]);
    }
  });

  it("name hashes and digests in lower case, whatever was written", () => {
    const config = readConfig({}, { TALLY_GENESIS: `0x${"AB".repeat(32)}`, TALLY_REGISTRY_CODE: "CD".repeat(32) });
    expect(config).to.include({ genesis: `0x${"ab".repeat(32)}`, registryCode: "cd".repeat(32) });
    expect(refusal({ TALLY_GENESIS: "0x12", TALLY_REGISTRY_CODE: "12" }).problems).to.have.length(2);
  });

  it("count from the command line before the environment, before what the directory remembers, before the default", () => {
    const remembered = { region: "330000" };
    expect(readConfig({ region: "310000" }, { TALLY_REGION: "320000" }, remembered).region).to.equal("310000");
    expect(readConfig({}, { TALLY_REGION: "320000" }, remembered).region).to.equal("320000");
    expect(readConfig({}, { TALLY_REGION: "" }, remembered).region).to.equal("330000");
    expect(readConfig({ region: "" }, { TALLY_REGION: "" }).region).to.equal("340000");
  });
});
