// SPDX-License-Identifier: Apache-2.0
import { equalBytes } from "../../core/bytes.js";
import type { Crypto } from "../../core/crypto.js";
import { copyEntry, licenceEntry } from "../../core/entry.js";
import type { AnchoredEvidence } from "../../core/evidence.js";
import { isAnchored, pathOf } from "../../core/evidence-reader.js";
import { fromHex } from "../../core/hex.js";
import { leafHash, rootAbove } from "../../core/merkle.js";
import { absent } from "../absence.js";
import { type Answer, known, notKnown } from "../answer.js";
import type { CheckContext } from "../context.js";
import type { LicenceDocument } from "../document.js";
import { type Finding, findingsOf } from "../finding.js";
import type { AnchorRecord } from "../registry.js";
import type { Remark } from "../report.js";
import type { LeafProof } from "../sources.js";
import { laterThanStated } from "../stated-dates.js";
import { isTrusted } from "../trust.js";

const findings = findingsOf("anchor");
const { pass, fail, unknown, unanswered } = findings;

/** Passes when both halves together, or a reader's copy of the licence, are an entry of a batch that the issuer's region recorded on the verifier's chain. */
export async function checkAnchor(context: CheckContext): Promise<Finding> {
  const entry = entryOf(context.document);
  if (!entry) return unknown("anchor.evidence-missing");
  const leaf = leafHash(context.crypto, entry);
  const proof = await findProof(context, leaf);
  if (!proof.known) return unanswered(proof);

  const { root, size } = proof.value;
  if (!isProven(context.crypto, leaf, proof.value))
    // A proof that does not hold is the document's fault only when the document brought it.
    return proof.value.source === "evidence" ? fail("anchor.proof-mismatch") : unknown("anchor.mirror-failed");

  // The region comes from the issuer, never from the evidence: a batch of another region proves nothing here.
  const { region } = context.issuer;
  if (!region.known) return unanswered(region);
  if (region.value === null) return unproven(absent(context, findings, "issuer.key-not-registered"));
  const anchor = await context.registry.findAnchor(region.value, root, size);
  if (!anchor.known) return unanswered(anchor);
  // Not seeing it is no evidence of forgery: the node may lag, or know another chain.
  if (!anchor.value || anchor.value.anchoredAt === 0)
    return unproven(absent(context, findings, "anchor.root-not-recorded"));
  return { ...judge(anchor.value, context), anchoredAt: anchor.value.anchoredAt };
}

function judge({ anchoredAt, disowned }: AnchorRecord, context: CheckContext): Finding {
  if (disowned) {
    const { head } = context.registry;
    if (!head.known) return unanswered(head);
    return disowned.effectiveAt <= head.value.time ? fail("anchor.root-disowned") : unknown("anchor.root-disputed");
  }
  return pass([...laterThanStated(context.document, anchoredAt), ...foreignHints(context)]);
}

/** What is missing here may be recorded elsewhere, so it is never a `fail` of this check; the issuer check may still be. */
function unproven({ result }: Finding): Finding {
  return result.outcome === "fail" ? unknown(result.reason) : { result };
}

/** Null for a bare certificate: without its token it has no leaf. */
export function entryOf(document: LicenceDocument): Uint8Array | null {
  if (document.form === "token") {
    const { certificateDigest } = document.token.claims;
    return document.kind === "copy"
      ? copyEntry(certificateDigest, document.tokenDigest)
      : licenceEntry(certificateDigest, document.tokenDigest);
  }
  const { certificateDigest, evidence, copy } = document;
  if (copy) return copyEntry(certificateDigest, copy.evidence.tokenDigest);
  return evidence && licenceEntry(certificateDigest, evidence.tokenDigest);
}

/** Whether the path leads from the leaf to the stated root. */
export function isProven(crypto: Crypto, leaf: Uint8Array, { root, size, index, path }: LeafProof): boolean {
  const reached = rootAbove(crypto, leaf, { index, size, path });
  return reached !== null && equalBytes(reached, fromHex(root));
}

function anchoredEvidence(document: LicenceDocument): AnchoredEvidence | null {
  const evidence = document.form === "token" ? null : (document.copy ?? document).evidence?.content;
  return evidence && isAnchored(evidence) ? evidence : null;
}

type SourcedProof = LeafProof & { readonly source: "evidence" | "mirror" };

/** The document's own proof, else the mirror's: a file downloaded while pending proves itself once the mirror has its batch. */
async function findProof(context: CheckContext, leaf: Uint8Array): Promise<Answer<SourcedProof>> {
  const { document, mirror } = context;
  const evidence = anchoredEvidence(document);
  if (evidence) {
    const { region, root, size } = evidence.batch;
    return known({ region, root, size, index: evidence.index, path: pathOf(evidence), source: "evidence" });
  }
  const mirrored = mirror ? await askMirror(context, leaf) : known(null);
  if (mirrored.known && mirrored.value) return known({ ...mirrored.value, source: "mirror" });
  if (document.form !== "token") return pending(context);
  if (!mirrored.known) return mirrored;
  return notKnown(mirror ? "anchor.not-in-mirror" : "anchor.evidence-missing");
}

export async function askMirror({ mirror, issuer }: CheckContext, leaf: Uint8Array): Promise<Answer<LeafProof | null>> {
  const { region } = issuer;
  try {
    return known((await mirror?.findProof(leaf, region.known ? (region.value ?? undefined) : undefined)) ?? null);
  } catch (error) {
    return notKnown("anchor.mirror-failed", error instanceof Error ? error.message : String(error));
  }
}

function pending({ now, claims, trust }: CheckContext): Answer<never> {
  return notKnown(now - claims.signedAt > trust.maxAnchorDelay ? "anchor.overdue" : "anchor.pending");
}

/** Hints that name another chain or registry prove nothing and disprove nothing; an auditor may want to know. */
function foreignHints({ document, trust }: CheckContext): readonly Remark[] {
  const evidence = anchoredEvidence(document);
  if (!evidence) return [];
  const foreign = evidence.anchors.find((hint) => !isTrusted(trust, hint));
  return foreign ? [{ remark: "anchor.foreign-hints", time: foreign.time }] : [];
}
