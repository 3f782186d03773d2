// SPDX-License-Identifier: Apache-2.0
export { type Catalogue, type CatalogueDependencies, createCatalogue, type TypeSummary } from "./catalogue.js";
export type { CatalogueStore, PublishedType } from "./catalogue-store.js";
export { type CompiledType, compileType } from "./compiled-type.js";
export { escapePointer } from "./face-validator.js";
export type { FieldProblem } from "./field-problem.js";
export { createTypePreviews, type TypePreviews, type TypePreviewsDependencies } from "./type-previews.js";
