// SPDX-License-Identifier: Apache-2.0
import { setTimeout as pause } from "node:timers/promises";
import type { FrailSet } from "../../adapters/mongo/frail-set.js";
import type { Seeded } from "../seeded.js";

/** What befalls the replica set in one round, and for how long. */
export interface Trouble {
  readonly what: "primary-killed" | "primary-stopped" | "stepped-down" | "secondary-killed" | "majority-killed";
  readonly lastsMs: number;
}

/** Longer than the two seconds after which the others elect a new primary. */
const BEYOND_ELECTION = { least: 3_000, most: 14_000 };

/** In the first rounds each once, so that a short campaign meets them all; then as the seed draws. */
export function troubleOf(round: number, random: Seeded): Trouble {
  const kinds = ["primary-stopped", "primary-killed", "majority-killed", "stepped-down", "secondary-killed"] as const;
  const what = kinds[round] ?? random.pick([...kinds.slice(0, 2), ...kinds]);
  const lastsMs = {
    "primary-stopped": random.whole(BEYOND_ELECTION.least, BEYOND_ELECTION.most),
    "primary-killed": random.whole(500, 6_000),
    "majority-killed": random.whole(22_000, 34_000),
    "stepped-down": random.whole(500, 3_000),
    "secondary-killed": random.whole(500, 4_000),
  }[what];
  return { what, lastsMs };
}

/** Brings it about and takes it away again; `meanwhile` runs in between, for as long as it lasts at most. */
export async function suffer(set: FrailSet, { what, lastsMs }: Trouble, meanwhile: () => Promise<void>): Promise<void> {
  const [first, second] = await set.secondaries();
  if (what === "primary-stopped") set.stop(await set.primary());
  if (what === "primary-killed") await set.kill(await set.primary());
  if (what === "stepped-down") await set.stepDown();
  if (what === "secondary-killed") await set.kill(first!);
  if (what === "majority-killed") await Promise.all([set.kill(first!), set.kill(second!)]);
  await Promise.all([pause(lastsMs), meanwhile()]);
  set.revive();
  await set.healthy();
}
