// SPDX-License-Identifier: Apache-2.0
import type { RegistryAccess, Trust } from "../../../../verify/index.js";
import { jsonRpcRegistry, RegistryError } from "../../../../verify/index.js";
import { call } from "../../../api/client.js";
import type { NetworkTrust } from "./protocol.js";

/** One answer of a node through the service; the service itself gives its node five seconds. */
const CALL_TIMEOUT_MS = 6_000;
/** Documents judged one after the other share a look at the head. */
const SNAPSHOT_SECONDS = 5;

/** What the service states of its network, and how far this device's clock is ahead of the service's. */
export async function askNetwork(): Promise<{ readonly network: NetworkTrust; readonly clockAhead: number }> {
  const response = await call("/v1/registry", { method: "GET", cache: "no-store" }, { timeoutMs: CALL_TIMEOUT_MS });
  const network = (await response.json()) as NetworkTrust;
  const told = Date.parse(response.headers.get("date") ?? "");
  return { network, clockAhead: Number.isNaN(told) ? 0 : Math.round((Date.now() - told) / 1000) };
}

/** Whether two statements name different networks; how long things may take there is no part of the name. */
export function isOtherNetwork(one: NetworkTrust, other: NetworkTrust): boolean {
  const isOtherChain = one.genesis !== null && other.genesis !== null && one.genesis !== other.genesis;
  const isSameName = one.region === other.region && one.chainId === other.chainId;
  return isOtherChain || !isSameName || one.registry.toLowerCase() !== other.registry.toLowerCase();
}

/** The registry through this service's node. */
export function nodeRegistry({ chainId, registry }: NetworkTrust): RegistryAccess {
  const urls = [new URL("/v1/chain", location.origin).href];
  const node = jsonRpcRegistry({ urls, chainId, registry, timeoutMs: CALL_TIMEOUT_MS });
  let looked: { readonly at: number; readonly snapshot: ReturnType<RegistryAccess["snapshot"]> } | null = null;
  return {
    snapshot() {
      const now = performance.now();
      if (looked === null || now - looked.at > SNAPSHOT_SECONDS * 1000) {
        const snapshot = node.snapshot();
        looked = { at: now, snapshot };
        // A failure is no answer to share.
        snapshot.catch(() => {
          if (looked?.snapshot === snapshot) looked = null;
        });
      }
      return looked.snapshot;
    },
  };
}

/** Where not even the network's name is known: everything that needs the registry stays unknown. */
export const NO_REGISTRY: RegistryAccess = {
  snapshot: async () => {
    throw new RegistryError("registry.unreachable", "neither a node nor a trust bundle is at hand");
  },
};

export function trustOf(network: NetworkTrust | null): Trust {
  if (network === null) return { chainId: 1, registry: `0x${"0".repeat(40)}`, maxAnchorDelay: 0 };
  const { chainId, registry, maxAnchorDelaySeconds, maxHeadAgeSeconds } = network;
  return {
    chainId,
    registry,
    maxAnchorDelay: maxAnchorDelaySeconds,
    ...(maxHeadAgeSeconds === null ? {} : { maxHeadAge: maxHeadAgeSeconds }),
  };
}
