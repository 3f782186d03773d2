// SPDX-License-Identifier: Apache-2.0
import { ref, watchEffect } from "vue";
import type { Language, Text } from "../../words/reason-texts.js";

export type { Language, Text };

const REMEMBERED_AS = "tally.language";

/** The language of the page. Changing it changes every text that `say` gave to a template. */
export const language = ref<Language>(rememberedLanguage() ?? languageOf(navigator.languages));

/** The text in the page's language; in a template it follows the language. */
export function say(text: Text): string {
  return text[language.value];
}

export function chooseLanguage(chosen: Language): void {
  language.value = chosen;
  try {
    localStorage.setItem(REMEMBERED_AS, chosen);
  } catch {
    // A browser that keeps nothing asks again next time.
  }
}

/** The `lang` of the document as a browser and a screen reader know it. */
export const LANGUAGE_TAGS = { zh: "zh-CN", en: "en" } as const satisfies Record<Language, string>;

/** Keeps the document's `lang` and title in the page's language. */
export function followLanguage(title: Text): void {
  watchEffect(() => {
    document.documentElement.lang = LANGUAGE_TAGS[language.value];
    document.title = `${say(title)} · ${say({ zh: "虎符", en: "Tiger Tally" })}`;
  });
}

/** The first language of the browser that we speak; Chinese when there is none. */
export function languageOf(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    if (/^zh\b/i.test(tag)) return "zh";
    if (/^en\b/i.test(tag)) return "en";
  }
  return "zh";
}

function rememberedLanguage(): Language | null {
  try {
    const kept = localStorage.getItem(REMEMBERED_AS);
    return kept === "zh" || kept === "en" ? kept : null;
  } catch {
    return null;
  }
}
