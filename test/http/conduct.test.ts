// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { client } from "./client.js";
import { open } from "./raw.js";
import { type Service, startService } from "./world.js";

describe("every answer", () => {
  let service: Service;
  let http: ReturnType<typeof client>;

  before(async () => {
    service = await startService();
    http = client(service.url);
  });
  after(() => service.close());

  for (const path of ["/v1/types", "/healthz", "/nowhere", "/v1/certificates"]) {
    it(`of ${path} tells browsers to make nothing of it, and nothing of the software`, async () => {
      const { headers } = await http.get(path);
      expect(headers.get("X-Content-Type-Options")).to.equal("nosniff");
      expect(headers.get("Content-Security-Policy")).to.include("default-src 'none'");
      expect(headers.get("X-Powered-By")).to.equal(null);
      expect(headers.get("Server")).to.equal(null);
    });
  }

  it("carries the caller's request id when it is sane, else one of ours", async () => {
    const answered = async (id: string) =>
      (await http.get("/healthz", { headers: { "X-Request-Id": id } })).headers.get("X-Request-Id");
    expect(await answered("caller-0001")).to.equal("caller-0001");
    for (const bad of ["short", "with space in it", "x".repeat(65), 'quote"quote"quote']) {
      expect(await answered(bad)).to.match(/^request-\d+$/);
    }
  });

  it("names the request id in its problem and in the log", async () => {
    const { json } = await http.get("/nowhere", { headers: { "X-Request-Id": "caller-0002" } });
    expect(json.requestId).to.equal("caller-0002");
    expect(service.logged.some(({ requestId }) => requestId === "caller-0002")).to.equal(true);
  });
});

describe("the log", () => {
  it("holds who asked for what kind of thing, and nothing about a holder", async () => {
    const service = await startService();
    const http = client(service.url);
    const token = service.issuerToken;
    const request = service.wanted();
    const [holder] = request.holders;
    const { json } = await http.post("/v1/certificates", { token, body: request });
    const id = json.certificateIdentifier;
    await http.get(`/v1/certificates/${id}/pdf`, { token });
    await http.get(`/v1/certificates?holderCode=${holder!.certificateHolderCode}`, { token });
    await http.post("/v1/certificates", { token, body: { ...request, face: { secret: "face" } } });
    await service.close();

    const text = JSON.stringify(service.logged);
    const personal = [
      holder!.certificateHolder,
      holder!.certificateHolderCode,
      request.certificateNumber,
      id,
      token,
      "businessAddress",
      "127.0.0.1",
    ];
    for (const each of personal) expect(text, each).not.to.include(each);
    const lines = service.logged.filter(({ msg }) => msg === "request");
    expect(lines.map(({ method, route, status }) => `${method} ${route} ${status}`)).to.deep.equal([
      "POST /v1/certificates 201",
      "GET /v1/certificates/:id/pdf 200",
      "GET /v1/certificates 200",
      "POST /v1/certificates 422",
    ]);
    expect(lines[0]).to.include({ agency: service.world.agency.code });
    expect(lines[0]?.tokenId).to.match(/^[0-9a-f]{16}$/);
  });
});

describe("shutting down", () => {
  const gated = () => {
    let release: () => void = () => undefined;
    let entered: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const inside = new Promise<void>((resolve) => {
      entered = resolve;
    });
    return { gate, inside, release, entered };
  };

  const withSlowTypes = async (settings: { shutdownGraceMs: number }) => {
    const door = gated();
    const service = await startService({
      settings,
      replace: ({ catalogue }) => ({
        catalogue: {
          ...catalogue,
          async listTypes() {
            door.entered();
            await door.gate;
            return catalogue.listTypes();
          },
        },
      }),
    });
    return { door, service };
  };

  it("lets what is in flight end, and accepts nothing new", async () => {
    const { door, service } = await withSlowTypes({ shutdownGraceMs: 30_000 });
    const answer = client(service.url).get("/v1/types");
    await door.inside;
    const closed = service.close();
    const refused = await client(service.url)
      .get("/healthz")
      .then(
        () => "answered",
        () => "refused",
      );
    expect(refused).to.equal("refused");
    door.release();
    expect((await answer).status).to.equal(200);
    await closed;
  });

  it("cuts off what does not end in time", async () => {
    const { door, service } = await withSlowTypes({ shutdownGraceMs: 50 });
    const answer = client(service.url)
      .get("/v1/types")
      .then(
        () => "answered",
        () => "cut off",
      );
    await door.inside;
    await service.close();
    expect(await answer).to.equal("cut off");
    door.release();
  });

  it("does not wait for a connection on which nothing happens", async () => {
    const service = await startService({ settings: { shutdownGraceMs: 30_000, keepAliveMs: 60_000 } });
    const idle = open(service.url);
    await client(service.url).get("/healthz");
    const started = Date.now();
    await service.close();
    expect(Date.now() - started).to.be.lessThan(5_000);
    idle.destroy();
  });

  it("says so to whoever asks whether it is ready, and may be asked twice", async () => {
    const service = await startService();
    service.draining.begin();
    const { status, json } = await client(service.url).get("/readyz");
    expect([status, json.checks.service]).to.deep.equal([503, "stopping"]);
    await Promise.all([service.close(), service.close().catch(() => undefined)]);
  });
});
