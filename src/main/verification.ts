// SPDX-License-Identifier: Apache-2.0
import { nodeCrypto } from "../adapters/node-crypto/index.js";
import type { VerifyOptions as CliVerifyOptions } from "../cli/tally.js";
import type { Renderer } from "../render/index.js";
import {
  type DocumentInput,
  type ProofSource,
  type Report,
  type Rerender,
  type TypeSource,
  verifyCertificate,
} from "../verify/index.js";
import type { RegistryAccess } from "../verify/registry.js";
import type { RecognitionRule, Trust } from "../verify/trust.js";
import type { PinnedNetwork } from "./compose.js";
import type { Config } from "./config.js";

export interface VerificationParts {
  readonly config: Config;
  readonly network: PinnedNetwork;
  readonly registry: RegistryAccess;
  readonly renderer: Renderer;
  readonly mirror?: ProofSource;
  readonly types?: TypeSource;
  readonly recognition?: readonly RecognitionRule[];
}

/** The library with this region's own trust, registry, mirror and renderer. PDFs are always rendered again and compared. */
export function createVerification(parts: VerificationParts) {
  const { registry, mirror, types, renderer } = parts;
  const trust = trustOf(parts);
  return (document: DocumentInput, { at, purpose }: CliVerifyOptions = {}): Promise<Report> =>
    verifyCertificate(document, {
      trust,
      registry,
      now: new Date(),
      crypto: nodeCrypto,
      rerender: rerenderWith(renderer),
      ...(mirror === undefined ? {} : { mirror }),
      ...(types === undefined ? {} : { types }),
      ...(at === undefined ? {} : { at }),
      ...(purpose === undefined ? {} : { purpose }),
    });
}

function trustOf({ config, network, recognition }: VerificationParts): Trust {
  return {
    chainId: network.chainId,
    registry: network.registry,
    maxAnchorDelay: config.maxAnchorDelaySeconds,
    ...(config.maxHeadAgeSeconds === null ? {} : { maxHeadAge: config.maxHeadAgeSeconds }),
    ...(recognition === undefined ? {} : { recognition }),
  };
}

/** Only the very renderer that drew a page can say that the page is as it drew it. */
function rerenderWith(renderer: Renderer): Rerender {
  return async ({ certificate, evidence, type, renderer: named }) =>
    renderer.rendererId(type) === named ? renderer.render({ certificate, evidence, type }) : null;
}
