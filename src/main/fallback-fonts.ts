// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { TallyError } from "../core/errors.js";
import type { RendererOptions } from "../render/index.js";
import type { Config } from "./config.js";

/** Reads the configured fonts; every file that cannot be read is named in one `config.invalid`. */
export function readFallbackFonts({ fallbackFonts }: Config): NonNullable<RendererOptions["fonts"]> {
  const problems: { field: string; message: string }[] = [];
  const fonts = fallbackFonts.flatMap((path) => {
    try {
      return [{ name: basename(path).replace(/\.[^.]*$/, ""), bytes: readFileSync(path) }];
    } catch (error) {
      problems.push({ field: "TALLY_FALLBACK_FONTS", message: (error as Error).message });
      return [];
    }
  });
  if (problems.length === 0) return fonts;
  const lines = problems.map(({ field, message }) => `${field}: ${message}`);
  throw new TallyError("config.invalid", `fonts that cannot be read:\n${lines.join("\n")}`, { problems });
}
