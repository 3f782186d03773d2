// SPDX-License-Identifier: Apache-2.0
import { concatBytes, fromUtf8, utf8 } from "../../core/bytes.js";
import { fromHex, toHex } from "../../core/hex.js";
import { inRanges } from "../log-ranges.js";
import type { BlockName, RegistryNode, RegistryReader } from "../registry-node.js";
import {
  agencyRecord,
  anchorRecord,
  intervalsOf,
  KEY_PURPOSES,
  keyRecord,
  regionRecord,
  typeDefinitionRecord,
} from "../registry-records.js";
import { StateCalls } from "../state-calls.js";
import { AbiError, type AbiType, decode, encodeCall, leftAligned, number } from "./abi.js";
import { Endpoint, type EndpointOptions, garbage } from "./endpoint.js";
import { readBlock, readBytes, readQuantity, toQuantity } from "./quantities.js";
import * as views from "./registry-views.js";

export interface JsonRpcNodeOptions extends EndpointOptions {
  readonly registry: string;
  /** The block in which the registry was deployed, where logs begin. */
  readonly firstBlock: number;
}

/** A node behind plain JSON-RPC. */
export function jsonRpcNode(options: JsonRpcNodeOptions): RegistryNode {
  const endpoint = new Endpoint(options);
  const { registry } = options;
  const getBlock = async (tag: string): Promise<BlockName | null> =>
    readBlock(await endpoint.ask("eth_getBlockByNumber", [tag, false]));
  const block = async (wanted: number): Promise<BlockName | null> => {
    const found = await getBlock(toQuantity(wanted));
    if (found && found.number !== wanted) throw garbage(`asked for block ${wanted} it sends ${found.number}`);
    return found;
  };
  const state = new StateCalls({ ask: (method, params) => endpoint.ask(method, params), block });
  return {
    chainId: async () => readQuantity(await endpoint.ask("eth_chainId", []), "the chain id"),
    head: async () => {
      const block = await getBlock("latest");
      if (!block) throw garbage("it has no newest block");
      return block;
    },
    block,
    registryCode: async (at) => readBytes(await state.ask("eth_getCode", registry, at), "the code of the registry"),
    at: (name) => readerAt(endpoint, state, options, name),
  };
}

type View = { readonly selector: string; readonly returns: Readonly<Record<string, AbiType<unknown>>> };

function readerAt(
  endpoint: Endpoint,
  state: StateCalls,
  { registry, firstBlock }: JsonRpcNodeOptions,
  block: BlockName,
): RegistryReader {
  const call = async <V extends View>(view: V, ...words: readonly Uint8Array[]) => {
    const data = encodeCall(view.selector, ...words);
    const result = await state.ask("eth_call", { to: registry, data }, block);
    return strictly(() => decode(view.returns as V["returns"], readBytes(result, "the result of a call")));
  };
  return {
    findRegion: async (region) => regionRecord(region, (await call(views.FIND_REGION, code(region))).record),
    findAgency: async (agency) => {
      const { record } = await call(views.FIND_AGENCY, code(agency));
      return agencyRecord(agency, { ...record, region: codeText(record.region) });
    },
    findKey: async (digest) => {
      const { record } = await call(views.FIND_KEY, fromHex(digest));
      const purpose = KEY_PURPOSES[record.purpose];
      if (purpose === undefined) throw garbage(`a key has the unknown purpose ${record.purpose}`);
      const owner = { agency: codeText(record.agency), region: codeText(record.region) };
      return keyRecord(digest, { ...record, ...owner, purpose });
    },
    findAuthorisations: async (agency, typeCode) =>
      intervalsOf((await call(views.FIND_AUTHORISATIONS, code(agency), code(typeCode))).intervals),
    findSealDelegations: async (agency, sealer) =>
      intervalsOf((await call(views.FIND_SEAL_DELEGATIONS, code(agency), code(sealer))).intervals),
    findAnchor: async (region, root, size) =>
      anchorRecord((await call(views.FIND_ANCHOR, code(region), fromHex(root), number(size))).record),
    findTypeDefinition: async (typeCode, version) => {
      const { record } = await call(views.FIND_TYPE_DEFINITION, code(typeCode), number(version));
      return typeDefinitionRecord({ ...record, digest: toHex(record.digest) });
    },
    statusWord: async (region, list, word) => {
      // The array of words is the only dynamic argument: its offset (three words), its length, its one element.
      const words = concatBytes(number(96), number(1), number(word));
      const { revoked, suspended } = await call(views.STATUS_WORDS, code(region), number(list), words);
      if (revoked.length !== 1 || suspended.length !== 1) throw garbage("asked for one status word it sends others");
      return { revoked: revoked[0]!, suspended: suspended[0]! };
    },
    loggedKeys: async (keyId) => {
      const topics = [views.KEY_ADDED.topic, `0x${keyId.padEnd(64, "0")}`];
      const logs = await inRanges<unknown>(firstBlock, block.number, async (from, to) => {
        const range = { fromBlock: toQuantity(from), toBlock: toQuantity(to) };
        const part = await endpoint.ask("eth_getLogs", [{ address: registry, topics, ...range }]);
        if (!Array.isArray(part)) throw garbage("its logs are not a list");
        return part;
      });
      return logs.map((log) => {
        const data = readBytes((log as { data?: unknown } | null)?.data, "the data of a log");
        return strictly(() => decode(views.KEY_ADDED.data, data)).multikey;
      });
    },
  };
}

function strictly<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof AbiError
      ? garbage(`a result of its contract cannot be read, ${error.message}`, error)
      : error;
  }
}

function code(value: string): Uint8Array {
  return leftAligned(utf8(value));
}

/** A code of the registry is printable ASCII; all zero is no code. */
function codeText(bytes: Uint8Array): string {
  if (bytes.every((byte) => byte === 0)) return "";
  const value = fromUtf8(bytes);
  if (value !== null && /^[0-9A-Z]+$/.test(value)) return value;
  throw garbage("a code is not digits and capital letters");
}
