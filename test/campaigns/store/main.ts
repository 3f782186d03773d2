// SPDX-License-Identifier: Apache-2.0
// npm run test:store -- --rounds 20 --seed 1 --json
import { parseArgs } from "node:util";
import { findMongod } from "../../../src/main/mongod/find-mongod.js";
import { storeCampaign } from "./campaign.js";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "20" },
    seed: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  },
});

function whole(name: string, text: string, least: number): number {
  if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text);
  throw new Error(`--${name} is ${text}; it takes a whole number from ${least}`);
}

const say = (text: string): void => console.error(text);
const found = await findMongod({ environment: process.env, say });
if (found.path === null) throw new Error(found.why);
const result = await storeCampaign({
  mongod: found.path,
  rounds: whole("rounds", values.rounds, 1),
  seed: whole("seed", values.seed, 0),
  say,
});
const { ok, rounds, acknowledged, lost, doubled, seconds } = result;
console.log(
  values.json
    ? JSON.stringify(result)
    : `${ok ? "ok" : "NOT OK"}: ${rounds} rounds in ${seconds} s, ${acknowledged} certificates acknowledged, ${lost} lost, ${doubled} doubled`,
);
process.exitCode = ok ? 0 : 1;
