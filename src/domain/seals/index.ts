// SPDX-License-Identifier: Apache-2.0
export * from "./certificate-authority.js";
export * from "./seal-key.js";
