// SPDX-License-Identifier: Apache-2.0
import { toHex } from "../../core/hex.js";
import { leafHash } from "../../core/merkle.js";
import { absent } from "../absence.js";
import { type Answer, known, notKnown } from "../answer.js";
import type { CheckContext } from "../context.js";
import type { TokenDocument } from "../document.js";
import type { Finding, findingsOf } from "../finding.js";
import type { LeafProof } from "../sources.js";
import { askMirror, entryOf, isProven } from "./anchor.js";

/**
 * What it means that no log names the key of a token. Keys by their id are found in logs alone, and logs are not state: a node
 * may have dropped old ones. A code that a region recorded in a batch is then not called a forgery: a chain that has the batch
 * but not the key contradicts itself. Without such a batch the key was never there.
 */
export async function unlistedKey(
  document: TokenDocument,
  context: CheckContext,
  findings: ReturnType<typeof findingsOf>,
): Promise<Finding> {
  const absence = absent(context, findings, "issuer.key-not-registered");
  if (absence.result.outcome !== "fail") return absence;
  const region = await recordingRegion(document, context);
  if (!region.known) return findings.unanswered(region);
  if (region.value === null) return absence;
  const keyId = toHex(document.token.kid);
  return findings.unknown(
    "registry.garbage",
    `region ${region.value} recorded a batch with this code, but no log has the key ${keyId}: the node may have dropped old logs`,
  );
}

/** Of whichever region; null when the mirror knows no batch with the code, or the chain does not have it. */
async function recordingRegion(document: TokenDocument, context: CheckContext): Promise<Answer<string | null>> {
  const { crypto, registry } = context;
  const leaf = leafHash(crypto, entryOf(document) as Uint8Array);
  const mirrored: Answer<LeafProof | null> = await askMirror(context, leaf);
  if (!mirrored.known) return mirrored;
  const proof = mirrored.value;
  if (!proof) return known(null);
  if (!isProven(crypto, leaf, proof)) return notKnown("anchor.mirror-failed");
  const anchor = await registry.findAnchor(proof.region, proof.root, proof.size);
  if (!anchor.known) return anchor;
  return known(anchor.value && anchor.value.anchoredAt !== 0 ? proof.region : null);
}
