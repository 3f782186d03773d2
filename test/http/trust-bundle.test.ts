// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { toHex } from "../../src/core/hex.js";
import type { ReadyBundle } from "../../src/http/dependencies.js";
import { readTrustBundle } from "../../src/verify/index.js";
import { makeBundleWorld } from "../verify/bundle/signed-bundle.js";
import { client, expectProblem } from "./client.js";
import { type Service, startService } from "./world.js";

describe("GET /v1/trust-bundle", () => {
  const world = makeBundleWorld();
  let service: Service;
  let http: ReturnType<typeof client>;
  let current: ReadyBundle | null = null;

  before(async () => {
    service = await startService({ replace: () => ({ trustBundle: () => current }) });
    http = client(service.url);
  });
  after(() => service.close());
  beforeEach(() => {
    current = ready();
  });

  const ready = (): ReadyBundle => {
    const bytes = world.bundle();
    const content = readTrustBundle(bytes, { trust: world.trust, pinned: world.pinned, crypto: world.crypto });
    return { bytes, content, digest: toHex(world.crypto.sha256(bytes)) };
  };

  it("gives the very bytes that were signed, to a page of any origin", async () => {
    const answer = await http.get("/v1/trust-bundle", { headers: { Origin: "https://other.example" } });
    expect(answer.status).to.equal(200);
    expect(Buffer.compare(answer.bytes, current!.bytes)).to.equal(0);
    expect(answer.headers.get("Content-Type")).to.match(/^application\/json/);
    expect(answer.headers.get("Access-Control-Allow-Origin")).to.equal("*");
  });

  it("says 304 as long as the bundle is the same", async () => {
    const tag = (await http.get("/v1/trust-bundle")).headers.get("ETag")!;
    const headers = { "If-None-Match": tag, "Cache-Control": "max-age=0" };
    const unchanged = await http.get("/v1/trust-bundle", { headers });
    expect([unchanged.status, unchanged.bytes.length]).to.deep.equal([304, 0]);
    current = ready();
    const changed = await http.get("/v1/trust-bundle", { headers });
    expect(changed.status).to.equal(200);
    expect(changed.headers.get("ETag")).to.not.equal(tag);
  });

  it("says when there is none yet: 503 bundle.not-ready", async () => {
    current = null;
    const answer = await http.get("/v1/trust-bundle");
    expectProblem(answer, 503, "bundle.not-ready");
    expect(answer.headers.get("Retry-After")).to.equal("10");
  });

  it("has its key told by /v1/registry and its age by /readyz, which stays ready whatever the age", async () => {
    expect((await http.get("/v1/registry")).json.bundleKey).to.equal(world.bundleKey.multikey.text);
    const { status, json } = await http.get("/readyz");
    expect(status).to.equal(200);
    expect(json.trustBundle).to.include({ block: world.registry.block, issuedAt: current!.content.issuedAt });
    expect(json.trustBundle.ageSeconds).to.be.a("number");
  });
});
