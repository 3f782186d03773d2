// SPDX-License-Identifier: Apache-2.0
import { type Ref, ref, shallowRef } from "vue";
import { type ApiProblem, asProblem, isUncertain } from "../../api/problem.js";
import type { CopyRequest, ReaderCopy } from "../../copies/reader-copy.js";
import { copiesOf, makeCopy } from "./service.js";

export interface Copying {
  /** In order of making; null until the service has told them. */
  readonly copies: Readonly<Ref<readonly ReaderCopy[] | null>>;
  /** Why they are not there. */
  readonly listProblem: Readonly<Ref<ApiProblem | null>>;
  readonly busy: Readonly<Ref<boolean>>;
  /** Why the last attempt made none. */
  readonly problem: Readonly<Ref<ApiProblem | null>>;
  /** Nobody knows whether the last attempt made one; the same once more finds out, and makes none twice. */
  readonly uncertain: Readonly<Ref<boolean>>;
  /** Reads the list, and again and again while a copy in it is on its way to the chain. */
  load(): Promise<void>;
  /** The copy; null when there is a problem. */
  make(request: CopyRequest): Promise<ReaderCopy | null>;
  dismiss(): void;
  stop(): void;
}

/** A request whose answer got lost, with the copies that there were before it. */
interface Attempt {
  readonly request: CopyRequest;
  readonly before: ReadonlySet<string>;
}

const ASK_AGAIN_MS = 4_000;
const ASK_AGAIN_AT_MOST_MS = 30_000;

/** The readers' copies of the licence that a link was opened for. One for a page. */
export function useCopying(link: string): Copying {
  const copies = shallowRef<readonly ReaderCopy[] | null>(null);
  const listProblem = shallowRef<ApiProblem | null>(null);
  const problem = shallowRef<ApiProblem | null>(null);
  const [busy, uncertain] = [ref(false), ref(false)];
  let open: Attempt | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isStopped = false;

  async function read(): Promise<readonly ReaderCopy[]> {
    copies.value = await copiesOf(link);
    listProblem.value = null;
    return copies.value;
  }

  /** The chain may take long: asked less and less often. */
  function watch(wait = ASK_AGAIN_MS): void {
    clearTimeout(timer);
    if (isStopped || copies.value?.every(({ anchoring }) => anchoring === "anchored")) return;
    timer = setTimeout(async () => {
      // What is on the screen stays when there is no answer; the end of the session shows by the licence.
      await read().catch(() => null);
      watch(Math.min(wait * 1.5, ASK_AGAIN_AT_MOST_MS));
    }, wait);
  }

  async function load(): Promise<void> {
    try {
      await read();
      watch();
    } catch (thrown) {
      listProblem.value = asProblem(thrown);
    }
  }

  /** What came of an attempt that got no answer. */
  async function madeBy({ request, before }: Attempt): Promise<ReaderCopy | null> {
    const found = (await read()).find((copy) => !before.has(copy.copyNumber) && saysTheSame(copy, request));
    return found ?? null;
  }

  async function attempted(request: CopyRequest): Promise<ReaderCopy> {
    const found = open && sameRequest(open.request, request) ? await madeBy(open) : null;
    if (found) return found;
    const attempt = { request, before: new Set((copies.value ?? (await read())).map((copy) => copy.copyNumber)) };
    try {
      const made = await makeCopy(link, request);
      copies.value = [...(copies.value ?? []), made];
      return made;
    } catch (thrown) {
      if (!isUncertain(asProblem(thrown))) throw thrown;
      open = attempt;
      const late = await madeBy(attempt).catch(() => null);
      if (late) return late;
      throw thrown;
    }
  }

  async function make(request: CopyRequest): Promise<ReaderCopy | null> {
    if (busy.value) return null;
    busy.value = true;
    problem.value = null;
    try {
      const made = await attempted(request);
      open = null;
      uncertain.value = false;
      watch();
      return made;
    } catch (thrown) {
      problem.value = asProblem(thrown);
      // Without an open attempt nothing was sent that might have been carried out.
      uncertain.value = open !== null && isUncertain(problem.value);
      return null;
    } finally {
      busy.value = false;
    }
  }

  return {
    ...{ copies, listProblem, busy, problem, uncertain, load, make },
    dismiss() {
      problem.value = null;
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

const sameRequest = (a: CopyRequest, b: CopyRequest): boolean =>
  a.user === b.user && a.matter === b.matter && a.until === b.until;

/** The last second of a copy begins with its last day, both in Shanghai. */
const saysTheSame = ({ user, matter, until }: ReaderCopy, request: CopyRequest): boolean =>
  sameRequest({ user, matter, until: until.slice(0, 10) }, request);
