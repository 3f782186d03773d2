// SPDX-License-Identifier: Apache-2.0
// `npm run deploy -- --config network-config.json [--dry-run]`: a new network, from a file (docs/network.md).
await import("../dist/main/deploy/main.js");
