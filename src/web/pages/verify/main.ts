// SPDX-License-Identifier: Apache-2.0
import { startPage } from "../../design/start-page.js";
import { serveOffline } from "./offline/serve-offline.js";
import VerifyPage from "./VerifyPage.vue";
import { prepare } from "./verification.js";
import { WORDS } from "./words.js";

startPage(VerifyPage, WORDS.title);
void prepare();
serveOffline();
