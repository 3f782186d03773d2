// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { client, expectProblem } from "./client.js";
import { type Service, startService } from "./world.js";

describe("POST /v1/verify", () => {
  let service: Service;
  let http: ReturnType<typeof client>;
  let document: string;
  let pdf: Uint8Array;
  let qr: string;

  before(async () => {
    service = await startService();
    http = client(service.url);
    // Anchored by the chain's stand-in: the service itself only verifies.
    const issued = service.world.issueAnchored();
    document = JSON.stringify(service.world.documentOf(issued));
    qr = service.world.codeOf(issued);
    const token = service.issuerToken;
    const made = await http.post("/v1/certificates", { token, body: service.wanted() });
    pdf = (await http.get(`${made.headers.get("Location")}/pdf`, { token })).bytes;
  });
  after(() => service.close());

  const verify = (body: unknown, type: string, query = "") => http.post(`/v1/verify${query}`, { body, type });

  it("reports on a JSON document, without a token", async () => {
    const { status, json } = await verify(document, "application/json");
    expect(status).to.equal(200);
    expect(json).to.deep.include({ reportVersion: 1, verdict: "valid", authenticity: "genuine", standing: "in-force" });
  });

  it("reports on the text of a code", async () => {
    const { json } = await verify(`${qr}\n`, "text/plain; charset=utf-8");
    expect(json.document.form).to.equal("token");
    expect(json.authenticity).to.equal("undecided");
  });

  it("reports on a PDF and renders it again", async () => {
    const { json } = await verify(pdf, "application/pdf");
    expect(json.document.form).to.equal("pdf");
    expect(json.reason).to.equal("anchor.pending");
    const content = json.checks.find(({ check }: { check: string }) => check === "content");
    expect(content.outcome).to.equal("pass");
  });

  it("judges the validity period at the time that is asked for", async () => {
    const { json } = await verify(document, "application/json", "?at=2040-01-01T00:00:00Z");
    expect(json).to.deep.include({ verdict: "not-in-force", standing: "expired" });
  });

  const NOT_OURS: readonly [string, string | Uint8Array, string][] = [
    ["malformed JSON", "{", "application/json"],
    ["JSON with a duplicate key", '{"format":1,"format":2}', "application/json"],
    ["JSON with a lone surrogate", '{"a":"\\ud800"}', "application/json"],
    ["JSON with 1e400", '{"a":1e400}', "application/json"],
    ["JSON of depth 10,000", "[".repeat(10_000) + "]".repeat(10_000), "application/json"],
    ["JSON that is something else", '{"hello":"world"}', "application/json"],
    ["a PDF that is not one", "hello", "application/pdf"],
    [
      "an encrypted PDF",
      "%PDF-1.7\n1 0 obj\n<</Encrypt 2 0 R>>\nendobj\ntrailer\n<</Encrypt 2 0 R>>\n%%EOF",
      "application/pdf",
    ],
    ["digits that are not a number", "https://verify.example/v#12x4", "text/plain"],
    ["100,000 digits", "9".repeat(100_000), "text/plain"],
    ["bytes that are no text", Uint8Array.of(0xff, 0xfe, 0x00), "text/plain"],
  ];
  for (const [what, body, type] of NOT_OURS) {
    it(`reports not-genuine for ${what}`, async () => {
      const { status, json } = await verify(body, type);
      expect(status).to.equal(200);
      expect(json.verdict).to.equal("not-genuine");
      expect(json.reason).to.match(/^format\./);
    });
  }

  it("reports undecided for a code of a later version", async () => {
    const { json } = await verify(document.replace('"formatVersion":1', '"formatVersion":2'), "application/json");
    expect(json).to.deep.include({ verdict: "undecided", reason: "format.version-unsupported" });
  });

  it("reports a changed PDF as not genuine", async () => {
    const { json } = await verify(Buffer.concat([pdf, Buffer.from("\n% more\n")]), "application/pdf");
    expect(json.verdict).to.equal("not-genuine");
  });

  it("refuses an empty body", async () => {
    expectProblem(await verify(new Uint8Array(), "application/pdf"), 400, "request.invalid");
  });

  for (const type of [
    "image/png",
    "application/x-www-form-urlencoded",
    "text/plain; charset=gbk",
    "multipart/form-data",
  ]) {
    it(`refuses ${type}`, async () => {
      const answer = await verify("x", type);
      expectProblem(answer, 415, "request.unsupported-media-type");
      expect(answer.headers.get("Accept-Post")).to.include("application/pdf");
    });
  }

  it("refuses a compressed body", async () => {
    const headers = { "Content-Encoding": "gzip" };
    expectProblem(await http.post("/v1/verify", { body: "x", headers }), 415, "request.unsupported-media-type");
  });

  for (const query of ["?at=yesterday", "?at=2026-02-30T00:00:00Z", "?matter=", "?x=1"]) {
    it(`refuses the query ${query}`, async () => {
      expectProblem(await verify(document, "application/json", query), 400, "request.invalid");
    });
  }

  it("answers a fault inside with 500 that tells nothing of it", async () => {
    const own = await startService({
      replace: ({ verifier }) => ({
        verifier: { ...verifier, report: () => Promise.reject(new Error("secret path /var/x")) },
      }),
    });
    const answer = await client(own.url).post("/v1/verify", { body: document });
    expectProblem(answer, 500, "internal");
    expect(answer.text).not.to.include("secret");
    expect(JSON.stringify(own.logged)).to.include("secret path");
    await own.close();
  });

  describe("/batch", () => {
    const batch = (body: unknown) => http.post("/v1/verify/batch", { body });

    it("reports on several documents in order", async () => {
      const items = [
        { json: JSON.parse(document) },
        { json: document },
        { qr },
        { pdfBase64: Buffer.from(pdf).toString("base64") },
        { json: "{" },
        { pdfBase64: "not base64!" },
      ];
      const { status, json } = await batch(items);
      expect(status).to.equal(200);
      const seen = json.results.map((one: { report?: { verdict: string }; problem?: { code: string } }) =>
        one.report === undefined ? one.problem?.code : one.report.verdict,
      );
      expect(seen).to.deep.equal(["valid", "valid", "undecided", "undecided", "not-genuine", "request.invalid"]);
    });

    for (const [what, body] of [
      ["nothing", []],
      ["an object", {}],
      ["an item of two kinds", [{ qr: "1", json: {} }]],
      ["an unknown kind", [{ png: "x" }]],
      ["more than fifty", Array.from({ length: 51 }, () => ({ qr: "1" }))],
    ] as const) {
      it(`refuses ${what}`, async () => {
        expectProblem(await batch(body), 400, "request.invalid");
      });
    }
  });
});
