// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { type DeliverableResult, withLinks } from "../../../src/domain/holders/index.js";
import { secretsOf } from "../../../src/domain/holders/link-secrets.js";
import type { ImportResult } from "../../../src/domain/issuance/index.js";
import { AGENCY, foodRequest, issuer } from "../issuance/world.js";
import { createScene, type Scene, secretIn, visitor } from "./scene.js";

describe("the secrets of pick-up links", () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await createScene();
  });
  afterEach(() => scene.database.close());

  it("are told again the same, and stand nowhere in the store", async () => {
    const { identifier, link, secret } = await scene.delivered();
    const deliverable = { certificateIdentifier: identifier, issueDeptCode: AGENCY };
    expect(await scene.pickUps.firstLinks(issuer, [deliverable])).to.deep.equal([link]);
    expect(await scene.pickUps.tellLink(issuer, link.link)).to.deep.equal(link);
    const rows = scene.database.all<Record<string, unknown>>("SELECT * FROM pick_up_links");
    const kept = JSON.stringify(rows, (_, value) =>
      value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : value,
    );
    expect(kept).not.to.include(secret);
    expect(kept).not.to.include(Buffer.from(secret, "base64url").toString("latin1"));
    expect(kept).not.to.include(link.code);
  });

  it("come from the key that the link names: after a rotation old links are told and opened, new ones use the new key", async () => {
    const { identifier, link, secret } = await scene.delivered(1);
    expect(await scene.pickUps.rotateKey(issuer)).to.equal("k2");
    const next = await scene.delivered(2);
    expect((await scene.store.find(next.link.link))?.keyId).to.equal("k2");
    expect(await scene.pickUps.tellLink(issuer, link.link)).to.deep.equal(link);
    // Opening needs no key at all.
    scene.keys.clear();
    const outcome = await scene.pickUps.open(visitor, link.link, { secret, code: link.code });
    expect(outcome.outcome).to.equal("opened");
    expect((await scene.history(identifier)).at(-1)?.action).to.equal("pick-up-opened");
  });

  it("differ between links, and are spread evenly", () => {
    const key = { id: "k", secret: new Uint8Array(32).fill(9) };
    const made = Array.from({ length: 2_000 }, (_, n) => secretsOf(key, `link-${n}`));
    expect(new Set(made.map(({ secret }) => secret)).size).to.equal(made.length);
    for (const { secret, code } of made) {
      expect(Buffer.from(secret, "base64url")).to.have.length(16);
      expect(code).to.match(/^\d{6}$/);
    }
    const low = made.filter(({ code }) => code < "500000").length;
    expect(low).to.be.within(850, 1_150);
  });

  it("are found again after a crash between issuing and linking, by whoever asks next", async () => {
    const issued = await scene.issuance.issueCertificate(issuer, foodRequest(7));
    expect(await scene.pickUps.listLinks(issuer, issued.certificateIdentifier)).to.deep.equal([]);
    const [link] = await scene.pickUps.firstLinks(issuer, [issued]);
    expect(await scene.pickUps.firstLinks(issuer, [issued])).to.deep.equal([link]);
    expect((await scene.pickUps.look(visitor, link!.link, secretIn(link!))).outcome).to.equal("open");
  });

  it("go with each row of an import that was issued, in its place", async () => {
    const issued = [1, 2, 3].map((n) => scene.issuance.issueCertificate(issuer, foodRequest(n)));
    const identifiers = (await Promise.all(issued)).map(({ certificateIdentifier }) => certificateIdentifier);
    async function* rows(): AsyncIterable<ImportResult> {
      yield { line: 2, ok: true, certificateIdentifier: identifiers[0]! };
      yield { line: 3, ok: false, error: { code: "request.invalid", message: "no" } };
      yield { line: 4, ok: true, certificateIdentifier: identifiers[1]!, warnings: ["w"] };
      yield { line: 5, ok: true, certificateIdentifier: identifiers[2]! };
    }
    const told: DeliverableResult[] = [];
    for await (const row of withLinks(scene.pickUps, { ...issuer, agency: AGENCY }, rows())) told.push(row);
    expect(told.map(({ line, pickUp }) => [line, pickUp !== undefined])).to.deep.equal([
      ...[
        [2, true],
        [3, false],
        [4, true],
        [5, true],
      ],
    ]);
    for (const { pickUp } of told.filter(({ ok }) => ok)) {
      const outcome = await scene.pickUps.open(visitor, pickUp!.link, {
        secret: secretIn(pickUp!),
        code: pickUp!.code,
      });
      expect(outcome.outcome).to.equal("opened");
    }
  });
});
