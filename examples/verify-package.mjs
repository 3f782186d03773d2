// SPDX-License-Identifier: Apache-2.0
// Verifies files with the package alone: node verify-package.mjs NODE_URL CHAIN_ID REGISTRY_ADDRESS FILE…
import { readFile } from "node:fs/promises";
import { jsonRpcRegistry, verifyCertificate } from "@tigertally/verify";
import { nodeCrypto } from "@tigertally/verify/node-crypto";

const [url, chainId, address, ...files] = process.argv.slice(2);
if (files.length === 0) {
  console.error("usage: node verify-package.mjs NODE_URL CHAIN_ID REGISTRY_ADDRESS FILE…");
  process.exit(64);
}
// What to trust comes from you, never from the files.
const trust = { chainId: Number(chainId), registry: address, maxAnchorDelay: 86_400 };
const registry = jsonRpcRegistry({ urls: [url], ...trust });
for (const file of files) {
  const options = { trust, registry, now: new Date(), crypto: nodeCrypto };
  const { verdict, reason } = await verifyCertificate({ bytes: await readFile(file) }, options);
  console.log(`${file}: ${verdict}${reason ? ` (${reason})` : ""}`);
  if (verdict !== "valid") process.exitCode = 1;
}
