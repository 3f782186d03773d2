// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { sqliteCursorStore } from "../../../src/adapters/sqlite/alarm-store.js";
import { sqliteAuditStore } from "../../../src/adapters/sqlite/audit-store.js";
import { type Database, openDatabase } from "../../../src/adapters/sqlite/database.js";
import { TallyError } from "../../../src/core/errors.js";
import { createPublishedFloor } from "../../../src/domain/sharing/index.js";
import { REGION } from "../../adapters/issued.js";

const ACTOR = { kind: "cli", id: "clerk", role: "operator", requestId: "r" } as const;

describe("the floor of what is published", () => {
  let database: Database;
  beforeEach(() => {
    database = openDatabase(":memory:");
  });
  afterEach(() => database.close());

  /** As a process finds it that starts later. */
  const floorNow = () =>
    createPublishedFloor({
      region: REGION,
      cursors: sqliteCursorStore(database),
      audit: sqliteAuditStore(database),
      now: () => 1_000,
    });

  it("is kept by the store and never falls", async () => {
    expect(await floorNow().block()).to.equal(0);
    await floorNow().raise(7);
    await floorNow().raise(6);
    expect(await floorNow().block()).to.equal(7);
  });

  it("is forgotten by an operator alone, which the audit log knows, and begins again", async () => {
    const floor = floorNow();
    await floor.raise(9_000_000);
    expect(await floor.forget(ACTOR, { legalBasis: "节点造假" })).to.equal(9_000_000);
    expect(await floorNow().block()).to.equal(0);
    await floorNow().raise(8);
    expect(await floor.block()).to.equal(8);
    const [event] = await sqliteAuditStore(database).list({ object: REGION, order: "oldest-first", limit: 10 });
    expect(event).to.deep.include({ action: "block-floor-forgotten", object: REGION });
    expect(event!.detail).to.deep.equal({ block: 9_000_000, legalBasis: "节点造假" });
  });

  it("stays when what the operator says cannot be logged", async () => {
    const floor = floorNow();
    await floor.raise(7);
    const error = await floor.forget(ACTOR, { legalBasis: "\u0000" }).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(TallyError).with.property("code", "request.invalid");
    expect(await floor.block()).to.equal(7);
  });
});
