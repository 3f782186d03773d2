// SPDX-License-Identifier: Apache-2.0
import { sealedLicence } from "../../test/render/sealed-licence.js";

/** A process that makes one sealed licence, says how large it is itself by then, and ends. */
await sealedLicence();
console.log(process.memoryUsage.rss() / 2 ** 20);
