// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { Interface, Wallet } from "ethers";
import { actOf, callOf } from "../../../../src/adapters/ethereum/timelock/governor-act-codec.js";
import { actText, GOVERNOR_ACTS, readGovernorAct } from "../../../../src/cli/governor-act-arguments.js";
import type { GovernorAct } from "../../../../src/domain/agencies/index.js";

const ADMIN = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const CONTRACTS = { registry: Wallet.createRandom().address, timelock: Wallet.createRandom().address };
const AGENCY = "11340000TT0000306L";

/** One of each, as written on the command line. */
const WRITTEN: readonly string[] = [
  `add-region 310000 ${ADMIN} 3600`,
  `set-region-admin 310000 ${ADMIN}`,
  "set-activation-delay 310000 60",
  "suspend-region 310000",
  "release-region 310000",
  `strike-agency ${AGENCY}`,
  `release-agency ${AGENCY}`,
  `authorise ${AGENCY} ${AGENCY}001`,
  `delegate-seal ${AGENCY} 11310000TT0000314F`,
  "annul-revocations 310000 stolen-operator 131072 131073 131400",
  `grant-guardian ${ADMIN}`,
  `revoke-guardian ${ADMIN}`,
  `grant-office proposer ${ADMIN}`,
  `revoke-office canceller ${ADMIN}`,
  "set-governance-delay 172800",
];

const read = (text: string): GovernorAct => {
  const [act, ...names] = text.split(" ");
  return readGovernorAct(act!, names);
};

describe("the acts of a governor", () => {
  it("are all written here", () => {
    expect(WRITTEN.map((text) => text.split(" ")[0])).to.deep.equal(GOVERNOR_ACTS.map(({ act }) => act));
  });

  for (const text of WRITTEN) {
    it(`come back from the chain as they were written: ${text.split(" ")[0]}`, () => {
      const act = read(text);
      expect(actOf(callOf(act, CONTRACTS), CONTRACTS)).to.deep.equal(act);
      expect(actText(act)).to.match(new RegExp(`^${act.act} `));
    });

    it(`are refused with an argument more or less: ${text.split(" ")[0]}`, () => {
      const words = text.split(" ");
      const least = words[0] === "annul-revocations" ? words.slice(0, 3) : words.slice(0, -1);
      expect(() => read(least.join(" "))).to.throw(/propose takes/);
      if (words[0] !== "annul-revocations") expect(() => read(`${text} more`)).to.throw(/propose takes/);
    });
  }

  it("are named as unknown when they are none of ours", () => {
    const call = callOf(read("suspend-region 310000"), CONTRACTS);
    const upgrade = new Interface(["function upgradeTo(address)"]).encodeFunctionData("upgradeTo", [ADMIN]);
    for (const other of [
      { ...call, target: ADMIN },
      { ...call, target: CONTRACTS.timelock },
      { ...call, data: `${call.data}00` },
      { ...call, data: upgrade },
      { ...call, data: "0x" },
      { target: CONTRACTS.timelock, data: callOf(read(`grant-guardian ${ADMIN}`), CONTRACTS).data },
    ]) {
      expect(actOf(other, CONTRACTS)).to.deep.equal({ act: "unknown", ...other });
    }
  });

  it("take no address whose letters do not check, no delay beyond a year, no two lists at once", () => {
    const wrong = ADMIN.replace("0x5aA", "0x5AA");
    expect(() => callOf(read(`set-region-admin 310000 ${wrong}`), CONTRACTS)).to.throw(/is not an address/);
    expect(() => read(`add-region 310000 ${ADMIN} 99999999`)).to.throw(/activationDelaySeconds/);
    expect(() => read("annul-revocations 310000 stolen-operator 1 131073")).to.throw(/several lists/);
    expect(() => read("annul-revocations 310000 boredom 1")).to.throw(/none of stolen-operator/);
    expect(() => read(`grant-office king ${ADMIN}`)).to.throw(/none of proposer/);
  });
});
