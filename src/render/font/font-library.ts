// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { TallyError } from "../../core/errors.js";
import { FontStack } from "./font-stack.js";
import { TrueTypeFont } from "./true-type-font.js";

/** The fonts of a renderer and a digest that names exactly these files. */
export interface FontLibrary {
  /** Titles: Noto Serif SC Bold. */
  readonly title: FontStack;
  /** Labels and small print: Noto Sans SC Medium. */
  readonly label: FontStack;
  /** Values: Noto Serif SC Regular, then the fallback fonts. */
  readonly value: FontStack;
  /** SHA-256 over the digests of all font files in order, lower-case hex. */
  readonly digest: string;
}

/** A TrueType file that draws what the built-in fonts lack, e.g. Extension B characters of rare names. */
export interface FallbackFont {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const require = createRequire(import.meta.url);

const BUILT_IN = {
  title: { name: "NotoSerifSC-Bold", file: "@expo-google-fonts/noto-serif-sc/700Bold/NotoSerifSC_700Bold.ttf" },
  label: { name: "NotoSansSC-Medium", file: "@expo-google-fonts/noto-sans-sc/500Medium/NotoSansSC_500Medium.ttf" },
  value: {
    name: "NotoSerifSC-Regular",
    file: "@expo-google-fonts/noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf",
  },
} as const;

type LoadedFont = { readonly font: TrueTypeFont; readonly digest: string };

/** Font files are 40 MB together: one copy a process, read on first use, shared by all renderers. */
const loaded = new Map<keyof typeof BUILT_IN, LoadedFont>();

/** Throws `config.invalid` for a fallback font that cannot be used. */
export function loadFonts(fallback: readonly FallbackFont[] = []): FontLibrary {
  const [title, label, value] = [builtIn("title"), builtIn("label"), builtIn("value")];
  const extra = fallback.map(loadFallback);
  return {
    title: new FontStack([title.font]),
    label: new FontStack([label.font]),
    value: new FontStack([value, ...extra].map(({ font }) => font)),
    digest: sha256([title, label, value, ...extra].map(({ digest }) => digest).join("\n")),
  };
}

function builtIn(role: keyof typeof BUILT_IN): LoadedFont {
  const known = loaded.get(role);
  if (known) return known;
  const { name, file } = BUILT_IN[role];
  const bytes = readFileSync(require.resolve(file));
  const font = { font: new TrueTypeFont(name, bytes), digest: sha256(bytes) };
  loaded.set(role, font);
  return font;
}

function loadFallback({ name, bytes }: FallbackFont): LoadedFont {
  try {
    return { font: new TrueTypeFont(name.replace(/[^A-Za-z0-9-]/g, ""), bytes), digest: sha256(bytes) };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TallyError("config.invalid", `fallback font ${name} cannot be used: ${why}`, { cause });
  }
}

function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
