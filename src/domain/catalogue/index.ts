// SPDX-License-Identifier: Apache-2.0
export type { Catalogue, TypeSummary } from "./catalogue.js";
export type { CatalogueStore, PublishedType } from "./catalogue-store.js";
export type { CompiledType, FieldProblem } from "./compiled-type.js";
