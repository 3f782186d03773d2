// SPDX-License-Identifier: Apache-2.0
// `npm run deploy`.
import { runDeploy } from "./run-deploy.js";

process.exitCode = await runDeploy(process.argv.slice(2), {
  out: (line) => void process.stdout.write(`${line}\n`),
  say: (line) => void process.stderr.write(`${line}\n`),
});
