// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { expect } from "chai";
import { canonicalize } from "../../src/core/canonical-json.js";
import { client, expectProblem } from "./client.js";
import { type Service, startService } from "./world.js";

describe("reading certificates", () => {
  let service: Service;
  let http: ReturnType<typeof client>;
  let token: string;
  let id: string;
  let request: ReturnType<Service["wanted"]>;

  before(async () => {
    service = await startService();
    http = client(service.url);
    token = service.issuerToken;
    request = service.wanted({ issueDate: "2026-03-02" });
    id = (await http.post("/v1/certificates", { token, body: request })).json.certificateIdentifier;
    await http.post("/v1/certificates", { token, body: service.wanted({ issueDate: "2026-03-01" }) });
    await http.post("/v1/certificates", { token, body: service.wanted({ issueDate: "2026-02-28" }) });
  });
  after(() => service.close());

  const get = (path: string, headers: Record<string, string> = {}) => http.get(path, { token, headers });
  const found = async (query: string): Promise<string[]> => {
    const { json } = await get(`/v1/certificates?${query}`);
    return json.certificates.map((one: { certificateNumber: string }) => one.certificateNumber);
  };

  it("finds by every filter", async () => {
    const { certificateNumber: number, typeCode, holders } = request;
    expect(await found(`identifier=${id}`)).to.deep.equal([number]);
    expect(await found(`number=${number}`)).to.deep.equal([number]);
    expect(await found(`holderCode=${holders[0]!.certificateHolderCode}`)).to.have.length(3);
    expect(await found(`typeCode=${typeCode}`)).to.have.length(3);
    expect(await found("state=valid")).to.have.length(3);
    expect(await found("state=suspended")).to.have.length(0);
    expect(await found("held=true")).to.have.length(0);
    expect(await found("issuedFrom=2026-03-02&issuedTo=2026-03-02")).to.deep.equal([number]);
  });

  it("pages through everything once, newest first", async () => {
    const seen: string[] = [];
    let cursor = "";
    do {
      const { json } = await get(`/v1/certificates?limit=1${cursor}`);
      seen.push(...json.certificates.map((one: { issueDate: string }) => one.issueDate));
      cursor = json.next === null ? "" : `&cursor=${encodeURIComponent(json.next)}`;
    } while (cursor !== "");
    expect(seen).to.deep.equal(["2026-03-02", "2026-03-01", "2026-02-28"]);
  });

  for (const query of [
    "limit=0",
    "limit=x",
    "limit=1&limit=2",
    "state=expired",
    "issuedFrom=2026-02-30",
    "cursor=",
    "cursor=abc",
    "unknown=1",
    "typeCode=short",
    "__proto__=x",
    "held=false",
  ]) {
    it(`refuses the query ${query}`, async () => {
      const answer = await get(`/v1/certificates?${query}`);
      expectProblem(answer, 400, "request.invalid");
      expect(answer.json.errors[0].parameter).to.equal(query.split("=")[0]);
    });
  }

  it("hands out every form of a certificate", async () => {
    const credential = await get(`/v1/certificates/${id}/credential`);
    expect(credential.headers.get("Content-Type")).to.match(/^application\/vc/);
    expect(credential.text).to.equal(canonicalize(credential.json));
    const view = await get(`/v1/certificates/${id}`);
    expect(createHash("sha256").update(credential.bytes).digest("hex")).to.equal(view.json.certificateDigest);

    const evidence = await get(`/v1/certificates/${id}/evidence`);
    expect(evidence.json).to.have.all.keys("version", "token");

    const document = await get(`/v1/certificates/${id}/document`);
    expect(document.json.certificate).to.deep.equal(credential.json);
    expect(document.json.type.typeCode).to.equal(request.typeCode);

    const pdf = await get(`/v1/certificates/${id}/pdf`);
    expect(Buffer.from(pdf.bytes.subarray(0, 5)).toString()).to.equal("%PDF-");
    expect(pdf.headers.get("Content-Disposition")).to.equal(`attachment; filename=${id}.pdf`);
  });

  it("hands out the archive package, with purpose and matter, or says why there is none yet", async () => {
    const headers = { "Tally-Purpose": "closing", "Tally-Matter": "340100-0042" };
    const archive = await get(`/v1/certificates/${id}/archive`, headers);
    expect(archive.headers.get("Content-Type")).to.equal("application/zip");
    expect(archive.headers.get("Content-Disposition")).to.equal(`attachment; filename=${id}.zip`);
    expect(Buffer.from(archive.bytes).toString()).to.equal(`PK ${id} {"purpose":"closing","matter":"340100-0042"}`);
    const [event] = await service.audit.list({ object: id, order: "newest-first", limit: 1 });
    expect(event).to.deep.include({ action: "certificate-read", detail: { form: "archive" }, result: "done" });
    const refused = await get(`/v1/certificates/${id}/archive`, { "Tally-Matter": "not-yet" });
    expectProblem(refused, 409, "archive.refused");
  });

  it("prints a copy for a place, which the log keeps, once the licence is anchored", async () => {
    const path = `/v1/certificates/${id}/printed-copy`;
    const query = `?place=${encodeURIComponent("合肥市政务服务中心 3 号机")}`;
    expectProblem(await get(`${path}${query}`), 409, "certificate.state-conflict");
    service.asAnchored.add(id);
    const copy = await get(`${path}${query}`, { "Tally-Matter": "340100-0042" });
    expect(copy.status).to.equal(200);
    expect(copy.headers.get("Content-Disposition")).to.equal(`attachment; filename=${id}-printed.pdf`);
    const report = await http.post("/v1/verify", { body: copy.bytes, type: "application/pdf" });
    expect(report.json).to.include({ verdict: "undecided", reason: "format.printed-copy" });
    const [event] = await service.audit.list({
      ...{ object: id, action: "certificate-printed", order: "newest-first", limit: 1 },
    });
    expect(event).to.deep.include({ matter: "340100-0042", detail: { place: "合肥市政务服务中心 3 号机" } });
    for (const [bad, status] of [
      ["", 400],
      ["?place=", 400],
      ["?place=a&place=b", 400],
      [`?place=${"a".repeat(41)}`, 400],
      ["?place=a%0ab", 422],
      ["?place=%20a", 422],
      ["?place=a&more=b", 400],
      [`?place=${encodeURIComponent("عمّان")}`, 422],
    ] as const) {
      const code = status === 400 ? "request.invalid" : "certificate.not-renderable";
      expectProblem(await get(`${path}${bad}`), status, code);
    }
    const printed = await service.audit.list({
      ...{ object: id, action: "certificate-printed", order: "newest-first", limit: 10 },
    });
    expect(printed).to.have.length(1);
  });

  it("keeps personal data out of caches", async () => {
    for (const path of ["", "/credential", "/pdf", "/printed-copy?place=x", "/archive", "/history"]) {
      const answer = await get(`/v1/certificates/${id}${path}`);
      expect(answer.headers.get("Cache-Control")).to.equal("no-store");
      expect(answer.headers.get("Access-Control-Allow-Origin")).to.equal(null);
    }
  });

  it("answers 404 for a certificate that does not exist", async () => {
    const unknown = id.replace(/\.\d{3}\..$/, ".002.0");
    for (const path of [
      "",
      "/credential",
      "/evidence",
      "/document",
      "/pdf",
      "/printed-copy?place=x",
      "/archive",
      "/history",
    ]) {
      expectProblem(await get(`/v1/certificates/${unknown}${path}`), 404, "certificate.not-found");
    }
  });

  it("answers 400 for what cannot be an identifier, and for a path that cannot be decoded", async () => {
    expectProblem(await get("/v1/certificates/a%00b"), 400, "request.invalid");
    expectProblem(await get("/v1/certificates/%ff"), 400, "request.invalid");
    expectProblem(await get(`/v1/certificates/${"1".repeat(300)}`), 400, "request.invalid");
  });

  it("shows another agency's token nothing, and puts the attempt on record", async () => {
    const other = await service.tokenOf("issuer", service.world.otherAgency.code);
    for (const path of [
      "",
      "/credential",
      "/evidence",
      "/document",
      "/pdf",
      "/printed-copy?place=x",
      "/archive",
      "/history",
    ]) {
      expectProblem(await http.get(`/v1/certificates/${id}${path}`, { token: other }), 403, "agency.not-authorised");
    }
    const { json } = await http.get("/v1/certificates", { token: other });
    expect(json.certificates).to.deep.equal([]);
    const events = await service.audit.list({
      object: id,
      action: "certificate-read",
      order: "newest-first",
      limit: 8,
    });
    expect(events.map(({ result }) => result)).to.deep.equal(Array(8).fill("refused"));
  });

  it("shows a token of another type nothing", async () => {
    const other = await service.tokenOf("reader", service.world.agency.code, [`${request.typeCode.slice(0, 18)}999`]);
    expectProblem(await http.get(`/v1/certificates/${id}`, { token: other }), 403, "agency.not-authorised");
  });

  it("records who read what, for which purpose and matter, without personal data", async () => {
    const headers = { "Tally-Purpose": "licence-check", "Tally-Matter": "340100-0042" };
    await get(`/v1/certificates/${id}/pdf`, headers);
    const [event] = await service.audit.list({ object: id, order: "newest-first", limit: 1 });
    expect(event).to.deep.include({ purpose: "licence-check", matter: "340100-0042", result: "done" });
    expect(event?.detail).to.deep.equal({ form: "pdf" });

    await get(`/v1/certificates?holderCode=${request.holders[0]!.certificateHolderCode}`, headers);
    const [search] = await service.audit.list({
      object: service.world.agency.code,
      action: "certificates-searched",
      order: "newest-first",
      limit: 1,
    });
    expect(search?.detail).to.deep.equal({ by: "holderCode", found: 3 });
    expect(JSON.stringify(search)).not.to.include(request.holders[0]!.certificateHolderCode);
  });

  it("refuses a purpose that is not a word", async () => {
    const answer = await get(`/v1/certificates/${id}`, { "Tally-Purpose": "because I want to" });
    expectProblem(answer, 400, "request.invalid");
    expect(answer.json.errors[0].parameter).to.equal("Tally-Purpose");
  });

  it("pages through the history, oldest first", async () => {
    const first = await get(`/v1/certificates/${id}/history?limit=1`);
    expect(first.json.events[0]).to.deep.include({ action: "certificate-issued", object: id, result: "done" });
    expect(first.json.events[0].digestAfter).to.match(/^[0-9a-f]{64}$/);
    const second = await get(`/v1/certificates/${id}/history?after=${first.json.next}`);
    expect(second.json.events.length).to.be.greaterThan(0);
    expect(second.json.events[0].sequence).to.be.greaterThan(first.json.next);
    expect(second.json.next).to.equal(null);
  });
});
