// SPDX-License-Identifier: Apache-2.0
import "./tokens.css";
import "./base.css";
import { type Component, createApp } from "vue";
import { followLanguage, type Text } from "../language/language.js";

/** Shows a page in the document, with its title in the reader's language. */
export function startPage(page: Component, title: Text): void {
  followLanguage(title);
  createApp(page).mount("#app");
}
