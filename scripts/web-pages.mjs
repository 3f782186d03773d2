// SPDX-License-Identifier: Apache-2.0
// Builds the browser pages from src/web into dist/web, each text file also as .br and .gz. Unchanged inputs cost a digest.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { buildFolder, filesUnder } from "./built-folder.mjs";

/** What the pages are made of: the rings they may import, this script, and the exact tools. */
const INPUTS = [
  "src/web",
  "src/core",
  "src/verify",
  "src/render",
  "src/words",
  "scripts/web-pages.mjs",
  "scripts/built-folder.mjs",
  "package-lock.json",
];
const PAGES = ["v", "c", "desk"];
const TARGETS = ["chrome111", "firefox115", "safari16.4"];

export function buildWebPages(root) {
  return buildFolder(root, "dist/web", INPUTS, async (fresh) => {
    await bundle(root, fresh);
    await bundleServiceWorker(root, fresh);
    compress(fresh);
  });
}

async function bundle(root, outDir) {
  const { build } = await import("vite");
  const { default: vue } = await import("@vitejs/plugin-vue");
  const source = join(root, "src/web");
  await build({
    configFile: false,
    root: source,
    base: "/",
    logLevel: "warn",
    define: { __VUE_OPTIONS_API__: "false", __VUE_PROD_DEVTOOLS__: "false" },
    plugins: [vue()],
    worker: {
      format: "es",
      // All that the worker begins with is one script: else whatever a later script shares with it is a script as well, and compresses worse.
      rolldownOptions: { output: { codeSplitting: { groups: [{ name: "worker", tags: ["$initial"] }] } } },
    },
    build: {
      outDir,
      emptyOutDir: true,
      target: TARGETS,
      manifest: true,
      // Inlined files would be data: addresses, which the pages' policy refuses; an inline script likewise.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      rollupOptions: { input: Object.fromEntries(PAGES.map((page) => [page, join(source, `${page}.html`)])) },
    },
  });
}

/** The page that works without a connection, and what of its files only some browsers need. */
const OFFLINE_PAGE = "v";
const CODE_READER = /^assets\/(?:decoder|zxing_reader)-/;

/** A script of its own, which knows the names of all files that it keeps. */
async function bundleServiceWorker(root, outDir) {
  const manifest = JSON.parse(readFileSync(join(outDir, ".vite/manifest.json"), "utf8"));
  rmSync(join(outDir, ".vite"), { recursive: true });
  const assets = readdirSync(join(outDir, "assets")).map((name) => `assets/${name}`);
  const own = filesOfPage(manifest, `${OFFLINE_PAGE}.html`);
  const ofPages = new Set(Object.values(manifest).flatMap(({ file, css = [] }) => [file, ...css]));
  // What no page loads is its worker's, which no manifest lists; whatever that loads when it needs it is kept as well.
  const kept = assets.filter((path) => own.has(path) || !ofPages.has(path)).sort();
  const files = kept.filter((path) => !CODE_READER.test(path));
  const later = kept.filter((path) => CODE_READER.test(path));
  const page = readFileSync(join(outDir, `${OFFLINE_PAGE}.html`));
  const version = createHash("sha256")
    .update([...files, ...later].join())
    .update(page)
    .digest("hex")
    .slice(0, 16);
  const addresses = (paths) => paths.map((path) => `/${path}`);
  const known = { version, files: [`/${OFFLINE_PAGE}`, "/icon.svg", ...addresses(files)], later: addresses(later) };
  const { build } = await import("vite");
  await build({
    configFile: false,
    root: join(root, "src/web"),
    logLevel: "warn",
    publicDir: false,
    define: { __BUILD__: JSON.stringify(known) },
    build: {
      outDir,
      emptyOutDir: false,
      target: TARGETS,
      reportCompressedSize: false,
      lib: {
        entry: join(root, "src/web/service-worker/service-worker.ts"),
        formats: ["es"],
        fileName: () => "service-worker.js",
      },
    },
  });
}

/** Scripts and styles that a page loads, and those that it loads when it needs them. */
function filesOfPage(manifest, entry, seen = new Set()) {
  const { file, css = [], imports = [], dynamicImports = [] } = manifest[entry];
  if (seen.has(file)) return seen;
  for (const path of [file, ...css]) seen.add(path);
  for (const each of [...imports, ...dynamicImports]) filesOfPage(manifest, each, seen);
  return seen;
}

const COMPRESSIBLE = /\.(?:html|js|css|svg|json|wasm|webmanifest)$/;

function compress(folder) {
  for (const path of filesUnder(folder)) {
    if (!COMPRESSIBLE.test(path)) continue;
    const bytes = readFileSync(path);
    // Large ones, the decoder's, take seconds at the highest quality for a few per cent.
    const quality = bytes.length > 300_000 ? 9 : 11;
    writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } }));
    writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  }
}
