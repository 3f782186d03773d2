// SPDX-License-Identifier: Apache-2.0
import type { Crypto } from "../../core/crypto.js";
import { auditHeadDigest, auditHeadEntry } from "../../core/entry.js";
import { fromHex, toHex } from "../../core/hex.js";
import { leafHash } from "../../core/merkle.js";
import type { BatchName } from "./chain-port.js";

/** How far the audit log goes, and the hash of the event there (`eventHash`). */
export interface AuditHead {
  readonly sequence: number;
  /** Hex. */
  readonly hash: string;
}

/** A batch of one entry, and what that entry is. */
export interface AuditHeadBatch extends BatchName {
  readonly head: AuditHead;
}

/** The batch that anchors a head: a tree of one leaf, whose root is the leaf. */
export function auditHeadBatch(crypto: Crypto, region: string, head: AuditHead): AuditHeadBatch {
  const digest = auditHeadDigest(crypto, { region, sequence: head.sequence, hash: fromHex(head.hash, "hash") });
  return { region, root: toHex(leafHash(crypto, auditHeadEntry(digest))), size: 1, head };
}
