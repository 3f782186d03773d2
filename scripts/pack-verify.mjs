// SPDX-License-Identifier: Apache-2.0
// npm run pack:verify: dist/packages/tigertally-verify-VERSION.tgz, the verification library as a package of its own. Run after a build.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { browserBundle } from "./verify-package/browser-bundle.mjs";
import { manifestOf } from "./verify-package/manifest.mjs";
import { reachableFiles } from "./verify-package/reachable-files.mjs";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const DIST = join(ROOT, "dist");
const ENTRIES = ["verify/index", "verify/archive", "adapters/node-crypto/index"];
/** Each is one file with all that it needs: what most pages need, and what few do. */
const BUNDLES = { "tigertally-verify.js": "verify/index", "tigertally-verify-archive.js": "verify/archive" };

/** Puts the package together in `folder/verify` and packs it into `folder`; says where the file is. */
export async function packVerify(folder) {
  const staged = join(folder, "verify");
  rmSync(staged, { recursive: true, force: true });
  mkdirSync(join(staged, "browser"), { recursive: true });
  const root = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const { files, packages } = reachableFiles(DIST, ENTRIES);
  for (const file of files) copyWithoutMapComment(join(DIST, file), join(staged, "lib", file));
  for (const name of packages)
    cpSync(join(ROOT, "node_modules", name), join(staged, "node_modules", name), { recursive: true });
  for (const [name, entry] of Object.entries(BUNDLES)) {
    const { code, map } = await browserBundle(staged, `lib/${entry}.js`, name);
    writeFileSync(join(staged, "browser", name), code);
    writeFileSync(join(staged, "browser", `${name}.map`), map);
  }
  cpSync(join(ROOT, "LICENSE"), join(staged, "LICENSE"));
  cpSync(join(ROOT, "src/verify/README.md"), join(staged, "README.md"));
  writeFileSync(join(staged, "package.json"), `${JSON.stringify(manifestOf({ root, packages }), null, 2)}\n`);
  return npmPack(staged, folder);
}

/**
 * The modules go without source maps: they are the TypeScript minus its types, names and comments kept, and the sources that a map
 * would name are not in the package. The minified bundles have maps with their sources inside.
 */
function copyWithoutMapComment(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, readFileSync(from, "utf8").replace(/\n?\/\/# sourceMappingURL=.*\n?$/, "\n"));
}

function npmPack(staged, folder) {
  const args = ["pack", "--json", "--ignore-scripts", "--offline", "--pack-destination", folder];
  const { status, stdout, stderr } = spawnSync("npm", args, { cwd: staged, encoding: "utf8" });
  if (status !== 0) throw new Error(`npm pack failed: ${stderr}`);
  const [{ filename, integrity, size, entryCount }] = Object.values(JSON.parse(stdout));
  return { path: join(folder, filename), integrity, size, entryCount };
}

if (resolve(process.argv[1] ?? "") === fileURLToPath(import.meta.url)) {
  const { path, integrity, size, entryCount } = await packVerify(join(DIST, "packages"));
  console.error(`${entryCount} files, ${Math.round(size / 1024)} KB, ${integrity}`);
  console.log(path);
}
