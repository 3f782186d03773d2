// SPDX-License-Identifier: Apache-2.0
import { LICENCE_CONTEXT, VC_CONTEXT } from "../certificate.js";

/**
 * SHA-256 over the canonical JSON of the two contexts that a certificate names. Software that does process JSON-LD must bundle
 * documents with these digests; nothing is fetched while verifying.
 */
export const CONTEXT_DIGESTS = {
  [VC_CONTEXT]: "b463c8d6a066214123ddd9827b135e1b50e1fc73322cc52a9b12a4f1fc7d86cf",
  [LICENCE_CONTEXT]: "5743a33d33010033f96d27bcceafb3940db0dc97b5b715ee123088b7a3cdf68c",
} as const;
