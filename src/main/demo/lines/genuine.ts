// SPDX-License-Identifier: Apache-2.0

import type { FetchedLicence } from "../anhui.js";
import { type Line, valid } from "../line.js";
import { codeOf, withEvidence } from "./documents.js";
import type { Props } from "./props.js";

/** What must be accepted. */
export function genuineLines({ rehearsed, shanghai }: Props): Line[] {
  const { genuine } = rehearsed;
  const json = (step: string, licence: FetchedLicence, remark?: string): Line => ({
    step,
    expected: valid,
    ...(remark === undefined ? {} : { remark }),
    verify: () => shanghai.json(licence.document),
  });
  const sealed = (step: string, licence: FetchedLicence): Line => ({
    step,
    expected: valid,
    passes: "seal",
    verify: () => shanghai.pdf(licence.pdf),
  });
  return [
    { step: "genuine PDF", expected: valid, verify: () => shanghai.pdf(genuine.pdf) },
    sealed("sealed PDF", rehearsed.sealed),
    {
      ...sealed("sealed by an agency that may seal for it", rehearsed.sealedByAnother),
      remark: "issuer.key-retired-since",
    },
    {
      step: "reader's copy for a landlord",
      expected: valid,
      passes: "copy",
      verify: () => shanghai.pdf(rehearsed.copied.pdf),
    },
    json("genuine JSON", genuine),
    { step: "genuine QR code", expected: valid, verify: () => shanghai.code(codeOf(genuine)) },
    json("released after suspension", rehearsed.released),
    json("key retired after anchoring", rehearsed.keyRetired, "issuer.key-retired-since"),
    json("key compromised after anchoring", rehearsed.keyStolenLater, "issuer.key-compromised-since"),
    json("agency suspended after anchoring", rehearsed.agencySuspended, "issuer.agency-suspended-since"),
    {
      step: "foreign hints in the evidence",
      expected: valid,
      remark: "anchor.foreign-hints",
      verify: () => shanghai.json(withEvidence(genuine.document, { anchors: [FOREIGN_HINT] })),
    },
  ];
}

const FOREIGN_HINT = {
  chainId: 1,
  registry: "0x00000000219ab540356cBB839Cbe05303d7705Fa",
  block: 7,
  time: "2020-01-01T00:00:00Z",
  tx: `0x${"ab".repeat(32)}`,
};
