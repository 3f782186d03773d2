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
  type TypeSource,
  verifyCertificate,
} from "../../verify/index.js";
import type { RegistryAccess } from "../../verify/registry.js";
import type { RecognitionRule, Trust } from "../../verify/trust.js";
import type { PinnedNetwork } from "../compose.js";
import type { Config } from "../config.js";

export interface VerificationParts {
  readonly config: Pick<Config, "maxAnchorDelaySeconds" | "maxHeadAgeSeconds">;
  readonly network: Pick<PinnedNetwork, "chainId" | "registry">;
  readonly registry: RegistryAccess;
  readonly renderer: Renderer;
  readonly mirror?: ProofSource;
  readonly types?: TypeSource;
  readonly recognition?: readonly RecognitionRule[];
  /** Default: the one that verifies signatures beside other work. */
  readonly crypto?: Crypto;
}

export interface VerifyTogetherOptions extends CliVerifyOptions {
  /** Documents that are verified with the same object here are judged at one head, read when the first of them is asked about. */
  readonly together?: object;
}

/** Of two signatures a licence; 130 bytes each. */
const REMEMBERED_VERDICTS = 4_096;

/** The library with this region's own trust, registry, mirror and renderer. PDFs are always rendered again and compared. */
export function createVerification(parts: VerificationParts) {
  const { registry, mirror, types, renderer } = parts;
  const trust = trustOf(parts);
  const crypto = rememberingVerdicts(parts.crypto ?? nodeCrypto, REMEMBERED_VERDICTS);
  const atOneHead = accessTogether(registry);
  return (document: DocumentInput, { at, purpose, together }: VerifyTogetherOptions = {}): Promise<Report> =>
    verifyCertificate(document, {
      trust,
      registry: together === undefined ? registry : atOneHead(together),
      now: new Date(),
      crypto,
      rerender: rerenderWith(renderer),
      ...(mirror === undefined ? {} : { mirror }),
      ...(types === undefined ? {} : { types }),
      ...(at === undefined ? {} : { at }),
      ...(purpose === undefined ? {} : { purpose }),
    });
}

/** The registry at the head that was read for the first document of a group; forgotten with the group. */
function accessTogether(registry: RegistryAccess): (together: object) => RegistryAccess {
  const groups = new WeakMap<object, RegistryAccess>();
  return (together) => {
    const known = groups.get(together);
    if (known !== undefined) return known;
    const snapshot = registry.snapshot();
    const access: RegistryAccess = { snapshot: () => snapshot };
    groups.set(together, access);
    return access;
  };
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

/** As the region's own offices ask: recognition is judged for this region, and the matter that the caller names. */
export function forRegion(verify: ReturnType<typeof createVerification>, region: string): VerifyDocument {
  return (document, { at, matter, together } = {}) =>
    verify(document, {
      ...(at === undefined ? {} : { at }),
      ...(together === undefined ? {} : { together }),
      purpose: { region, ...(matter === undefined ? {} : { matter }) },
    });
}
