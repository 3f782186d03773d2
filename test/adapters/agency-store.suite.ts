// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { Agency, AgencyStore } from "../../src/domain/agencies/index.js";
import type { AuditEvent, AuditStore } from "../../src/domain/audit/index.js";
import { keyDigestOf } from "./issued.js";

export interface AgencyStoreFixture {
  readonly store: AgencyStore;
  readonly audit: AuditStore;
  close(): Promise<void>;
}

export function agencyStoreSuite(open: () => Promise<AgencyStoreFixture>): void {
  let fixture: AgencyStoreFixture;
  let store: AgencyStore;
  beforeEach(async () => {
    fixture = await open();
    ({ store } = fixture);
  });
  afterEach(() => fixture.close());

  const count = async () => (await fixture.audit.list({ order: "oldest-first", limit: 100 })).length;

  it("keeps agencies, ordered by code, each with its event", async () => {
    expect(await store.addAgency(agency("B"), event)).to.equal(true);
    expect(await store.addAgency({ ...agency("A"), keyDigest: keyDigestOf("first") }, event)).to.equal(true);
    expect(await store.listAgencies()).to.deep.equal([
      { ...agency("A"), keyDigest: keyDigestOf("first") },
      agency("B"),
    ]);
    expect(await store.findAgency("B")).to.deep.equal(agency("B"));
    expect(await store.findAgency("C")).to.equal(null);
    expect(await count()).to.equal(2);
  });

  it("refuses a code and a DID that are taken, and writes nothing", async () => {
    await store.addAgency(agency("A"), event);
    expect(await store.addAgency({ ...agency("A"), did: "did:web:other" }, event)).to.equal(false);
    expect(await store.addAgency({ ...agency("B"), did: agency("A").did }, event)).to.equal(false);
    expect(await store.listAgencies()).to.have.length(1);
    expect(await count()).to.equal(1);
  });

  it("replaces the key of an agency that it has", async () => {
    await store.addAgency(agency("A"), event);
    expect(await store.setKey("A", keyDigestOf("second"), event)).to.equal(true);
    expect((await store.findAgency("A"))?.keyDigest).to.equal(keyDigestOf("second"));
    expect(await store.setKey("B", keyDigestOf("second"), event)).to.equal(false);
    expect(await count()).to.equal(2);
    expect(await store.setKey("A", null, event)).to.equal(true);
    expect((await store.findAgency("A"))?.keyDigest).to.equal(null);
  });

  it("suspends and releases an agency, once each", async () => {
    await store.addAgency(agency("A"), event);
    expect(await store.setSuspended("A", true, event)).to.equal(true);
    expect(await store.setSuspended("A", true, event)).to.equal(false);
    expect((await store.findAgency("A"))?.suspended).to.equal(true);
    expect(await store.setSuspended("A", false, event)).to.equal(true);
    expect((await store.findAgency("A"))?.suspended).to.equal(false);
    expect(await store.setSuspended("B", true, event)).to.equal(false);
    expect(await count()).to.equal(3);
  });

  it("authorises and withdraws types, once each", async () => {
    await store.addAgency(agency("A"), event);
    expect(await store.authorise("A", "T2", event)).to.equal(true);
    expect(await store.authorise("A", "T1", event)).to.equal(true);
    expect(await store.authorise("A", "T1", event)).to.equal(false);
    expect(await store.authorisedTypes("A")).to.deep.equal(["T1", "T2"]);
    expect(await store.isAuthorised("A", "T1")).to.equal(true);
    expect(await store.withdraw("A", "T1", event)).to.equal(true);
    expect(await store.withdraw("A", "T1", event)).to.equal(false);
    expect(await store.isAuthorised("A", "T1")).to.equal(false);
    expect(await store.isAuthorised("B", "T2")).to.equal(false);
    expect(await count()).to.equal(4);
  });
}

function agency(code: string): Agency {
  const did = `did:web:tally.example:agencies:${code}`;
  return { code, name: `样例${code}局`, region: "340000", areaCode: "340100", did, keyDigest: null, suspended: false };
}

const event: AuditEvent = {
  time: 1,
  actor: { kind: "cli", id: "root", role: "operator" },
  action: "agency-registered",
  object: "A",
  requestId: "r",
  result: "done",
};
