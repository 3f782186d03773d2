// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { type Answer, client, expectProblem, ndjson } from "./client.js";
import { type Service, type ServiceOptions, startService } from "./world.js";

const NDJSON = "application/x-ndjson";

describe("POST /v1/certificates/batch", () => {
  let service: Service;

  before(async () => {
    service = await startService({ settings: { linesPerStep: 3, maxLineBytes: 2_000 } });
  });
  after(() => service.close());

  const send = (body: string, headers: Record<string, string> = {}, to = service): Promise<Answer> =>
    client(to.url).post("/v1/certificates/batch", { token: to.issuerToken, type: NDJSON, body, headers });
  const lines = (...requests: readonly object[]) => requests.map((request) => `${JSON.stringify(request)}\n`).join("");
  const many = (count: number, from = service) => lines(...Array.from({ length: count }, () => from.wanted()));

  const alone = async (options: ServiceOptions, work: (own: Service) => Promise<void>): Promise<void> => {
    const own = await startService(options);
    try {
      await work(own);
    } finally {
      await own.close();
    }
  };

  it("answers a line each, in order, and the end", async () => {
    const answer = await send(many(7));
    expect(answer.status).to.equal(200);
    expect(answer.headers.get("Content-Type")).to.equal(NDJSON);
    const results = ndjson(answer.text);
    expect(results.slice(0, -1).map(({ line, ok }) => [line, ok])).to.deep.equal(
      Array.from({ length: 7 }, (_, i) => [i + 1, true]),
    );
    expect(results.at(-1)).to.deep.equal({ end: true, complete: true, lines: 7, issued: 7, refused: 0 });
  });

  it("goes on after every kind of bad line and says what is wrong with each", async () => {
    const good = () => JSON.stringify(service.wanted());
    const bad = [
      "{",
      '{"a":1,"a":2}',
      '{"a":"\\ud800"}',
      '{"a":1e400}',
      "[".repeat(10_000).slice(0, 1_900),
      JSON.stringify({ ...service.wanted(), typeCode: 5 }),
      JSON.stringify(service.wanted({ certificateNumber: "XX" })),
      `"${"x".repeat(5_000)}"`,
    ];
    const answer = await send([good(), ...bad, "", "   ".trim(), good()].join("\r\n"));
    const results = ndjson(answer.text) as { line: number; ok: boolean; problem?: { code: string } }[];
    expect(results.slice(0, -1).map(({ line, ok, problem }) => [line, ok || problem?.code])).to.deep.equal([
      [1, true],
      [2, "json.malformed"],
      [3, "json.duplicate-key"],
      [4, "json.lone-surrogate"],
      [5, "json.number-unsafe"],
      [6, "json.too-deep"],
      [7, "request.invalid"],
      [8, "certificate.claims-invalid"],
      [9, "request.too-large"],
      [12, true],
    ]);
    expect(results.at(-1)).to.deep.equal({ end: true, complete: true, lines: 10, issued: 2, refused: 8 });
  });

  it("answers an empty body with the end alone", async () => {
    expect(ndjson((await send("\n\n")).text)).to.deep.equal([
      { end: true, complete: true, lines: 0, issued: 0, refused: 0 },
    ]);
  });

  it("refuses the whole before the first line when the agency may not issue", async () => {
    const reader = await service.tokenOf("reader");
    const answer = await client(service.url).post("/v1/certificates/batch", {
      token: reader,
      type: NDJSON,
      body: many(1),
    });
    expectProblem(answer, 403, "request.forbidden");
  });

  it("refuses a body that is not NDJSON", async () => {
    const answer = await client(service.url).post("/v1/certificates/batch", { token: service.issuerToken, body: [] });
    expectProblem(answer, 415, "request.unsupported-media-type");
    expect(answer.headers.get("Accept-Post")).to.equal(NDJSON);
  });

  it("ends early, and says so, when the stream grows too large", async () => {
    await alone({ settings: { linesPerStep: 2, maxStreamBytes: 4_000 } }, async (own) => {
      // Without a length in advance, so that the bytes are counted.
      const text = many(12, own);
      const body = new ReadableStream({
        start(controller) {
          for (const line of text.split(/(?<=\n)/)) controller.enqueue(new TextEncoder().encode(line));
          controller.close();
        },
      });
      const response = await fetch(`${own.url}/v1/certificates/batch`, {
        method: "POST",
        headers: { "Content-Type": NDJSON, Authorization: `Bearer ${own.issuerToken}` },
        body,
        duplex: "half",
      } as RequestInit);
      const results = ndjson(await response.text());
      const end = results.at(-1) as { complete: boolean; issued: number; problem: { code: string } };
      expect(end.complete).to.equal(false);
      expect(end.problem.code).to.equal("request.too-large");
      expect(end.issued).to.equal(results.length - 1);
      expect(end.issued).to.be.greaterThan(0).and.lessThan(12);
    });
  });

  it("hands back what it has not begun when the service stops", async () => {
    await alone({ settings: { linesPerStep: 1 } }, async (own) => {
      const text = many(3, own);
      const issued = own.deps.issuance.issueCertificates;
      let groups = 0;
      Object.assign(own.deps.issuance, {
        issueCertificates: (...input: Parameters<typeof issued>) => {
          if (++groups === 2) own.draining.begin();
          return issued(...input);
        },
      });
      const results = ndjson((await send(text, {}, own)).text);
      expect(results.slice(0, -1).map(({ ok }) => ok)).to.deep.equal([true, true]);
      expect(results.at(-1)).to.deep.include({ end: true, complete: false, lines: 2, issued: 2 });
    });
  });

  describe("with an Idempotency-Key", () => {
    const headers = { "Idempotency-Key": "batch-1" };
    const identifiers = (text: string) =>
      ndjson(text).flatMap(({ certificate }) =>
        certificate === undefined ? [] : [(certificate as { certificateIdentifier: string }).certificateIdentifier],
      );

    it("answers every line again and issues none twice", async () => {
      const text = many(5);
      const first = await send(text, headers);
      const second = await send(text, headers);
      expect(identifiers(first.text)).to.have.length(5);
      expect(second.text).to.equal(first.text);
    });

    it("issues only the lines that were not issued before", async () => {
      const key = { "Idempotency-Key": "batch-2" };
      const requests = [service.wanted(), service.wanted(), service.wanted()];
      const first = await send(lines(requests[0]!, { broken: true }, requests[2]!), key);
      const second = await send(lines(...requests), key);
      const before = identifiers(first.text);
      const after = identifiers(second.text);
      expect([before.length, after.length]).to.deep.equal([2, 3]);
      expect([after[0], after[2]]).to.deep.equal(before);
    });

    it("refuses a line that differs from the one issued under its number", async () => {
      const key = { "Idempotency-Key": "batch-3" };
      await send(many(1), key);
      const [result] = ndjson((await send(many(1), key)).text);
      expect(result).to.deep.include({ line: 1, ok: false });
      expect(result?.problem).to.include({ code: "request.idempotency-mismatch" });
    });

    it("finds what a crashed attempt has made", async () => {
      let crash = true;
      const replace: ServiceOptions["replace"] = ({ idempotency }) => ({
        idempotency: {
          ...idempotency,
          answer: (responses) => (crash ? Promise.reject(new Error("killed")) : idempotency.answer(responses)),
        },
      });
      await alone({ replace }, async (own) => {
        const text = many(3, own);
        expectProblem(await send(text, headers, own), 500, "internal");
        crash = false;
        const soon = ndjson((await send(text, headers, own)).text) as { problem?: { code: string } }[];
        expect(soon.slice(0, -1).map(({ problem }) => problem?.code)).to.deep.equal(Array(3).fill("request.conflict"));
        own.clock.offset += 60_001;
        const again = await send(text, headers, own);
        const all = await client(own.url).get("/v1/certificates", { token: own.issuerToken });
        expect(identifiers(again.text)).to.have.members(
          all.json.certificates.map((one: { certificateIdentifier: string }) => one.certificateIdentifier),
        );
        expect(identifiers(again.text)).to.have.length(3);
      });
    });

    it("frees the lines of a group that was refused as a whole", async () => {
      await alone({}, async (own) => {
        const text = many(2, own);
        own.database.run("UPDATE agencies SET region = '310000'");
        expectProblem(await send(text, headers, own), 403, "agency.not-authorised");
        own.database.run("UPDATE agencies SET region = '340000'");
        expect(identifiers((await send(text, headers, own)).text)).to.have.length(2);
      });
    });
  });
});
