// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import type { OnEvent } from "../anchoring/index.js";
import type { Peer } from "./ports.js";

export interface Question<Answer> {
  fetch(peer: Peer): Promise<Uint8Array | null>;
  /** What the bytes say when they are what the chain says they must be; else null. */
  read(bytes: Uint8Array): Promise<Answer | null>;
}

/**
 * Asks one peer after another until one gives a true answer; null when none does. A peer that fails or lies is reported and
 * the next one asked; nothing of a lie is kept.
 */
export async function askPeers<Answer>(
  peers: readonly Peer[],
  onEvent: OnEvent,
  what: string,
  { fetch, read }: Question<Answer>,
): Promise<{ readonly answer: Answer; readonly from: string } | null> {
  for (const peer of peers) {
    try {
      const bytes = await fetch(peer);
      if (!bytes) continue;
      const answer = await read(bytes);
      if (answer !== null) return { answer, from: peer.name };
      throw new TallyError("peer.lied", `${peer.name} gave something else for ${what}`);
    } catch (error) {
      if (!(error instanceof TallyError)) throw error;
      onEvent({ event: "peer-failed", peer: peer.name, code: error.code, message: error.message });
    }
  }
  return null;
}

/** The peers in turn, so that not always the same one is asked first. */
export function startingAt(peers: readonly Peer[], turn: number): readonly Peer[] {
  const start = peers.length === 0 ? 0 : turn % peers.length;
  return [...peers.slice(start), ...peers.slice(0, start)];
}
