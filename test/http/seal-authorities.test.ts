// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { SealAuthority, StoredRevocationList } from "../../src/domain/seals/index.js";
import { makeSealWorld, operator } from "../domain/seals/seal-world.js";
import { client, expectProblem } from "./client.js";
import { type Service, startService } from "./world.js";

describe("GET /v1/seal-authorities", () => {
  const world = makeSealWorld();
  let service: Service;
  let http: ReturnType<typeof client>;
  let shown: (all: readonly SealAuthority[]) => readonly SealAuthority[] = (all) => all;
  const kept = new Map<string, Uint8Array>();
  let ca: string;

  before(async () => {
    ca = (await world.authority.establish(operator)).record.keyDigest;
    service = await startService({
      replace: () => ({
        sealAuthorities: async () => shown(await world.authority.authorities()),
        keptRevocationList: async (keyDigest) => kept.get(keyDigest) ?? null,
        now: world.now,
      }),
    });
    http = client(service.url);
  });
  after(() => service.close());
  beforeEach(() => {
    shown = (all) => all;
  });

  it("names the CAs of the region to a page of any origin", async () => {
    const answer = await http.get("/v1/seal-authorities", { headers: { Origin: "https://other.example" } });
    expect(answer.headers.get("Access-Control-Allow-Origin")).to.equal("*");
    const [{ record, list }] = (await world.authority.authorities()) as [SealAuthority];
    const time = (seconds: number) => new Date(seconds * 1000).toISOString();
    expect(answer.json).to.deep.equal({
      authorities: [
        {
          ...{ keyDigest: ca, serial: record.serial },
          ...{ validFrom: time(record.validity.from), validUntil: time(record.validity.until) },
          revocationList: {
            number: list!.thisUpdate,
            thisUpdate: time(list!.thisUpdate),
            nextUpdate: time(list!.nextUpdate),
          },
        },
      ],
    });
  });

  it("gives the certificate, which never changes", async () => {
    const answer = await http.get(`/v1/seal-authorities/${ca}/certificate`);
    const [{ record }] = (await world.authority.authorities()) as [SealAuthority];
    expect(Buffer.compare(answer.bytes, record.certificate)).to.equal(0);
    expect(answer.headers.get("Content-Type")).to.equal("application/pkix-cert");
    expect(answer.headers.get("Cache-Control")).to.contain("immutable");
  });

  it("gives the newest revocation list, without making another", async () => {
    const get = (headers = {}) => http.get(`/v1/seal-authorities/${ca}/revocation-list`, { headers });
    const first = await get();
    const [{ list }] = (await world.authority.authorities()) as [SealAuthority];
    expect(Buffer.compare(first.bytes, list!.list)).to.equal(0);
    expect(first.headers.get("Content-Type")).to.equal("application/pkix-crl");
    expect(first.headers.get("Cache-Control")).to.equal("public, max-age=300");
    world.state.second = 7 * 86_400 - 10;
    const aged = await get();
    expect(Buffer.compare(aged.bytes, list!.list)).to.equal(0);
    expect(aged.headers.get("Cache-Control")).to.equal("public, max-age=10");
    const tag = { "If-None-Match": first.headers.get("ETag")!, "Cache-Control": "max-age=0" };
    expect((await get(tag)).status).to.equal(304);
    await world.authority.renewRevocationLists();
    const second = await get(tag);
    expect(second.status).to.equal(200);
    expect(second.headers.get("ETag")).not.to.equal(tag["If-None-Match"]);
  });

  it("gives the list of another region's CA that is mirrored, and its own before that", async () => {
    const other = makeSealWorld();
    const { record } = await other.authority.establish(operator);
    const [{ list }] = (await other.store.revocationLists()) as [StoredRevocationList];
    kept.set(record.keyDigest, list).set(ca, list);
    const answer = await http.get(`/v1/seal-authorities/${record.keyDigest}/revocation-list`);
    expect(answer.headers.get("Content-Type")).to.equal("application/pkix-crl");
    expect(Buffer.compare(answer.bytes, list)).to.equal(0);
    const own = await http.get(`/v1/seal-authorities/${ca}/revocation-list`);
    expect(Buffer.compare(own.bytes, list)).not.to.equal(0);
    expectProblem(await http.get(`/v1/seal-authorities/${record.keyDigest}/certificate`), 404, "request.not-found");
    kept.clear();
  });

  it("says what is not there", async () => {
    expectProblem(await http.get(`/v1/seal-authorities/${"00".repeat(32)}/certificate`), 404, "request.not-found");
    expectProblem(await http.get("/v1/seal-authorities/x/revocation-list"), 400, "request.invalid");
    const unknown = await http.get(`/v1/seal-authorities/${"00".repeat(32)}/revocation-list`);
    expectProblem(unknown, 404, "request.not-found");
    expect(unknown.json.detail).to.match(/no list of another region's is mirrored/);
    shown = (all) => all.map(({ record }) => ({ record, list: null }));
    expectProblem(await http.get(`/v1/seal-authorities/${ca}/revocation-list`), 404, "request.not-found");
    expect((await http.get("/v1/seal-authorities")).json.authorities[0].revocationList).to.equal(null);
    shown = () => [];
    expect((await http.get("/v1/seal-authorities")).json).to.deep.equal({ authorities: [] });
  });
});
