// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { PATHS } from "../../src/http/openapi/document.js";
import type { Operation } from "../../src/http/openapi/operation.js";
import { client, expectProblem } from "./client.js";
import { type Service, startService } from "./world.js";

const operations = Object.entries(PATHS).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    path,
    method: method.toUpperCase(),
    operation: operation as Operation,
  })),
);
const isPublic = ({ operation }: (typeof operations)[number]) => operation.security?.length === 0;
const filled = (path: string) => path.replaceAll(/\{\w+\}/g, "1.2.3");

describe("access", () => {
  let service: Service;
  let http: ReturnType<typeof client>;

  before(async () => {
    service = await startService();
    http = client(service.url);
  });
  after(() => service.close());

  for (const { path, method } of operations.filter((each) => !isPublic(each))) {
    it(`to ${method} ${path} needs a token`, async () => {
      const answer = await http.call(method, filled(path));
      expectProblem(answer, 401, "request.unauthenticated");
      expect(answer.headers.get("WWW-Authenticate")).to.match(/^Bearer /);
      const wrong = await http.call(method, filled(path), { token: `tt_${"0".repeat(16)}_${"0".repeat(64)}` });
      expectProblem(wrong, 401, "request.unauthenticated");
      expect(wrong.headers.get("WWW-Authenticate")).to.include("invalid_token");
    });
  }

  for (const { path, method } of operations.filter(isPublic)) {
    it(`to ${method} ${path} needs none`, async () => {
      expect((await http.call(method, filled(path))).status).not.to.equal(401);
    });
  }

  it("ends when the token is revoked", async () => {
    const { token, id } = await service.tokens.createToken(
      { kind: "cli", id: "root", role: "operator", requestId: "r" },
      { agency: service.world.agency.code, role: "reader", label: "x" },
    );
    expect((await http.get("/v1/certificates", { token })).status).to.equal(200);
    await service.tokens.revokeToken({ kind: "cli", id: "root", role: "operator", requestId: "r" }, id);
    expectProblem(await http.get("/v1/certificates", { token }), 401, "request.unauthenticated");
  });

  it("is refused to a reader who wants to issue, before the body is read", async () => {
    const token = await service.tokenOf("reader");
    expectProblem(await http.post("/v1/certificates", { token, body: "{" }), 403, "request.forbidden");
  });

  it("is refused to an operator from afar", async () => {
    const token = await service.tokenOf("operator");
    expectProblem(await http.get("/v1/certificates", { token }), 403, "request.forbidden");
  });

  for (const header of ["", "Bearer", "Basic dXNlcjpwYXNz", "Bearer a b", "tt_x"]) {
    it(`is refused with Authorization ${JSON.stringify(header)}`, async () => {
      const answer = await http.get("/v1/certificates", { headers: { Authorization: header } });
      expectProblem(answer, 401, "request.unauthenticated");
    });
  }
});
