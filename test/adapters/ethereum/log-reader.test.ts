// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { Interface, ZeroAddress } from "ethers";
import { logReader } from "../../../src/adapters/ethereum/log-reader.js";

describe("the reader of a contract's logs", () => {
  const contract = new Interface([
    "event Named(uint256 indexed number, string name)",
    "event Moved(address indexed from, address indexed to)",
  ]);
  const other = new Interface(["event Unknown(uint256 number)"]);
  const read = logReader(contract);

  it("reads each event as ethers itself does", () => {
    for (const [name, args] of [
      ["Named", [7, "虎符"]],
      ["Moved", [ZeroAddress, ZeroAddress]],
    ] as const) {
      const log = contract.encodeEventLog(name, args);
      const parsed = contract.parseLog(log)!;
      expect(read(log)).to.deep.equal({ name: parsed.name, args: parsed.args });
      expect(
        read({ ...log, topics: log.topics.map((topic) => topic.toUpperCase().replace("0X", "0x")) })?.name,
      ).to.equal(name);
    }
  });

  it("knows no event of another contract, and none without a topic", () => {
    expect(read(other.encodeEventLog("Unknown", [1]))).to.equal(null);
    expect(read({ topics: [], data: "0x" })).to.equal(null);
  });

  it("throws on data that do not fit the event", () => {
    expect(() => read({ topics: contract.encodeEventLog("Named", [7, "a"]).topics, data: "0x01" })).to.throw();
  });
});
