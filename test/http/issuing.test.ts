// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { client, expectProblem } from "./client.js";
import { type Service, startService } from "./world.js";

describe("POST /v1/certificates", () => {
  let service: Service;
  let http: ReturnType<typeof client>;
  let token: string;

  before(async () => {
    service = await startService();
    http = client(service.url);
    token = service.issuerToken;
  });
  after(() => service.close());

  const issue = (body: unknown, headers: Record<string, string> = {}) =>
    http.post("/v1/certificates", { token, body, headers });

  it("issues and says where the certificate is", async () => {
    const request = service.wanted();
    const answer = await issue(request);
    expect(answer.status).to.equal(201);
    expect(answer.json).to.include({
      certificateNumber: request.certificateNumber,
      state: "valid",
      anchoring: "pending",
    });
    expect(answer.headers.get("Location")).to.equal(`/v1/certificates/${answer.json.certificateIdentifier}`);
    const found = await http.get(answer.headers.get("Location")!, { token });
    expect(found.json.certificate.credentialSubject.face).to.deep.equal(request.face);
  });

  it("names every problem of the body with a pointer", async () => {
    const { face: _, ...rest } = service.wanted();
    const answer = await issue({ ...rest, holders: [], extra: 1 });
    expectProblem(answer, 400, "request.invalid");
    const pointers = answer.json.errors.map(({ pointer }: { pointer: string }) => pointer);
    expect(pointers).to.have.members(["#/face", "#/holders", "#/extra"]);
  });

  const face = { businessAddress: "示例市虎符路1号", onlineBusiness: true, manager: "喆堃", remark: null };
  const REFUSED: readonly [string, (service: Service) => object, number, string, string | null][] = [
    [
      "a field that the schema does not have",
      () => ({ face: { ...face, extra: "x" } }),
      422,
      "certificate.claims-invalid",
      "#/face/extra",
    ],
    [
      "a boolean written as text",
      () => ({ face: { ...face, onlineBusiness: "true" } }),
      422,
      "certificate.claims-invalid",
      "#/face/onlineBusiness",
    ],
    [
      "an unknown type",
      ({ world }) => ({ typeCode: `${world.type.typeCode.slice(0, 18)}999` }),
      422,
      "type.unknown",
      null,
    ],
    ["an unknown type version", () => ({ typeVersion: 7 }), 422, "type.unknown", null],
    ["a date that does not exist", () => ({ validFrom: "2026-02-30" }), 400, "request.invalid", "#/validFrom"],
    [
      "validity that ends before it starts",
      () => ({ validFrom: "2026-03-03", validUntil: "2026-03-02" }),
      422,
      "certificate.claims-invalid",
      "#/validUntil",
    ],
    [
      "a wrong check character in the holder's code",
      ({ wanted }) => {
        const [holder] = wanted().holders;
        const code = holder!.certificateHolderCode;
        return {
          holders: [{ ...holder, certificateHolderCode: code.slice(0, 17) + (code.endsWith("A") ? "B" : "A") }],
        };
      },
      422,
      "certificate.claims-invalid",
      "#/holders/0/certificateHolderCode",
    ],
    [
      "a holder's name with a control character",
      ({ wanted }) => ({
        holders: [{ ...wanted().holders[0], certificateHolder: "虎符\u0007公司" }],
      }),
      422,
      "certificate.claims-invalid",
      "#/holders/0/certificateHolder",
    ],
    [
      "a holder's name with a bidi override",
      ({ wanted }) => ({
        holders: [{ ...wanted().holders[0], certificateHolder: "虎符\u202e公司" }],
      }),
      422,
      "certificate.claims-invalid",
      "#/holders/0/certificateHolder",
    ],
    [
      "a number against the type's rule",
      () => ({ certificateNumber: "XX1" }),
      422,
      "certificate.claims-invalid",
      "#/certificateNumber",
    ],
    [
      "an identifier whose check character is wrong",
      ({ world }) => ({
        identifier: `1.2.156.3005.2.${world.type.typeCode}.${world.agency.code}.ABC123.001.!`.replace("!", "0"),
      }),
      422,
      "certificate.claims-invalid",
      "#/identifier",
    ],
  ];
  for (const [what, changes, status, code, pointer] of REFUSED) {
    it(`refuses ${what}`, async () => {
      const answer = await issue({ ...service.wanted(), ...changes(service) });
      expectProblem(answer, status, code as never);
      if (pointer !== null) {
        const pointers = answer.json.errors.map((error: { pointer: string }) => error.pointer);
        expect(pointers).to.include(pointer);
      }
    });
  }

  it("refuses a retired type version", async () => {
    const own = await startService();
    await own.deps.catalogue.listTypes();
    const { typeCode, version } = own.world.type;
    own.database.run(
      "UPDATE type_definitions SET retired_at = 1 WHERE type_code = ? AND version = ?",
      typeCode,
      version,
    );
    const answer = await client(own.url).post("/v1/certificates", {
      token: own.issuerToken,
      body: own.wanted({ typeVersion: version }),
    });
    expectProblem(answer, 422, "type.retired");
    await own.close();
  });

  it("refuses a second certificate of the same number and says which is in force", async () => {
    const request = service.wanted();
    const first = await issue(request);
    const second = await issue(request);
    expectProblem(second, 409, "certificate.exists");
    expect(second.json.detail).to.include(first.json.certificateIdentifier);
  });

  describe("with an Idempotency-Key", () => {
    it("repeats the stored answer", async () => {
      const request = service.wanted();
      const headers = { "Idempotency-Key": "once-1" };
      const first = await issue(request, headers);
      const second = await issue(request, headers);
      expect([first.status, second.status]).to.deep.equal([201, 201]);
      expect(second.text).to.equal(first.text);
      expect(second.headers.get("Location")).to.equal(first.headers.get("Location"));
      expect([first, second].map(({ headers }) => headers.get("Idempotency-Replayed"))).to.deep.equal([null, "true"]);
    });

    it("refuses another body under the same key", async () => {
      const headers = { "Idempotency-Key": "once-2" };
      await issue(service.wanted(), headers);
      expectProblem(await issue(service.wanted(), headers), 422, "request.idempotency-mismatch");
    });

    it("keeps the keys of two tokens apart", async () => {
      const headers = { "Idempotency-Key": "once-3" };
      await issue(service.wanted(), headers);
      const other = await service.tokenOf("issuer");
      const answer = await http.post("/v1/certificates", { token: other, body: service.wanted(), headers });
      expect(answer.status).to.equal(201);
    });

    it("lets a refused request be mended under the same key", async () => {
      const headers = { "Idempotency-Key": "once-4" };
      expectProblem(
        await issue(service.wanted({ certificateNumber: "X" }), headers),
        422,
        "certificate.claims-invalid",
      );
      expect((await issue(service.wanted(), headers)).status).to.equal(201);
    });

    it("issues one certificate for many requests at once", async () => {
      const request = service.wanted();
      const headers = { "Idempotency-Key": "once-5" };
      const answers = await Promise.all(Array.from({ length: 8 }, () => issue(request, headers)));
      const made = new Set(
        answers.filter(({ status }) => status === 201).map(({ json }) => json.certificateIdentifier),
      );
      expect(made.size).to.equal(1);
      for (const answer of answers.filter(({ status }) => status !== 201)) {
        expectProblem(answer, 409, "request.conflict");
        expect(answer.headers.get("Retry-After")).to.match(/^\d+$/);
      }
    });

    for (const key of ["", "a b", "ü".repeat(3), "x".repeat(201)]) {
      it(`refuses the key ${JSON.stringify(key.slice(0, 8))} of ${key.length} characters`, async () => {
        const answer = await http.post("/v1/certificates", {
          token,
          body: service.wanted(),
          headers: { "Idempotency-Key": Buffer.from(key).toString("latin1") },
        });
        expectProblem(answer, 400, "request.invalid");
        expect(answer.json.errors[0].parameter).to.equal("Idempotency-Key");
      });
    }

    it("finds what a crashed attempt has made instead of making it again", async () => {
      let crash = true;
      const own = await startService({
        replace: ({ idempotency }) => ({
          idempotency: {
            ...idempotency,
            // The process dies between the effect and the record of its answer.
            once: (reservation, carryOut) =>
              idempotency.once(reservation, async (attempt) => {
                const response = await carryOut(attempt);
                if (crash) throw new Error("killed");
                return response;
              }),
          },
        }),
      });
      const request = { token: own.issuerToken, body: own.wanted(), headers: { "Idempotency-Key": "crash" } };
      const ownHttp = client(own.url);
      expectProblem(await ownHttp.post("/v1/certificates", request), 500, "internal");
      crash = false;
      expectProblem(await ownHttp.post("/v1/certificates", request), 409, "request.conflict");
      own.clock.offset += 60_001;
      const again = await ownHttp.post("/v1/certificates", request);
      expect(again.status).to.equal(201);
      const all = await ownHttp.get("/v1/certificates", { token: own.issuerToken });
      const identifiers = all.json.certificates.map(
        (one: { certificateIdentifier: string }) => one.certificateIdentifier,
      );
      expect(identifiers).to.deep.equal([again.json.certificateIdentifier]);
      await own.close();
    });

    it("carries out what a crashed attempt has not begun", async () => {
      let crash = true;
      const own = await startService({
        replace: ({ issuance }) => ({
          issuance: {
            ...issuance,
            issueCertificate: (actor, request) =>
              crash ? Promise.reject(new Error("killed")) : issuance.issueCertificate(actor, request),
          },
        }),
      });
      const request = { token: own.issuerToken, body: own.wanted(), headers: { "Idempotency-Key": "crash" } };
      expectProblem(await client(own.url).post("/v1/certificates", request), 500, "internal");
      crash = false;
      own.clock.offset += 60_001;
      expect((await client(own.url).post("/v1/certificates", request)).status).to.equal(201);
      await own.close();
    });
  });
});
