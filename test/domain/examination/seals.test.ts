// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { x509Authority } from "../../../src/adapters/x509/index.js";
import { TallyError } from "../../../src/core/errors.js";
import { eventBy } from "../../../src/domain/audit/index.js";
import { LogFacts } from "../../../src/domain/examination/audit-log.js";
import type { Discrepancy, Examined, StoredRecords } from "../../../src/domain/examination/index.js";
import { examineSealCertificates } from "../../../src/domain/examination/seals.js";
import type { RevokedCertificate } from "../../../src/domain/seals/index.js";
import { ANHUI } from "../../verify/fixture.js";
import { expectRefusalOf } from "../../verify/rejection.js";
import { makeSealWorld, operator } from "../seals/seal-world.js";

describe("the examination of revocation lists", () => {
  async function scene() {
    const world = makeSealWorld();
    const { authority, store, agency, otherAgency } = world;
    const { record: ca } = await authority.establish(operator);
    const seal = await authority.issueSeal(operator, agency.code);
    /** A revocation whose list was not issued any more. */
    const revokeAndDie = async (): Promise<void> => {
      const put = store.putRevocationList;
      store.putRevocationList = async () => {
        throw new TallyError("store.failed", "killed");
      };
      await expectRefusalOf("store.failed", authority.revokeSeal(operator, seal.serial, "superseded"));
      store.putRevocationList = put;
    };
    /** As a fault in this program, or an intruder with the CA's key, would issue it. */
    const issueListOf = async (
      revoked: readonly RevokedCertificate[],
      thisUpdate: number,
      number = 2,
    ): Promise<void> => {
      const key = { key: await world.keys.open(ca.keyDigest), certificate: ca.certificate };
      const terms = { number, thisUpdate, nextUpdate: thisUpdate + 10 };
      const list = await x509Authority.listRevoked(key, { ...terms, revoked });
      const told = { action: "revocation-list-issued", object: ca.keyDigest, detail: terms } as const;
      const event = eventBy(operator, { ...told, time: 0, digestAfter: nodeCrypto.sha256(list) });
      const before = (await store.newestRevocationList(ca.keyDigest))?.number ?? null;
      await store.putRevocationList({ ca: ca.keyDigest, ...terms, list }, before, event);
    };
    const examine = async (): Promise<readonly Discrepancy[]> => {
      const facts = new LogFacts();
      const sequenceOf = new Map<string, number>();
      for (const [i, event] of store.events.entries()) {
        facts.add({ ...event, sequence: i + 1 });
        if (event.action.endsWith("-certified")) sequenceOf.set(event.object, i + 1);
      }
      const all = [...(await store.sealCertificatesOf(ANHUI)), ...(await store.sealCertificatesOf(agency.code))];
      all.push(...(await store.sealCertificatesOf(otherAgency.code)));
      const stored = all
        .map((record) => ({ event: sequenceOf.get(record.serial)!, record }))
        .sort((a, b) => a.event - b.event);
      const records: Pick<StoredRecords, "sealCertificates"> = {
        sealCertificates: async (after, limit) => stored.filter(({ event }) => event > after).slice(0, limit),
      };
      const found: Discrepancy[] = [];
      const examined = { records, seals: store, crypto: nodeCrypto } as unknown as Examined;
      for await (const each of examineSealCertificates(examined, facts, () => {})) found.push(each);
      return found;
    };
    return { ...world, seal, ca, revokeAndDie, issueListOf, examine, at: Math.floor(world.now() / 1000) };
  }

  it("finds nothing while every revocation is on the newest list", async () => {
    const { authority, seal, examine, otherAgency } = await scene();
    await authority.issueSeal(operator, otherAgency.code);
    expect(await examine()).to.deep.equal([]);
    await authority.revokeSeal(operator, seal.serial, "superseded");
    expect(await examine()).to.deep.equal([]);
  });

  it("warns of a revocation that came after the newest list, with the command that issues one", async () => {
    const { authority, seal, ca, revokeAndDie, examine } = await scene();
    await revokeAndDie();
    const [told, ...others] = await examine();
    expect(others).to.deep.equal([]);
    expect(told).to.include({ collection: "revocation_lists", key: ca.keyDigest, field: "list", weight: "warning" });
    expect(told?.remedy).to.contain(`tally seal revoke ${seal.serial}`);
    await authority.revokeSeal(operator, seal.serial, "superseded");
    expect(await examine()).to.deep.equal([]);
  });

  it("tells of a list that leaves out what was revoked before it was issued", async () => {
    const { revokeAndDie, issueListOf, examine, at } = await scene();
    await revokeAndDie();
    await issueListOf([], at + 1);
    const [told, ...others] = await examine();
    expect(others).to.deep.equal([]);
    expect(told).to.include({ field: "list", stored: null, expected: String(at), weight: "failed" });
  });

  it("tells of a list with another time of a revocation", async () => {
    const { revokeAndDie, issueListOf, examine, seal, at } = await scene();
    await revokeAndDie();
    await issueListOf([{ serial: seal.serial, revokedAt: at - 5, reason: "superseded" }], at);
    const [told, ...others] = await examine();
    expect(others).to.deep.equal([]);
    expect(told).to.include({ field: "list", stored: String(at - 5), expected: String(at), weight: "failed" });
  });
});
