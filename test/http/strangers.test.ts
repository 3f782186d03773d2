// SPDX-License-Identifier: Apache-2.0
import { gunzipSync } from "node:zlib";
import { expect } from "chai";
import { client, expectProblem } from "./client.js";
import { exchange } from "./raw.js";
import { REGION_DID } from "./strangers-world.js";
import { type Service, startService } from "./world.js";

describe("what strangers' verifiers look for", () => {
  let service: Service;
  let http: ReturnType<typeof client>;
  let didPath: string;

  before(async () => {
    service = await startService();
    http = client(service.url);
    didPath = `/agencies/${service.world.agency.code}/did.json`;
  });
  after(() => service.close());

  const statusOf = async (path: string, ...headers: string[]) => {
    const lines = [`GET ${path} HTTP/1.1`, "Host: x", ...headers, "Connection: close", "", ""];
    return (await exchange(service.url, lines.join("\r\n"))).split(" ")[1];
  };

  describe("DID documents", () => {
    it("are at the places that did:web says, of agencies and of the region", async () => {
      const { did, key } = service.world.agency;
      expect((await http.get(didPath)).json).to.deep.include({
        id: did,
        assertionMethod: [`${did}#${key.multikey.text}`],
      });
      for (const path of ["/.well-known/did.json", "/did.json"]) {
        const { json } = await http.get(path);
        expect([json.id, json.assertionMethod.length]).to.deep.equal([REGION_DID, 1]);
      }
    });

    it("come as the media type that was asked for", async () => {
      const typeFor = async (accept: string) =>
        (await http.get(didPath, { headers: { Accept: accept } })).headers.get("Content-Type")?.split(";")[0];
      expect(await typeFor("*/*")).to.equal("application/did+ld+json");
      expect(await typeFor("application/did+json")).to.equal("application/did+json");
      expect(await typeFor("application/json")).to.equal("application/json");
      expect(await typeFor("text/html")).to.equal("application/did+ld+json");
    });

    it("may be read by any page, are cached briefly and not sent twice", async () => {
      const { headers } = await http.get(didPath, { headers: { Origin: "https://other.example" } });
      expect(headers.get("Access-Control-Allow-Origin")).to.equal("*");
      expect(headers.get("Cache-Control")).to.equal("public, max-age=60");
      expect(headers.get("Vary")).to.equal("Accept");
      expect(headers.get("Age")).to.match(/^\d+$/);
      expect(await statusOf(didPath, `If-None-Match: ${headers.get("ETag")}`)).to.equal("304");
    });

    it("are there for this region's agencies only", async () => {
      expectProblem(await http.get("/agencies/11110000000000001X/did.json"), 404, "request.not-found");
      expectProblem(await http.get("/agencies/nobody/did.json"), 400, "request.invalid");
      expect((await http.call("POST", didPath, { body: {} })).status).to.equal(405);
    });
  });

  describe("status lists", () => {
    const path = "/v1/status/340000/revocation/0";

    it("are at the address that certificates name", async () => {
      const { json } = await http.post("/v1/certificates", { token: service.issuerToken, body: service.wanted() });
      const view = await http.get(`/v1/certificates/${json.certificateIdentifier}`, { token: service.issuerToken });
      for (const { statusListCredential, statusPurpose } of view.json.certificate.credentialStatus) {
        const list = await http.get(new URL(statusListCredential).pathname);
        expect(list.headers.get("Content-Type")).to.match(/^application\/vc(;|$)/);
        expect(list.json.id).to.equal(statusListCredential);
        expect(list.json.credentialSubject.statusPurpose).to.equal(statusPurpose);
      }
    });

    it("show what was written on the chain, at once", async () => {
      const setBits = async () => {
        const { json } = await http.get(path);
        const bits = gunzipSync(Buffer.from(json.credentialSubject.encodedList.slice(1), "base64url"));
        return [...bits].reduce((sum, byte) => sum + byte.toString(2).replaceAll("0", "").length, 0);
      };
      const before = await setBits();
      service.world.registry.revoke("340000", 4_711);
      expect(await setBits()).to.equal(before + 1);
    });

    it("may be read by any page, say how old they are, and are not sent twice", async () => {
      const { headers, json } = await http.get(path, { headers: { Origin: "https://other.example" } });
      expect(headers.get("Access-Control-Allow-Origin")).to.equal("*");
      expect(headers.get("Cache-Control")).to.equal("public, max-age=300");
      expect(Date.parse(headers.get("Last-Modified")!)).to.equal(Date.parse(json.validFrom));
      expect(headers.get("Age")).to.equal("0");
      expect(await statusOf(path, `If-None-Match: ${headers.get("ETag")}`)).to.equal("304");
    });

    for (const list of ["1", "4294967295", "9999999999"])
      it(`are not there for list ${list}, which nobody uses`, async () =>
        expectProblem(await http.get(`/v1/status/340000/revocation/${list}`), 404, "request.not-found"));

    for (const wrong of ["34/revocation/0", "340000/revoked/0", "340000/revocation/00", "340000/revocation/-1"])
      it(`are not looked for at ${wrong}`, async () =>
        expectProblem(await http.get(`/v1/status/${wrong}`), 400, "request.invalid"));

    it("age while the chain is away, and are refused when they have run out", async () => {
      const own = await startService();
      const { get } = client(own.url);
      const { headers } = await get(path);
      own.outside.state.chain = false;
      own.clock.offset += 1_800_000;
      const later = await get(path);
      expect(later.headers.get("ETag")).to.equal(headers.get("ETag"));
      expect(later.headers.get("Age")).to.equal("1800");
      own.clock.offset += 1_800_000;
      expectProblem(await get(path), 503, "status-list.unavailable");
      await own.close();
    });
  });
});
