// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { client, expectProblem } from "./client.js";
import { type Service, startService } from "./world.js";

const OPERATOR = { kind: "cli", id: "root", role: "operator", requestId: "setup" } as const;

describe("what a token is good for", () => {
  let service: Service;
  let http: ReturnType<typeof client>;

  before(async () => {
    service = await startService();
    http = client(service.url);
  });
  after(() => service.close());

  it("is told with agency, role, region, types and expiry, and without the secret", async () => {
    const { world } = service;
    const made = await service.tokens.createToken(OPERATOR, {
      agency: world.agency.code,
      role: "issuer",
      label: "counter 3",
      validDays: 30,
    });
    const answer = await http.get("/v1/token", { token: made.token });
    expect(answer.status).to.equal(200);
    expect(answer.json).to.deep.equal({
      id: made.id,
      label: "counter 3",
      role: "issuer",
      region: "340000",
      agency: { code: world.agency.code, name: world.agency.name, areaCode: "340100", suspended: false },
      types: ["*"],
      issuable: [{ typeCode: world.type.typeCode, version: world.type.version, name: world.type.name }],
      expiresAt: made.expiresAt,
    });
    expect(answer.text).not.to.include(made.token.split("_")[2]);
    expect(answer.headers.get("Cache-Control")).to.equal("no-store");
  });

  it("offers no type that lies outside the token's scope", async () => {
    const token = await service.tokenOf("issuer", undefined, ["11100000000019713D071"]);
    const { json } = await http.get("/v1/token", { token });
    expect(json.types).to.deep.equal(["11100000000019713D071"]);
    expect(json.issuable).to.deep.equal([]);
  });

  it("offers nothing to issue to a reader or an operator, who may ask all the same", async () => {
    for (const role of ["reader", "operator"] as const) {
      const { status, json } = await http.get("/v1/token", { token: await service.tokenOf(role) });
      expect([status, json.role, json.issuable]).to.deep.equal([200, role, []]);
    }
  });

  it("is told until the token expires, and not a moment longer", async () => {
    const { token } = await service.tokens.createToken(OPERATOR, {
      agency: service.world.agency.code,
      role: "reader",
      label: "a day",
      validDays: 1,
    });
    service.clock.offset += 86_399_000;
    expect((await http.get("/v1/token", { token })).status).to.equal(200);
    service.clock.offset += 2_000;
    expectProblem(await http.get("/v1/token", { token }), 401, "request.unauthenticated");
  });
});

describe("the acts of a certificate", () => {
  let service: Service;
  let http: ReturnType<typeof client>;
  let path: string;

  before(async () => {
    service = await startService();
    http = client(service.url);
    const { json } = await http.post("/v1/certificates", { token: service.issuerToken, body: service.wanted() });
    path = `/v1/certificates/${json.certificateIdentifier}`;
  });
  after(() => service.close());

  const acts = async (token = service.issuerToken) =>
    ((await http.get(path, { token })).json.acts as { action: string; state: string }[]).map(
      ({ action, state }) => `${action} → ${state}`,
    );
  const act = async (name: string, state?: string) => {
    const body = { legalBasis: "示例法第一条", documentNumber: `示例〔2026〕${name}`, ...(state && { state }) };
    expect((await http.post(`${path}/${name}`, { token: service.issuerToken, body })).status).to.equal(200);
  };
  const REVOKE = ["revoke → revoked-penalty", "revoke → revoked-unlawful", "revoke → cancelled"];
  const RENEW = ["renew → replaced", "correct → replaced"];

  it("are those of its state, through its whole life", async () => {
    expect(await acts()).to.have.members(["suspend → suspended", "suspend → transferred-out", ...REVOKE, ...RENEW]);
    await act("suspend");
    expect(await acts()).to.have.members(["release → valid", "suspend → transferred-out", ...REVOKE, ...RENEW]);
    await act("suspend", "transferred-out");
    expect(await acts(), "it goes back to where it came from").to.have.members(["release → suspended", ...REVOKE]);
    await act("release");
    await act("revoke", "revoked-penalty");
    expect(await acts()).to.deep.equal([]);
  });

  it("are none for a reader", async () => {
    const { json } = await http.post("/v1/certificates", { token: service.issuerToken, body: service.wanted() });
    path = `/v1/certificates/${json.certificateIdentifier}`;
    expect(await acts(await service.tokenOf("reader"))).to.deep.equal([]);
    expect(await acts()).not.to.deep.equal([]);
  });
});
