// SPDX-License-Identifier: Apache-2.0
import type { RouterOptions } from "express";

/** One resource has one path: no other case, no trailing slash. */
export const STRICT: RouterOptions = { strict: true, caseSensitive: true };
