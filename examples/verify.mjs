// SPDX-License-Identifier: Apache-2.0
// Verifies a file with the library alone: node examples/verify.mjs FILE NODE_URL CHAIN_ID REGISTRY_ADDRESS
import { readFile } from "node:fs/promises";
import { jsonRpcRegistry, verifyCertificate } from "tigertally/verify";

const [file, url, chainId, address] = process.argv.slice(2);
if (address === undefined) {
  console.error("usage: node examples/verify.mjs FILE NODE_URL CHAIN_ID REGISTRY_ADDRESS");
  process.exit(64);
}
// What to trust comes from you, never from the file.
const trust = { chainId: Number(chainId), registry: address, maxAnchorDelay: 86_400 };
const registry = jsonRpcRegistry({ urls: [url], chainId: trust.chainId, registry: trust.registry });
const report = await verifyCertificate({ bytes: await readFile(file) }, { trust, registry, now: new Date() });

console.log(
  `${report.verdict}: ${report.authenticity}, ${report.standing}${report.reason ? ` (${report.reason})` : ""}`,
);
const { copy } = report.document;
if (copy) console.log(`a reader's copy, for ${copy.user} alone: ${copy.matter}, until ${copy.until}`);
process.exitCode = report.verdict === "valid" ? 0 : 1;
