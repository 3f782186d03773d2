// SPDX-License-Identifier: Apache-2.0
import { type InjectionKey, inject } from "vue";
import type { Search } from "./use-search.js";

export const SEARCH: InjectionKey<Search> = Symbol("search");

export function useSearch(): Search {
  const search = inject(SEARCH);
  if (search === undefined) throw new Error("a view stands outside the desk");
  return search;
}
