// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { sqliteAuditStore } from "../../../src/adapters/sqlite/audit-store.js";
import { openDatabase } from "../../../src/adapters/sqlite/database.js";
import { TallyError } from "../../../src/core/errors.js";
import {
  createRegionAdministration,
  type GovernanceRole,
  type RegionAdministration,
  type RegistryAct,
  type RegistryGovernance,
} from "../../../src/domain/agencies/index.js";
import type { Actor } from "../../../src/domain/audit/index.js";

const REGION = "340000";
const OPERATOR = `0x${"ab".repeat(20)}`;
const GUARDIAN = `0x${"12".repeat(20)}`;
const ROOT = "cd".repeat(32);
const KEY = "ef".repeat(32);
const AGENCY = "11340100TT00000153";
const PAPER = { legalBasis: "《样例条例》第三条", documentNumber: "皖样〔2026〕1号" };
const DONE: RegistryAct = { tx: "0x01", block: 7, time: 1000 };
const actor: Actor = { kind: "cli", id: "root", role: "operator", requestId: "request-1" };

/** Every act of every account is done, until `refuses` is set; `calls` is who did what. */
function scene() {
  const calls: string[] = [];
  const state = { refuses: false, delay: 0, guardians: [GUARDIAN] };
  const account = async (role: GovernanceRole): Promise<RegistryGovernance> =>
    new Proxy({} as RegistryGovernance, {
      get(_, name: string) {
        if (name === "account") return `0x${role}`;
        if (name === "then") return undefined;
        if (name === "isGuardian") return async (address: string) => state.guardians.includes(address);
        if (name === "findRegion") return async () => ({ admin: "0x", activationDelaySeconds: state.delay });
        return async (...args: unknown[]) => {
          if (state.refuses) throw new TallyError("chain.reverted", "no");
          calls.push(
            [role, name, ...args.map((arg) => (typeof arg === "object" ? JSON.stringify(arg) : arg))].join(" "),
          );
          return DONE;
        };
      },
    });
  const database = openDatabase(":memory:");
  const audit = sqliteAuditStore(database);
  const regions = createRegionAdministration({ audit, account, now: () => 5 });
  return {
    regions,
    calls,
    state,
    log: () => audit.list({ order: "oldest-first", limit: 10 }),
    close: () => database.close(),
  };
}

describe("the administration of regions", () => {
  let here: ReturnType<typeof scene>;
  beforeEach(() => {
    here = scene();
  });
  afterEach(() => here.close());

  const acts: readonly (readonly [
    string,
    (regions: RegionAdministration) => Promise<RegistryAct>,
    { call: string; action: string; object: string; detail: object },
  ])[] = [
    [
      "adding a region",
      (regions) => regions.addRegion(actor, { code: REGION, admin: OPERATOR, activationDelaySeconds: 60 }),
      {
        call: `governor addRegion ${REGION} ${OPERATOR} 60`,
        action: "region-added",
        object: REGION,
        detail: { admin: OPERATOR, activationDelaySeconds: 60 },
      },
    ],
    [
      "setting an activation delay",
      (regions) => regions.setActivationDelay(actor, REGION, 60),
      {
        call: `governor setActivationDelay ${REGION} 60`,
        action: "region-activation-delay-set",
        object: REGION,
        detail: { activationDelaySeconds: 60 },
      },
    ],
    [
      "making another guardian",
      (regions) => regions.grantGuardian(actor, OPERATOR, PAPER),
      { call: `governor grantGuardian ${OPERATOR}`, action: "guardian-granted", object: OPERATOR, detail: PAPER },
    ],
    [
      "ending a guardian's office",
      (regions) => regions.revokeGuardian(actor, GUARDIAN, PAPER),
      { call: `governor revokeGuardian ${GUARDIAN}`, action: "guardian-revoked", object: GUARDIAN, detail: PAPER },
    ],
    [
      "suspending a region",
      (regions) => regions.suspendRegion(actor, REGION, "guardian", PAPER),
      { call: `guardian suspendRegion ${REGION}`, action: "region-suspended", object: REGION, detail: PAPER },
    ],
    [
      "releasing a region",
      (regions) => regions.releaseRegion(actor, REGION, PAPER),
      { call: `governor releaseRegion ${REGION}`, action: "region-released", object: REGION, detail: PAPER },
    ],
    [
      "granting an operator",
      (regions) => regions.grantOperator(actor, REGION, OPERATOR, ["anchor", "status"]),
      {
        call: `region-admin grantOperator ${REGION} ${OPERATOR} ["anchor","status"]`,
        action: "operator-granted",
        object: REGION,
        detail: { operator: OPERATOR, rights: "anchor status" },
      },
    ],
    [
      "removing an operator",
      (regions) => regions.removeOperator(actor, REGION, OPERATOR, ["anchor"]),
      {
        call: `region-admin removeOperator ${REGION} ${OPERATOR} ["anchor"]`,
        action: "operator-removed",
        object: REGION,
        detail: { operator: OPERATOR, rights: "anchor" },
      },
    ],
    [
      "disowning a root",
      (regions) => regions.disownRoot(actor, REGION, ROOT, 3, PAPER),
      {
        call: `region-admin disownRoot ${REGION} ${ROOT} 3`,
        action: "root-disowned",
        object: `${REGION}/${ROOT}/3`,
        detail: PAPER,
      },
    ],
    [
      "the veto of a key",
      (regions) => regions.veto(actor, { of: "key", keyDigest: KEY }, PAPER),
      {
        call: `guardian veto ${JSON.stringify({ of: "key", keyDigest: KEY })}`,
        action: "act-vetoed",
        object: KEY,
        detail: { of: "key", ...PAPER },
      },
    ],
    [
      "the veto of an authorisation",
      (regions) => regions.veto(actor, { of: "authorisation", agency: AGENCY, typeCode: "T" }),
      {
        call: `guardian veto ${JSON.stringify({ of: "authorisation", agency: AGENCY, typeCode: "T" })}`,
        action: "act-vetoed",
        object: AGENCY,
        detail: { of: "authorisation", typeCode: "T" },
      },
    ],
  ];

  for (const [what, act, { call, action, object, detail }] of acts) {
    it(`writes down ${what} with actor, sending account and block`, async () => {
      expect(await act(here.regions)).to.include(DONE);
      expect(here.calls).to.deep.equal([call]);
      const log = await here.log();
      expect(log).to.have.length(1);
      expect(log[0]).to.deep.include({ action, object, time: 5, actor: { kind: "cli", id: "root", role: "operator" } });
      expect(log[0]?.detail).to.deep.equal({ ...detail, account: `0x${call.split(" ")[0]}`, block: 7, tx: "0x01" });
    });

    it(`does not write down ${what} that the registry refused`, async () => {
      here.state.refuses = true;
      const refused = await act(here.regions).then(
        () => null,
        (error: TallyError) => error.code,
      );
      expect(refused).to.equal("chain.reverted");
      expect(await here.log()).to.deep.equal([]);
    });
  }

  it("refuses what the registry would be silent about: a guardian granted again, and one revoked who is none", async () => {
    for (const act of [here.regions.grantGuardian(actor, GUARDIAN), here.regions.revokeGuardian(actor, OPERATOR)]) {
      const error = await act.catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(TallyError).with.property("code", "request.conflict");
    }
    expect(here.calls).to.deep.equal([]);
    expect(await here.log()).to.deep.equal([]);
  });

  it("says when an operator takes effect in a region with a delay", async () => {
    expect((await here.regions.grantOperator(actor, REGION, OPERATOR, ["anchor"])).effectiveFrom).to.equal(null);
    here.state.delay = 60;
    expect((await here.regions.grantOperator(actor, REGION, OPERATOR, ["anchor"])).effectiveFrom).to.equal(1060);
  });

  it("refuses a legal basis that is no printable text before anybody is asked", async () => {
    const refused = await here.regions.disownRoot(actor, REGION, ROOT, 3, { legalBasis: "a\nb" }).then(
      () => null,
      (error: TallyError) => error.code,
    );
    expect(refused).to.equal("request.invalid");
    expect(here.calls).to.deep.equal([]);
  });
});
