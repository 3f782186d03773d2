// SPDX-License-Identifier: Apache-2.0
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { answers, notGenuine } from "./expectations.js";
import { makeWorld } from "./fixture.js";

describe("verifyCertificate, with a DID document that lies,", () => {
  const world = makeWorld();
  const forger = world.newKey();
  const requests: string[] = [];
  let server: Server;
  let did: string;

  /** The agency's own host, in the forger's hands: its document vouches for the forger's key. */
  before(async () => {
    server = createServer((req, res) => {
      requests.push(req.url ?? "");
      const id = `${did}#${forger.multikey.text}`;
      const method = { id, type: "Multikey", controller: did, publicKeyMultibase: forger.multikey.text };
      res.end(JSON.stringify({ id: did, verificationMethod: [method], assertionMethod: [id] }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    did = `did:web:127.0.0.1%3A${(server.address() as AddressInfo).port}:agencies:${world.agency.code}`;
  });
  after(() => new Promise((resolve) => server.close(resolve)));

  it("believes the registry alone, and reads no document", async () => {
    world.registry.registerAgency(world.agency.region, world.agency.code, did);
    world.registry.advance(60);
    const agency = { ...world.agency, did };
    const genuine = world.documentOf(world.issueAnchored({ agency }));
    expect((await world.verify(genuine)).verdict).to.equal("valid");
    const forged = world.documentOf(world.issueAnchored({ agency, key: forger }));
    expect(answers(await world.verify(forged))).to.deep.equal(notGenuine("issuer.key-not-registered"));
    expect(requests).to.deep.equal([]);
  });
});
