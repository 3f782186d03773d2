// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { TallyError } from "../../src/core/errors.js";
import { pinFileOf, readPin } from "../../src/main/network-pin.js";
import { openSettings } from "../../src/main/settings.js";
import { workspace } from "./service-process.js";

const PIN = {
  chainId: 20_261,
  genesis: `0x${"ab".repeat(32)}`,
  registry: `0x${"12".repeat(20)}`,
  registryBlock: 77,
  registryCode: "cd".repeat(32),
  governor: `0x${"34".repeat(20)}`,
};
const URLS = ["http://a.example", "http://b.example", "http://c.example"];

describe("the settings of a directory", () => {
  const here = workspace();
  after(() => here.remove());

  const written = (name: string, pin: object): string => {
    const path = here.path(name);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, JSON.stringify(pin));
    return path;
  };
  const refusal = (open: () => unknown): TallyError => {
    try {
      open();
    } catch (error) {
      expect(error).to.be.instanceOf(TallyError);
      return error as TallyError;
    }
    throw new Error("it was not refused");
  };

  it("come from the published file, whose nodes everybody chooses himself", () => {
    const TALLY_NETWORK = written("published/network.json", pinFileOf(PIN));
    const TALLY_DATA = here.path("new");
    const { config } = openSettings({}, { TALLY_DATA, TALLY_NETWORK, TALLY_CHAIN_URLS: URLS.join(",") });
    expect(config).to.deep.include({ chainUrls: URLS, ...withoutGovernor(PIN) });
  });

  it("are remembered by a directory that has joined", () => {
    written("joined/network.json", pinFileOf({ ...PIN, chainUrls: URLS, quorum: 3 }));
    const { config } = openSettings({}, { TALLY_DATA: here.path("joined") });
    expect(config).to.deep.include({ chainUrls: URLS, quorum: 3, ...withoutGovernor(PIN) });
    const other = openSettings(
      {},
      { TALLY_DATA: here.path("joined"), TALLY_CHAIN_URLS: "http://d.example", TALLY_CHAIN_QUORUM: "1" },
    );
    expect(other.config.chainUrls).to.deep.equal(["http://d.example"]);
  });

  for (const [field, value] of [
    ["TALLY_CHAIN_ID", "1"],
    ["TALLY_REGISTRY", `0x${"99".repeat(20)}`],
    ["TALLY_GENESIS", `0x${"99".repeat(32)}`],
  ] as const) {
    it(`do not take a directory to another network by ${field}`, () => {
      written("bound/network.json", pinFileOf({ ...PIN, chainUrls: URLS }));
      const { code, message } = refusal(() => openSettings({}, { TALLY_DATA: here.path("bound"), [field]: value }));
      expect(code).to.equal("config.invalid");
      expect(message).to.contain(`correct ${field}`);
    });
  }

  for (const [what, change] of [
    ["of a later version", { version: 2 }],
    ["of another format", { format: "tigertally-deployment" }],
    ["with a member too many", { urls: [] }],
    ["with a genesis that is none", { genesis: "0x12" }],
    ["with a code that is none", { registryCode: "0x12" }],
    ["with a registry that is none", { registry: "here" }],
  ] as const) {
    it(`refuse a pinned file ${what}`, () => {
      const path = written("bad/pin.json", { ...pinFileOf(PIN), ...change });
      const { code, message } = refusal(() => readPin(path));
      expect(code).to.equal("config.invalid");
      expect(message).to.contain(path);
    });
  }
});

function withoutGovernor({ governor: _, ...pin }: typeof PIN): object {
  return pin;
}
