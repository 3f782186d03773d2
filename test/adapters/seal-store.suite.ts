// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { type AuditEvent, eventBy } from "../../src/domain/audit/index.js";
import type { NewSeal, SealCertificateRecord, SealStore } from "../../src/domain/seals/index.js";
import { expectRefusalOf } from "../verify/rejection.js";
import { identifierOf, sealLeafOf } from "./issued.js";

const AUTHORITY = "ca".repeat(32);
const actor = { kind: "cli", id: "suite", role: "operator", requestId: "suite" } as const;
const event = (action: AuditEvent["action"], object: string): AuditEvent => eventBy(actor, { time: 0, action, object });

const authority: SealCertificateRecord = {
  ...{ serial: "01", holder: "340000", keyDigest: AUTHORITY, ca: AUTHORITY },
  ...{ certificate: Uint8Array.of(1, 2), validity: { from: 0, until: 10_000 }, appearance: null, revocation: null },
};
const seal = (serial: string, holder: string, more: Partial<SealCertificateRecord> = {}): SealCertificateRecord => ({
  ...authority,
  ...{ serial, holder, keyDigest: serial.repeat(32), certificate: Uint8Array.of(3, 4) },
  ...{ appearance: { name: "样例局", code: "3401000000001", star: true } },
  ...{ validity: { from: 100, until: 1_000 }, ...more },
});

export interface OpenedSealStore {
  readonly store: SealStore;
  /** Actions and objects of the log, in order. */
  logged(): Promise<readonly (readonly [string, string])[]>;
  /** Makes sure that licence `n` is there to be sealed, whose identifier is `identifierOf(n)`. */
  licence(n: number): Promise<void>;
  close(): Promise<void>;
}

/** What every SealStore promises. */
export function describeSealStore(name: string, open: () => Promise<OpenedSealStore>): void {
  describe(`${name}: certificates of seals and seals`, () => {
    let opened: OpenedSealStore;
    let store: SealStore;
    beforeEach(async () => {
      opened = await open();
      ({ store } = opened);
    });
    afterEach(() => opened.close());

    const add = (record: SealCertificateRecord) =>
      store.addSealCertificate(record, event("seal-certified", record.serial));

    it("gives certificates back as they were, by serial and by holder, the oldest first", async () => {
      for (const record of [authority, seal("0b", "A"), seal("0a", "A"), seal("0c", "B")]) await add(record);
      expect(await store.findSealCertificate("0a")).to.deep.equal(seal("0a", "A"));
      expect(await store.findSealCertificate("01")).to.deep.equal(authority);
      expect(await store.findSealCertificate("ff")).to.equal(null);
      expect((await store.sealCertificatesOf("A")).map(({ serial }) => serial)).to.deep.equal(["0b", "0a"]);
      expect(await store.sealCertificatesOf("C")).to.deep.equal([]);
    });

    it("refuses a serial that is taken, without an event", async () => {
      await add(seal("0a", "A"));
      const before = await opened.logged();
      await expectRefusalOf("store.failed", add(seal("0a", "B")));
      expect(await opened.logged()).to.deep.equal(before);
      expect((await store.findSealCertificate("0a"))?.holder).to.equal("A");
    });

    it("lists seals in force: neither the authority, nor revoked ones, nor those before or after their time", async () => {
      await add(authority);
      for (const serial of ["0a", "0b", "0c"]) await add(seal(serial, "A"));
      await add(seal("0d", "A", { validity: { from: 501, until: 900 } }));
      await store.revokeSealCertificate("0b", { at: 400, reason: "key-compromise" }, event("seal-revoked", "0b"));
      const inForce = async (at: number, limit = 10) =>
        (await store.sealCertificatesInForce(at, limit)).map(({ serial }) => serial);
      expect(await inForce(500)).to.deep.equal(["0c", "0a"]);
      expect(await inForce(501)).to.deep.equal(["0d", "0c", "0a"]);
      expect(await inForce(501, 2)).to.deep.equal(["0d", "0c"]);
      expect(await inForce(99)).to.deep.equal([]);
      expect(await inForce(1_001)).to.deep.equal([]);
    });

    it("revokes once, for good, and says so in the log", async () => {
      await add(seal("0a", "A"));
      const first = { at: 400, reason: "superseded" } as const;
      expect(await store.revokeSealCertificate("0a", first, event("seal-revoked", "0a"))).to.equal(true);
      const later = { at: 500, reason: "key-compromise" } as const;
      expect(await store.revokeSealCertificate("0a", later, event("seal-revoked", "0a"))).to.equal(false);
      expect(await store.revokeSealCertificate("ff", later, event("seal-revoked", "ff"))).to.equal(false);
      expect((await store.findSealCertificate("0a"))?.revocation).to.deep.equal(first);
      expect(await store.revokedUnder(AUTHORITY)).to.deep.equal([
        { serial: "0a", revokedAt: 400, reason: "superseded" },
      ]);
      expect(await store.revokedUnder("00".repeat(32))).to.deep.equal([]);
      expect((await opened.logged()).filter(([action]) => action === "seal-revoked")).to.have.length(1);
    });

    it("keeps the newest revocation list of each authority, and takes one in the place of no other than the newest", async () => {
      const list = (number: number, by = AUTHORITY) => ({
        ...{ ca: by, number, thisUpdate: 10 * number, nextUpdate: 10 * number + 5 },
        list: Uint8Array.of(number),
      });
      const put = (next: ReturnType<typeof list>, before: number | null = null) =>
        store.putRevocationList(next, before, event("revocation-list-issued", next.ca));
      expect(await store.newestRevocationList(AUTHORITY)).to.equal(null);
      expect(await put(list(20), 1)).to.equal(false);
      expect(await put(list(10))).to.equal(true);
      expect(await put(list(20))).to.equal(false);
      expect(await put(list(20), 9)).to.equal(false);
      const both = await Promise.all([put(list(20), 10), put(list(20), 10)]);
      expect(both.sort()).to.deep.equal([false, true]);
      expect(await put(list(1, "0f".repeat(32)))).to.equal(true);
      expect(await store.newestRevocationList(AUTHORITY)).to.deep.equal(list(20));
      expect(await store.revocationLists()).to.have.deep.members([list(20), list(1, "0f".repeat(32))]);
      expect(await opened.logged()).to.deep.equal([
        ...[AUTHORITY, AUTHORITY, "0f".repeat(32)].map((ca) => ["revocation-list-issued", ca]),
      ]);
    });

    const LICENCE = identifierOf(1);
    const on = (mark: number): NewSeal => ({
      ...{ certificate: LICENCE, fileDigest: new Uint8Array(32).fill(mark), serial: "0a", sealedAt: 400 },
      ...{ reason: "电子证照签发", room: 2048, cms: new Uint8Array(900).fill(mark) },
    });
    const sealed = () => event("certificate-sealed", LICENCE);
    const stored = (ordinal: number) => ({ ...on(ordinal), ordinal });

    it("puts seals on a licence one after another; of two at once one is the next", async () => {
      await opened.licence(1);
      await add(seal("0a", "A"));
      expect(await store.sealsOn(LICENCE, 8)).to.deep.equal([]);
      expect(await store.addSeal(on(9), 1, sealLeafOf(2), sealed)).to.equal(false);
      const both = await Promise.all([
        store.addSeal(on(1), null, sealLeafOf(1), sealed),
        store.addSeal(on(1), null, sealLeafOf(1), sealed),
      ]);
      expect(both.sort()).to.deep.equal([false, true]);
      expect(await store.addSeal(on(2), 1, sealLeafOf(2), sealed)).to.equal(true);
      expect(await store.sealsOn(LICENCE, 8)).to.deep.equal([stored(2), stored(1)]);
      expect(await store.sealsOn(LICENCE, 1)).to.deep.equal([stored(2)]);
      expect(await store.sealsOn(LICENCE, 8, "加注件制作 n")).to.deep.equal([]);
      expect(await store.sealsOn(LICENCE, 1, on(1).reason)).to.deep.equal([stored(2)]);
      expect((await opened.logged()).filter(([action]) => action === "certificate-sealed")).to.have.length(2);
      expect(await store.addSeal({ ...on(3), serial: "ff" }, 2, sealLeafOf(3), sealed), "of no certificate").to.equal(
        false,
      );
      await store.revokeSealCertificate("0a", { at: 400, reason: "superseded" }, event("seal-revoked", "0a"));
      expect(await store.addSeal(on(3), 2, sealLeafOf(3), sealed), "revoked").to.equal(false);
      expect(await store.sealsOn(LICENCE, 8)).to.have.length(2);
    });

    it("gives forty seals on copies of one licence, set at once, each an ordinal of its own, which its event names", async () => {
      await opened.licence(1);
      await add(seal("0a", "A"));
      const marks = Array.from({ length: 40 }, (_, i) => i + 1);
      const added = await Promise.all(
        marks.map((mark) =>
          store.addSeal({ ...on(mark), reason: `加注件制作 ${mark}` }, null, sealLeafOf(mark), (ordinal) =>
            event("certificate-sealed", `${ordinal} ${mark}`),
          ),
        ),
      );
      expect(added).to.deep.equal(marks.map(() => true));
      const seals = await store.sealsOn(LICENCE, 100);
      expect(seals.map(({ ordinal }) => ordinal)).to.deep.equal([...marks].reverse());
      const told = (await opened.logged()).flatMap(([action, object]) =>
        action === "certificate-sealed" ? [object] : [],
      );
      expect(told).to.deep.equal(seals.map(({ ordinal, cms }) => `${ordinal} ${cms[0]}`).reverse());
      expect(await store.sealsOn(LICENCE, 8, "加注件制作 7")).to.have.length(1);
      // Another one for the same copy, by somebody who did not see the first.
      const again = { ...on(7), reason: "加注件制作 7" };
      expect(await store.addSeal(again, null, sealLeafOf(41), sealed)).to.equal(false);
    });

    it("puts no seal on a licence that is not here", async () => {
      await add(seal("0a", "A"));
      await expectRefusalOf("certificate.not-found", store.addSeal(on(1), null, sealLeafOf(1), sealed));
      expect((await opened.logged()).map(([action]) => action)).to.deep.equal(["seal-certified"]);
      expect(await store.sealsOn(LICENCE, 8)).to.deep.equal([]);
    });

    it("lets either a revocation or a seal come first, and a seal never after it", async () => {
      await opened.licence(1);
      await add(seal("0a", "A"));
      const [added, revoked] = await Promise.all([
        store.addSeal(on(1), null, sealLeafOf(1), sealed),
        store.revokeSealCertificate("0a", { at: 400, reason: "superseded" }, event("seal-revoked", "0a")),
      ]);
      expect(revoked).to.equal(true);
      const actions = (await opened.logged()).map(([action]) => action);
      expect(actions.filter((action) => action !== "certificate-issued")).to.deep.equal([
        ...["seal-certified", ...(added ? ["certificate-sealed", "seal-revoked"] : ["seal-revoked"])],
      ]);
      expect(await store.sealsOn(LICENCE, 8)).to.have.length(added ? 1 : 0);
    });
  });
}
