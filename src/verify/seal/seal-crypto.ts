// SPDX-License-Identifier: Apache-2.0
import type { Crypto } from "../../core/crypto.js";

/** The primitives that judge a seal, fast or portable. */
export type SealCrypto = Crypto & Required<Pick<Crypto, "verifyP256">>;
