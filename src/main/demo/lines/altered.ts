// SPDX-License-Identifier: Apache-2.0
import type { AnchoredEvidence } from "../../../core/evidence.js";
import { fromHex, toHex } from "../../../core/hex.js";
import type { Report } from "../../../verify/report.js";
import { type Line, notGenuine } from "../line.js";
import { set, withEvidence } from "./documents.js";
import type { Props } from "./props.js";

/** What can be done to a genuine JSON document with a text editor. */
export function alteredLines({ rehearsed, shanghai }: Props): Line[] {
  const { document } = rehearsed.genuine;
  const { evidence } = document as { evidence: AnchoredEvidence };
  const other = rehearsed.another.document;
  const edited = (
    step: string,
    reason: Report["reason"],
    pointer: string,
    value: unknown,
    of: object = document,
  ): Line => ({
    step,
    expected: notGenuine(reason),
    verify: () => shanghai.json(set(of, pointer, value)),
  });
  const proof = (step: string, change: Partial<AnchoredEvidence>): Line => ({
    step,
    expected: notGenuine("anchor.proof-mismatch"),
    verify: () => shanghai.json(withEvidence(document, change)),
  });
  const subject = "/certificate/credentialSubject";
  const position = document.certificate.credentialStatus[0].statusListIndex === "7" ? "8" : "7";
  const signatureWrong = "integrity.signature-wrong";
  const text = JSON.stringify(document);
  return [
    edited("field changed", signatureWrong, `${subject}/face/premises`, "安徽省合肥市样例区别处1号"),
    edited("holder changed", signatureWrong, `${subject}/certificateHolder/0/certificateHolder`, "另一家样例小吃店"),
    edited("[] added", signatureWrong, `${subject}/face/extra`, []),
    edited("{} added", signatureWrong, `${subject}/face/extra`, {}),
    // The other licence is one with online operation and without a warehouse.
    edited(`true → "true"`, signatureWrong, `${subject}/face/onlineOperation`, "true", other),
    edited(`null → "null"`, signatureWrong, `${subject}/face/warehouseAddress`, "null", other),
    edited("validUntil extended", signatureWrong, "/certificate/validUntil", "2039-12-31T23:59:59+08:00"),
    {
      step: "status index changed",
      expected: notGenuine(signatureWrong),
      verify: () =>
        shanghai.json(
          set(
            set(document, "/certificate/credentialStatus/0/statusListIndex", position),
            "/certificate/credentialStatus/1/statusListIndex",
            position,
          ),
        ),
    },
    edited(
      "signature bit",
      signatureWrong,
      "/certificate/proof/proofValue",
      flipLastCharacter(document.certificate.proof.proofValue),
    ),
    edited(
      "another agency's verification method",
      "issuer.method-mismatch",
      "/certificate/proof/verificationMethod",
      rehearsed.keyRetired.document.certificate.proof.verificationMethod,
    ),
    proof("path bit", { path: evidence.path.map((hash, i) => (i === 1 ? flipBit(hash) : hash)) }),
    proof("index", { index: evidence.index === 0 ? 1 : evidence.index - 1 }),
    proof("shortened path, an inner node as leaf", innerNodeAsLeaf(evidence)),
    {
      step: "token of another certificate",
      expected: notGenuine("integrity.token-mismatch"),
      verify: () => shanghai.json(withEvidence(document, { token: other.evidence.token })),
    },
    proof("size changed so that the path does not fit", { batch: { ...evidence.batch, size: evidence.index + 1 } }),
    {
      step: "duplicate JSON key",
      expected: notGenuine("format.malformed"),
      verify: () => shanghai.json(text.replace('"validFrom":', '"validFrom":"2020-01-01T00:00:00+08:00","validFrom":')),
    },
  ];
}

function flipBit(hex: string): string {
  const bytes = fromHex(hex);
  bytes[0]! ^= 1;
  return toHex(bytes);
}

/** Of the same alphabet and length, so that the text still decodes. */
function flipLastCharacter(text: string): string {
  return text.slice(0, -1) + (text.endsWith("2") ? "3" : "2");
}

/** Leaves out the lowest step and halves position and size, as if the node above the leaf were one. */
function innerNodeAsLeaf({ batch, index, path }: AnchoredEvidence): Partial<AnchoredEvidence> {
  return { path: path.slice(1), index: index >> 1, batch: { ...batch, size: Math.ceil(batch.size / 2) } };
}
