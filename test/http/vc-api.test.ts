// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto } from "../../src/adapters/node-crypto/index.js";
import { LICENCE_CONTEXT, VC_CONTEXT } from "../../src/core/certificate.js";
import { createInteroperabilityIssuer } from "../../src/domain/agencies/index.js";
import { createVerifier } from "../../src/http/verification/verifier.js";
import { newStranger, sample } from "../core/credentials/sample-credential.js";
import { brokenRegistry } from "../verify/memory-registry.js";
import { client, expectProblem } from "./client.js";
import { memoryKeys } from "./strangers-world.js";
import { type Service, startService } from "./world.js";

/** As a W3C test suite calls it. */
const caller = ({ post }: ReturnType<typeof client>) => ({
  verify: (verifiableCredential: unknown) =>
    post("/credentials/verify", { body: { verifiableCredential, options: {} } }),
  issue: (credential: unknown, token?: string, headers: Record<string, string> = {}) =>
    post("/credentials/issue", {
      body: { credential, options: {} },
      headers,
      ...(token === undefined ? {} : { token }),
    }),
});

describe("the VC-API", () => {
  let service: Service;
  let http: ReturnType<typeof client>;
  let vcApi: ReturnType<typeof caller>;

  before(async () => {
    service = await startService();
    http = client(service.url);
    vcApi = caller(http);
  });
  after(() => service.close());

  const typesOf = (problems: { type: string }[]) => problems.map(({ type }) => type.split("/").at(-1));

  describe("POST /credentials/verify", () => {
    const stranger = newStranger();
    const signed = (changes: Record<string, unknown> = {}) =>
      stranger.sign(sample({ issuer: stranger.did, ...changes }));

    it("verifies a credential of a stranger, and says that the issuer is not registered here", async () => {
      const { status, json } = await vcApi.verify(signed());
      expect(status).to.equal(200);
      expect(json).to.deep.include({ verified: true, problemDetails: [] });
      expect(typesOf(json.warnings)).to.deep.equal(["issuer.not-registered-here"]);
    });

    it("refuses a wrong proof", async () => {
      const { status, json } = await vcApi.verify({ ...signed(), id: "urn:a:1" });
      expect([status, json.verified]).to.deep.equal([422, false]);
      expect(typesOf(json.problemDetails)).to.deep.equal(["security#PROOF_VERIFICATION_ERROR"]);
    });

    it("refuses what is not in its period", async () => {
      const { status, json } = await vcApi.verify(signed({ validUntil: "2020-01-01T00:00:00Z" }));
      expect([status, typesOf(json.problemDetails)]).to.deep.equal([422, ["validity.expired"]]);
    });

    it("finds what does not follow the data model malformed", async () => {
      for (const changes of [{ type: ["Permit"] }, { credentialSubject: {} }, { validFrom: "yesterday" }]) {
        const { status, json } = await vcApi.verify(signed(changes));
        expect([status, json.verified]).to.deep.equal([400, false]);
        expect(typesOf(json.problemDetails)).to.deep.equal(["vc-data-model#MALFORMED_VALUE_ERROR"]);
      }
      expect((await vcApi.verify(sample())).status).to.equal(400);
    });

    it("refuses a body that is none", async () => {
      expectProblem(await vcApi.verify("eyJ…"), 400, "request.invalid");
      expectProblem(await http.post("/credentials/verify", { body: {} }), 400, "request.invalid");
      expectProblem(await http.post("/credentials/verify", { body: '{"a":1,"a":2}' }), 400, "json.duplicate-key");
    });

    describe("of a licence", () => {
      it("verifies it without its anchor, and says so", async () => {
        const { status, json } = await vcApi.verify(service.world.issueAnchored().certificate);
        expect([status, json.verified, json.problemDetails]).to.deep.equal([200, true, []]);
        expect(typesOf(json.warnings)).to.include("anchor.evidence-missing");
      });

      it("verifies the whole document without a warning about it", async () => {
        const { world } = service;
        const { status, json } = await vcApi.verify(world.documentOf(world.issueAnchored()));
        expect([status, json.verified, json.problemDetails]).to.deep.equal([200, true, []]);
        expect(typesOf(json.warnings).filter((type?: string) => !type?.startsWith("recognition."))).to.deep.equal([]);
      });

      it("refuses an altered one, a revoked one and a suspended one", async () => {
        const { world } = service;
        const altered = world.issueAnchored().certificate;
        const changed = { ...altered, validUntil: "2040-12-31T23:59:59+08:00" };
        expect((await vcApi.verify(changed)).status).to.equal(422);
        const [revoked, suspended] = [world.issueAnchored(), world.issueAnchored()];
        world.registry.revoke("340000", revoked.statusIndex);
        world.registry.suspend("340000", suspended.statusIndex);
        for (const [one, reason] of [
          [revoked, "status.revoked"],
          [suspended, "status.suspended"],
        ] as const) {
          const { status, json } = await vcApi.verify(one.certificate);
          expect([status, typesOf(json.problemDetails)]).to.deep.equal([422, [reason]]);
        }
      });

      it("refuses one whose key nobody registered, and one whose key was reported stolen", async () => {
        const { world } = service;
        const forged = world.issueAnchored({ key: world.newKey() }).certificate;
        expect((await vcApi.verify(forged)).status).to.equal(422);
        const agency = world.newAgency("340000", "00298455", "某机构");
        world.registry.authorise(agency.code, world.type.typeCode);
        world.registry.advance(60);
        const { certificate } = world.issueAnchored({ agency });
        expect((await vcApi.verify(certificate)).status).to.equal(200);
        world.registry.claimCompromise(agency.key.digest, world.registry.time + 10, world.registry.time + 10);
        const { status, json } = await vcApi.verify(certificate);
        expect([status, json.verified]).to.deep.equal([422, false]);
      });

      it("accepts one whose key was retired since", async () => {
        const { world } = service;
        const agency = world.newAgency("340000", "00298466", "某机构");
        world.registry.authorise(agency.code, world.type.typeCode);
        world.registry.advance(60);
        const { certificate } = world.issueAnchored({ agency });
        world.registry.retireKey(agency.key.digest);
        world.registry.advance(60);
        expect((await vcApi.verify(certificate)).status).to.equal(200);
      });

      it("says nothing while the registry cannot be asked", async () => {
        const registry = brokenRegistry("registry.unreachable");
        const own = await startService({
          replace: () => ({
            verifier: createVerifier(
              () => (document) => service.world.verify((document as { bytes: Uint8Array }).bytes, { registry }),
            ),
          }),
        });
        const answer = await caller(client(own.url)).verify(service.world.issueAnchored().certificate);
        expectProblem(answer, 503, "chain.unreachable");
        await own.close();
      });
    });
  });

  describe("POST /credentials/issue", () => {
    const unsigned = (changes: Record<string, unknown> = {}, subject: Record<string, unknown> = {}) => {
      const { typeCode, certificateNumber, holders, face } = service.wanted();
      return {
        "@context": [VC_CONTEXT, LICENCE_CONTEXT],
        type: ["VerifiableCredential", "ElectronicLicence"],
        issuer: service.world.agency.did,
        validUntil: "2031-02-27T23:59:59+08:00",
        credentialSubject: {
          certificateTypeCode: typeCode,
          certificateNumber,
          certificateHolder: holders,
          face,
          ...subject,
        },
        ...changes,
      };
    };

    it("issues a licence like any other, and answers with the certificate", async () => {
      const answer = await vcApi.issue(unsigned(), service.issuerToken);
      expect(answer.status).to.equal(201);
      const { verifiableCredential } = answer.json;
      expect(Object.keys(answer.json)).to.deep.equal(["verifiableCredential"]);
      const view = await http.get(answer.headers.get("Location")!, { token: service.issuerToken });
      expect(view.json.certificate).to.deep.equal(verifiableCredential);
      expect(verifiableCredential.validUntil).to.equal("2031-02-27T23:59:59+08:00");
      expect((await vcApi.verify(verifiableCredential)).json.verified).to.equal(true);
    });

    it("issues it once under an Idempotency-Key", async () => {
      const credential = unsigned();
      const headers = { "Idempotency-Key": "vc-1" };
      const first = await vcApi.issue(credential, service.issuerToken, headers);
      const again = await vcApi.issue(credential, service.issuerToken, headers);
      expect(again.json).to.deep.equal(first.json);
      expect(again.headers.get("Idempotency-Replayed")).to.equal("true");
      expect(again.headers.get("Location")).to.equal(first.headers.get("Location"));
    });

    const REFUSED: Record<string, () => readonly [pointer: string, credential: Record<string, unknown>]> = {
      "another issuer": () => ["#/issuer", unsigned({ issuer: service.world.otherAgency.did })],
      "no type of ours": () => ["#/type", unsigned({ type: ["VerifiableCredential"] })],
      "the wrong contexts": () => ["#/@context/0", unsigned({ "@context": [LICENCE_CONTEXT, VC_CONTEXT] })],
      "a proof": () => ["#/proof", unsigned({ proof: {} })],
      "a status of the caller's": () => ["#/credentialStatus", unsigned({ credentialStatus: { type: "S" } })],
      "a nonce of the caller's": () => ["#/credentialSubject/nonce", unsigned({}, { nonce: "A".repeat(22) })],
      "an end that is no end of a day": () => ["#/validUntil", unsigned({ validUntil: "2031-02-27T12:00:00+08:00" })],
      "another agency": () => [
        "#/credentialSubject/issueDeptCode",
        unsigned({}, { issueDeptCode: "11110000000000001X" }),
      ],
    };
    for (const [what, make] of Object.entries(REFUSED))
      it(`refuses a licence with ${what}`, async () => {
        const [pointer, credential] = make();
        const answer = await vcApi.issue(credential, service.issuerToken);
        expectProblem(answer, 422, "format.malformed");
        expect(answer.json.errors[0].pointer).to.equal(pointer.replace("#", "#/credential"));
      });

    it("leaves the rules of the type to the issue itself", async () => {
      const answer = await vcApi.issue(unsigned({}, { certificateNumber: "wrong" }), service.issuerToken);
      expectProblem(answer, 422, "certificate.claims-invalid");
    });

    it("asks for a token that may issue", async () => {
      expectProblem(await vcApi.issue(unsigned()), 401, "request.unauthenticated");
      expectProblem(await vcApi.issue(unsigned(), await service.tokenOf("reader")), 403, "request.forbidden");
    });

    it("signs no other credential as long as nobody has turned that on", async () => {
      const answer = await vcApi.issue(sample(), service.issuerToken);
      expectProblem(answer, 422, "certificate.claims-invalid");
    });
  });

  describe("with an interoperability issuer that is open", () => {
    let own: Service;
    let api: ReturnType<typeof caller>;
    let did: string;

    before(async () => {
      const audit = { append: async () => ({}) as never };
      const issuer = createInteroperabilityIssuer({ keys: memoryKeys(), crypto: nodeCrypto, audit, now: () => 0 });
      did = await issuer.did();
      own = await startService({
        replace: ({ strangers }) => ({ strangers: { ...strangers, interoperability: { issuer, isOpen: true } } }),
      });
      api = caller(client(own.url));
    });
    after(() => own.close());

    it("signs any credential under its did:key, which verifies as a stranger's", async () => {
      const credential = sample({ issuer: { id: did, name: "A test" }, id: "urn:a:1" });
      const { status, json } = await api.issue(credential);
      expect(status).to.equal(201);
      const { proof, ...rest } = json.verifiableCredential;
      expect(rest).to.deep.equal(credential);
      expect(proof).to.include({ type: "DataIntegrityProof", cryptosuite: "eddsa-jcs-2022" });
      const verified = await api.verify(json.verifiableCredential);
      expect([verified.status, typesOf(verified.json.warnings)]).to.deep.equal([200, ["issuer.not-registered-here"]]);
    });

    it("refuses what does not follow the data model, another issuer and what is signed already", async () => {
      for (const changes of [{ type: undefined }, { issuer: "did:example:a" }, { proof: {} }, { "@context": [] }])
        expectProblem(await api.issue(sample({ issuer: did, ...changes })), 422, "format.malformed");
    });

    it("signs no licence, nor what looks like one, without a token", async () => {
      for (const credential of [
        sample({ issuer: did, "@context": [VC_CONTEXT, LICENCE_CONTEXT] }),
        sample({ issuer: did, credentialSubject: { certificateNumber: "JY13401000000016" } }),
      ])
        expectProblem(await api.issue(credential), 401, "request.unauthenticated");
    });

    it("holds a token that is sent to be one", async () => {
      expectProblem(await api.issue(sample({ issuer: did }), "tt_wrong"), 401, "request.unauthenticated");
    });
  });
});
