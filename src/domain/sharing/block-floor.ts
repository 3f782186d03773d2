// SPDX-License-Identifier: Apache-2.0
import { type Paper, readPaper } from "../agencies/index.js";
import type { CursorStore } from "../anchoring/index.js";
import { type Actor, type AuditStore, eventBy } from "../audit/index.js";

/** The newest block of which anything was published: nothing is made of an older one, also after a restart. */
export interface BlockFloor {
  /** 0 before the first. */
  block(): Promise<number>;
  /** Kept when it resolves; a lower block changes nothing. */
  raise(block: number): Promise<void>;
}

export interface PublishedFloor extends BlockFloor {
  /**
   * Begins again at 0: for an operator who knows that a node invented the block, which the chain will not reach for years. With actor
   * and decision in the audit log. Resolves to the block that was forgotten.
   */
  forget(actor: Actor, paper?: Paper): Promise<number>;
}

export interface PublishedFloorDeps {
  readonly region: string;
  readonly cursors: CursorStore;
  readonly audit: Pick<AuditStore, "append">;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A cursor never moves backwards, so each beginning has one of its own, and which one counts is a cursor as well. */
const BEGINNING = "published-beginning";

export function createPublishedFloor({ region, cursors, audit, now }: PublishedFloorDeps): PublishedFloor {
  const beginning = async (): Promise<number> => (await cursors.cursor(BEGINNING)) ?? 0;
  const nameOf = (each: number): string => `published:${each}`;
  const block = async (): Promise<number> => (await cursors.cursor(nameOf(await beginning()))) ?? 0;

  return {
    block,
    raise: async (to) => cursors.moveCursor(nameOf(await beginning()), to),

    async forget(actor, paper = {}) {
      const kept = readPaper(paper);
      const forgotten = await block();
      // Logged first: a floor must not fall without a word when a crash comes between the two.
      const detail = { block: forgotten, ...kept };
      await audit.append(eventBy(actor, { time: now(), action: "block-floor-forgotten", object: region, detail }));
      await cursors.moveCursor(BEGINNING, (await beginning()) + 1);
      return forgotten;
    },
  };
}
