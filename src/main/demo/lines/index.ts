// SPDX-License-Identifier: Apache-2.0
import type { Line } from "../line.js";
import { alteredLines } from "./altered.js";
import { forgedLines } from "./forged.js";
import { genuineLines } from "./genuine.js";
import { notInForceLines } from "./not-in-force.js";
import { paperLines } from "./paper.js";
import type { Props } from "./props.js";
import { undecidedLines } from "./undecided.js";

export type { OddUrls, Props, ShanghaiVerifier } from "./props.js";

/** Every line of the demo, in the order of its table. What a thief signs and anchors is made when a line is run. */
export function linesOf(props: Props): readonly Line[] {
  return [
    ...genuineLines(props),
    ...notInForceLines(props),
    ...alteredLines(props),
    ...forgedLines(props),
    ...paperLines(props),
    ...undecidedLines(props),
  ];
}
