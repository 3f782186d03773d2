// SPDX-License-Identifier: Apache-2.0
import { nodeCrypto } from "../../adapters/node-crypto/index.js";
import { rememberingVerdicts } from "../../adapters/node-crypto/remembered-verdicts.js";
import type { VerifyOptions as CliVerifyOptions } from "../../cli/tally.js";
import type { Crypto } from "../../core/crypto.js";
import type { VerifyDocument } from "../../http/verification/verifier.js";
import type { Renderer } from "../../render/index.js";
import {
  type DocumentInput,
  type ProofSource,
  type Report,
  type Rerender,
  type RevocationListSource,
  type TypeSource,
  verifyCertificate,
} from "../../verify/index.js";
import type { RegistryAccess } from "../../verify/registry.js";
import type { RecognitionRule, Trust } from "../../verify/trust.js";
import type { Config } from "../config.js";
import type { PinnedNetwork } from "../pinned-network.js";

export interface VerificationParts {
  readonly config: Pick<Config, "maxAnchorDelaySeconds" | "maxHeadAgeSeconds">;
  readonly network: Pick<PinnedNetwork, "chainId" | "registry">;
  readonly registry: RegistryAccess;
  readonly renderer: Renderer;
  readonly mirror?: ProofSource;
  readonly types?: TypeSource;
  readonly recognition?: readonly RecognitionRule[];
  /** Revocation lists of seals; absent: those of `VerifyOptions` alone. */
  readonly revocationLists?: RevocationListSource;
  /** DER. */
  readonly timestampAuthorities?: readonly Uint8Array[];
  /** Default: the one that verifies signatures beside other work. */
  readonly crypto?: Crypto;
}

export interface RegionVerifyOptions extends CliVerifyOptions {
  /** In place of the registry of the deployment: a look at it that several documents share. */
  readonly registry?: RegistryAccess;
}

/** Of two signatures a licence; 130 bytes each. */
const REMEMBERED_VERDICTS = 4_096;

/** The library with this region's own trust, registry, mirror and renderer. PDFs are always rendered again and compared. */
export function createVerification(parts: VerificationParts) {
  const { mirror, types, renderer } = parts;
  const trust = trustOf(parts);
  const crypto = rememberingVerdicts(parts.crypto ?? nodeCrypto, REMEMBERED_VERDICTS);
  return (
    document: DocumentInput,
    { at, purpose, registry = parts.registry, revocationLists = [] }: RegionVerifyOptions = {},
  ): Promise<Report> =>
    verifyCertificate(document, {
      trust,
      registry,
      now: new Date(),
      crypto,
      rerender: rerenderWith(renderer),
      revocationLists: {
        findRevocationLists: async (ca) => [
          ...revocationLists,
          ...((await parts.revocationLists?.findRevocationLists(ca)) ?? []),
        ],
      },
      ...(mirror === undefined ? {} : { mirror }),
      ...(types === undefined ? {} : { types }),
      ...(at === undefined ? {} : { at }),
      ...(purpose === undefined ? {} : { purpose }),
    });
}

export function trustOf({
  config,
  network,
  recognition,
  timestampAuthorities,
}: Pick<VerificationParts, "config" | "network" | "recognition" | "timestampAuthorities">): Trust {
  return {
    chainId: network.chainId,
    registry: network.registry,
    maxAnchorDelay: config.maxAnchorDelaySeconds,
    ...(config.maxHeadAgeSeconds === null ? {} : { maxHeadAge: config.maxHeadAgeSeconds }),
    ...(recognition === undefined ? {} : { recognition }),
    ...(timestampAuthorities === undefined ? {} : { timestampAuthorities }),
  };
}

/** Only the very renderer that drew a page can say that the page is as it drew it. */
export function rerenderWith(renderer: Renderer): Rerender {
  return async ({ certificate, evidence, type, renderer: named, seal, copy }) => {
    if (renderer.rendererId(type) !== named) return null;
    if (copy) {
      const input = { certificate, type, copy: { statement: copy, evidence } };
      return seal === null ? renderer.renderCopy(input) : renderer.renderSealedCopy({ ...input, seal }).bytes;
    }
    const input = { certificate, evidence, type };
    return seal === null ? renderer.render(input) : renderer.renderSealed({ ...input, seal }).bytes;
  };
}

/**
 * As the region's own offices ask: recognition is judged for this region, and the matter that the caller names. At the head of `registry`,
 * where one is given.
 */
export function forRegion(
  verify: ReturnType<typeof createVerification>,
  region: string,
  registry?: RegistryAccess,
): VerifyDocument {
  return (document, { at, matter } = {}) =>
    verify(document, {
      ...(at === undefined ? {} : { at }),
      ...(registry === undefined ? {} : { registry }),
      purpose: { region, ...(matter === undefined ? {} : { matter }) },
    });
}
