// SPDX-License-Identifier: Apache-2.0
// npm run test:crash -- --store sqlite --kills 100 --seed 1 --json
import { parseArgs } from "node:util";
import { crashCampaign } from "./campaign.js";
import { STORES } from "./stores.js";

const { values } = parseArgs({
  options: {
    store: { type: "string", default: "sqlite" },
    kills: { type: "string", default: "100" },
    seed: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  },
});

function whole(name: string, text: string, least: number): number {
  if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text);
  throw new Error(`--${name} is ${text}; it takes a whole number from ${least}`);
}

const store = STORES[values.store];
if (store === undefined)
  throw new Error(`there is no store ${values.store}; there are ${Object.keys(STORES).join(", ")}`);
const absent = await store.absent();
if (absent !== null) throw new Error(`${values.store} cannot be tried: ${absent}`);
const result = await crashCampaign({
  store,
  kills: whole("kills", values.kills, 1),
  seed: whole("seed", values.seed, 0),
  say: (text) => console.error(text),
});
const { ok, kills, acknowledged, lost, doubled, seconds } = result;
console.log(
  values.json
    ? JSON.stringify(result)
    : `${ok ? "ok" : "NOT OK"}: ${kills} kills in ${seconds} s, ${acknowledged} certificates acknowledged, ${lost} lost, ${doubled} doubled`,
);
process.exitCode = ok ? 0 : 1;
