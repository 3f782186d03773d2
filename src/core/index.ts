// SPDX-License-Identifier: Apache-2.0

/** The public face of the core; inside the project modules import the single files. */
export * from "./base58.js";
export * from "./base64.js";
export * from "./bytes.js";
export * from "./calendar.js";
export * from "./canonical-json.js";
export * from "./certificate.js";
export * from "./certificate-reader.js";
export * from "./contexts/digests.js";
export * from "./contexts/licence-v1.js";
export * from "./crypto.js";
export * from "./data-integrity.js";
export * from "./digits.js";
export * from "./entry.js";
export * from "./errors.js";
export * from "./evidence.js";
export * from "./evidence-reader.js";
export * from "./hex.js";
export * from "./identifiers/certificate-identifier.js";
export * from "./identifiers/citizen-id.js";
export * from "./identifiers/iso7064.js";
export * from "./identifiers/packed-identifier.js";
export * from "./identifiers/uscc.js";
export * from "./json.js";
export * from "./json-pointer.js";
export * from "./merkle.js";
export * from "./multikey.js";
export * from "./portable-crypto.js";
export * from "./strict-json.js";
export * from "./text.js";
export * from "./token.js";
export * from "./token-budget.js";
export * from "./token-claims.js";
export * from "./type-definition.js";
export * from "./type-reader.js";
