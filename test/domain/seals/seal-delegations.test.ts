// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { generateUscc } from "../../../src/core/identifiers/uscc.js";
import { createSealDelegations } from "../../../src/domain/seals/index.js";
import { ANHUI } from "../../verify/fixture.js";
import { expectRefusalOf } from "../../verify/rejection.js";
import { makeSealWorld, operator } from "./seal-world.js";

const UNKNOWN = generateUscc({ department: "1", category: "1", region: ANHUI, body: "00298499" });
const DONE = { tx: "0x", block: 1, time: 1 };

describe("sealing for another agency", () => {
  function scene() {
    const world = makeSealWorld();
    const { registry, logged, agency, otherAgency, now } = world;
    const known = [agency, otherAgency].map(({ code }) => code);
    const sent: string[] = [];
    const delegations = createSealDelegations({
      agencies: { findAgency: async (code) => (known.includes(code) ? ({ code } as never) : null) },
      registry,
      governance: {
        async delegateSeal(code, sealer) {
          sent.push("delegate");
          registry.delegateSeal(code, sealer);
          return DONE;
        },
        async endSealDelegation(code, sealer) {
          sent.push("end");
          registry.endSealDelegation(code, sealer);
          return DONE;
        },
      },
      audit: { append: async (event) => ({ ...event, sequence: logged.push(event) }) },
      now,
      blockClock: null,
    });
    return { ...world, delegations, sent };
  }

  it("is recorded in the registry once and written down, with the decision behind it", async () => {
    const { delegations, agency, otherAgency, registry, logged, sent } = scene();
    const paper = { documentNumber: "样政发〔2026〕1号" };
    const done = await delegations.delegate(operator, agency.code, otherAgency.code, paper);
    expect(done).to.deep.equal({ effectiveFrom: null });
    expect(await delegations.delegate(operator, agency.code, otherAgency.code)).to.deep.equal(done);
    expect(sent).to.deep.equal(["delegate"]);
    expect(logged.map(({ action, object, detail }) => ({ action, object, detail }))).to.deep.equal([
      {
        action: "seal-delegated",
        object: agency.code,
        detail: { sealer: otherAgency.code, from: registry.time, ...paper },
      },
    ]);
  });

  it("ends at once", async () => {
    const { delegations, agency, otherAgency, registry, logged } = scene();
    await delegations.delegate(operator, agency.code, otherAgency.code);
    await delegations.end(operator, agency.code, otherAgency.code);
    const [interval] = await (await registry.snapshot()).findSealDelegations(agency.code, otherAgency.code);
    expect(interval?.until).not.to.equal(null);
    expect(logged.map(({ action }) => action)).to.deep.equal(["seal-delegated", "seal-delegation-ended"]);
    await expectRefusalOf("request.conflict", delegations.end(operator, agency.code, otherAgency.code));
  });

  it("refuses agencies that nobody knows, an agency as its own sealer, and paper that cannot be read", async () => {
    const { delegations, agency, otherAgency, sent } = scene();
    const unknown = await expectRefusalOf("agency.unknown", delegations.delegate(operator, UNKNOWN, agency.code));
    expect(unknown.field).to.equal("agency");
    const sealer = await expectRefusalOf("agency.unknown", delegations.delegate(operator, agency.code, UNKNOWN));
    expect(sealer.field).to.equal("sealer");
    await expectRefusalOf("request.invalid", delegations.delegate(operator, agency.code, agency.code));
    await expectRefusalOf(
      "request.invalid",
      delegations.delegate(operator, agency.code, otherAgency.code, { legalBasis: "\u0007" }),
    );
    expect(sent).to.deep.equal([]);
  });
});
