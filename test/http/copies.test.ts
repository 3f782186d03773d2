// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto } from "../../src/adapters/node-crypto/index.js";
import { readLicencePdf } from "../../src/verify/index.js";
import { client, expectProblem } from "./client.js";
import { type Service, startService } from "./world.js";

describe("readers' copies over HTTP", () => {
  let service: Service;
  let http: ReturnType<typeof client>;
  let token: string;
  let path: string;
  let id: string;

  before(async () => {
    service = await startService();
    http = client(service.url);
    token = service.issuerToken;
  });
  after(() => service.close());
  beforeEach(async () => {
    id = (await http.post("/v1/certificates", { token, body: service.wanted() })).json.certificateIdentifier;
    path = `/v1/certificates/${id}/copies`;
    service.asAnchored.add(id);
  });

  /** The last day of the year in which the service's clock is, or another day of it. */
  const until = () => `${new Date(service.deps.now()).getUTCFullYear()}-12-31`;
  const wanted = (changes: object = {}) => ({
    user: "样例物业公司",
    matter: "租赁合同备案",
    until: until(),
    ...changes,
  });
  const make = (body: unknown = wanted(), headers: Record<string, string> = {}, by = token) =>
    http.post(path, { token: by, body, headers });
  const eventsOf = async (action: "certificate-copied" | "certificate-read") =>
    (await service.audit.list({ object: id, action, order: "oldest-first", limit: 50 })).map(({ detail, result }) => ({
      detail,
      result,
    }));

  it("are made, listed, shown and downloaded, and every reading is on record", async () => {
    const made = await make();
    expect(made.status, made.text).to.equal(201);
    const { copyNumber } = made.json;
    expect(made.headers.get("Location")).to.equal(`${path}/${copyNumber}`);
    expect(made.json).to.include({ certificateIdentifier: id, user: "样例物业公司", anchoring: "pending" });
    const other = (await make(wanted({ user: "另一家公司" }))).json;
    expect((await http.get(path, { token })).json).to.deep.equal({ copies: [made.json, other], next: null });
    const page = await http.get(`${path}?limit=1`, { token });
    expect(page.json.copies).to.deep.equal([made.json]);
    expect((await http.get(`${path}?limit=1&after=${page.json.next}`, { token })).json.copies).to.deep.equal([other]);
    expect((await http.get(`${path}/${copyNumber}`, { token })).json).to.deep.equal(made.json);
    const file = await http.get(`${path}/${copyNumber}/pdf`, { token });
    expect(file.headers.get("Content-Type")).to.equal("application/pdf");
    expect(file.headers.get("Content-Disposition")).to.equal(`attachment; filename=${id}-copy-${copyNumber}.pdf`);
    expect(file.headers.get("Cache-Control")).to.equal("no-store");
    const attached = readLicencePdf(file.bytes, nodeCrypto).attachments.find(({ name }) => name === "copy.json")!;
    expect(JSON.parse(new TextDecoder().decode(attached.bytes))).to.include({ copyNumber, user: "样例物业公司" });
    expect(await eventsOf("certificate-copied")).to.have.length(2);
    expect(await eventsOf("certificate-read")).to.deep.equal([
      ...["copies", "copies", "copies"].map((form) => ({ detail: { form }, result: "done" })),
      ...["copy", "copy-pdf"].map((form) => ({ detail: { form, copy: copyNumber }, result: "done" })),
    ]);
  });

  for (const [what, change] of [
    ["no user", { user: undefined }],
    ["a user that is empty", { user: "" }],
    ["a user of 201 characters", { user: "长".repeat(201) }],
    ["a matter that is no text", { matter: 7 }],
    ["a day that does not exist", { until: "2026-02-30" }],
    ["a member that is not known", { note: "x" }],
  ] as const)
    it(`are refused with ${what}`, async () => {
      expectProblem(await make(wanted(change)), 400, "request.invalid");
      expect(await eventsOf("certificate-copied")).to.deep.equal([]);
    });

  for (const [what, change] of [
    ["a day that is over", { until: "2001-01-01" }],
    ["a user that cannot be seen", { user: "a\u202eb" }],
  ] as const)
    it(`are refused for terms that no copy has: ${what}`, async () => {
      expectProblem(await make(wanted(change)), 422, "copy.terms-invalid");
      expect(await eventsOf("certificate-copied")).to.deep.equal([]);
    });

  it("name the field and the way out", async () => {
    const late = await make(wanted({ until: "2199-01-01" }));
    expect(late.json.errors).to.have.length(1);
    expect(late.json.errors[0].pointer).to.equal("#/until");
    expect(late.json.errors[0].detail).to.match(/^must be from .* to .*: a copy is for one matter/);
    expectProblem(await make(wanted({ user: "عمّان" })), 422, "certificate.not-renderable");
  });

  it("are refused of a licence that is not anchored, revoked or not here", async () => {
    service.asAnchored.delete(id);
    expectProblem(await make(), 409, "certificate.state-conflict");
    service.asAnchored.add(id);
    const paper = { legalBasis: "法", documentNumber: "1" };
    await http.post(`/v1/certificates/${id}/revoke`, { token, body: paper });
    expectProblem(await make(), 409, "certificate.state-conflict");
    path = `/v1/certificates/${id.replace(/\.\d{3}\..$/, ".002.0")}/copies`;
    expectProblem(await make(), 404, "certificate.not-found");
    expectProblem(await http.get(path, { token }), 404, "certificate.not-found");
  });

  it("answer 404 for a number that no copy has, and 400 for what cannot be one", async () => {
    expectProblem(await http.get(`${path}/AAAAAAAAAAAAAAAAAAAAAA`, { token }), 404, "copy.not-found");
    expectProblem(await http.get(`${path}/AAAAAAAAAAAAAAAAAAAAAA/pdf`, { token }), 404, "copy.not-found");
    expectProblem(await http.get(`${path}/x/pdf`, { token }), 400, "request.invalid");
    expectProblem(await http.get(`${path}?limit=0`, { token }), 400, "request.invalid");
  });

  it("are read by readers, and made by them as little as by strangers and other agencies", async () => {
    const reader = await service.tokenOf("reader");
    const other = await service.tokenOf("issuer", service.world.otherAgency.code);
    const { copyNumber } = (await make()).json;
    expect((await http.get(`${path}/${copyNumber}/pdf`, { token: reader })).status).to.equal(200);
    expectProblem(await make(wanted(), {}, reader), 403, "request.forbidden");
    expectProblem(await make(wanted(), {}, other), 403, "agency.not-authorised");
    expectProblem(await http.post(path, { body: wanted() }), 401, "request.unauthenticated");
    for (const each of ["", `/${copyNumber}`, `/${copyNumber}/pdf`]) {
      expectProblem(await http.get(`${path}${each}`, { token: other }), 403, "agency.not-authorised");
      expectProblem(await http.get(`${path}${each}`), 401, "request.unauthenticated");
    }
    expect((await eventsOf("certificate-read")).map(({ result }) => result)).to.deep.equal([
      ...["done", "refused", "refused", "refused"],
    ]);
    expect(await eventsOf("certificate-copied")).to.have.length(1);
  });

  it("are made once for an Idempotency-Key, and the same answer is given again", async () => {
    const key = { "Idempotency-Key": "one" };
    const first = await make(wanted(), key);
    const second = await make(wanted(), key);
    expect(second.json).to.deep.equal(first.json);
    expect(second.headers.get("Idempotency-Replayed")).to.equal("true");
    expect(second.headers.get("Location")).to.equal(first.headers.get("Location"));
    expectProblem(await make(wanted({ user: "x" }), key), 422, "request.idempotency-mismatch");
    expect(await eventsOf("certificate-copied")).to.have.length(1);
  });

  for (const [what, ends] of [
    ["a crashed attempt has made", ["after"]],
    ["the second of two crashed attempts has made", ["before", "after"]],
  ] as const)
    it(`are found when ${what} one, and not made again`, async () => {
      const crashes: ("before" | "after")[] = [];
      const own = await startService({
        replace: ({ idempotency }) => ({
          idempotency: {
            ...idempotency,
            once: (reservation, carryOut) =>
              idempotency.once(reservation, async (attempt) => {
                const crash = crashes.shift();
                if (crash === "before") throw new Error("killed");
                const response = await carryOut(attempt);
                if (crash === "after") throw new Error("killed");
                return response;
              }),
          },
        }),
      });
      const ownHttp = client(own.url);
      const made = await ownHttp.post("/v1/certificates", { token: own.issuerToken, body: own.wanted() });
      const identifier = made.json.certificateIdentifier as string;
      own.asAnchored.add(identifier);
      const headers = { "Idempotency-Key": "crash" };
      const request = { token: own.issuerToken, body: wanted(), headers };
      crashes.push(...ends);
      for (const _ of ends) {
        expectProblem(await ownHttp.post(`/v1/certificates/${identifier}/copies`, request), 500, "internal");
        own.clock.offset += 60_001;
      }
      const again = await ownHttp.post(`/v1/certificates/${identifier}/copies`, request);
      expect(again.status, again.text).to.equal(201);
      const { json } = await ownHttp.get(`/v1/certificates/${identifier}/copies`, { token: own.issuerToken });
      expect(json.copies).to.deep.equal([again.json]);
      await own.close();
    });
});
