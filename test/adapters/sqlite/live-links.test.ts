// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { sqliteAuditStore } from "../../../src/adapters/sqlite/audit-store.js";
import { sqliteCertificateStore } from "../../../src/adapters/sqlite/certificate-store.js";
import { type Database, openDatabase } from "../../../src/adapters/sqlite/database.js";
import { linksRevokedAt, revokeLiveLinks } from "../../../src/adapters/sqlite/live-links.js";
import { sqlitePickUpStore } from "../../../src/adapters/sqlite/pick-up-store.js";
import type { AuditEvent } from "../../../src/domain/audit/index.js";
import { digestOf, identifierOf, issue } from "../issued.js";

const NOW = 5_000;
const event = (action: AuditEvent["action"], object: string): AuditEvent => ({
  ...{ time: NOW, action, object, requestId: "r", result: "done" },
  actor: { kind: "cli", id: "test", role: "operator" },
});

describe("live pick-up links", () => {
  let database: Database;
  beforeEach(() => {
    database = openDatabase(":memory:");
  });
  afterEach(() => database.close());

  const idOf = (n: number): string => String(n).padStart(22, "0");
  async function links(count: number, expiresAt: (n: number) => number = () => 10_000) {
    await issue(sqliteCertificateStore(database), count);
    const items = Array.from({ length: count }, (_, n) => ({
      link: {
        ...{ id: idOf(n), certificate: identifierOf(n), agency: "11340000MB1234567X", keyId: "k", madeAt: 0 },
        ...{ secretHash: digestOf("secret", n), codeHash: digestOf("code", n), expiresAt: expiresAt(n) },
      },
      event: event("pick-up-link-made", identifierOf(n)),
    }));
    await sqlitePickUpStore(database).addFirst(items);
    return sqlitePickUpStore(database);
  }
  const revokeAll = () =>
    revokeLiveLinks(database, NOW, ({ certificate }) => event("pick-up-link-revoked", certificate));

  it("are those that open and those whose browser still looks; all others stay as they ended", async () => {
    const [OPEN, LOOKING, LEFT, LOCKED, EXPIRED, REVOKED, SUPERSEDED] = [0, 1, 2, 3, 4, 5, 6];
    const store = await links(7, (n) => (n === EXPIRED ? NOW : 10_000));
    const opened = (n: number, expiresAt: number) =>
      store.open(idOf(n), 1_000, { hash: digestOf("session", n), expiresAt }, event("pick-up-opened", "x"));
    await opened(LOOKING, NOW + 1);
    await opened(LEFT, NOW);
    const wrong = { wrong: event("pick-up-code-wrong", "x"), locked: event("pick-up-locked", "x") };
    await store.countWrongCode(idOf(LOCKED), { limit: 1, at: 1_000 }, wrong);
    await store.revoke(idOf(REVOKED), 1_000, event("pick-up-link-revoked", identifierOf(REVOKED)));
    const newer = (await store.find(idOf(SUPERSEDED)))!;
    await store.add({ link: { ...newer, id: idOf(99) }, event: event("pick-up-link-made", "x") }, { supersede: true });

    expect(revokeAll()).to.equal(3);
    expect([...linksRevokedAt(database, NOW)].map(({ id }) => id)).to.deep.equal([OPEN, LOOKING, 99].map(idOf));
    expect((await store.find(idOf(LEFT)))!.revokedAt).to.equal(null);
    expect((await store.find(idOf(REVOKED)))!.revokedAt).to.equal(1_000);
    expect(revokeAll(), "again").to.equal(0);
  });

  it("end each with its event, however many there are", async () => {
    await links(2_100);
    expect(revokeAll()).to.equal(2_100);
    const revoked = [...linksRevokedAt(database, NOW)];
    expect(revoked).to.have.length(2_100);
    expect(revoked[2_099]).to.deep.equal({
      ...{ id: idOf(2_099), certificate: identifierOf(2_099), agency: "11340000MB1234567X" },
    });
    for (const n of [0, 999, 1_000, 2_099]) {
      const log = { object: identifierOf(n), action: "pick-up-link-revoked", order: "oldest-first", limit: 9 } as const;
      expect(await sqliteAuditStore(database).list(log)).to.have.length(1);
    }
  });
});
