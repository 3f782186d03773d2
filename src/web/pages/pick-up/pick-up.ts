// SPDX-License-Identifier: Apache-2.0
import { type Ref, shallowRef } from "vue";
import { type ApiProblem, asProblem } from "../../api/problem.js";
import { hideSecret, type OpenedLink } from "./link.js";
import { closeSession, type HolderLicence, licenceOf, lookAt, openWith } from "./service.js";

/** Why there is no licence to be seen. */
export type Refusal =
  | "incomplete"
  | "unknown"
  | "opened"
  | "expired"
  | "revoked"
  | "superseded"
  | "locked"
  | "session-over"
  | "closed";

export type Stage =
  | { readonly is: "loading" }
  | {
      readonly is: "code";
      readonly expiresAt: string;
      readonly triesLeft: number;
      /** The code that was just tried was wrong. */
      readonly wrong: boolean;
      readonly busy: boolean;
      /** What kept the last try from being answered. */
      readonly problem: ApiProblem | null;
    }
  | { readonly is: "licence"; readonly licence: HolderLicence; readonly becameFinal: boolean }
  | { readonly is: "refused"; readonly why: Refusal }
  | { readonly is: "trouble"; readonly problem: ApiProblem };

export interface PickUp {
  readonly stage: Readonly<Ref<Stage>>;
  /** Finds out where things stand; also after trouble. */
  start(): Promise<void>;
  tryCode(code: string): Promise<void>;
  close(): Promise<void>;
  /** Asks for the licence anew: something has shown that it is not as it was. */
  refresh(): Promise<void>;
  stop(): void;
}

const ASK_AGAIN_MS = 4_000;
const ASK_AGAIN_AT_MOST_MS = 30_000;

/** The way from a link to the licence, and what is shown on it. One for a page. */
export function createPickUp(link: OpenedLink | null): PickUp {
  const stage = shallowRef<Stage>({ is: "loading" });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const refuse = (why: Refusal): void => {
    clearTimeout(timer);
    stage.value = { is: "refused", why };
  };

  async function start(): Promise<void> {
    clearTimeout(timer);
    if (link === null) return refuse("incomplete");
    stage.value = { is: "loading" };
    try {
      // The browser that opened the link may look again, also after a reload.
      show(await licenceOf(link.id));
    } catch (thrown) {
      const problem = asProblem(thrown);
      if (problem.code !== "pick-up.session-over") stage.value = { is: "trouble", problem };
      else if (link.secret === null) refuse(wasOpened(link.id) ? "session-over" : "incomplete");
      else await look(link.id, link.secret);
    }
  }

  async function look(id: string, secret: string): Promise<void> {
    try {
      stage.value = { is: "code", ...(await lookAt(id, secret)), wrong: false, busy: false, problem: null };
    } catch (thrown) {
      const problem = asProblem(thrown);
      const why = refusalIn(problem);
      if (why === null) stage.value = { is: "trouble", problem };
      else refuse(why === "opened" && wasOpened(id) ? "session-over" : why);
    }
  }

  async function tryCode(code: string): Promise<void> {
    const asked = stage.value;
    if (asked.is !== "code" || asked.busy || link === null || link.secret === null) return;
    stage.value = { ...asked, busy: true, wrong: false, problem: null };
    try {
      const licence = await openWith(link.id, link.secret, code);
      rememberOpened(link.id);
      hideSecret();
      show(licence);
    } catch (thrown) {
      const problem = asProblem(thrown);
      const why = refusalIn(problem);
      if (why !== null) return refuse(why);
      const idle = { ...asked, busy: false };
      if (problem.code !== "pick-up.code-wrong") stage.value = { ...idle, wrong: false, problem };
      else {
        const left = Number(problem.headers.get("Pick-Up-Tries-Left") ?? asked.triesLeft - 1);
        stage.value = { ...idle, wrong: true, triesLeft: left, problem: null };
      }
    }
  }

  function show(licence: HolderLicence): void {
    const before = stage.value;
    const isFinal = licence.anchoring === "anchored";
    const wasPending = before.is === "licence" && before.licence.anchoring !== "anchored";
    const becameFinal = isFinal && (wasPending || (before.is === "licence" && before.becameFinal));
    stage.value = { is: "licence", licence, becameFinal };
    clearTimeout(timer);
    // Until the file is final; then now and then, so that a state that changes, and the end of the session, are seen.
    timer = setTimeout(askAgain, isFinal || licence.held ? ASK_AGAIN_AT_MOST_MS : ASK_AGAIN_MS);
  }

  async function askAgain(): Promise<void> {
    clearTimeout(timer);
    if (link === null || stage.value.is !== "licence") return;
    try {
      show(await licenceOf(link.id));
    } catch (thrown) {
      if (asProblem(thrown).code === "pick-up.session-over") refuse("session-over");
      // What is on the screen stays; the connection may come back.
      else timer = setTimeout(askAgain, ASK_AGAIN_AT_MOST_MS);
    }
  }

  async function close(): Promise<void> {
    if (link === null) return;
    try {
      await closeSession(link.id);
      refuse("closed");
    } catch (thrown) {
      stage.value = { is: "trouble", problem: asProblem(thrown) };
    }
  }

  return { stage, start, tryCode, close, refresh: askAgain, stop: () => clearTimeout(timer) };
}

const REFUSALS: readonly Refusal[] = ["unknown", "opened", "expired", "revoked", "superseded", "locked"];

function refusalIn({ code }: ApiProblem): Refusal | null {
  return REFUSALS.find((why) => code === `pick-up.${why}`) ?? null;
}

/** Kept in this tab, so that a reload after the session tells what happened. */
const openedKey = (id: string): string => `tally.pick-up.${id}`;

function rememberOpened(id: string): void {
  try {
    sessionStorage.setItem(openedKey(id), "opened");
  } catch {
    // A browser that keeps nothing tells it in other words.
  }
}

function wasOpened(id: string): boolean {
  try {
    return sessionStorage.getItem(openedKey(id)) !== null;
  } catch {
    return false;
  }
}
