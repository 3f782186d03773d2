// SPDX-License-Identifier: Apache-2.0
export type * from "./certificate-store.js";
export type * from "./certificate-view.js";
export type * from "./change-request.js";
export type * from "./issuance.js";
export type * from "./issue-request.js";
export type * from "./ports.js";
export type * from "./status-index-store.js";
