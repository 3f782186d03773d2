// SPDX-License-Identifier: Apache-2.0
export type { Agency } from "./agency.js";
export type { AgencyStore } from "./agency-store.js";
