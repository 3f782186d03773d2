// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { ErrorCode } from "../../src/core/errors.js";
import { type Call, client, expectProblem, ndjson } from "./client.js";
import { type Service, startService } from "./world.js";

interface Told {
  readonly link: string;
  readonly url: string;
  readonly code: string;
}

const secretIn = ({ url }: Told): string => url.split("#")[1]!;
const wrong = (code: string): string => (code === "000000" ? "000001" : "000000");

describe("picking up over HTTP", () => {
  let service: Service;
  let http: ReturnType<typeof client>;
  let token: string;

  before(async () => {
    service = await startService();
    http = client(service.url);
    token = service.issuerToken;
  });
  after(() => service.close());

  const issue = async (headers: Record<string, string> = {}, body = service.wanted()) =>
    http.post("/v1/certificates", { token, headers, body });
  const delivered = async () => {
    const { json } = await issue();
    return { id: json.certificateIdentifier as string, pickUp: json.pickUp as Told };
  };
  const open = ({ link, url, code }: Told, changes: object = {}) =>
    http.post(`/v1/pick-up/${link}/open`, { body: { secret: url.split("#")[1], code, ...changes } });
  const lastDay = () => `${new Date(service.deps.now()).getUTCFullYear()}-12-31`;
  const cookieOf = (headers: Headers): Call => ({
    headers: { Cookie: headers.get("Set-Cookie")?.split(";")[0] ?? "" },
  });

  it("tells a link and a code with an issue, and the same again to a repeat; neither is stored in clear", async () => {
    const body = service.wanted();
    const first = await issue({ "Idempotency-Key": "pick-1" }, body);
    const again = await issue({ "Idempotency-Key": "pick-1" }, body);
    expect(again.headers.get("Idempotency-Replayed")).to.equal("true");
    expect(again.json).to.deep.equal(first.json);
    const { url, code, link } = first.json.pickUp as Told;
    expect(url).to.equal(`https://licences.example/c/${link}#${secretIn(first.json.pickUp)}`);
    for (const table of ["idempotency", "pick_up_links", "audit_events"]) {
      const text = service.database
        .all<Record<string, unknown>>(`SELECT * FROM ${table}`)
        .flatMap((row) => Object.values(row))
        .map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : String(value)));
      expect(
        text.some((value) => value.includes(secretIn(first.json.pickUp))),
        table,
      ).to.equal(false);
      expect(
        text.some((value) => new RegExp(`\\b${code}\\b`).test(value)),
        table,
      ).to.equal(false);
    }
  });

  it("tells a link with each line of a batch, the same to a repeat, and with a new version", async () => {
    const body = [service.wanted(), service.wanted()].map((each) => JSON.stringify(each)).join("\n");
    const call = { token, type: "application/x-ndjson", body, headers: { "Idempotency-Key": "pick-2" } };
    const told = ndjson((await http.post("/v1/certificates/batch", call)).text);
    expect(ndjson((await http.post("/v1/certificates/batch", call)).text)).to.deep.equal(told);
    const { certificateIdentifier: id, pickUp } = told[0]!.certificate as {
      certificateIdentifier: string;
      pickUp: Told;
    };
    expect((await open(pickUp)).status).to.equal(200);
    const renewed = await http.post(`/v1/certificates/${id}/renew`, { token, body: { validUntil: "2030-02-27" } });
    expect(renewed.status, renewed.text).to.equal(201);
    expect((await open(renewed.json.pickUp)).json.validUntil).to.include("2030-02-27");
  });

  it("opens once, and gives the browser that opened it the licence and the file", async () => {
    const { id, pickUp } = await delivered();
    const look = await http.post(`/v1/pick-up/${pickUp.link}/look`, { body: { secret: secretIn(pickUp) } });
    expect(look.json).to.include({ triesLeft: 5 });
    const opened = await open(pickUp);
    expect(opened.json).to.include({ certificateIdentifier: id, standing: "in-force", anchoring: "pending" });
    expect(opened.headers.get("Cache-Control")).to.equal("no-store");
    expect(opened.headers.get("Referrer-Policy")).to.equal("no-referrer");
    const cookie = opened.headers.get("Set-Cookie")!;
    for (const part of [`Path=/v1/pick-up/${pickUp.link}`, "HttpOnly", "Secure", "SameSite=Strict", "Expires="])
      expect(cookie).to.include(part);

    const session = cookieOf(opened.headers);
    expect((await http.get(`/v1/pick-up/${pickUp.link}/licence`, session)).json).to.deep.equal(opened.json);
    const file = await http.get(`/v1/pick-up/${pickUp.link}/pdf`, session);
    expect(file.bytes).to.deep.equal((await http.get(`/v1/certificates/${id}/pdf`, { token })).bytes);
    expect(decodeURIComponent(file.headers.get("Content-Disposition")!)).to.include("（锚定中）.pdf");
    expectProblem(await open(pickUp), 410, "pick-up.opened");

    const closed = await http.post(`/v1/pick-up/${pickUp.link}/close`, session);
    expect(closed.status).to.equal(204);
    expectProblem(await http.get(`/v1/pick-up/${pickUp.link}/pdf`, session), 403, "pick-up.session-over");
  });

  it("makes the holder one copy for an Idempotency-Key, and answers it again in his session alone", async () => {
    const body = { user: "样例物业公司", matter: "租赁合同备案", until: lastDay() };
    const [mine, theirs] = [await delivered(), await delivered()];
    const headers = { "Idempotency-Key": "copy-1" };
    const ask = async ({ pickUp }: typeof mine, session: Call, changes = {}) =>
      http.post(`/v1/pick-up/${pickUp.link}/copies`, {
        headers: { ...session.headers, ...headers },
        body: { ...body, ...changes },
      });
    for (const { id } of [mine, theirs]) service.asAnchored.add(id);
    const session = cookieOf((await open(mine.pickUp)).headers);
    const first = await ask(mine, session);
    expect(first.status, first.text).to.equal(201);
    const again = await ask(mine, session);
    expect([again.json, again.headers.get("Location")]).to.deep.equal([first.json, first.headers.get("Location")]);
    expect(again.headers.get("Idempotency-Replayed")).to.equal("true");
    expectProblem(await ask(mine, session, { user: "样例银行" }), 422, "request.idempotency-mismatch");
    expectProblem(await ask(mine, { headers: {} }), 403, "pick-up.session-over");
    expect((await ask(theirs, cookieOf((await open(theirs.pickUp)).headers))).json).to.include({
      certificateIdentifier: theirs.id,
    });
    const { json } = await http.get(`/v1/pick-up/${mine.pickUp.link}/copies`, session);
    expect(json.copies).to.deep.equal([first.json]);
    const bad = { body, headers: { ...session.headers, "Idempotency-Key": "two words" } };
    expectProblem(await http.post(`/v1/pick-up/${mine.pickUp.link}/copies`, bad), 400, "request.invalid");
  });

  it("lets the holder have a reader's copy made for whom he names, and takes it to no other licence", async () => {
    const { id, pickUp } = await delivered();
    const { id: other } = await delivered();
    for (const each of [id, other]) service.asAnchored.add(each);
    const path = `/v1/pick-up/${pickUp.link}/copies`;
    const body = { user: "样例物业公司", matter: "租赁合同备案", until: lastDay() };
    expectProblem(await http.post(path, { body }), 403, "pick-up.session-over");
    const session = cookieOf((await open(pickUp)).headers);
    const made = await http.post(path, { ...session, body });
    expect(made.status, made.text).to.equal(201);
    expect(made.json).to.include({ certificateIdentifier: id, user: body.user, anchoring: "pending" });
    expect(made.headers.get("Location")).to.equal(`${path}/${made.json.copyNumber}/pdf`);
    const file = await http.get(`${path}/${made.json.copyNumber}/pdf`, session);
    expect(file.bytes).to.deep.equal(
      (await http.get(`/v1/certificates/${id}/copies/${made.json.copyNumber}/pdf`, { token })).bytes,
    );
    expect(decodeURIComponent(file.headers.get("Content-Disposition")!)).to.include("加注件-");
    expectProblem(await http.get(`${path}/${made.json.copyNumber}/pdf`), 403, "pick-up.session-over");

    const byAgency = await http.post(`/v1/certificates/${id}/copies`, { token, body: { ...body, user: "样例银行" } });
    expect((await http.get(path, session)).json).to.deep.equal({ copies: [made.json, byAgency.json], next: null });
    const page = (await http.get(`${path}?limit=1`, session)).json;
    expect(page.copies).to.deep.equal([made.json]);
    expect((await http.get(`${path}?after=${page.next}`, session)).json.copies).to.deep.equal([byAgency.json]);
    expectProblem(await http.get(`${path}?limit=0`, session), 400, "request.invalid");
    expectProblem(await http.get(path), 403, "pick-up.session-over");

    const theirs = await http.post(`/v1/certificates/${other}/copies`, { token, body });
    expectProblem(await http.get(`${path}/${theirs.json.copyNumber}/pdf`, session), 404, "copy.not-found");
    expectProblem(
      await http.post(path, { ...session, body: { ...body, until: "2001-01-01" } }),
      422,
      "copy.terms-invalid",
    );
    expectProblem(
      await http.post(path, { ...session, body: { ...body, user: "عمّان" } }),
      422,
      "certificate.not-renderable",
    );
    const paper = { legalBasis: "法", documentNumber: "1" };
    await http.post(`/v1/certificates/${id}/revoke`, { token, body: paper });
    expectProblem(await http.post(path, { ...session, body }), 409, "certificate.state-conflict");

    const events = await service.audit.list({ object: id, order: "oldest-first", limit: 50 });
    const copied = events.filter(({ action }) => action === "certificate-copied");
    expect(copied.map(({ actor }) => actor.kind)).to.deep.equal(["link", "token"]);
    expect(copied[0]!.actor).to.deep.equal({ kind: "link", id: pickUp.link, role: "reader" });
    const taken = events.filter(({ action }) => action === "pick-up-downloaded");
    expect(taken.map(({ detail }) => detail)).to.deep.equal([
      { link: pickUp.link, form: "copy-pdf", copy: made.json.copyNumber, anchoring: "pending" },
    ]);
    await http.post(`/v1/pick-up/${pickUp.link}/close`, session);
    expectProblem(await http.post(path, { ...session, body }), 403, "pick-up.session-over");
  });

  it("answers a guess alike, whether the link exists or not", async () => {
    const { pickUp } = await delivered();
    const guess = "A".repeat(22);
    const plain = ({ status, json, headers }: Awaited<ReturnType<typeof open>>) => {
      const { requestId: _, ...rest } = json;
      const names: string[] = [];
      headers.forEach((_value, name) => {
        if (!/^(date|ratelimit.*|x-request-id)$/.test(name)) names.push(name);
      });
      return { status, rest, names };
    };
    for (const step of ["look", "open"]) {
      const body = { secret: guess, ...(step === "open" ? { code: pickUp.code } : {}) };
      const there = await http.post(`/v1/pick-up/${pickUp.link}/${step}`, { body });
      const nowhere = await http.post(`/v1/pick-up/${guess}/${step}`, { body });
      expectProblem(there, 404, "pick-up.unknown");
      expect(plain(there)).to.deep.equal(plain(nowhere));
    }
    const there = await http.get(`/v1/pick-up/${pickUp.link}/licence`);
    expect(plain(there)).to.deep.equal(plain(await http.get(`/v1/pick-up/${guess}/licence`)));
    expectProblem(there, 403, "pick-up.session-over");
  });

  it("says how often a code may still be tried, and then no more", async () => {
    const { pickUp } = await delivered();
    for (const left of ["4", "3", "2", "1"]) {
      const answer = await open(pickUp, { code: wrong(pickUp.code) });
      expectProblem(answer, 403, "pick-up.code-wrong");
      expect(answer.headers.get("Pick-Up-Tries-Left")).to.equal(left);
    }
    expectProblem(await open(pickUp, { code: wrong(pickUp.code) }), 403, "pick-up.locked");
    expectProblem(await open(pickUp), 403, "pick-up.locked");
  });

  it("tells why a link is no good to whoever has its secret", async () => {
    const expectLook = async ({ link, url }: Told, status: number, code: ErrorCode) =>
      expectProblem(await http.post(`/v1/pick-up/${link}/look`, { body: { secret: url.split("#")[1] } }), status, code);
    const { id, pickUp } = await delivered();
    const sent = await http.post(`/v1/certificates/${id}/pick-up-links`, { token, body: {} });
    expect(sent.status).to.equal(201);
    await expectLook(pickUp, 410, "pick-up.superseded");
    const revoked = await http.post(`/v1/certificates/${id}/pick-up-links/${sent.json.link}/revoke`, { token });
    expect(revoked.json).to.include({ state: "revoked" });
    await expectLook(sent.json, 410, "pick-up.revoked");
    const short = await http.post(`/v1/certificates/${id}/pick-up-links`, { token, body: { validDays: 1 } });
    service.clock.offset += 86_400_000;
    await expectLook(short.json, 410, "pick-up.expired");
    service.clock.offset -= 86_400_000;
    const { json } = await http.get(`/v1/certificates/${id}/pick-up-links`, { token });
    expect(json.links.map(({ state }: { state: string }) => state)).to.deep.equal(["superseded", "revoked", "open"]);
    expect(JSON.stringify(json)).not.to.include(short.json.code);
  });

  it("sends one new link for one Idempotency-Key", async () => {
    const { id } = await delivered();
    const call = { token, body: { validDays: 7 }, headers: { "Idempotency-Key": "send-1" } };
    const sent = await http.post(`/v1/certificates/${id}/pick-up-links`, call);
    const again = await http.post(`/v1/certificates/${id}/pick-up-links`, call);
    expect(again.json).to.deep.equal(sent.json);
    expect((await http.get(`/v1/certificates/${id}/pick-up-links`, { token })).json.links).to.have.length(2);
    expect((await open(sent.json)).status).to.equal(200);
  });

  it("keeps the links of an agency from others, and of a certificate from another's", async () => {
    const [one, two] = [await delivered(), await delivered()];
    const stranger = await service.tokenOf("issuer", service.world.otherAgency.code);
    const reader = await service.tokenOf("reader");
    const path = `/v1/certificates/${one.id}/pick-up-links`;
    expectProblem(await http.get(path, { token: stranger }), 403, "agency.not-authorised");
    expectProblem(await http.post(path, { token: stranger, body: {} }), 403, "agency.not-authorised");
    expectProblem(await http.post(path, { token: reader, body: {} }), 403, "request.forbidden");
    expectProblem(await http.post(`${path}/${two.pickUp.link}/revoke`, { token }), 404, "request.not-found");
    expectProblem(
      await http.post("/v1/certificates/1.2.3/pick-up-links", { token, body: {} }),
      404,
      "certificate.not-found",
    );
  });

  for (const [what, body] of [
    ["a code of letters", { secret: "A".repeat(22), code: "12345a" }],
    ["a short secret", { secret: "A".repeat(21), code: "123456" }],
    ["no code", { secret: "A".repeat(22) }],
    ["a member too many", { secret: "A".repeat(22), code: "123456", x: 1 }],
  ] as const) {
    it(`refuses ${what} as malformed`, async () => {
      expectProblem(await http.post(`/v1/pick-up/${"B".repeat(22)}/open`, { body }), 400, "request.invalid");
    });
  }

  it("issues nothing when no link can be told", async () => {
    const locked = new Error("locked");
    const broken = await startService({
      replace: ({ pickUps }) => ({ pickUps: { ...pickUps, ready: () => Promise.reject(locked) } }),
    });
    try {
      const answer = await client(broken.url).post("/v1/certificates", {
        token: broken.issuerToken,
        body: broken.wanted(),
      });
      expect(answer.status).to.equal(500);
      expect(broken.database.get<{ n: number }>("SELECT count(*) AS n FROM certificates")?.n).to.equal(0);
    } finally {
      await broken.close();
    }
  });

  it("makes the link of a licence whose answer was lost on the way, when the request is repeated", async () => {
    let fail = true;
    const flaky = await startService({
      replace: ({ pickUps }) => ({
        pickUps: {
          ...pickUps,
          firstLinks: (actor, certificates) =>
            fail ? Promise.reject(new Error("crash")) : pickUps.firstLinks(actor, certificates),
        },
      }),
    });
    try {
      const body = flaky.wanted();
      const call = { token: flaky.issuerToken, body, headers: { "Idempotency-Key": "lost" } };
      expect((await client(flaky.url).post("/v1/certificates", call)).status).to.equal(500);
      fail = false;
      const { status, json } = await client(flaky.url).post("/v1/certificates", call);
      expect(status).to.equal(201);
      const path = `/v1/pick-up/${json.pickUp.link}/open`;
      const opened = await client(flaky.url).post(path, {
        body: { secret: secretIn(json.pickUp), code: json.pickUp.code },
      });
      expect(opened.json.certificateIdentifier).to.equal(json.certificateIdentifier);
    } finally {
      await flaky.close();
    }
  });

  it("refuses an address that tries too many links in a minute", async () => {
    const strict = await startService({ settings: { pickUpsPerMinute: 3 } });
    try {
      const guess = { body: { secret: "A".repeat(22), code: "123456" } };
      const path = `/v1/pick-up/${"B".repeat(22)}/open`;
      for (let i = 0; i < 3; i++) expectProblem(await client(strict.url).post(path, guess), 404, "pick-up.unknown");
      expectProblem(await client(strict.url).post(path, guess), 429, "request.rate-limited");
    } finally {
      await strict.close();
    }
  });

  it("logs neither secret nor code nor link", async () => {
    const { pickUp } = await delivered();
    const { headers } = await open(pickUp);
    await open(pickUp, { code: wrong(pickUp.code) });
    const log = JSON.stringify(service.logged);
    const session = /=([0-9a-f]{64})/.exec(headers.get("Set-Cookie")!)![1]!;
    for (const word of [secretIn(pickUp), pickUp.link, session, `"${pickUp.code}"`]) expect(log).not.to.include(word);
  });
});
