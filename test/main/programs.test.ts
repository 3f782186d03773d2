// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { packageFile } from "../../src/adapters/package-folder/index.js";
import { run, TALLY } from "./service-process.js";

/** Packages whose code a program of the build loads when it starts, before it is asked for anything. */
function packagesAtStart(program: string): string[] {
  const sources = [...filesAtStart(packageFile(`dist/main/${program}.js`))].flatMap((file) => {
    const map = JSON.parse(readFileSync(`${file}.map`, "utf8")) as { readonly sources: readonly string[] };
    return map.sources;
  });
  const names = sources.map((source) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

function filesAtStart(file: string, seen = new Set<string>()): Set<string> {
  // A few lines of the bundler's own, which have no source.
  if (seen.has(file) || /\/rolldown-runtime-/.test(file)) return seen;
  seen.add(file);
  for (const [, path] of readFileSync(file, "utf8").matchAll(/^(?:import|export)\b[^"\n]*"(\.[^"]+)"/gm))
    filesAtStart(join(dirname(file), path!), seen);
  return seen;
}

describe("the programs of the build", () => {
  it("load what reads the command line, and for a command what it needs", () => {
    expect(packagesAtStart("tally")).to.deep.equal(["commander"]);
  });

  it("load for a verification thread neither the chain's client nor what answers requests", () => {
    const loaded = packagesAtStart("verification/thread");
    expect(loaded).to.include.members(["ajv", "qrcode"]);
    expect(loaded).not.to.include.oneOf(["ethers", "express", "mongodb", "pino", "prom-client", "pngjs"]);
  });

  it("find the package from wherever they are started", async () => {
    const { version } = JSON.parse(readFileSync(packageFile("package.json"), "utf8"));
    const { out, said } = await run(process.execPath, [TALLY, "--version"], { cwd: tmpdir(), env: process.env });
    expect({ out, said }).to.deep.equal({ out: `${version}\n`, said: "" });
  });
});
