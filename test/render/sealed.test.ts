// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { expect } from "chai";
import { createRenderer } from "../../src/render/index.js";
import { anchoredEvidence, HOST, pendingEvidence, permit, permitType } from "./fixture.js";
import { textOf } from "./raster.js";
import { sealable, sealedLicence } from "./sealed-licence.js";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");

describe("a file with room for a seal", () => {
  it("states the range of everything but the value of the signature, to the last byte", () => {
    const { bytes, contents } = sealable();
    const [, range] = /\/ByteRange\[([\d ]{26})\]\/Contents</.exec(latin1(bytes))!;
    const [zero, before, after, rest] = range!.trim().split(" ").map(Number);
    expect([zero, before, after]).to.deep.equal([0, contents.start, contents.end]);
    expect(after! + rest!).to.equal(bytes.length);
    expect(latin1(bytes.subarray(contents.start, contents.end))).to.match(/^<0{4096}>$/);
  });

  it("takes at most 75 KB, sealed and with its attachments", async () => {
    expect((await sealedLicence()).length).to.be.lessThan(75 * 1024);
  });

  it("is the same, byte for byte, when made again and in another process", () => {
    const script = `
      import { sealable } from "./test/render/sealed-licence.ts";
      process.stdout.write(Buffer.from(sealable().bytes).toString("base64"));`;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "--eval", script],
      { encoding: "utf8", maxBuffer: 1 << 24 },
    );
    expect(stdout, stderr).not.to.equal("");
    expect(sha256(Buffer.from(stdout, "base64"))).to.equal(sha256(sealable().bytes));
    expect(sha256(sealable().bytes)).to.equal(sha256(sealable().bytes));
  });

  it("differs from its sealed state in nothing but the value of the signature", async () => {
    const { bytes, contents } = sealable();
    const [one, other] = [await sealedLicence(), await sealedLicence()];
    for (const sealed of [one, other]) {
      expect(sha256(sealed.subarray(0, contents.start))).to.equal(sha256(bytes.subarray(0, contents.start)));
      expect(sha256(sealed.subarray(contents.end))).to.equal(sha256(bytes.subarray(contents.end)));
      expect(latin1(sealed.subarray(contents.start, contents.end))).to.match(/^<3082[0-9a-f]+0{100}>$/);
    }
    // ECDSA takes a new random number each time.
    expect(sha256(one)).not.to.equal(sha256(other));
  });

  it("says who seals it, when and why, and depends on each", () => {
    const text = latin1(sealable().bytes);
    expect(text).to.contain("/M(D:20261122031000Z)");
    expect(text).to.contain("/Code(3401000012345)/Star true");
    const digests = new Set(
      [
        {},
        { time: "2026-11-22T03:10:01Z" },
        { reason: "电子证照延续" },
        { name: "合肥市样例市场监督管理处" },
        { code: "3401000012346" },
        { star: false },
        { room: 8192 as const },
      ].map((seal) => sha256(sealable(seal).bytes)),
    );
    expect(digests.size).to.equal(7);
  });

  it("has room for 8,192 bytes where a timestamp is to go in", () => {
    const { contents } = sealable({ room: 8192 });
    expect(contents.end - contents.start).to.equal(2 + 2 * 8192);
  });

  it("is made of anchored licences only", () => {
    expect(() => sealable({}, { evidence: pendingEvidence() })).to.throw("only an anchored licence is sealed");
  });

  it("shows the same text as the unsealed file: the seal is a picture", async () => {
    const input = { certificate: permit(), evidence: anchoredEvidence(), type: permitType };
    const bare = await textOf(createRenderer({ verifyHost: HOST }).render(input));
    expect(await textOf(await sealedLicence())).to.equal(bare);
  });
});
