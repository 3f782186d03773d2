// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import type { ChainEvent } from "../../domain/anchoring/ports.js";
import type { BlockReader } from "./block-reader.js";
import { codeText, digestText } from "./codes.js";
import { readRegistryLog } from "./registry-interface.js";

/** A log as JSON-RPC gives it. */
export interface RawLog {
  readonly topics: string[];
  readonly data: string;
  readonly blockNumber: string;
  readonly blockHash: string;
  readonly transactionHash: string;
  readonly logIndex: string;
}

/** Where a log says that it is; throws `chain.garbage` when that is no place. */
export function placeOfLog({ blockNumber, transactionHash, logIndex }: RawLog): {
  readonly block: number;
  readonly tx: string;
  readonly logIndex: number;
} {
  const isQuantity = (value: unknown): boolean => typeof value === "string" && /^0x[0-9a-f]{1,13}$/i.test(value);
  const isHash = typeof transactionHash === "string" && /^0x[0-9a-f]{64}$/i.test(transactionHash);
  if (!isHash || !isQuantity(blockNumber) || !isQuantity(logIndex))
    throw new TallyError("chain.garbage", "the node sends a log without block, transaction or position");
  return { block: Number(blockNumber), tx: transactionHash.toLowerCase(), logIndex: Number(logIndex) };
}

/** The registry's events in chain order, with the times of their blocks. Throws `chain.garbage` for a log that is none. */
export async function readEvents(logs: readonly RawLog[], blocks: BlockReader): Promise<readonly ChainEvent[]> {
  const events: ChainEvent[] = [];
  for (const log of logs) {
    const { block, tx, logIndex } = placeOfLog(log);
    const place = { block, time: await blocks.timeOf(block, String(log.blockHash).toLowerCase()), tx, logIndex };
    events.push({ ...place, ...contentOf(log) });
  }
  return events.sort((one, other) => one.block - other.block || one.logIndex - other.logIndex);
}

type Place = "block" | "time" | "tx" | "logIndex";
type WithoutPlace<E> = E extends ChainEvent ? Omit<E, Place> : never;

function contentOf(log: RawLog): WithoutPlace<ChainEvent> {
  const parsed = readRegistryLog(log);
  if (!parsed) throw new TallyError("chain.garbage", "the node sends a log that is no event of the registry");
  const { name, args } = parsed;
  if (name === "BatchAnchored") {
    return {
      kind: "batch-anchored",
      region: codeText(args.region as string),
      root: digestText(args.root as string),
      size: Number(args.size),
    };
  }
  if (name === "TypeDefinitionPublished") {
    return {
      kind: "type-definition-published",
      typeCode: codeText(args.typeCode as string),
      version: Number(args.version),
      digest: digestText(args.digest as string),
    };
  }
  const mask = args.mask as bigint;
  return {
    kind: "status-changed",
    region: codeText(args.region as string),
    list: Number(args.list),
    word: Number(args.word),
    revoked: name === "StatusRevoked" ? mask : 0n,
    suspended: name === "StatusSuspended" ? mask : 0n,
    released: name === "StatusReleased" ? mask : 0n,
  };
}
