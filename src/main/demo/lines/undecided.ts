// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from "node:crypto";
import { toBase64Url } from "../../../core/base64.js";
import type { UnsignedCertificate } from "../../../core/certificate.js";
import { qrText } from "../../../core/digits.js";
import type { AnchoredEvidence } from "../../../core/evidence.js";
import type { LicenceDocument } from "../../../domain/issuance/index.js";
import { anchorLicences, type MadeLicence, makeLicence, withoutProof } from "../forger.js";
import { type Line, standingUndecided, undecided } from "../line.js";
import { ANHUI, SHANGHAI } from "../stage.js";
import { documentOf, HOST } from "./documents.js";
import type { Props } from "./props.js";

/** What nobody here can know, so nobody says. */
export function undecidedLines({ rehearsed, pending, shanghai, stolen, agencies, odd }: Props): Line[] {
  const { document } = rehearsed.genuine;
  const { evidence } = document as { evidence: AnchoredEvidence };
  const sign = async (): Promise<MadeLicence> => {
    const signer = await stolen.signerOf(agencies.main);
    return makeLicence({ ...withoutProof(document.certificate), ...freshNonce(document) }, document.type, { signer });
  };
  const first = rehearsed.genuine;
  const wholeBatch = { ...evidence, batch: { ...evidence.batch, size: evidence.batch.size + 1 } };
  return [
    {
      step: "root invented with a consistent path",
      expected: undecided("anchor.root-not-recorded"),
      verify: async () =>
        shanghai.json(documentOf((await anchorLicences([await sign(), await sign()], ANHUI, null))[0]!)),
    },
    {
      step: "size changed so that the path still fits",
      expected: undecided("anchor.root-not-recorded"),
      verify: () => shanghai.json({ ...first.document, evidence: wholeBatch }),
    },
    {
      step: "anchored by another region",
      expected: undecided("anchor.root-not-recorded"),
      verify: async () => {
        const [anchored] = await anchorLicences([await sign()], SHANGHAI, stolen.anchoringFor(SHANGHAI));
        return shanghai.json(documentOf(anchored!));
      },
    },
    {
      step: "token not in the mirror",
      expected: undecided("anchor.not-in-mirror"),
      verify: async () => {
        const [anchored] = await anchorLicences([await sign()], ANHUI, stolen.anchoringFor(ANHUI));
        return shanghai.code(qrText(HOST, anchored!.token));
      },
    },
    {
      step: "still pending",
      expected: undecided("anchor.pending"),
      verify: () => shanghai.json(pending.document),
    },
    {
      step: "format of a later version",
      expected: undecided("format.version-unsupported"),
      verify: () => shanghai.json({ ...document, formatVersion: 2 }),
    },
    {
      step: "key not yet seen by a node that lags",
      expected: undecided("registry.behind"),
      verify: () => shanghai.elsewhere(rehearsed.late.document, { TALLY_CHAIN_URLS: odd.lagging }),
    },
    {
      step: "chain unreachable",
      expected: undecided("registry.unreachable"),
      verify: () => shanghai.elsewhere(document, { TALLY_CHAIN_URLS: odd.dead }),
    },
    {
      step: "chain with another id",
      expected: undecided("registry.wrong-chain"),
      verify: () => shanghai.elsewhere(document, { TALLY_CHAIN_URLS: odd.otherChain }),
    },
    {
      step: "node that returns garbage",
      expected: undecided("registry.garbage"),
      verify: () => shanghai.elsewhere(document, { TALLY_CHAIN_URLS: odd.garbage }),
    },
    {
      step: "head too old (maxHeadAge 1 s)",
      expected: standingUndecided("registry.stale"),
      verify: () => shanghai.elsewhere(document, { TALLY_MAX_HEAD_AGE: "1" }),
    },
  ];
}

function freshNonce({ certificate }: LicenceDocument): Pick<UnsignedCertificate, "credentialSubject"> {
  return { credentialSubject: { ...certificate.credentialSubject, nonce: toBase64Url(randomBytes(16)) } };
}
