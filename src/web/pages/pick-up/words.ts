// SPDX-License-Identifier: Apache-2.0
import type { Text } from "../../language/language.js";

export const WORDS = {
  title: { zh: "领取电子证照", en: "Pick up a licence" },
} as const satisfies Record<string, Text>;
