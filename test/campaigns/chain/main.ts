// SPDX-License-Identifier: Apache-2.0
// npm run test:chain -- --seed 1 --json [--only WORDS]
import { parseArgs } from "node:util";
import { chainCampaign } from "./campaign.js";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    /** Only scenes whose name matches this regular expression. */
    only: { type: "string", default: "" },
    json: { type: "boolean", default: false },
  },
});
if (!/^\d{1,9}$/.test(values.seed)) throw new Error(`--seed is ${values.seed}; it takes a whole number from 0`);

const result = await chainCampaign({
  seed: Number(values.seed),
  wanted: ({ name }) => new RegExp(values.only).test(name),
  say: (text) => console.error(text),
});
const { ok, scenes, skipped, broken, acknowledged, lost, doubled, seconds } = result;
console.log(
  values.json
    ? JSON.stringify(result)
    : `${ok ? "ok" : "NOT OK"}: ${scenes} scenes in ${seconds} s, ${broken} broken off, ${skipped.length} skipped, ` +
        `${acknowledged} certificates acknowledged, ${lost} lost, ${doubled} doubled`,
);
process.exitCode = ok ? 0 : 1;
