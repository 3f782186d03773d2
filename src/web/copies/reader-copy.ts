// SPDX-License-Identifier: Apache-2.0

/** What a reader's copy 加注件 is to say (CopyRequest of the OpenAPI document). */
export interface CopyRequest {
  readonly user: string;
  readonly matter: string;
  /** Its last day in Shanghai, `YYYY-MM-DD`. */
  readonly until: string;
}

/** A reader's copy as the service tells of it (Copy of the OpenAPI document). */
export interface ReaderCopy {
  readonly copyNumber: string;
  readonly user: string;
  readonly matter: string;
  readonly madeAt: string;
  /** The last second at which it may be used. */
  readonly until: string;
  readonly anchoring: "pending" | "staged" | "anchored";
}

export interface CopyPage {
  readonly copies: readonly ReaderCopy[];
  readonly next: number | null;
}

/** All copies of a licence in order of making, page by page; a licence has 1,000 at most. `query` goes to the list's address. */
export async function allCopies(page: (query: string) => Promise<CopyPage>): Promise<readonly ReaderCopy[]> {
  const all: ReaderCopy[] = [];
  let after: number | null = 0;
  while (after !== null && all.length < MOST) {
    const { copies, next }: CopyPage = await page(`?limit=${IN_PAGE}&after=${after}`);
    all.push(...copies);
    after = next;
  }
  return all;
}

const MOST = 1_000;
const IN_PAGE = 200;

/** What a copy of this content is called among the files of whoever gets it; the final one is not to be taken for the earlier one. */
export function copyFileName(licence: string, { user, anchoring }: Pick<ReaderCopy, "user" | "anchoring">): string {
  const forWhom = Array.from(user.replace(/[\\/:*?"<>|.]/g, ""))
    .slice(0, LONGEST_USER)
    .join("");
  return `${licence}-加注件-${forWhom}${anchoring === "anchored" ? "" : "（锚定中）"}.pdf`;
}

const LONGEST_USER = 40;
