// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { canonicalBytes } from "../../../src/core/canonical-json.js";
import { ARCHIVE_MEMBERS, MAX_ARCHIVE_BYTES } from "../../../src/verify/archive/index.js";
import { readZip, writeZip } from "../../../src/verify/archive/zip.js";
import { makeArchiveWorld } from "./packed.js";

const SAMPLE = 400;
const NAMES = ["manifest.json", ...ARCHIVE_MEMBERS];

describe("an archive package in which something was changed", () => {
  const world = makeArchiveWorld();
  let file: Uint8Array;
  let parts: readonly Uint8Array[];
  before(async () => {
    file = await world.pack(world.issueAnchored());
    parts = readZip(file, NAMES);
  });
  const zipped = (contents: readonly Uint8Array[]) => writeZip(NAMES.map((name, i) => ({ name, bytes: contents[i]! })));
  const flipped = (bytes: Uint8Array, byte: number, bit: number): Uint8Array => {
    const copy = bytes.slice();
    copy[byte]! ^= 1 << bit;
    return copy;
  };

  it("was valid before", async () => expect(await world.open(file)).to.include({ verdict: "valid" }));

  it(`is not genuine with one bit flipped (${SAMPLE} places over the file)`, async () => {
    for (let i = 0; i < SAMPLE; i++) {
      const byte = Math.floor((i * file.length) / SAMPLE);
      const { verdict } = await world.open(flipped(file, byte, i % 8));
      expect(verdict, `byte ${byte}`).to.equal("not-genuine");
    }
  });

  it("is never valid with a bit of any part flipped and the checksums of the zip file made right", async () => {
    for (const [i, part] of parts.entries()) {
      const step = Math.max(1, Math.floor(part.length / (i === 0 ? 1_000 : 40)));
      for (let byte = 0; byte < part.length; byte += step) {
        const contents = parts.map((each, n) => (n === i ? flipped(each, byte, byte % 7) : each));
        const { verdict, licence } = await world.open(zipped(contents));
        expect(verdict, `${NAMES[i]}, byte ${byte}`).not.to.equal("valid");
        expect(licence).to.equal(null);
      }
    }
  });

  it("is malformed, or of a later version, when its manifest has another form", async () => {
    const manifest = JSON.parse(new TextDecoder().decode(parts[0]));
    const other = async (change: object): Promise<string | null> => {
      const bytes = canonicalBytes({ ...manifest, ...change });
      return (await world.open(zipped([bytes, ...parts.slice(1)]))).reason;
    };
    const proof = { ...manifest.proof, cryptosuite: "ecdsa-jcs-2019" };
    expect(await other({ formatVersion: 2 })).to.equal("format.version-unsupported");
    expect(await other({ proof })).to.equal("format.algorithm-unsupported");
    for (const change of [
      { format: "zip" },
      { more: 1 },
      { createdAt: "yesterday" },
      { createdBy: {} },
      { members: manifest.members.slice(1) },
      { members: [...manifest.members].reverse() },
      { proof: { ...manifest.proof, created: "2020-01-01T00:00:00Z" } },
    ])
      expect(await other(change), JSON.stringify(change)).to.equal("format.malformed");
    const { members } = manifest;
    expect(await other({ members: [{ ...members[0], size: 1 }, ...members.slice(1)] })).to.equal(
      "archive.signature-wrong",
    );
  });

  it("is too large beyond what any package has: format.too-large", async () => {
    const large = new Uint8Array(MAX_ARCHIVE_BYTES + 1);
    expect(await world.open(large)).to.include({ verdict: "not-genuine", reason: "format.too-large" });
  });
});
