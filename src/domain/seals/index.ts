// SPDX-License-Identifier: Apache-2.0
export * from "./certificate-authority.js";
export * from "./seal-ca.js";
export * from "./seal-certificate-digest.js";
export * from "./seal-delegations.js";
export * from "./seal-key.js";
export * from "./seal-store.js";
export * from "./sealing.js";
