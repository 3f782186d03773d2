// SPDX-License-Identifier: Apache-2.0
import type { IconName } from "./icons.js";

/** How something stands. Each has a colour, an icon, and wherever it is shown a word. */
export type Tone = "good" | "warn" | "bad" | "unknown" | "info";

export const TONE_ICONS = {
  good: "good",
  warn: "warn",
  bad: "bad",
  unknown: "unknown",
  info: "info",
} as const satisfies Record<Tone, IconName>;
