// SPDX-License-Identifier: Apache-2.0
// Your own configuration: ask somebody you trust for these three, never a document. `GET /v1/network` of your region gives them.
export const trust = {
  chainId: 20260,
  registry: "0x0000000000000000000000000000000000000000",
  maxAnchorDelay: 86_400,
};

/** Nodes to ask. A region's service passes reads on at /v1/chain. */
export const nodes = ["http://localhost:3000/v1/chain"];
