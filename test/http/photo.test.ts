// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { PHOTO_PREFIX } from "../../src/core/photo/photo.js";
import { MAX_GIVEN_PHOTO_BYTES } from "../../src/core/photo/take-photo.js";
import { SAMPLE_PHOTO } from "../../src/render/sample/sample-photo.js";
import { photoText, picture, SAMPLE_PICTURE, withSegment } from "../core/photo/pictures.js";
import { photoPermit } from "../verify/fixture.js";
import { client, expectProblem, ndjson } from "./client.js";
import { type Service, startService } from "./world.js";

describe("a photo over HTTP", () => {
  let service: Service;
  let http: ReturnType<typeof client>;
  let token: string;

  before(async () => {
    service = await startService();
    http = client(service.url);
    token = service.issuerToken;
    const actor = { kind: "cli", id: "root", role: "operator", requestId: "setup" } as const;
    const { definition, digest } = await service.catalogue.publishType(actor, photoPermit());
    service.world.registry.publishType(definition.typeCode, definition.version, digest);
  });
  after(() => service.close());

  const wanted = (photo: string) => {
    const request = service.wanted();
    return { ...request, face: { ...request.face, photo } };
  };
  const issue = (photo: string) => http.post("/v1/certificates", { token, body: wanted(photo) });

  it("is issued without its metadata, printed in the PDF, and found there as it was signed", async () => {
    const { status, json } = await issue(photoText(picture("with-location")));
    expect(status).to.equal(201);
    const at = `/v1/certificates/${json.certificateIdentifier}`;
    const { certificate } = (await http.get(at, { token })).json;
    const signed = Buffer.from(certificate.credentialSubject.face.photo.slice(PHOTO_PREFIX.length), "base64");
    expect(signed.includes("Camera")).to.equal(false);
    const pdf = await http.get(`${at}/pdf`, { token });
    expect(Buffer.from(pdf.bytes).includes(signed)).to.equal(true);
    const report = (await http.post("/v1/verify", { body: pdf.bytes, type: "application/pdf" })).json;
    expect(report.reason).to.equal("anchor.pending");
    expect(report.checks.find(({ check }: { check: string }) => check === "content").outcome).to.equal("pass");
    expect(report.document.certificateDigest).to.equal(json.certificateDigest);
  });

  for (const [what, photo, status, code] of [
    ["a PNG", photoText(Uint8Array.of(0x89, 0x50, 0x4e, 0x47)), 422, "certificate.claims-invalid"],
    ["one of 400 KB", PHOTO_PREFIX + "A".repeat(540_000), 422, "certificate.claims-invalid"],
    ["one of 20 MB", PHOTO_PREFIX + "A".repeat(28_000_000), 413, "request.too-large"],
  ] as const)
    it(`is refused: ${what}`, async () => {
      const answer = await issue(photo);
      expectProblem(answer, status, code);
      if (status === 413) return;
      expect(answer.json.errors.map(({ pointer }: { pointer: string }) => pointer)).to.deep.equal(["#/face/photo"]);
      expect(answer.text.length).to.be.below(1_000);
    });

  it("goes into a line of a batch, as heavy as it may be given", async () => {
    const room = MAX_GIVEN_PHOTO_BYTES - SAMPLE_PICTURE.length - 3 * 4;
    const heavy = [65_000, 65_000, room - 130_000].reduce<Uint8Array>(
      (bytes, length) => withSegment(bytes, 0xe2, "x".repeat(length)),
      SAMPLE_PICTURE,
    );
    const body = [photoText(heavy), SAMPLE_PHOTO, "x".repeat(300_000)]
      .map((photo) => `${JSON.stringify(wanted(photo))}\n`)
      .join("");
    const answer = await http.post("/v1/certificates/batch", { token, type: "application/x-ndjson", body });
    const results = ndjson(answer.text) as { ok: boolean; problem?: { code: string } }[];
    expect(results.slice(0, -1).map(({ ok, problem }) => problem?.code ?? ok)).to.deep.equal([
      true,
      true,
      "request.too-large",
    ]);
  });
});
