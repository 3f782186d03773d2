// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { utf8 } from "../../src/core/bytes.js";
import type { AuditEvent, AuditStore } from "../../src/domain/audit/index.js";
import type { CatalogueStore } from "../../src/domain/catalogue/index.js";
import { digestOf } from "./issued.js";

export interface CatalogueStoreFixture {
  readonly store: CatalogueStore;
  readonly audit: AuditStore;
  close(): Promise<void>;
}

export function catalogueStoreSuite(open: () => Promise<CatalogueStoreFixture>): void {
  let fixture: CatalogueStoreFixture;
  let store: CatalogueStore;
  beforeEach(async () => {
    fixture = await open();
    ({ store } = fixture);
  });
  afterEach(() => fixture.close());

  const count = async () => (await fixture.audit.list({ order: "oldest-first", limit: 100 })).length;

  it("keeps a version as it was published, with its event", async () => {
    expect(await store.publish(type("A", 1), event)).to.equal("published");
    expect(await store.findType("A", 1)).to.deep.equal({ ...type("A", 1), retiredAt: null });
    expect(await store.findType("A", 2)).to.equal(null);
    expect(await count()).to.equal(1);
  });

  it("never overwrites a version, and says whether it is the same", async () => {
    await store.publish(type("A", 1), event);
    expect(await store.publish(type("A", 1), event)).to.equal("same");
    expect(await store.publish(type("A", 1, "other"), event)).to.equal("different");
    expect(await store.findType("A", 1)).to.deep.equal({ ...type("A", 1), retiredAt: null });
    expect(await count()).to.equal(1);
  });

  it("answers the newest version that is not retired", async () => {
    for (const version of [2, 10, 9]) await store.publish(type("A", version), event);
    expect((await store.latestType("A"))?.version).to.equal(10);
    expect(await store.retire("A", 10, 5, event)).to.equal(true);
    expect(await store.retire("A", 10, 6, event)).to.equal(false);
    expect(await store.findType("A", 10)).to.include({ retiredAt: 5 });
    expect((await store.latestType("A"))?.version).to.equal(9);
    expect(await store.latestType("B")).to.equal(null);
    expect(await count()).to.equal(4);
  });

  it("lists every version by code and version", async () => {
    for (const [code, version] of [
      ["B", 1],
      ["A", 10],
      ["A", 2],
    ] as const)
      await store.publish(type(code, version), event);
    expect((await store.listTypes()).map(({ typeCode, version }) => `${typeCode}/${version}`)).to.deep.equal([
      "A/2",
      "A/10",
      "B/1",
    ]);
  });
}

function type(typeCode: string, version: number, words = "first") {
  const definition = utf8(JSON.stringify({ typeCode, version, words }));
  return { typeCode, version, digest: digestOf(typeCode, version, words), definition };
}

const event: AuditEvent = {
  time: 1,
  actor: { kind: "cli", id: "root", role: "operator" },
  action: "type-published",
  object: "A/1",
  requestId: "r",
  result: "done",
};
