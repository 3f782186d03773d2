// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { toHex } from "../../../src/core/hex.js";
import { readLicencePdf } from "../../../src/verify/pdf/read-licence-pdf.js";
import { expectRefusal } from "../../core/refusal.js";
import type { Body } from "./pdf-text.js";
import { type FileToSeal, fileToSeal, sealFile, withEntries } from "./sealed-pdf.js";

/** The objects of `smallPdf`. Those of the seal follow: 7 the picture, 8 the signature, 9 the field. */
const OBJECTS: readonly Body[] = [
  "<</Type/Catalog/Pages 3 0 R/Names<</EmbeddedFiles<</Names[]>>>>>>",
  "<</Producer(tigertally-render/0 test)>>",
  "<</Type/Pages/Kids[4 0 R 6 0 R]/Count 2>>",
  "<</Type/Page/Parent 3 0 R/MediaBox[0 0 595.28 841.89]/Resources<<>>/Contents 5 0 R>>",
  "<</Length 2>>\nstream\nBT\nendstream",
  "<</Type/Page/Parent 3 0 R/MediaBox[0 0 595.28 841.89]/Resources<<>>/Contents 5 0 R>>",
];
const [PICTURE, SIGNATURE, FIELD] = [7, 8, 9];
const SHOWN = `/Annots[${FIELD} 0 R]`;
const CMS = Uint8Array.of(0x30, 0x82, 0x00, 0x83, ...new Uint8Array(131).fill(0xab));

function unsealed(change?: (objects: Body[]) => void, room = 2_048): FileToSeal {
  return fileToSeal({
    objects: OBJECTS,
    trailer: "/Root 1 0 R/Info 2 0 R",
    page: 4,
    catalog: 1,
    room,
    ...(change ? { change } : {}),
  });
}

const read = (bytes: Uint8Array) => readLicencePdf(bytes, nodeCrypto).seal;
const sealed = (change?: (objects: Body[]) => void) => sealFile(unsealed(change), () => CMS);

function edited(from: string | RegExp, to: string): Uint8Array {
  const text = Buffer.from(sealed()).toString("latin1");
  const changed = text.replace(from, to);
  expect(changed).not.to.equal(text);
  return new Uint8Array(Buffer.from(changed, "latin1"));
}

describe("the seal of a PDF", () => {
  it("is read: its value, what it covers and what it states", () => {
    let signedDigest = "";
    const file = sealFile(unsealed(), (digest) => {
      signedDigest = toHex(digest);
      return CMS;
    });
    const seal = read(file)!;
    expect(seal.problem).to.equal(null);
    expect(toHex(seal.signed!.cms)).to.equal(toHex(CMS));
    expect(toHex(seal.signed!.digest)).to.equal(signedDigest);
    expect(seal.statement).to.deep.equal({
      time: "2026-03-03T02:00:00Z",
      name: "虎符示例市市场监督管理局",
      reason: "电子证照签发",
      code: "3401000000001",
      star: true,
      room: 2048,
    });
  });

  for (const [problem, from, to, reason] of [
    ["covers less than the file", /(\/ByteRange\[0 \d+ \d+ )\d/, "$19", "seal.coverage"],
    ["does not begin at the beginning", "/ByteRange[0 ", "/ByteRange[1 ", "seal.coverage"],
    ["covers part of its own value", /(\/ByteRange\[0 \d+ \d*)\d\b/, "$10", "seal.coverage"],
    ["has a byte range of six numbers", /(\/ByteRange\[[^\]]+?) {4}\]/, "$1 0 0]", "seal.coverage"],
    ["has part of its value in upper case", "abababab", "abABabab", "seal.malformed"],
    ["has something in its padding", "0000>>>", "0100>>>", "seal.malformed"],
    ["has its value in parentheses", /\/Contents<([0-9a-f]+)>/, "/Contents($1)", "seal.malformed"],
  ] as const)
    it(`is told apart when it ${problem}`, () => {
      const seal = read(edited(from, to))!;
      expect(seal.signed).to.equal(null);
      expect(seal.problem!.reason).to.equal(reason);
    });

  for (const [problem, change, message] of [
    ["without its field", swap(1, /\/AcroForm<<.*?>>/, ""), /without its field/],
    ["without permissions", swap(1, /\/Perms<<.*?>>/, ""), /two signatures/],
    ["that nobody shows", swap(4, /\/Annots\[.*?\]/, ""), /first page/],
    ["on the second page", both(swap(4, /\/Annots\[.*?\]/, ""), swap(6, /$/, SHOWN)), /first page/],
    ["on both pages", swap(6, /$/, SHOWN), /first page/],
    ["of which another field is shown", both(copyOf(FIELD), swap(4, `[${FIELD} 0 R]`, "[10 0 R]")), /two fields/],
    [
      "with a second signature in the permissions",
      both(copyOf(SIGNATURE, /<0+>/, "<00>"), swap(1, `/DocMDP ${SIGNATURE} `, "/DocMDP 10 ")),
      /two signatures/,
    ],
    ["and a second annotation", swap(4, `[${FIELD} 0 R]`, `[${FIELD} 0 R ${FIELD} 0 R]`), /2 elements/],
    ["under another name", swap(FIELD, "AgencySeal", "Signature1"), /AgencySeal/],
    ["hidden", swap(FIELD, "/F 132", "/F 134"), /F is not 132/],
    ["without a picture", swap(FIELD, `/AP<</N ${PICTURE} 0 R>>`, ""), /AP/],
    ["with an action", swap(FIELD, /$/, "/A<</S/JavaScript/JS(x)>>"), /key \/A/],
    ["that lets forms be filled in", swap(SIGNATURE, "/P 1", "/P 2"), /P is not 1/],
    ["of another filter", swap(SIGNATURE, "ETSI.CAdES.detached", "adbe.pkcs7.detached"), /SubFilter/],
    ["with a certificate beside the signature", swap(SIGNATURE, /$/, "/Cert<00>"), /Cert/],
    ["without a time", swap(SIGNATURE, /\/M\(.*?\)/, ""), /lacks \/M/],
    ["at a time that does not exist", swap(SIGNATURE, /\/M\(.*?\)/, "/M(D:20260230000000Z)"), /at the time/],
    ["at a time with an offset", swap(SIGNATURE, /\/M\(.*?\)/, "/M(D:20260301000000+08'00)"), /at the time/],
  ] satisfies readonly (readonly [string, Change, RegExp])[])
    it(`is refused ${problem}`, () => {
      expect(expectRefusal("pdf.refused", () => read(sealed(change))).message).to.match(message);
    });
});

type Change = (objects: Body[]) => void;

/** Replaces text of one object; `/$/` stands for the end of a dictionary. */
function swap(number: number, from: string | RegExp, to: string): Change {
  return (objects) => {
    const before = String(objects[number - 1]);
    const after = String(from) === "/$/" ? withEntries(before, to) : before.replace(from, to);
    if (after === before) throw new Error(`${from} is not in ${before}`);
    objects[number - 1] = after;
  };
}

/** Adds the object once more, as object 10. */
function copyOf(number: number, from: string | RegExp = "", to = ""): Change {
  return (objects) => {
    objects.push(String(objects[number - 1]).replace(from, to));
  };
}

function both(...changes: readonly Change[]): Change {
  return (objects) => {
    for (const change of changes) change(objects);
  };
}
