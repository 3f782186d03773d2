// SPDX-License-Identifier: Apache-2.0
import { nodeCrypto as crypto } from "../../src/adapters/node-crypto/index.js";
import { formatUtcInstant, parseShanghaiInstant } from "../../src/core/calendar.js";
import { certificateDigest } from "../../src/core/certificate-reader.js";
import { copyDigest } from "../../src/core/copy/copy-reader.js";
import type { CopyStatement, UnsignedCopyStatement } from "../../src/core/copy/copy-statement.js";
import { type CopyTokenClaims, copyClaimsFor, copyTokenSigningInput } from "../../src/core/copy/copy-token.js";
import { attachProof, proofSigningInput } from "../../src/core/data-integrity.js";
import { copyEntry } from "../../src/core/entry.js";
import { pendingEvidence } from "../../src/core/evidence-reader.js";
import { toHex } from "../../src/core/hex.js";
import { leafHash } from "../../src/core/merkle.js";
import { keyDigest, keyIdOf } from "../../src/core/multikey.js";
import { assembleToken } from "../../src/core/token-envelope.js";
import type { CopyRenderInput } from "../../src/render/index.js";
import type { Issued, TestKey, World } from "./fixture.js";

const DAY = 86_400;

/** As validFrom is written, a number of seconds since 1970. */
export const inShanghai = (seconds: number) =>
  `${new Date((seconds + 8 * 3_600) * 1000).toISOString().slice(0, 19)}+08:00`;

type MakingWorld = Pick<World, "agency" | "anchor" | "issue" | "registry" | "type">;

export interface CopyOptions {
  readonly key?: TestKey;
  readonly changes?: Partial<UnsignedCopyStatement>;
  /** Changes the statement after it was signed. */
  readonly after?: (statement: CopyStatement) => CopyStatement;
  readonly claims?: (claims: CopyTokenClaims) => CopyTokenClaims;
  readonly tokenKey?: TestKey;
}

/** A reader's copy: token, evidence and leaf are its own, so that a world anchors it and a mirror has it as any licence. */
export interface Copied extends Issued {
  readonly statement: CopyStatement;
}

/** A copy of this licence that the world's agency makes now, for thirty days; pending. */
export function makeCopy(
  world: MakingWorld,
  { certificate, statusIndex }: Issued,
  { key = world.agency.key, changes, after, claims, tokenKey = key }: CopyOptions = {},
): Copied {
  const digest = certificateDigest(crypto, certificate);
  const unsigned: UnsignedCopyStatement = {
    format: "tigertally-copy",
    formatVersion: 1,
    issuer: world.agency.did,
    certificateIdentifier: certificate.credentialSubject.certificateIdentifier,
    certificateDigest: toHex(digest),
    copyNumber: "ICEiIyQlJicoKSorLC0uLw",
    user: "邻省示例县市场监督管理局行政许可窗口",
    matter: "食品经营许可变更",
    certificateCopyCreator: world.agency.name,
    certificateCopyCreatorCode: world.agency.code,
    certificateCopyCreationTime: inShanghai(world.registry.time),
    certificateCopyCause: "持证主体申请异地办理",
    certificateCopyExpiringTime: inShanghai(world.registry.time + 30 * DAY),
    ...changes,
  };
  const proof = {
    created: formatUtcInstant(parseShanghaiInstant(unsigned.certificateCopyCreationTime) as number),
    verificationMethod: `${unsigned.issuer}#${key.multikey.text}`,
  };
  const signed = attachProof(unsigned, proof, crypto.sign(key.seed, proofSigningInput(crypto, unsigned, proof)));
  const statement = after?.(signed) ?? signed;
  const said = copyClaimsFor(statement, certificate, copyDigest(crypto, statement));
  const parts = copyTokenSigningInput(claims?.(said) ?? said, keyIdOf(keyDigest(crypto, key.multikey.bytes)));
  const token = assembleToken(parts, crypto.sign(tokenKey.seed, parts.toSign));
  const leaf = leafHash(crypto, copyEntry(digest, crypto.sha256(token)));
  return { certificate, token, evidence: pendingEvidence(token), statusIndex, leaf, statement };
}

/** The same, anchored between two licences, a minute later. */
export function makeAnchoredCopy(world: MakingWorld, issued: Issued, options: CopyOptions = {}): Copied {
  return anchorCopy(world, makeCopy(world, issued, options));
}

export function anchorCopy(world: MakingWorld, copy: Copied, options: Parameters<World["anchor"]>[1] = {}): Copied {
  const anchored = world.anchor([world.issue(), copy, world.issue()], options).issued[1]!;
  world.registry.advance(60);
  return { ...anchored, statement: copy.statement };
}

/** What a renderer makes the copy's file of. */
export function copyInput({ type }: MakingWorld, { certificate, statement, evidence }: Copied): CopyRenderInput {
  return { certificate, type, copy: { statement, evidence } };
}
