// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { sqliteAgencyStore } from "../../../src/adapters/sqlite/agency-store.js";
import { sqliteApiTokenStore } from "../../../src/adapters/sqlite/api-token-store.js";
import { sqliteAuditStore } from "../../../src/adapters/sqlite/audit-store.js";
import { openDatabase } from "../../../src/adapters/sqlite/database.js";
import { TallyError } from "../../../src/core/errors.js";
import { generateUscc } from "../../../src/core/identifiers/uscc.js";
import { type ApiTokens, createApiTokens, type NewToken } from "../../../src/domain/agencies/index.js";
import { type Actor, type AuditStore, eventBy } from "../../../src/domain/audit/index.js";

const OPERATOR: Actor = { kind: "cli", id: "root", role: "operator", requestId: "r-1" };
const AGENCY = generateUscc({ department: "1", category: "1", region: "340000", body: "00298431" });
const DAY = 86_400_000;

describe("API tokens", () => {
  let tokens: ApiTokens;
  let audit: AuditStore;
  let clock: number;

  const wanted = (changes: Partial<NewToken> = {}): NewToken => ({
    agency: AGENCY,
    role: "issuer",
    label: "counter 3",
    ...changes,
  });

  const refusalOf = async (work: Promise<unknown>): Promise<TallyError> => {
    const outcome = await work.then(
      () => null,
      (error: unknown) => error,
    );
    if (outcome instanceof TallyError) return outcome;
    throw new Error("expected a TallyError");
  };

  beforeEach(async () => {
    clock = Date.UTC(2026, 2, 2);
    const database = openDatabase(":memory:");
    audit = sqliteAuditStore(database);
    const agencies = sqliteAgencyStore(database);
    const agency = {
      code: AGENCY,
      name: "局",
      region: "340000",
      areaCode: "340100",
      did: "did:web:a",
      keyDigest: null,
      suspended: false,
    };
    await agencies.addAgency(agency, eventBy(OPERATOR, { time: clock, action: "agency-registered", object: AGENCY }));
    tokens = createApiTokens({ store: sqliteApiTokenStore(database), agencies, now: () => clock });
  });

  it("authenticate with the text that was told once", async () => {
    const types = ["100000000MB0327160014".padEnd(21, "0").slice(0, 21)];
    const { token, id } = await tokens.createToken(OPERATOR, wanted({ types }));
    expect(token).to.match(/^tt_[0-9a-f]{16}_[0-9a-f]{64}$/);
    const { label } = wanted();
    const known = { id, agency: AGENCY, types, role: "issuer", label, expiresAt: null };
    expect(await tokens.authenticate(token)).to.deep.equal(known);
  });

  it("are listed without anything from which the secret could be had", async () => {
    const { token } = await tokens.createToken(OPERATOR, wanted());
    const text = JSON.stringify(await tokens.listTokens(AGENCY));
    expect(text).to.include("counter 3");
    expect(text).not.to.include(token.slice(-64));
    expect(text).not.to.include("secretHash");
  });

  it("are refused with one character of the secret changed", async () => {
    const { token } = await tokens.createToken(OPERATOR, wanted());
    const changed = token.slice(0, -1) + (token.endsWith("0") ? "1" : "0");
    expect(await tokens.authenticate(changed)).to.equal(null);
  });

  for (const text of ["", "tt_", "Bearer x", `tt_${"0".repeat(16)}_${"0".repeat(64)}`, "tt_' OR 1=1 --"]) {
    it(`are refused when the text is ${JSON.stringify(text.slice(0, 20))}`, async () => {
      await tokens.createToken(OPERATOR, wanted());
      expect(await tokens.authenticate(text)).to.equal(null);
    });
  }

  it("work until they expire", async () => {
    const { token } = await tokens.createToken(OPERATOR, wanted({ validDays: 2 }));
    clock += 2 * DAY - 1;
    expect(await tokens.authenticate(token)).not.to.equal(null);
    clock += 1;
    expect(await tokens.authenticate(token)).to.equal(null);
  });

  it("stop working when they are revoked, and keep the first time", async () => {
    const { token, id } = await tokens.createToken(OPERATOR, wanted());
    const first = await tokens.revokeToken(OPERATOR, id);
    clock += DAY;
    expect(await tokens.revokeToken(OPERATOR, id)).to.deep.equal(first);
    expect(await tokens.authenticate(token)).to.equal(null);
  });

  it("cannot be revoked under an unknown id", async () => {
    expect((await refusalOf(tokens.revokeToken(OPERATOR, "nope"))).code).to.equal("request.not-found");
  });

  it("are made for registered agencies only", async () => {
    const stranger = generateUscc({ department: "1", category: "1", region: "310000", body: "00298431" });
    expect((await refusalOf(tokens.createToken(OPERATOR, wanted({ agency: stranger })))).code).to.equal(
      "agency.unknown",
    );
  });

  it("leave their making and revoking in the log, without the secret", async () => {
    const { id, token } = await tokens.createToken(OPERATOR, wanted());
    await tokens.revokeToken(OPERATOR, id);
    const events = await audit.list({ object: id, order: "oldest-first", limit: 10 });
    expect(events.map(({ action }) => action)).to.deep.equal(["token-created", "token-revoked"]);
    expect(JSON.stringify(events)).not.to.include(token.slice(-64));
  });

  it("are refused with every problem named at once", async () => {
    const bad = wanted({ role: "king" as never, label: "a\u0000b", types: [], validDays: 0 });
    const { code, problems } = await refusalOf(tokens.createToken(OPERATOR, bad));
    expect(code).to.equal("request.invalid");
    expect(problems.map(({ field }) => field)).to.have.members(["role", "label", "types", "validDays"]);
  });
});
