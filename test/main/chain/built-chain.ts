// SPDX-License-Identifier: Apache-2.0
import type * as Source from "../../../src/main/chain/spawn-chain.js";

/** What `npm test` has built, as a service starts it; a start from TypeScript costs twice as much. */
export const SPAWN_CHAIN = new URL("../../../dist/main/chain/spawn-chain.js", import.meta.url).href;

export const { spawnChain } = (await import(SPAWN_CHAIN)) as typeof Source;
