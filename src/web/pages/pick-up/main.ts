// SPDX-License-Identifier: Apache-2.0
import { startPage } from "../../design/start-page.js";
import PickUpPage from "./PickUpPage.vue";
import { WORDS } from "./words.js";

startPage(PickUpPage, WORDS.title);
