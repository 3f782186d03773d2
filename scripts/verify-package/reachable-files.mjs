// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";

/**
 * What a set of compiled modules needs to run and to be type-checked: every file that their relative imports lead to, sorted, and
 * the npm packages that the running code imports. Files that nothing imports any more stay behind in dist/ and are left out.
 */
export function reachableFiles(folder, entries) {
  const files = new Set();
  const packages = new Set();
  const waiting = entries.flatMap((entry) => [`${entry}.js`, `${entry}.d.ts`]);
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    for (const specifier of importsOf(join(folder, file))) {
      if (!specifier.startsWith(".")) {
        if (!specifier.startsWith("node:")) packages.add(packageOf(specifier));
        continue;
      }
      const target = join(dirname(file), specifier);
      // A declaration says `./x.js` and means the types beside it.
      const wanted = file.endsWith(".d.ts") ? target.replace(/\.js$/, ".d.ts") : target;
      if (!existsSync(join(folder, wanted))) throw new Error(`${file} imports ${specifier}, which was not built`);
      waiting.push(wanted);
    }
  }
  return { files: [...files].sort(), packages: [...packages].sort() };
}

function importsOf(path) {
  return ts.preProcessFile(readFileSync(path, "utf8")).importedFiles.map(({ fileName }) => fileName);
}

function packageOf(specifier) {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}
