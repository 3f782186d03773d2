// SPDX-License-Identifier: Apache-2.0
import { demoService } from "./service.js";
import { makeVerifyDocuments } from "./verify-documents.js";
import type { VerifyScene } from "./verify-states.js";

let making: Promise<VerifyScene> | null = null;

/** The demo service with the licences of `verify-documents.ts`, made once for all files of tests. Call in a `before`. */
export function verifyScene(): Promise<VerifyScene> {
  making ??= demoService().then(async (service) => ({ service, documents: await makeVerifyDocuments(service) }));
  return making;
}
