// SPDX-License-Identifier: Apache-2.0
import type { Answers, Asked, Told } from "./protocol.js";
import { Verifier } from "./verifier.js";

/**
 * Everything that touches a document's bytes happens here, apart from the page: a document that keeps this thread busy for too long
 * costs the thread, and nothing that it does reaches the page but a report.
 */
const verifier = new Verifier();

const answered: { [Kind in keyof Answers]: (asked: Extract<Asked, { kind: Kind }>) => Promise<Answers[Kind]> } = {
  open: () => verifier.open(),
  refresh: () => verifier.refresh(),
  "accept-network": () => verifier.acceptNetwork(),
  verify: ({ document }) => verifier.verify(document),
  // Most people have the file.
  codes: async ({ picture, thorough }) => (await import("./codes.js")).readCodes(picture, { thorough }),
};

addEventListener("message", async ({ data }: MessageEvent<Asked>) => {
  const { id, kind } = data;
  const tell = (told: Told): void => postMessage(told);
  try {
    tell({ id, answer: await (answered[kind] as (asked: Asked) => Promise<Answers[keyof Answers]>)(data) });
  } catch (error) {
    tell({ id, failure: error instanceof Error ? error.message : String(error) });
  }
});
