// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import {
  createGovernance,
  type GovernorAct,
  type Proposal,
  type Timelock,
} from "../../../src/domain/agencies/index.js";
import type { Actor, AuditEvent, AuditStore } from "../../../src/domain/audit/index.js";

const ACTOR: Actor = { kind: "cli", id: "zhang", role: "operator", requestId: "r1" };
const ACT: GovernorAct = { act: "suspend-region", region: "340000" };
const DONE = { tx: `0x${"11".repeat(32)}`, block: 9, time: 1_000 };
const ID = "22".repeat(32);

describe("governance through a timelock", () => {
  const open = (fails = false) => {
    const log: AuditEvent[] = [];
    let isProposed = false;
    const proposal: Proposal = { id: ID, acts: [ACT], state: "waiting", readyAt: 2_000 };
    const sends = async () => {
      if (fails) throw new Error("refused");
      return DONE;
    };
    const timelock: Timelock = {
      address: `0x${"33".repeat(20)}`,
      delay: async () => 60,
      proposals: async () => [proposal],
      find: async () => proposal,
      async propose() {
        const proposed = isProposed ? null : await sends();
        isProposed = true;
        return { proposal, proposed };
      },
      execute: sends,
      cancel: sends,
    };
    const audit: AuditStore = {
      async append(event) {
        log.push(event);
        return { ...event, sequence: log.length };
      },
      list: async () => [],
    };
    return { log, governance: createGovernance({ timelock, account: "0xme", audit, now: () => 5_000 }) };
  };

  it("writes down who proposed, carried out and cancelled what, with the transaction", async () => {
    const { log, governance } = open();
    expect(await governance.propose(ACTOR, ACT)).to.include({ isNew: true });
    await governance.execute(ACTOR, ID);
    await governance.cancel(ACTOR, ID);
    expect(log.map(({ action, object }) => [action, object])).to.deep.equal([
      ["governance-proposed", ID],
      ["governance-executed", ID],
      ["governance-cancelled", ID],
    ]);
    expect(log[0]!.detail).to.deep.equal({ account: "0xme", block: 9, tx: DONE.tx, act: "suspend-region" });
    expect(log[0]!.actor).to.include({ id: "zhang" });
  });

  it("writes nothing down that did not happen", async () => {
    const { log, governance } = open();
    await governance.propose(ACTOR, ACT);
    expect(await governance.propose(ACTOR, ACT)).to.include({ isNew: false });
    expect(log).to.have.length(1);
    const failing = open(true);
    for (const act of [
      () => failing.governance.propose(ACTOR, ACT),
      () => failing.governance.execute(ACTOR, ID),
      () => failing.governance.cancel(ACTOR, ID),
    ]) {
      expect(await act().catch((error: Error) => error.message)).to.equal("refused");
    }
    expect(failing.log).to.deep.equal([]);
  });
});
