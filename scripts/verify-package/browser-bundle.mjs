// SPDX-License-Identifier: Apache-2.0
import { join } from "node:path";
import { build } from "vite";

/** Of the package in `folder`: one ES module with everything in it, minified, and its source map; nothing in it is loaded later. */
export async function browserBundle(folder, entry, name) {
  const built = await build({
    configFile: false,
    envDir: false,
    // The map names its sources relative to these two, so no path of the machine gets in.
    root: folder,
    logLevel: "warn",
    publicDir: false,
    plugins: [IN_ONE],
    build: {
      write: false,
      outDir: join(folder, "browser"),
      target: "es2023",
      minify: true,
      sourcemap: true,
      modulePreload: false,
      rolldownOptions: {
        input: join(folder, entry),
        // The entry's exports are the library.
        preserveEntrySignatures: "strict",
        output: { format: "es", entryFileNames: name, codeSplitting: false },
      },
    },
  });
  const output = [built].flat().flatMap((each) => each.output);
  const chunk = output.find(({ type }) => type === "chunk");
  const unexpected = output.filter(({ fileName }) => fileName !== name && fileName !== `${name}.map`);
  if (unexpected.length > 0) throw new Error(`the bundle has further files: ${unexpected.map((f) => f.fileName)}`);
  return { code: chunk.code, map: chunk.map.toString() };
}

/**
 * What the modules load only when they need it is in the one file anyway. Said as an ordinary import of names it is bundled as one: else every module that
 * it reaches is wrapped in a function that runs it later, and what nobody names stays, which the file has to carry.
 */
const IN_ONE = {
  name: "in-one-file",
  transform(code) {
    const imports = [];
    const joined = code.replace(
      /\bconst (\{ \w+(?:, \w+)* \}) = await import\(("\.[^"]+")\);/g,
      (_, names, specifier) => {
        imports.push(`import ${names} from ${specifier};`);
        return "";
      },
    );
    if (/\bimport\(/.test(joined.replace(/^\s*(?:\*|\/[*/]).*$/gm, "")))
      throw new Error('what is loaded later has to be said as const { name } = await import("./module.js");');
    // In front of the first line, so that the lines of the map stay what they are.
    return imports.length === 0 ? null : { code: imports.join(" ") + joined, map: null };
  },
};
