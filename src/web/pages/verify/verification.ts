// SPDX-License-Identifier: Apache-2.0
import { computed, reactive, ref, shallowRef } from "vue";
import { isTokenText } from "../../../core/digits.js";
import { say } from "../../language/language.js";
import { codeNameText, foreignBesideText } from "./result/words.js";
import type { CodesSeen, Footing, PictureRefusal, Verification } from "./worker/protocol.js";
import { WorkerClient, WorkerFailure } from "./worker/worker-client.js";

/** How a document came here. A link is what a telephone's camera opened, and may come from a forger's code. */
export type Origin = "link" | "file" | "scanned" | "pasted";

/** Why a document was not verified. */
export type Refusal =
  | "picture-too-large"
  | "not-a-picture"
  | "no-code"
  | "damaged-code"
  | "foreign-code"
  | "no-decoder"
  | "too-slow"
  | "stopped"
  | "failed";

export interface Item {
  readonly id: number;
  name: string;
  readonly origin: Origin;
  progress: Progress;
}

export type Progress =
  | { readonly state: "waiting" }
  | { readonly state: "working" }
  | { readonly state: "done"; readonly verification: Verification }
  | { readonly state: "refused"; readonly refusal: Refusal };

type Source = { readonly file: File } | { readonly text: string };

const MOST_ITEMS = 200;
/** Most of it is room for a slow network; a document that keeps the worker busy never gets further. */
const VERIFY_LIMIT_MS = 45_000;
const CODES_LIMIT_MS = 20_000;
const FOOTING_LIMIT_MS = 60_000;

const worker = new WorkerClient();
let ids = 0;

/** Everything that was given to verify, in order. */
export const items = ref<Item[]>([]);
export const leftOut = ref(false);
/** What the page can work with; null until the worker has looked. */
export const footing = shallowRef<Footing | null>(null);

export const verifiedCount = computed(
  () => items.value.filter(({ progress }) => progress.state === "done" || progress.state === "refused").length,
);

let queue: Promise<void> = Promise.resolve();
/** Raised by `clear`, so that what is still under way finds that nobody waits for it. */
let round = 0;

export function verifyFiles(files: readonly File[]): void {
  leftOut.value = files.length > MOST_ITEMS;
  for (const file of files.slice(0, MOST_ITEMS)) enqueue(file.name, "file", { file });
}

export function verifyText(text: string, origin: Origin, name: string): void {
  enqueue(name, origin, { text });
}

export function clear(): void {
  round += 1;
  items.value = [];
  leftOut.value = false;
  queue = Promise.resolve();
}

/** Starts the worker before there is a document, learns what the network is, then fetches what the next visit may need. */
export async function prepare(): Promise<void> {
  await updateFooting("open");
  await updateFooting("refresh");
  // A page stays open for a day at a desk; a region that just started has its first bundle in a moment.
  const hasBundle = footing.value?.bundle !== null;
  setTimeout(() => void prepare(), hasBundle ? REFRESH_MS : RETRY_MS);
}

const REFRESH_MS = 5 * 60_000;
const RETRY_MS = 15_000;

export async function updateFooting(kind: "open" | "refresh" | "accept-network"): Promise<void> {
  try {
    footing.value = await worker.ask({ kind }, FOOTING_LIMIT_MS);
  } catch {
    // The next document starts another worker and says what is the matter.
  }
}

/** Codes in a frame of the camera; null when nobody could look. */
export async function lookAt(frame: ImageBitmap): Promise<CodesSeen | null> {
  try {
    const seen = await worker.ask({ kind: "codes", picture: frame, thorough: false }, CODES_LIMIT_MS, [frame]);
    return typeof seen === "string" ? null : seen;
  } catch {
    return null;
  }
}

function enqueue(name: string, origin: Origin, source: Source): void {
  const item = reactive<Item>({ id: ++ids, name, origin, progress: { state: "waiting" } });
  items.value.push(item);
  const mine = round;
  // One after the other: a document that has to be stopped takes nobody else's answer with it.
  queue = queue.then(async () => {
    if (mine !== round) return;
    item.progress = { state: "working" };
    if ("text" in source && !isTokenText(source.text)) item.progress = { state: "refused", refusal: "foreign-code" };
    else if ("file" in source && (await isPicture(source.file))) await verifyPicture(item, source.file, mine);
    else item.progress = await verify(source);
  });
}

async function verify(document: Source, tries = 2): Promise<Progress> {
  try {
    return { state: "done", verification: await worker.ask({ kind: "verify", document }, VERIFY_LIMIT_MS) };
  } catch (error) {
    const refusal = error instanceof WorkerFailure ? error.why : "failed";
    // Stopped for what an earlier document did, as a rule.
    return refusal === "stopped" && tries > 1 ? verify(document, tries - 1) : { state: "refused", refusal };
  }
}

/** A picture is as many documents as it shows codes of ours. */
async function verifyPicture(item: Item, file: File, mine: number): Promise<void> {
  let seen: CodesSeen | PictureRefusal;
  try {
    seen = await worker.ask({ kind: "codes", picture: file, thorough: true }, CODES_LIMIT_MS);
  } catch (error) {
    item.progress = { state: "refused", refusal: error instanceof WorkerFailure ? error.why : "failed" };
    return;
  }
  if (typeof seen === "string" || seen.ours.length === 0) {
    item.progress = { state: "refused", refusal: refusalOf(seen) };
    return;
  }
  const [first, ...others] = seen.ours;
  if (others.length > 0) {
    others.forEach((text, i) => {
      if (mine === round) verifyText(text, "file", say(codeNameText(file.name, i + 2)));
    });
    item.name = say(codeNameText(file.name, 1));
  }
  if (seen.foreign > 0) item.name = say(foreignBesideText(item.name, seen.foreign));
  item.progress = await verify({ text: first! });
}

function refusalOf(seen: CodesSeen | PictureRefusal): Refusal {
  if (seen === "too-large") return "picture-too-large";
  if (typeof seen === "string") return seen;
  if (seen.foreign > 0) return "foreign-code";
  return seen.damaged > 0 ? "damaged-code" : "no-code";
}

const PICTURE_STARTS = [/^\x89PNG/, /^\xff\xd8\xff/, /^GIF8/, /^BM/, /^RIFF.{4}WEBP/s];

/** By its first bytes; a name may say anything. Pictures that no browser reads are told by their type. */
async function isPicture(file: File): Promise<boolean> {
  try {
    const start = String.fromCharCode(...new Uint8Array(await file.slice(0, 16).arrayBuffer()));
    if (start.startsWith("%PDF-")) return false;
    return PICTURE_STARTS.some((known) => known.test(start)) || file.type.startsWith("image/");
  } catch {
    return false;
  }
}
