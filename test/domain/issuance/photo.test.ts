// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { FaceValue } from "../../../src/core/certificate.js";
import { PHOTO_PREFIX } from "../../../src/core/photo/photo.js";
import { MAX_GIVEN_PHOTO_BYTES } from "../../../src/core/photo/take-photo.js";
import type { ImportResult, IssueRequest } from "../../../src/domain/issuance/index.js";
import { SAMPLE_PHOTO } from "../../../src/render/sample/sample-photo.js";
import { photoText, picture, SAMPLE_PICTURE, withSegment, withSize } from "../../core/photo/pictures.js";
import { createWorld, issuer, rejection, TRANSPORT, transportRequest, type World } from "./world.js";

describe("issuing with a photo", () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
  });
  afterEach(() => world.database.close());

  const requestWith = (photo: FaceValue, n = 1): IssueRequest => {
    const request = transportRequest(n);
    return { ...request, face: { ...request.face, photo } };
  };
  const stored = async (identifier: string) => {
    const bytes = (await world.certificates.findCertificate(identifier))!.certificate;
    return { bytes, face: JSON.parse(new TextDecoder().decode(bytes)).credentialSubject.face };
  };

  it("signs the photo that was given", async () => {
    const { certificateIdentifier } = await world.issuance.issueCertificate(issuer, transportRequest(1));
    expect((await stored(certificateIdentifier)).face.photo).to.equal(SAMPLE_PHOTO);
  });

  it("signs and stores nothing of where it was taken", async () => {
    const located = picture("with-location");
    const request = requestWith(photoText(located));
    const { certificateIdentifier } = await world.issuance.issueCertificate(issuer, request);
    const { face, bytes } = await stored(certificateIdentifier);
    const signed = Buffer.from(face.photo.slice(PHOTO_PREFIX.length), "base64");
    for (const [hidden, holds] of [
      [located, true],
      [signed, false],
      [bytes, false],
    ] as const)
      for (const text of ["Exif", "Camera", "taken at home"])
        expect(Buffer.from(hidden).includes(text), text).to.equal(holds);
    expect(request.face.photo, "the request is the caller's").to.equal(photoText(located));
  });

  it("takes the heaviest photo that may be given, and carries it into the next version", async () => {
    const room = MAX_GIVEN_PHOTO_BYTES - SAMPLE_PICTURE.length - 3 * 4;
    const thumbnails = [65_000, 65_000, room - 130_000].map((length) => "x".repeat(length));
    const heavy = thumbnails.reduce<Uint8Array>((bytes, body) => withSegment(bytes, 0xe2, body), SAMPLE_PICTURE);
    expect(heavy.length).to.equal(MAX_GIVEN_PHOTO_BYTES);
    const first = await world.issuance.issueCertificate(issuer, requestWith(photoText(heavy)));
    const next = await world.issuance.renewCertificate(issuer, first.certificateIdentifier, {
      validUntil: "2032-11-20",
    });
    expect((await stored(next.certificateIdentifier)).face.photo).to.equal(SAMPLE_PHOTO);
  });

  it("cleans the photo of a correction too", async () => {
    const first = await world.issuance.issueCertificate(issuer, transportRequest(1));
    const face = { ...transportRequest(1).face, photo: photoText(withSegment(SAMPLE_PICTURE, 0xfe, "hidden")) };
    const next = await world.issuance.correctCertificate(issuer, first.certificateIdentifier, { face });
    expect((await stored(next.certificateIdentifier)).face.photo).to.equal(SAMPLE_PHOTO);
  });

  for (const [what, photo, message] of [
    ["a PNG", photoText(Uint8Array.of(0x89, 0x50, 0x4e, 0x47)), /^is a PNG file: save it as JPEG$/],
    ["a bomb", photoText(withSize(65_535, 65_535)), /65535 × 65535 pixels: at most 1000/],
    ["20 MB", PHOTO_PREFIX + "A".repeat(28_000_000), /is 20\.0 MB: at most 160 KB/],
    ["a name", "赵样例", /is no photo: write data:image/],
    ["nothing", null, /must be string/],
    ["a picture to be turned", photoText(picture("turned")), /EXIF orientation/],
  ] as const)
    it(`refuses ${what}, by field and with the way out, and stores nothing`, async () => {
      const error = await rejection(world.issuance.issueCertificate(issuer, requestWith(photo)));
      expect(error).to.include({ code: "certificate.claims-invalid", field: "/face/photo" });
      expect(error.problems).to.have.length(1);
      expect(error.problems[0].message).to.match(message);
      expect(error.message.length).to.be.below(400);
      expect(world.database.get("SELECT count(*) AS n FROM certificates")).to.deep.equal({ n: 0 });
    });

  it("refuses a photo where the type has a text", async () => {
    const request = transportRequest(1);
    const face = { ...request.face, nationality: SAMPLE_PHOTO };
    const error = await rejection(world.issuance.issueCertificate(issuer, { ...request, face }));
    expect(error.problems).to.deep.equal([
      { field: "/face/nationality", message: "is a photo, and the type has none in this place" },
    ]);
  });

  it("refuses a type without its photo where the type requires one", async () => {
    const { photo: _, ...face } = transportRequest(1).face;
    const error = await rejection(world.issuance.issueCertificate(issuer, { ...transportRequest(1), face }));
    expect(error.problems).to.deep.equal([{ field: "/face/photo", message: "is required" }]);
  });

  it("imports photos as data URLs in a column of their own", async () => {
    const header =
      "certificateNumber,holderName,holderCode,holderType,validUntil,sex,birthDate,qualificationCategories,vehicleClass,firstIssueDate,照片";
    const row = (n: number, photo: string) => {
      const { certificateNumber: code } = transportRequest(n);
      return `${code},赵样例,${code},111,2032-11-21,男,1990-06-15,"[""经营性道路货物运输驾驶员""]",B2,2014-05-01,"${photo}"`;
    };
    const heavy = photoText(
      withSegment(withSegment(SAMPLE_PICTURE, 0xe2, "x".repeat(60_000)), 0xe2, "y".repeat(60_000)),
    );
    async function* file() {
      yield new TextEncoder().encode([header, row(1, heavy), row(2, "data:image/png;base64,AA==")].join("\n"));
    }
    const results: ImportResult[] = [];
    for await (const result of world.issuance.importCsv(issuer, { typeCode: TRANSPORT }, file())) results.push(result);
    const [first, second] = results;
    if (!first?.ok) throw new Error(JSON.stringify(first));
    expect((await stored(first.certificateIdentifier)).face.photo).to.equal(SAMPLE_PHOTO);
    expect(second).to.have.nested.property("error.message").that.contains("save it as JPEG");
  });
});
