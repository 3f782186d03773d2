// SPDX-License-Identifier: Apache-2.0
import { recordDigest } from "../audit/index.js";

/** An issuing agency 发证机构 of the region that this deployment serves. */
export interface Agency {
  /** USCC; unique on the network. */
  readonly code: string;
  readonly name: string;
  /** GB/T 2260 code of the province-level region, e.g. 340000. */
  readonly region: string;
  /** GB/T 2260 code of the area the agency is responsible for, e.g. 340100. */
  readonly areaCode: string;
  /** `did:web:<host>:agencies:<code>`. */
  readonly did: string;
  /** SHA-256 of the Multikey bytes of its current signing key, lower-case hex; null until it has one. */
  readonly keyDigest: string | null;
  /** It signs nothing while it is: no verifier would accept what is anchored in that time. */
  readonly suspended: boolean;
}

/** Of what an agency is registered with and keeps; on record with its registration. */
export function agencyDigest({ code, name, region, areaCode, did }: Agency): Uint8Array {
  return recordDigest({ code, name, region, areaCode, did });
}
