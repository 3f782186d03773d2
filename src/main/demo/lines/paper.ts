// SPDX-License-Identifier: Apache-2.0
import { fromBase64Url } from "../../../core/base64.js";
import { toDigits } from "../../../core/digits.js";
import { assembleToken, readToken, tokenSigningInput } from "../../../core/token.js";
import type { FetchedLicence } from "../anhui.js";
import { type Line, notGenuine } from "../line.js";
import { attachmentsOf, changePrintedText, removeCopyMark, replaceAttachments } from "../pdf-surgery.js";
import { codeOf } from "./documents.js";
import type { Props } from "./props.js";

/** What can be done to a PDF and to a printed code. */
export function paperLines({ rehearsed, shanghai }: Props): Line[] {
  const { genuine, another, sealed, copied } = rehearsed;
  const theirs = attachmentsOf(another.pdf);
  return [
    {
      step: "certificate.json swapped between two PDFs",
      expected: notGenuine("integrity.token-mismatch"),
      verify: () => shanghai.pdf(replaceAttachments(genuine.pdf, { "certificate.json": theirs["certificate.json"]! })),
    },
    {
      step: "all three attachments swapped",
      expected: notGenuine("content.differs"),
      verify: () => shanghai.pdf(replaceAttachments(genuine.pdf, theirs)),
    },
    {
      step: "printed text changed, attachments kept",
      expected: notGenuine("content.differs"),
      verify: () => shanghai.pdf(changePrintedText(genuine.pdf)),
    },
    {
      step: "bytes appended to a PDF",
      expected: notGenuine("format.pdf-refused"),
      verify: () => shanghai.pdf(concat(genuine.pdf, new TextEncoder().encode("\n%%EOF\n"))),
    },
    {
      step: "sealed PDF said to be sealed a year earlier",
      expected: notGenuine("seal.altered"),
      verify: () => shanghai.pdf(sealedEarlier(sealed.pdf)),
    },
    {
      step: "one digit of a seal changed",
      expected: notGenuine("seal.signature-wrong"),
      verify: () => shanghai.pdf(withChangedSeal(sealed.pdf)),
    },
    {
      step: "reader's copy without the words across its page",
      expected: notGenuine("content.differs"),
      verify: () => shanghai.pdf(removeCopyMark(copied.pdf)),
    },
    {
      step: "reader's copy for another user",
      expected: notGenuine("copy.signature-wrong"),
      verify: () => shanghai.pdf(forAnotherUser(copied.pdf)),
    },
    {
      step: "one QR digit",
      expected: notGenuine("integrity.token-signature-wrong"),
      verify: () => shanghai.code(changeDigit(codeOf(genuine))),
    },
    {
      step: "face field re-encoded in the QR",
      expected: notGenuine("integrity.token-signature-wrong"),
      verify: () => shanghai.code(reencodedFace(genuine)),
    },
  ];
}

function forAnotherUser(pdf: Uint8Array): Uint8Array {
  const statement = new TextDecoder().decode(attachmentsOf(pdf)["copy.json"]);
  const changed = statement.replace(/"user":"[^"]*"/, '"user":"另一家公司"');
  return replaceAttachments(pdf, { "copy.json": new TextEncoder().encode(changed) });
}

function changeDigit(text: string): string {
  const place = text.length - 40;
  return text.slice(0, place) + ((Number(text[place]) + 1) % 10) + text.slice(place + 1);
}

/** The code with another name in it, under the old signature. */
function reencodedFace({ document }: FetchedLicence): string {
  const { claims, kid, signature } = readToken(fromBase64Url(document.evidence.token));
  const parts = tokenSigningInput({ ...claims, face: ["另一家店", ...claims.face.slice(1)] }, kid);
  return toDigits(assembleToken(parts, signature));
}

function sealedEarlier(pdf: Uint8Array): Uint8Array {
  const text = Buffer.from(pdf).toString("latin1");
  const earlier = text.replace(/(?<=\/M\(D:)[0-9]{4}/, (year) => String(Number(year) - 1));
  return new Uint8Array(Buffer.from(earlier, "latin1"));
}

/** A digit of the signature's last bytes, which stand before the zeros that fill the room for the seal. */
function withChangedSeal(pdf: Uint8Array): Uint8Array {
  const text = Buffer.from(pdf).toString("latin1");
  const [filled] = /(?<=\/Contents<)[0-9a-f]+?(?=0*>)/.exec(text) ?? [""];
  const place = text.indexOf(filled) + filled.length - 3;
  const digit = text[place] === "0" ? "1" : "0";
  return new Uint8Array(Buffer.from(text.slice(0, place) + digit + text.slice(place + 1), "latin1"));
}

function concat(one: Uint8Array, other: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.concat([one, other]));
}
