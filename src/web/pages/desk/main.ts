// SPDX-License-Identifier: Apache-2.0
import { startPage } from "../../design/start-page.js";
import DeskPage from "./DeskPage.vue";
import { DESK_WORDS } from "./words.js";

startPage(DeskPage, DESK_WORDS.title);
