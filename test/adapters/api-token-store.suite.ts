// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { ApiToken, ApiTokenStore } from "../../src/domain/agencies/index.js";
import type { AuditEvent, AuditStore } from "../../src/domain/audit/index.js";

export interface ApiTokenStoreUnderTest {
  readonly store: ApiTokenStore;
  readonly audit: AuditStore;
}

const AGENCY = "113400000029843100";
const OTHER_AGENCY = "113400000029843299";

function token(id: string, changes: Partial<ApiToken> = {}): ApiToken {
  const secretHash = new Uint8Array(32).fill(Number.parseInt(id.slice(-2), 16));
  return {
    id,
    secretHash,
    agency: AGENCY,
    types: ["*"],
    role: "issuer",
    label: "counter 3",
    createdAt: 1_000,
    expiresAt: null,
    revokedAt: null,
    ...changes,
  };
}

const event = (action: AuditEvent["action"], object: string): AuditEvent => ({
  time: 2_000,
  actor: { kind: "cli", id: "root", role: "operator" },
  action,
  object,
  requestId: "r-1",
  result: "done",
});

/** What every keeper of API tokens promises. */
export function apiTokenStoreSuite(make: () => Promise<ApiTokenStoreUnderTest>): void {
  let store: ApiTokenStore;
  let audit: AuditStore;

  const events = (object: string) => audit.list({ object, order: "oldest-first", limit: 10 });

  beforeEach(async () => {
    ({ store, audit } = await make());
  });

  it("gives back what was added", async () => {
    const added = token("00000000000000a1", { types: ["100000000000000001", "x"], expiresAt: 9_000 });
    expect(await store.addToken(added, event("token-created", added.id))).to.equal(true);
    expect(await store.findToken(added.id)).to.deep.equal(added);
  });

  it("answers null for an unknown id", async () => {
    expect(await store.findToken("00000000000000ff")).to.equal(null);
  });

  it("logs the creation with the token, and neither for an id that is taken", async () => {
    const first = token("00000000000000a1");
    await store.addToken(first, event("token-created", first.id));
    const second = token("00000000000000a1", { label: "another", secretHash: new Uint8Array(32).fill(9) });
    expect(await store.addToken(second, event("token-created", first.id))).to.equal(false);
    expect(await store.findToken(first.id)).to.deep.equal(first);
    expect(await events(first.id)).to.have.length(1);
  });

  it("lists the oldest first, of one agency or of all", async () => {
    const later = token("00000000000000a1", { createdAt: 3_000 });
    const earlier = token("00000000000000a2", { createdAt: 1_000 });
    const foreign = token("00000000000000a3", { agency: OTHER_AGENCY, createdAt: 2_000 });
    for (const each of [later, earlier, foreign]) await store.addToken(each, event("token-created", each.id));
    expect((await store.listTokens()).map(({ id }) => id)).to.deep.equal([earlier.id, foreign.id, later.id]);
    expect((await store.listTokens(AGENCY)).map(({ id }) => id)).to.deep.equal([earlier.id, later.id]);
  });

  it("revokes once: a second time keeps the first time and logs nothing", async () => {
    const added = token("00000000000000a1");
    await store.addToken(added, event("token-created", added.id));
    expect(await store.revokeToken(added.id, 5_000, event("token-revoked", added.id))).to.equal(true);
    expect(await store.revokeToken(added.id, 6_000, event("token-revoked", added.id))).to.equal(false);
    expect((await store.findToken(added.id))?.revokedAt).to.equal(5_000);
    expect((await events(added.id)).map(({ action }) => action)).to.deep.equal(["token-created", "token-revoked"]);
  });

  it("revokes nothing for an unknown id", async () => {
    expect(await store.revokeToken("00000000000000ff", 5_000, event("token-revoked", "x"))).to.equal(false);
    expect(await events("x")).to.deep.equal([]);
  });
}
