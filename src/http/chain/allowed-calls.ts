// SPDX-License-Identifier: Apache-2.0
import type { JsonObject, JsonValue } from "../../core/json.js";

/** keccak-256 of `KeyAdded(bytes8,bytes32,bytes18,bytes6,uint8,uint16,uint64,bytes)`. */
export const KEY_ADDED_TOPIC = "0xb230d829b354d9b658f0effd8bf8d348d605ffa8cd40cc4932d4440b31281ea4";

type Rule = (params: readonly JsonValue[], registry: string) => string | null;

const BLOCK = /^(?:latest|safe|finalized|earliest|0x(?:0|[1-9a-f][0-9a-f]{0,15}))$/;
const CALL_DATA = /^0x(?:[0-9a-fA-F]{2}){4,4096}$/;
/** A `bytes8` in a topic: left-aligned, the rest zero. */
const KEY_ID_TOPIC = /^0x[0-9a-fA-F]{16}0{48}$/;

/**
 * What strangers may ask the chain through this service: reads of the one registry, and the little that a verifier needs to
 * know which chain and which block it is talking to. A rule says why not, or null. Nothing that writes, nothing about other
 * accounts, nothing unbounded.
 */
const RULES: Readonly<Record<string, Rule>> = {
  eth_chainId: (params) => exactly(params, 0),
  net_version: (params) => exactly(params, 0),
  eth_blockNumber: (params) => exactly(params, 0),

  eth_getBlockByNumber: (params) =>
    exactly(params, 2) ??
    (isBlock(params[0]) ? null : "the block must be a number or a tag") ??
    (params[1] === false ? null : "whole transactions are not served: the second parameter must be false"),

  eth_getCode: (params, registry) =>
    exactly(params, 2) ??
    (isSame(params[0], registry) ? null : "only the registry's code is served") ??
    (isState(params[1]) ? null : "the block must be a number, a tag or a hash (EIP-1898)"),

  eth_call: (params, registry) =>
    exactly(params, 2) ??
    callProblem(params[0], registry) ??
    (isState(params[1]) ? null : "the block must be a number, a tag or a hash (EIP-1898)"),

  eth_getLogs: (params, registry) => exactly(params, 1) ?? filterProblem(params[0], registry),
};

/** Why a call is not served; null when it is. */
export function refusalOf(method: string, params: readonly JsonValue[], registry: string): string | null {
  const rule = Object.hasOwn(RULES, method) ? RULES[method] : undefined;
  return rule === undefined ? `${method} is not served` : rule(params, registry);
}

export const isServedMethod = (method: string): boolean => Object.hasOwn(RULES, method);

function exactly(params: readonly JsonValue[], count: number): string | null {
  return params.length === count ? null : `takes ${count} parameters`;
}

function callProblem(call: JsonValue | undefined, registry: string): string | null {
  if (!isObject(call)) return "the call must be an object";
  const { to, data, input, ...rest } = call;
  if (Object.keys(rest).length > 0) return `a call has to and data only, not ${Object.keys(rest)[0]}`;
  if (!isSame(to, registry)) return "only the registry may be called";
  const bytes = data ?? input;
  const agree = data === undefined || input === undefined || data === input;
  return typeof bytes === "string" && CALL_DATA.test(bytes) && agree ? null : "data must be hex of 4 to 4096 bytes";
}

/** Only the announcements of keys with one stated id: an index answers that however long the chain is. */
function filterProblem(filter: JsonValue | undefined, registry: string): string | null {
  if (!isObject(filter)) return "the filter must be an object";
  const { address, topics, fromBlock, toBlock, ...rest } = filter;
  if (Object.keys(rest).length > 0) return `a filter has no ${Object.keys(rest)[0]} here`;
  if (!isSame(address, registry)) return "only the registry's logs are served";
  if (!isBlock(fromBlock) || !isBlock(toBlock)) return "fromBlock and toBlock must be numbers or tags";
  if (!Array.isArray(topics) || topics.length !== 2) return "topics must be KeyAdded and a key id";
  const [event, keyId] = topics as readonly JsonValue[];
  if (!isSame(event, KEY_ADDED_TOPIC)) return "only KeyAdded is served";
  return typeof keyId === "string" && KEY_ID_TOPIC.test(keyId) ? null : "the second topic must be a key id of 8 bytes";
}

const isBlock = (value: JsonValue | undefined): boolean => typeof value === "string" && BLOCK.test(value);

/** A block whose state is asked about: by number, by tag, or by hash, which no reorganisation makes another block (EIP-1898). */
function isState(value: JsonValue | undefined): boolean {
  if (!isObject(value)) return isBlock(value);
  const { blockHash, requireCanonical = true, ...rest } = value;
  const isHash = typeof blockHash === "string" && /^0x[0-9a-f]{64}$/.test(blockHash);
  return isHash && typeof requireCanonical === "boolean" && Object.keys(rest).length === 0;
}

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isSame = (value: JsonValue | undefined, hex: string): boolean =>
  typeof value === "string" && value.toLowerCase() === hex.toLowerCase();
