// SPDX-License-Identifier: Apache-2.0
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { httpPeer } from "../../../src/adapters/http-peer/index.js";
import { TallyError } from "../../../src/core/errors.js";
import type { Peer } from "../../../src/domain/sharing/index.js";

const ROOT = "ab".repeat(32);
const BATCH = { region: "310000", root: ROOT, size: 3 };
const TYPE_CODE = "11310000MB1234567X001";

describe("httpPeer", () => {
  let server: Server | undefined;
  let requests: IncomingMessage[];

  beforeEach(() => {
    requests = [];
  });
  afterEach(async () => {
    server?.closeAllConnections();
    await new Promise<unknown>((resolve) => (server ? server.close(resolve) : resolve(null)));
    server = undefined;
  });

  async function serve(answer: RequestListener, path = "", timeoutMs = 5_000): Promise<Peer> {
    server = createServer((req, res) => {
      requests.push(req);
      answer(req, res);
    });
    await new Promise<void>((resolve) => server!.listen(0, "127.0.0.1", resolve));
    return httpPeer({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, timeoutMs });
  }

  it("asks for a batch by region, root and size, and resolves to its bytes", async () => {
    const peer = await serve((_, res) => res.end(Buffer.alloc(96, 7)));
    expect(await peer.fetchLeaves(BATCH)).to.deep.equal(new Uint8Array(96).fill(7));
    expect(requests.map(({ url, method }) => `${method} ${url}`)).to.deep.equal([`GET /v1/batches/310000/${ROOT}/3`]);
    expect(requests[0]?.headers).to.not.have.any.keys("authorization", "cookie");
  });

  it("asks for a type definition below the configured path", async () => {
    const peer = await serve((_, res) => res.end("{}"), "/tally/");
    expect(await peer.fetchType(TYPE_CODE, 2)).to.deep.equal(Uint8Array.from(Buffer.from("{}")));
    expect(requests[0]?.url).to.equal(`/tally/v1/types/${TYPE_CODE}/2`);
  });

  it("asks for seal CAs, and for what each of them has", async () => {
    const keyDigest = "cd".repeat(32);
    const peer = await serve((req, res) =>
      res.end(req.url === "/v1/seal-authorities" ? JSON.stringify({ authorities: [{ keyDigest, more: 1 }] }) : "DER"),
    );
    expect(await peer.fetchSealAuthorities()).to.deep.equal([keyDigest]);
    const part = await peer.fetchSealAuthority(keyDigest, "revocation-list");
    expect(Buffer.from(part!).toString()).to.equal("DER");
    expect(requests.map(({ url }) => url)).to.deep.equal([
      "/v1/seal-authorities",
      `/v1/seal-authorities/${keyDigest}/revocation-list`,
    ]);
    await expectCode("chain.garbage", peer.fetchSealAuthority("../x", "certificate"));
  });

  for (const [what, answer] of [
    ["no JSON", "<html>"],
    ["no list", "{}"],
    ["a CA without a key", '{"authorities":[{}]}'],
    ["a path for a key", '{"authorities":[{"keyDigest":"../secret"}]}'],
    ["too many CAs", JSON.stringify({ authorities: Array(33).fill({ keyDigest: "cd".repeat(32) }) })],
  ] as const)
    it(`calls ${what} a lie about seal CAs`, async () => {
      const peer = await serve((_, res) => res.end(answer));
      await expectCode("peer.lied", peer.fetchSealAuthorities());
    });

  it("resolves to null when the peer does not have it", async () => {
    const peer = await serve((_, res) => res.writeHead(404).end("no"));
    expect(await peer.fetchLeaves(BATCH)).to.equal(null);
  });

  for (const length of [0, 64, 95, 97, 128]) {
    it(`calls ${length} bytes for three leaves a lie`, async () => {
      const peer = await serve((_, res) => res.end(Buffer.alloc(length)));
      await expectCode("peer.lied", peer.fetchLeaves(BATCH));
    });
  }

  it("stops reading a body that does not end", async () => {
    let sent = 0;
    const peer = await serve((_, res) => {
      const more = () => {
        while (!res.destroyed && res.write(Buffer.alloc(65_536))) sent += 65_536;
      };
      res.on("drain", more);
      more();
    });
    await expectCode("peer.lied", peer.fetchLeaves(BATCH));
    expect(sent).to.be.lessThan(64 * 2 ** 20);
  });

  it("bounds a compressed body by what comes out of it", async () => {
    const bomb = gzipSync(Buffer.alloc(32 * 2 ** 20));
    const peer = await serve((_, res) => res.writeHead(200, { "content-encoding": "gzip" }).end(bomb));
    await expectCode("peer.lied", peer.fetchType(TYPE_CODE, 1));
  });

  for (const status of [301, 302, 303, 307, 308]) {
    it(`follows no redirect (${status})`, async () => {
      const peer = await serve((req, res) => {
        if (req.url === "/secret") res.end(Buffer.alloc(96));
        else res.writeHead(status, { location: "/secret" }).end();
      });
      await expectCode("peer.unreachable", peer.fetchLeaves(BATCH));
      expect(requests).to.have.length(1);
    });
  }

  it("gives up on a peer that fails", async () => {
    const peer = await serve((_, res) => res.writeHead(503).end());
    await expectCode("peer.unreachable", peer.fetchLeaves(BATCH));
  });

  it("gives up on a peer that breaks off", async () => {
    const peer = await serve((_, res) => {
      res.writeHead(200, { "content-length": "96" });
      res.write(Buffer.alloc(10), () => res.destroy());
    });
    await expectCode("peer.unreachable", peer.fetchLeaves(BATCH));
  });

  it("gives up on a peer that is silent, before or within its answer", async () => {
    const silent = await serve(() => {}, "", 50);
    await expectCode("peer.unreachable", silent.fetchLeaves(BATCH));
    server?.closeAllConnections();
    server?.close();
    const halting = await serve((_, res) => void res.write(Buffer.alloc(10)), "", 50);
    await expectCode("peer.unreachable", halting.fetchLeaves(BATCH));
  });

  it("gives up on a peer that nobody serves", async () => {
    const peer = await serve(() => {});
    await new Promise((resolve) => server!.close(resolve));
    server = undefined;
    await expectCode("peer.unreachable", peer.fetchLeaves(BATCH));
  });

  it("sends nothing for names that could lead elsewhere", async () => {
    const peer = await serve((_, res) => res.end());
    const names = [
      { region: "../../x" },
      { root: `${ROOT}/..` },
      { root: ROOT.toUpperCase() },
      { size: 1e21 },
      { size: -1 },
    ];
    for (const name of names) await expectCode("chain.garbage", peer.fetchLeaves({ ...BATCH, ...name }));
    await expectCode("chain.garbage", peer.fetchType("../secret", 1));
    await expectCode("chain.garbage", peer.fetchType(TYPE_CODE, 1.5));
    expect(requests).to.deep.equal([]);
  });

  for (const url of [
    "ftp://peer",
    "file:///etc",
    "http://user:pass@peer",
    "http://peer?x=1",
    "http://peer#x",
    "peer",
  ]) {
    it(`refuses ${url} as a peer`, () => {
      expect(() => httpPeer({ url, timeoutMs: 1 }))
        .to.throw(TallyError)
        .with.property("code", "config.invalid");
    });
  }
});

async function expectCode(code: string, promise: Promise<unknown>): Promise<void> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(TallyError).with.property("code", code);
}
