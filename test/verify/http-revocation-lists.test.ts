// SPDX-License-Identifier: Apache-2.0
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { MAX_REVOCATION_LIST_BYTES } from "../../src/core/seal/read-revocation-list.js";
import { httpRevocationLists, type SealCaKey } from "../../src/verify/index.js";
import { checkOf } from "./expectations.js";
import { DAY, makeSealedWorld } from "./sealed-world.js";

/** One whose lists have one byte, which is their number. */
const CA: SealCaKey = {
  ...{ region: "340000", keyDigest: "ca".repeat(32) },
  isNewerList: ([number = 0], than) => number > (than?.[0] ?? 0),
};
const PATH = `/v1/seal-authorities/${CA.keyDigest}/revocation-list`;

describe("revocation lists from services", () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
  });
  async function serve(answer: RequestListener): Promise<string> {
    const server = createServer(answer);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  /** A service with one list, or none, which may be changed. */
  async function service(list: Uint8Array | null) {
    const state = { list, paths: [] as string[], url: "" };
    state.url = await serve((request, response) => {
      state.paths.push(request.url!);
      if (state.list === null) response.writeHead(404).end("not here");
      else response.end(state.list);
    });
    return state;
  }

  it("are asked for under the configured address, by the digest of the CA's key", async () => {
    const held = await service(Uint8Array.of(1));
    const lists = httpRevocationLists({ urls: [`${held.url}/region/`] });
    expect(await lists.findRevocationLists(CA)).to.deep.equal([Uint8Array.of(1)]);
    expect(held.paths).to.deep.equal([`/region${PATH}`]);
  });

  it("judge the seal of a licence whose registry has the CA's key, wherever they come from", async () => {
    const world = makeSealedWorld();
    const file = await world.sealed(world.issueAnchored());
    world.registry.advance(60);
    const { seal } = world.office;
    const held = await service(world.listOf(world.office));
    const sealWith = async () => {
      const lists = httpRevocationLists({ urls: [held.url] });
      return checkOf(await world.verify(file, { revocationLists: lists }), "seal");
    };
    expect(await sealWith()).to.deep.equal({ check: "seal", outcome: "pass" });
    held.list = world.listOf(world.office, { revoked: [{ serial: seal.serial, at: world.registry.time - DAY }] });
    expect(await sealWith()).to.include({ outcome: "fail", reason: "seal.revoked" });
    // A service that invents one brings nothing.
    held.list = makeSealedWorld().listOf(makeSealedWorld().office);
    expect(await sealWith()).to.include({ outcome: "not-applicable", reason: "seal.revocation-unknown" });
    expect(held.paths[0]).to.match(/^\/v1\/seal-authorities\/[0-9a-f]{64}\/revocation-list$/);
  });

  it("are asked for again after five minutes, by all who ask meanwhile once, and the same bytes are the same array", async () => {
    let time = 0;
    const held = await service(Uint8Array.of(1));
    const lists = httpRevocationLists({ urls: [held.url], clock: () => time });
    const [[first], [second]] = await Promise.all([lists.findRevocationLists(CA), lists.findRevocationLists(CA)]);
    expect(second).to.equal(first);
    time = 299_999;
    expect((await lists.findRevocationLists(CA))[0]).to.equal(first);
    expect(held.paths).to.have.length(1);
    time = 300_000;
    expect((await lists.findRevocationLists(CA))[0]).to.equal(first);
    time = 600_000;
    held.list = Uint8Array.of(2);
    expect(await lists.findRevocationLists(CA)).to.deep.equal([Uint8Array.of(2)]);
    expect(held.paths).to.have.length(3);
  });

  it("that a service goes back behind are kept, and it is tried again after a quarter of a minute", async () => {
    let time = 0;
    const held = await service(Uint8Array.of(2));
    const lists = httpRevocationLists({ urls: [held.url], clock: () => time });
    const [newest] = await lists.findRevocationLists(CA);
    held.list = Uint8Array.of(1);
    time = 300_000;
    expect((await lists.findRevocationLists(CA))[0]).to.equal(newest);
    held.list = Uint8Array.of(3);
    time = 314_999;
    expect((await lists.findRevocationLists(CA))[0]).to.equal(newest);
    time = 315_000;
    expect(await lists.findRevocationLists(CA)).to.deep.equal([Uint8Array.of(3)]);
  });

  it("do not let a revocation be forgotten, whatever the service says afterwards", async () => {
    const world = makeSealedWorld();
    const file = await world.sealed(world.issueAnchored());
    world.registry.advance(60);
    const { office, registry } = world;
    const revoked = [{ serial: office.seal.serial, at: registry.time - DAY }];
    const numbered = (number: number, changes = {}) => world.listOf(office, { number: `0${number}`, ...changes });
    let time = 0;
    const held = await service(numbered(5));
    const revocationLists = httpRevocationLists({ urls: [held.url], clock: () => time });
    const outcomeWith = async (list: Uint8Array) => {
      held.list = list;
      time += 300_000;
      return checkOf(await world.verify(file, { revocationLists }), "seal");
    };
    expect(await outcomeWith(numbered(5))).to.include({ outcome: "pass" });
    const isRevoked = { outcome: "fail", reason: "seal.revoked" };
    expect(await outcomeWith(numbered(6, { revoked }))).to.include(isRevoked);
    expect(await outcomeWith(numbered(5)), "an older list").to.include(isRevoked);
    expect(await outcomeWith(Uint8Array.of(0x30, 0)), "no list").to.include(isRevoked);
    const other = makeSealedWorld();
    const newer = { number: "09", thisUpdate: registry.time - 1 };
    expect(await outcomeWith(other.listOf(other.office, newer)), "another CA's list").to.include(isRevoked);
    const ofTheFuture = numbered(9, { thisUpdate: registry.time + DAY });
    expect(await outcomeWith(ofTheFuture), "a list of the future").to.include(isRevoked);
    expect(await outcomeWith(numbered(7)), "a newer list").to.include({ outcome: "pass" });
  });

  it("of before are given while a service fails, which is tried again after a quarter of a minute", async () => {
    let time = 0;
    const held = await service(null);
    const lists = httpRevocationLists({ urls: [held.url], clock: () => time });
    expect(await lists.findRevocationLists(CA)).to.deep.equal([]);
    held.list = Uint8Array.of(1);
    time = 14_999;
    expect(await lists.findRevocationLists(CA)).to.deep.equal([]);
    time = 15_000;
    expect(await lists.findRevocationLists(CA)).to.deep.equal([Uint8Array.of(1)]);
    held.list = null;
    time = 400_000;
    expect(await lists.findRevocationLists(CA)).to.deep.equal([Uint8Array.of(1)]);
  });

  it("come from every service that has one; what fails, redirects, is too slow or too long brings none", async () => {
    const held = await service(Uint8Array.of(1));
    const other = await service(Uint8Array.of(2));
    const elsewhere = await service(Uint8Array.of(9));
    const urls = [
      held.url,
      "http://127.0.0.1:1",
      await serve((_, response) => void response.writeHead(302, { location: `${elsewhere.url}${PATH}` }).end()),
      await serve((_, response) => void response.writeHead(200).write("slow")),
      await serve((_, response) => void response.end(Buffer.alloc(MAX_REVOCATION_LIST_BYTES + 1))),
      await serve((_, response) => void response.destroy()),
      await serve((_, response) => void response.writeHead(503).end("later")),
      other.url,
    ];
    const lists = httpRevocationLists({ urls, timeoutMs: 2_000 });
    expect(await lists.findRevocationLists(CA)).to.deep.equal([Uint8Array.of(1), Uint8Array.of(2)]);
    expect(elsewhere.paths).to.deep.equal([]);
  });

  it("come from plain addresses only", () => {
    for (const url of [
      "service.example",
      "ftp://service.example",
      "https://a:b@service.example",
      "https://s.example/?x",
    ])
      expect(() => httpRevocationLists({ urls: [url] }), url).to.throw("plain http or https URL");
  });
});
