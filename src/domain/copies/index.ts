// SPDX-License-Identifier: Apache-2.0
export { type Copies, type CopiesDependencies, createCopies } from "./copies.js";
export type { CopyRequest } from "./copy-request.js";
export * from "./copy-store.js";
export type { CopyDocument, CopyPage, CopySummary } from "./copy-view.js";
