// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync, statSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import ts from "typescript";
import { TallyError } from "../src/core/errors.js";

const SRC = fileURLToPath(new URL("../src", import.meta.url));

/** Which ring may import which: the one table of docs/architecture.md. A ring may always import itself. */
const RINGS: Record<string, readonly string[]> = {
  core: [],
  verify: ["core"],
  render: ["core"],
  words: ["core", "verify"],
  domain: ["core", "verify", "render"],
  adapters: ["core", "verify", "domain"],
  http: ["core", "verify", "render", "domain"],
  cli: ["core", "verify", "render", "words", "domain"],
  web: ["core", "verify", "render", "words"],
  main: ["core", "verify", "render", "words", "domain", "adapters", "http", "cli"],
};

/** npm packages and Node modules of each ring; `node:*` allows every Node module. */
const PACKAGES: Record<string, readonly string[]> = {
  core: ["@noble/curves", "@noble/ed25519", "@noble/hashes"],
  verify: [],
  render: ["node:*", "qrcode"],
  words: [],
  domain: ["ajv", "ajv-formats", "node:crypto"],
  adapters: ["node:*", "libsql", "mongodb", "ethers", "@peculiar/asn1-schema", "@peculiar/asn1-x509"],
  http: ["node:*", "express", "express-rate-limit", "ajv", "ajv-formats", "pino"],
  cli: ["node:*", "commander"],
  web: ["vue", "zxing-wasm"],
  main: ["node:*", "pino", "prom-client", "hardhat", "ethers", "commander"],
};

/** Capabilities inside domain/ form a one-way graph as well. */
const CAPABILITIES: Record<string, readonly string[]> = {
  audit: [],
  catalogue: ["audit"],
  agencies: ["audit"],
  anchoring: ["audit", "agencies"],
  issuance: ["audit", "catalogue", "agencies"],
  holders: ["audit", "issuance", "copies"],
  sharing: ["audit", "catalogue", "agencies", "anchoring"],
  seals: ["audit", "agencies"],
  printing: ["audit", "issuance"],
  copies: ["audit", "catalogue", "agencies", "issuance"],
  archiving: ["audit", "anchoring", "issuance", "sharing"],
  examination: ["audit", "catalogue", "agencies", "anchoring", "issuance", "holders", "sharing", "seals", "copies"],
};

interface Import {
  /** Path below src/, with forward slashes. */
  readonly file: string;
  readonly specifier: string;
}

/** One sentence for each import that the tables above forbid. */
function violations(imports: readonly Import[]): string[] {
  return imports.flatMap(({ file, specifier }) => {
    const ring = file.split("/")[0] ?? "";
    if (!(ring in RINGS)) return [`${file}: src/${ring} is not a ring`];
    return specifier.startsWith(".") ? ownImport(file, ring, specifier) : packageImport(file, ring, specifier);
  });
}

function ownImport(file: string, ring: string, specifier: string): string[] {
  const target = posix.normalize(posix.join(posix.dirname(file), specifier));
  if (target.startsWith("..")) return ring === "main" ? [] : [`${file} reaches outside src: ${specifier}`];
  const [targetRing = "", targetPart = ""] = target.split("/");
  if (ring !== targetRing)
    return RINGS[ring]?.includes(targetRing) ? [] : [`${file}: ${ring} must not import ${target}`];
  const part = file.split("/")[1] ?? "";
  if (ring === "adapters" && part !== targetPart && !SHARED_ADAPTERS.includes(targetPart)) {
    return [`${file}: adapters must not import one another (${target})`];
  }
  if (ring !== "domain" || part === targetPart || targetPart.endsWith(".js")) return [];
  return CAPABILITIES[part]?.includes(targetPart)
    ? []
    : [`${file}: domain/${part} must not import domain/${targetPart}`];
}

/** The fast primitives, and where the package lies, are what other adapters may build on. */
const SHARED_ADAPTERS = ["node-crypto", "package-folder"];

function packageImport(file: string, ring: string, specifier: string): string[] {
  const name = specifier.startsWith("@") ? specifier.split("/").slice(0, 2).join("/") : (specifier.split("/")[0] ?? "");
  const isNode = specifier.startsWith("node:") || builtinModules.includes(specifier);
  const allowed = PACKAGES[ring] ?? [];
  const ok = isNode ? allowed.includes("node:*") || allowed.includes(specifier) : allowed.includes(name);
  return ok ? [] : [`${file}: ${ring} must not import the package ${specifier}`];
}

function importsUnder(folder: string): Import[] {
  return readdirSync(folder).flatMap((entry) => {
    const path = join(folder, entry);
    if (statSync(path).isDirectory()) return importsUnder(path);
    if (!/\.(ts|mts|cts|vue)$/.test(entry)) return [];
    const file = relative(SRC, path).split(sep).join("/");
    return specifiersIn(entry, readFileSync(path, "utf8")).map((specifier) => ({ file, specifier }));
  });
}

/** What a module imports; of a single-file component, what its scripts do. */
function specifiersIn(name: string, source: string): string[] {
  const scripts = name.endsWith(".vue")
    ? [...source.matchAll(/<script\b[^>]*>([\s\S]*?)<\/script>/g)].map(([, script]) => script!)
    : [source];
  return scripts.flatMap((script) =>
    ts.preProcessFile(script, true, true).importedFiles.map(({ fileName }) => fileName),
  );
}

describe("architecture", () => {
  it("lets every ring import only what the table allows", () => {
    expect(violations(importsUnder(SRC))).to.deep.equal([]);
  });

  const bad: readonly [string, Import][] = [
    ["an inner ring that imports an outer one", { file: "core/merkle.ts", specifier: "../domain/audit/index.js" }],
    ["a way in that imports an adapter", { file: "http/app.ts", specifier: "../adapters/sqlite/database.js" }],
    ["two ways in that import one another", { file: "cli/serve.ts", specifier: "../http/app.js" }],
    ["an adapter that imports another", { file: "adapters/sqlite/a.ts", specifier: "../ethereum/b.js" }],
    ["a Node module in the verification library", { file: "verify/report.ts", specifier: "node:fs" }],
    ["an unlisted package", { file: "core/hash.ts", specifier: "lodash" }],
    ["audit that knows of issuance", { file: "domain/audit/log.ts", specifier: "../issuance/index.js" }],
    ["anchoring that knows of issuance", { file: "domain/anchoring/worker.ts", specifier: "../issuance/index.js" }],
    ["a folder that is no ring", { file: "utils/misc.ts", specifier: "./x.js" }],
  ];
  for (const [what, example] of bad) {
    it(`finds ${what}`, () => {
      expect(violations([example])).to.have.length(1);
    });
  }

  it("sees type-only, dynamic and re-exported imports", () => {
    const source = `import type { A } from "a"; export { b } from "b"; const c = await import("c"); type D = import("d").D;`;
    const seen = ts.preProcessFile(source, true, true).importedFiles.map(({ fileName }) => fileName);
    expect(seen).to.have.members(["a", "b", "c", "d"]);
  });

  it("sees the imports of every script of a component", () => {
    const component = `<script lang="ts">import "a";</script>\n<script setup lang="ts">\nimport b from "b";\n</script>\n<template><p>import "c"</p></template>`;
    expect(specifiersIn("Page.vue", component)).to.have.members(["a", "b"]);
  });

  it("is tested with one copy of each module, whoever imports it and when", async () => {
    expect((await import("../src/core/errors.js")).TallyError).to.equal(TallyError);
  });

  it("reads process.env in one file only", () => {
    // An assignment hands a setting on (to Hardhat); it reads none.
    const reading = /process\.env(?!\.\w+ = )/;
    const readers = importsUnderFiles(SRC).filter((path) => reading.test(readFileSync(path, "utf8")));
    expect(readers.map((path) => relative(dirname(SRC), path).split(sep).join("/"))).to.deep.equal([
      "src/main/config.ts",
    ]);
  });
});

function importsUnderFiles(folder: string): string[] {
  return readdirSync(folder).flatMap((entry) => {
    const path = join(folder, entry);
    if (statSync(path).isDirectory()) return importsUnderFiles(path);
    return /\.(ts|mts|cts|cjs|mjs)$/.test(entry) ? [path] : [];
  });
}
