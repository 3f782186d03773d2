// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export type Program = "first-pdf" | "render-thread" | "render-many";

export interface Bundle {
  path(program: Program): string;
  remove(): void;
}

/** The programs of this folder as the service's own are built: in few files, nothing compiled when they start. */
export async function bundlePrograms(...programs: readonly Program[]): Promise<Bundle> {
  // Below the packages: fonts are found from there.
  const outDir = mkdtempSync(join(ROOT, "dist", "bench-"));
  await build({
    ...{ configFile: false, envDir: false, root: ROOT, logLevel: "warn", publicDir: false, ssr: { noExternal: true } },
    build: {
      ...{ ssr: true, outDir, target: "node20.19", minify: false, reportCompressedSize: false },
      rolldownOptions: {
        input: Object.fromEntries(programs.map((program) => [program, join(ROOT, "bench/programs", `${program}.ts`)])),
        treeshake: { moduleSideEffects: (id) => (id.startsWith(join(ROOT, "src/")) ? false : undefined) },
        output: { format: "es", entryFileNames: "[name].mjs", chunkFileNames: "[name]-[hash].mjs" },
      },
    },
  });
  return {
    path: (program) => join(outDir, `${program}.mjs`),
    remove: () => rmSync(outDir, { recursive: true, force: true }),
  };
}
