// SPDX-License-Identifier: Apache-2.0
import type { RevocationListSource } from "../sources.js";
import type { TrustBundle } from "./trust-bundle.js";

/** The lists that the bundle carries; the verifier takes of them what the seal's CA signed. */
export function bundleRevocationLists({ revocationLists }: TrustBundle): RevocationListSource {
  return { findRevocationLists: async () => revocationLists };
}
