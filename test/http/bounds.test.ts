// SPDX-License-Identifier: Apache-2.0
import { once } from "node:events";
import { expect } from "chai";
import { client, expectProblem } from "./client.js";
import { allOf, exchange, open } from "./raw.js";
import { type Service, type ServiceOptions, startService } from "./world.js";

const MiB = 1024 * 1024;

describe("the service under bad input", () => {
  let service: Service;
  let http: ReturnType<typeof client>;

  const SETTINGS = { bodyIdleMs: 150, bodyTotalMs: 400, headersTimeoutMs: 200, lingerMs: 2_000 };

  before(async () => {
    service = await startService({ settings: SETTINGS });
    http = client(service.url);
  });
  after(() => service.close());
  // Whatever it was given, it lives.
  afterEach(async () => {
    expect((await http.get("/healthz")).status).to.equal(200);
    expect((await http.get("/v1/types")).status).to.equal(200);
  });

  const alone = async (options: ServiceOptions, work: (own: Service) => Promise<void>): Promise<void> => {
    const own = await startService(options);
    try {
      await work(own);
    } finally {
      await own.close();
    }
  };

  const issue = (body: unknown) => http.post("/v1/certificates", { token: service.issuerToken, body });

  for (const [what, body, status, code] of [
    ["an empty body", "", 400, "json.malformed"],
    ["malformed JSON", "{", 400, "json.malformed"],
    ["a byte order mark", "\ufeff{}", 400, "json.malformed"],
    ["bytes that are not UTF-8", Uint8Array.of(0x22, 0xff, 0x22), 400, "json.malformed"],
    ["a duplicate key", '{"typeCode":"a","typeCode":"b"}', 400, "json.duplicate-key"],
    ["a lone surrogate", '{"typeCode":"\\udc00"}', 400, "json.lone-surrogate"],
    ["1e400", '{"typeVersion":1e400}', 400, "json.number-unsafe"],
    ["an integer that a double cannot hold", '{"typeVersion":9007199254740993}', 400, "json.number-unsafe"],
    ["depth 10,000", "[".repeat(10_000) + "]".repeat(10_000), 400, "json.too-deep"],
    ["a member called __proto__", '{"__proto__":{"typeCode":"x"}}', 400, "request.invalid"],
    ["null", "null", 400, "request.invalid"],
  ] as const) {
    it(`refuses ${what}`, async () => {
      expectProblem(await issue(body), status, code);
    });
  }

  it("refuses a JSON body of 50 MB", async () => {
    expectProblem(await issue(`"${"x".repeat(50 * MiB)}"`), 413, "request.too-large");
  });

  it("refuses a PDF of 200 MB", async () => {
    const body = new Uint8Array(200 * MiB);
    expectProblem(await http.post("/v1/verify", { body, type: "application/pdf" }), 413, "request.too-large");
  });

  it("refuses a body that grows too large without having said so", async () => {
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        sent += 64 * 1024;
        controller.enqueue(new Uint8Array(64 * 1024).fill(0x20));
        if (sent >= 4 * MiB) controller.close();
      },
    });
    const response = await fetch(`${service.url}/v1/verify`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body,
      duplex: "half",
    } as RequestInit);
    expect(response.status).to.equal(413);
  });

  it("lets a client that asks first keep its bytes", async () => {
    const head = (length: number) =>
      `POST /v1/verify HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: ${length}\r\n` +
      "Expect: 100-continue\r\nConnection: close\r\n\r\n";
    expect(await exchange(service.url, head(50 * MiB))).to.match(/^HTTP\/1\.1 413 /);
    const socket = open(service.url);
    socket.write(head(2));
    const [first] = (await once(socket, "data")) as [Buffer];
    expect(first.toString()).to.match(/^HTTP\/1\.1 100 /);
    socket.write("12");
    expect(await allOf(socket)).to.match(/HTTP\/1\.1 200 /);
  });

  it("cuts off a client that never ends its headers", async () => {
    const answer = await exchange(service.url, "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ");
    expect(answer).to.match(/^HTTP\/1\.1 408 /);
    expect(answer).to.include('"code":"request.timeout"');
  });

  it("cuts off a client that falls silent inside its body", async () => {
    const head = "POST /v1/verify HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\nabc";
    const socket = open(service.url);
    socket.write(head);
    const [first] = (await once(socket, "data")) as [Buffer];
    expect(first.toString()).to.match(/^HTTP\/1\.1 408 /);
    socket.destroy();
  });

  it("cuts off a client that drips its body", async () => {
    const socket = open(service.url);
    socket.write("POST /v1/verify HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 100000\r\n\r\n");
    const drip = setInterval(() => socket.write("a"), 50);
    const [first] = (await once(socket, "data")) as [Buffer];
    clearInterval(drip);
    socket.destroy();
    expect(first.toString()).to.match(/^HTTP\/1\.1 408 /);
  });

  it("forgets a client that goes away inside its body", async () => {
    // One turn, no queue, and no bound that would end the wait for the body.
    const patient = { maxConcurrent: 1, maxQueued: 0, bodyIdleMs: 600_000, bodyTotalMs: 600_000 };
    await alone({ settings: patient }, async (own) => {
      const socket = open(own.url);
      const head = "POST /v1/verify HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 100";
      socket.write(`${head}\r\nExpect: 100-continue\r\n\r\n`);
      const [first] = (await once(socket, "data")) as [Buffer];
      expect(first.toString()).to.match(/^HTTP\/1\.1 100 /);
      socket.write("abc");
      expectProblem(await client(own.url).get("/v1/types"), 503, "request.overloaded");
      socket.destroy();
      const isOver = () => own.logged.some(({ route, status }) => route === "/v1/verify" && status === "aborted");
      while (!isOver()) await new Promise((resolve) => setImmediate(resolve));
      expect((await client(own.url).get("/v1/types")).status).to.equal(200);
    });
  });

  for (const [what, bytes, status] of [
    ["bytes that are no HTTP", "hello\r\n\r\n", 400],
    ["a TLS greeting", Uint8Array.of(0x16, 0x03, 0x01, 0x02, 0x00, 0x01), 400],
    ["headers of 100 KB", `GET / HTTP/1.1\r\nHost: x\r\nX: ${"y".repeat(100_000)}\r\n\r\n`, 413],
    [
      "two different lengths",
      "POST /v1/verify HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
      400,
    ],
    [
      "length and chunks",
      "POST /v1/verify HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
      400,
    ],
  ] as const) {
    it(`answers ${what} with ${status}`, async () => {
      expect(await exchange(service.url, bytes)).to.match(new RegExp(`^HTTP/1\\.1 ${status} `));
    });
  }

  it("answers what it does not know with 404 and a wrong method with 405", async () => {
    for (const path of [
      "/",
      "/v1",
      "/v1/certificates/",
      "/V1/types",
      "/v1/certificates/a/b/c",
      "/v1/state/340000/0/1",
    ]) {
      expectProblem(await http.get(path), 404, "request.not-found");
    }
    const answer = await http.call("DELETE", "/v1/certificates/1.2.3", { token: service.issuerToken });
    expectProblem(answer, 405, "request.method-not-allowed");
    expect(answer.headers.get("Allow")).to.equal("GET, HEAD, OPTIONS");
    expectProblem(await http.get("/v1/certificates/batch"), 405, "request.method-not-allowed");
  });

  it("answers HEAD like GET, without a body", async () => {
    const answer = await http.call("HEAD", "/v1/types");
    expect([answer.status, answer.bytes.length]).to.deep.equal([200, 0]);
  });

  it("limits the requests of one address, and says when to come back", async () => {
    await alone({ settings: { rateLimitPerMinute: 3 } }, async (own) => {
      const limited = client(own.url);
      for (let i = 0; i < 3; i++) expect((await limited.get("/v1/types")).status).to.equal(200);
      const answer = await limited.get("/v1/types");
      expectProblem(answer, 429, "request.rate-limited");
      expect(Number(answer.headers.get("Retry-After"))).to.be.within(1, 60);
      // A header does not make it another address, and a probe gets through.
      const disguised = await limited.get("/v1/types", { headers: { "X-Forwarded-For": "203.0.113.9" } });
      expect(disguised.status).to.equal(429);
      expect((await limited.get("/readyz")).status).to.equal(200);
    });
  });

  it("believes X-Forwarded-For of as many proxies as it is told", async () => {
    await alone({ settings: { rateLimitPerMinute: 1, trustProxy: 1 } }, async (own) => {
      const limited = client(own.url);
      const from = (address: string) => limited.get("/v1/types", { headers: { "X-Forwarded-For": address } });
      expect((await from("203.0.113.1")).status).to.equal(200);
      expect((await from("203.0.113.2")).status).to.equal(200);
      expect((await from("198.51.100.7, 203.0.113.1")).status).to.equal(429);
    });
  });

  describe("when it is crowded", () => {
    const crowd = { maxConcurrent: 2, maxQueued: 1, queueWaitMs: 60_000 };
    let release: () => void;
    let began: number;
    let gate: Promise<void>;

    beforeEach(() => {
      began = 0;
      gate = new Promise((resolve) => {
        release = resolve;
      });
    });

    const slowTypes: ServiceOptions["replace"] = ({ catalogue }) => ({
      catalogue: {
        ...catalogue,
        async listTypes() {
          began += 1;
          await gate;
          return catalogue.listTypes();
        },
      },
    });
    const until = async (condition: () => boolean) => {
      while (!condition()) await new Promise((resolve) => setImmediate(resolve));
    };

    it("lets a few wait and refuses the rest at once", async () => {
      await alone({ settings: crowd, replace: slowTypes }, async (own) => {
        const crowded = client(own.url);
        const first = [crowded.get("/v1/types"), crowded.get("/v1/types")];
        await until(() => began === 2);
        const others = [crowded.get("/v1/types"), crowded.get("/v1/types"), crowded.get("/v1/types")];
        const refused = await Promise.race(others);
        expectProblem(refused, 503, "request.overloaded");
        expect(refused.headers.get("Retry-After")).to.match(/^\d+$/);
        expect((await crowded.get("/healthz")).status).to.equal(200);
        release();
        const statuses = (await Promise.all([...first, ...others])).map(({ status }) => status);
        expect(statuses.filter((status) => status === 200)).to.have.length(3);
        expect(statuses.filter((status) => status === 503)).to.have.length(2);
      });
    });

    it("keeps a quarter of the turns from one address for the others", async () => {
      const settings = { ...crowd, maxConcurrent: 4, trustProxy: 1 };
      await alone({ settings, replace: slowTypes }, async (own) => {
        const from = (address: string) => client(own.url).get("/v1/types", { headers: { "X-Forwarded-For": address } });
        const dragging = [from("203.0.113.1"), from("203.0.113.1"), from("203.0.113.1"), from("203.0.113.1")];
        await until(() => began === 3);
        const other = from("203.0.113.2");
        await until(() => began === 4);
        release();
        const statuses = (await Promise.all([...dragging, other])).map(({ status }) => status);
        expect(statuses).to.deep.equal([200, 200, 200, 200, 200]);
      });
    });

    it("refuses whoever has waited too long", async () => {
      await alone({ settings: { ...crowd, maxConcurrent: 1, queueWaitMs: 20 }, replace: slowTypes }, async (own) => {
        const crowded = client(own.url);
        const first = crowded.get("/v1/types");
        await until(() => began === 1);
        expectProblem(await crowded.get("/v1/types"), 503, "request.overloaded");
        release();
        expect((await first).status).to.equal(200);
      });
    });

    it("gives the place of a client that went away to the next", async () => {
      await alone({ settings: { ...crowd, maxConcurrent: 1 }, replace: slowTypes }, async (own) => {
        const leaver = open(own.url);
        leaver.write("GET /v1/types HTTP/1.1\r\nHost: x\r\n\r\n");
        await until(() => began === 1);
        const next = client(own.url).get("/v1/types");
        leaver.destroy();
        await until(() => began === 2);
        release();
        expect((await next).status).to.equal(200);
      });
    });
  });
});
