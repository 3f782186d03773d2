// SPDX-License-Identifier: Apache-2.0
import { type InjectionKey, inject } from "vue";
import type { DeskApi } from "./desk-api.js";

export const API: InjectionKey<DeskApi> = Symbol("api");

export function useApi(): DeskApi {
  const api = inject(API);
  if (api === undefined) throw new Error("a view stands outside the desk");
  return api;
}
