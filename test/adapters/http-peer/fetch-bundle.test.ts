// SPDX-License-Identifier: Apache-2.0
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { fetchBundle } from "../../../src/adapters/http-peer/index.js";
import { MAX_BUNDLE_BYTES } from "../../../src/verify/index.js";
import { rejection } from "../ethereum/local-registry.js";

describe("fetchBundle", () => {
  let server: Server | undefined;
  let asked: string[] = [];

  afterEach(async () => {
    server?.closeAllConnections();
    await new Promise<unknown>((resolve) => (server ? server.close(resolve) : resolve(null)));
    server = undefined;
    asked = [];
  });

  async function serve(answer: RequestListener): Promise<string> {
    server = createServer((req, res) => {
      asked.push(req.url!);
      answer(req, res);
    });
    await new Promise<void>((resolve) => server!.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const refusal = (url: string, timeoutMs = 5_000) => rejection(fetchBundle({ url, timeoutMs }));

  it("asks a region's service, whether its base or the whole address is given", async () => {
    const url = await serve((_, res) => res.end("{}"));
    for (const each of [url, `${url}/`, `${url}/v1/trust-bundle`])
      expect(Buffer.from(await fetchBundle({ url: each, timeoutMs: 5_000 })).toString()).to.equal("{}");
    await fetchBundle({ url: `${url}/anhui`, timeoutMs: 5_000 });
    expect(new Set(asked)).to.deep.equal(new Set(["/v1/trust-bundle", "/anhui/v1/trust-bundle"]));
  });

  it("stops reading an answer that is longer than a bundle can be: peer.lied", async () => {
    let sent = 0;
    const url = await serve((_, res) => {
      const chunk = Buffer.alloc(1 << 20, 0x20);
      const more = (): void => {
        while (!res.destroyed && res.write(chunk)) sent += chunk.length;
        sent += chunk.length;
        if (!res.destroyed) res.once("drain", more);
      };
      more();
    });
    expect(await refusal(url, 60_000)).to.have.property("code", "peer.lied");
    expect(sent).to.be.lessThan(2 * MAX_BUNDLE_BYTES);
  });

  it("counts what a compressed answer grows to: peer.lied", async () => {
    const bomb = gzipSync(Buffer.alloc(MAX_BUNDLE_BYTES + 1));
    const url = await serve((_, res) => res.setHeader("content-encoding", "gzip").end(bomb));
    expect(await refusal(url, 60_000)).to.have.property("code", "peer.lied");
  });

  const failing: Record<string, [RequestListener, number?]> = {
    "a redirect": [(_, res) => res.writeHead(302, { location: "http://127.0.0.1/" }).end()],
    "another status": [(_, res) => res.writeHead(404).end("no")],
    "a connection that is cut": [(_, res) => res.destroy()],
    "an answer that never ends": [(_, res) => void res.write("{"), 150],
  };
  for (const [what, [answer, timeoutMs]] of Object.entries(failing))
    it(`does not follow or wait for ${what}: peer.unreachable`, async () => {
      expect(await refusal(await serve(answer), timeoutMs)).to.have.property("code", "peer.unreachable");
      expect(asked).to.have.lengthOf(1);
    });

  it("asks nothing but a plain web address: config.invalid", async () => {
    for (const url of ["file:///etc/passwd", "http://a@b.example/", "https://b.example/?x=1", "bundle.json"])
      expect(await refusal(url)).to.have.property("code", "config.invalid");
  });
});
