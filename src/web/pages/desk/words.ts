// SPDX-License-Identifier: Apache-2.0
import type { Text } from "../../language/language.js";

export const WORDS = {
  title: { zh: "签发台", en: "Issuing desk" },
} as const satisfies Record<string, Text>;
