// SPDX-License-Identifier: Apache-2.0
import { startPage } from "../../design/start-page.js";
import VerifyPage from "./VerifyPage.vue";
import { WORDS } from "./words.js";

startPage(VerifyPage, WORDS.title);
