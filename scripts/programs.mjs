// SPDX-License-Identifier: Apache-2.0
// Bundles the programs of the service into dist/main: what a process loads are few files that hold only what it needs, and what it may
// need later waits in files of its own. Unchanged inputs cost a digest.
import { cpSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { buildFolder } from "./built-folder.mjs";

/** Below src/main, and below dist/main: what a person, the service or `npm run` starts. */
const PROGRAMS = ["tally", "chain/main", "mongod/main", "verification/thread", "demo/main", "deploy/main"];
/** Hardhat reads it itself. */
const CHAIN_CONFIGURATION = "chain/hardhat-node.config.cjs";
/** Stay in node_modules: a native module, what finds its own files by their place, and what is there only if somebody has installed it. */
const OUTSIDE = ["libsql", "hardhat", "mongodb-memory-server-core", ...optionalPackagesOf("mongodb")];

const INPUTS = [
  ...["adapters", "cli", "core", "domain", "http", "main", "render", "verify", "words"].map((ring) => `src/${ring}`),
  "scripts/programs.mjs",
  "scripts/built-folder.mjs",
  "package-lock.json",
];

export function buildPrograms(root) {
  return buildFolder(root, "dist/main", INPUTS, async (fresh) => {
    const { build } = await import("vite");
    await build({
      configFile: false,
      envDir: false,
      root,
      logLevel: "warn",
      publicDir: false,
      ssr: { noExternal: true },
      build: {
        ssr: true,
        outDir: fresh,
        emptyOutDir: true,
        target: "node20.19",
        // A stack trace says which function of which file; `node --enable-source-maps` says which line.
        minify: false,
        sourcemap: true,
        reportCompressedSize: false,
        rolldownOptions: {
          input: Object.fromEntries(PROGRAMS.map((program) => [program, join(root, "src/main", `${program}.ts`)])),
          // Ours only define: a file whose exports nothing uses stays out, whoever re-exports them.
          treeshake: { moduleSideEffects: (id) => (id.startsWith(join(root, "src/")) ? false : undefined) },
          external: (id) => OUTSIDE.some((name) => id === name || id.startsWith(`${name}/`)),
          output: {
            format: "es",
            entryFileNames: "[name].js",
            chunkFileNames: "chunks/[name]-[hash].js",
            sourcemapExcludeSources: true,
          },
        },
      },
    });
    cpSync(join(root, "src/main", CHAIN_CONFIGURATION), join(fresh, CHAIN_CONFIGURATION));
  });
}

function optionalPackagesOf(name) {
  const path = createRequire(import.meta.url).resolve(`${name}/package.json`);
  return Object.keys(JSON.parse(readFileSync(path, "utf8")).peerDependencies);
}
