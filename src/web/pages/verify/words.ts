// SPDX-License-Identifier: Apache-2.0
import type { Text } from "../../language/language.js";

export const WORDS = {
  title: { zh: "证照核验", en: "Verify a licence" },
} as const satisfies Record<string, Text>;
