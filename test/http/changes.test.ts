// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { client, expectProblem } from "./client.js";
import { type Service, startService } from "./world.js";

const PAPER = { legalBasis: "食品安全法第一百二十四条", documentNumber: "皖市监罚〔2026〕1号" };

describe("changing certificates", () => {
  let service: Service;
  let http: ReturnType<typeof client>;
  let token: string;

  before(async () => {
    service = await startService();
    http = client(service.url);
    token = service.issuerToken;
  });
  after(() => service.close());

  const issued = async (): Promise<string> =>
    (await http.post("/v1/certificates", { token, body: service.wanted() })).json.certificateIdentifier;
  const act = (id: string, action: string, body: unknown = PAPER, headers: Record<string, string> = {}) =>
    http.post(`/v1/certificates/${id}/${action}`, { token, body, headers });

  it("suspends, releases and revokes, each with its paper in the history", async () => {
    const id = await issued();
    expect((await act(id, "suspend")).json).to.deep.include({ state: "suspended", changed: true });
    expect((await act(id, "release")).json).to.deep.include({ state: "valid", changed: true });
    const revoked = await act(id, "revoke", { ...PAPER, state: "revoked-penalty" });
    expect(revoked.json).to.deep.include({ state: "revoked-penalty", changed: true });
    const { json } = await http.get(`/v1/certificates/${id}/history`, { token });
    const acts = json.events.filter(({ detail }: { detail?: { documentNumber?: string } }) => detail?.documentNumber);
    expect(acts.map(({ action }: { action: string }) => action)).to.deep.equal([
      "certificate-suspended",
      "certificate-released",
      "certificate-revoked",
    ]);
  });

  it("changes nothing when the same act is sent again, reads in between or not", async () => {
    const id = await issued();
    await act(id, "suspend");
    expect((await act(id, "suspend")).json).to.deep.include({ state: "suspended", changed: false });
    await http.get(`/v1/certificates/${id}`, { token });
    expect((await act(id, "suspend")).json).to.deep.include({ state: "suspended", changed: false });
  });

  it("refuses an act that the state does not allow", async () => {
    const id = await issued();
    expectProblem(await act(id, "release"), 409, "certificate.state-conflict");
    await act(id, "revoke");
    expectProblem(await act(id, "suspend"), 409, "certificate.state-conflict");
  });

  for (const [what, body] of [
    ["no legal basis", { documentNumber: "1" }],
    ["no document number", { legalBasis: "x" }],
    ["an empty legal basis", { ...PAPER, legalBasis: "" }],
    ["an unknown state", { ...PAPER, state: "lost" }],
    ["an unknown member", { ...PAPER, note: "x" }],
    ["an array", []],
  ] as const) {
    it(`refuses a revocation with ${what}`, async () => {
      expectProblem(await act(await issued(), "revoke", body), 400, "request.invalid");
    });
  }

  it("refuses the acts of another agency, of a reader and of nobody", async () => {
    const id = await issued();
    const path = `/v1/certificates/${id}/revoke`;
    const other = await service.tokenOf("issuer", service.world.otherAgency.code);
    expectProblem(await http.post(path, { token: other, body: PAPER }), 403, "agency.not-authorised");
    const reader = await service.tokenOf("reader");
    expectProblem(await http.post(path, { token: reader, body: PAPER }), 403, "request.forbidden");
    expectProblem(await http.post(path, { body: PAPER }), 401, "request.unauthenticated");
    expect((await http.get(`/v1/certificates/${id}`, { token })).json.state).to.equal("valid");
  });

  it("renews: version 002 names its predecessor, which is replaced", async () => {
    const id = await issued();
    const renewed = await act(id, "renew", { validUntil: "2031-02-28" });
    expect(renewed.status).to.equal(201);
    expect(renewed.json.predecessor).to.equal(id);
    expect(renewed.json.certificateIdentifier).to.match(/\.002\..$/);
    const before = (await http.get(`/v1/certificates/${id}`, { token })).json;
    expect(before).to.deep.include({ state: "replaced", successor: renewed.json.certificateIdentifier });
  });

  it("corrects the content under a new version", async () => {
    const id = await issued();
    const face = { businessAddress: "示例市虎符路2号", onlineBusiness: false, manager: "喆堃", remark: "x" };
    const corrected = await act(id, "correct", { face });
    const { json } = await http.get(corrected.headers.get("Location")!, { token });
    expect(json.certificate.credentialSubject.face).to.deep.equal(face);
  });

  it("refuses to follow what has been replaced", async () => {
    const id = await issued();
    await act(id, "renew", { validUntil: "2031-02-28" });
    expectProblem(await act(id, "renew", { validUntil: "2031-02-27" }), 409, "certificate.state-conflict");
  });

  it("repeats the stored answer to a renewal under its key", async () => {
    const id = await issued();
    const headers = { "Idempotency-Key": "renew" };
    const first = await act(id, "renew", { validUntil: "2031-02-28" }, headers);
    const second = await act(id, "renew", { validUntil: "2031-02-28" }, headers);
    expect([first.status, second.status]).to.deep.equal([201, 201]);
    expect(second.text).to.equal(first.text);
    expectProblem(await act(id, "renew", { validUntil: "2031-02-27" }, headers), 422, "request.idempotency-mismatch");
  });

  for (const [what, ends] of [
    ["a crashed attempt has made", ["after"]],
    ["the second of two crashed attempts has made", ["before", "after"]],
  ] as const) {
    it(`finds the version that ${what}`, async () => {
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
      const path = `${made.headers.get("Location")}/renew`;
      const request = {
        token: own.issuerToken,
        body: { validUntil: "2031-02-28" },
        headers: { "Idempotency-Key": "crash" },
      };
      crashes.push(...ends);
      for (const _ of ends) {
        expectProblem(await ownHttp.post(path, request), 500, "internal");
        own.clock.offset += 60_001;
      }
      const again = await ownHttp.post(path, request);
      expect(again.status, again.text).to.equal(201);
      expect(again.json.predecessor).to.equal(made.json.certificateIdentifier);
      await own.close();
    });
  }
});
