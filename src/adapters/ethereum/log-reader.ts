// SPDX-License-Identifier: Apache-2.0
import type { EventFragment, Interface, Result } from "ethers";

export interface NamedLog {
  readonly name: string;
  readonly args: Result;
}

/**
 * Reads logs of a contract like `Interface.parseLog`, null for no event of it, without its search: ethers hashes the signature of
 * one event after the other for each log.
 */
export function logReader(contract: Interface): (log: { topics: readonly string[]; data: string }) => NamedLog | null {
  let events: Map<string, EventFragment> | undefined;
  return ({ topics, data }) => {
    events ??= eventsOf(contract);
    const event = events.get(String(topics[0]).toLowerCase());
    return event === undefined ? null : { name: event.name, args: contract.decodeEventLog(event, data, topics) };
  };
}

/** By the hash of their signature. To hash them all is a tenth of what a command costs that reads no logs. */
function eventsOf(contract: Interface): Map<string, EventFragment> {
  const events = new Map<string, EventFragment>();
  contract.forEachEvent((event) => events.set(event.topicHash, event));
  return events;
}
