// SPDX-License-Identifier: Apache-2.0
import { spawn } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import ts from "typescript";
import { canonicalBytes } from "../../../src/core/canonical-json.js";
import * as archiveLibrary from "../../../src/verify/archive.js";
import * as library from "../../../src/verify/index.js";
import { withBrowser } from "../../web/browser.js";
import { makeArchiveWorld } from "../archive/packed.js";
import { HostileNode } from "../hostile-node.js";
import { type InstalledPackage, installPackage } from "./installed-package.js";
import { servePage } from "./page-server.js";
import { type SettledWorld, settleWorld } from "./settled-world.js";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const ROOT = JSON.parse(readFileSync(here("../../../package.json"), "utf8"));
const EXAMPLE = here("../../../examples/verify-package.mjs");
const PAGE = here("../../../examples/verify-page");
const MAX_SCRIPT_BYTES = 80 * 1024;
/** All that a verifier may ask a node. */
const READS = ["eth_chainId", "eth_getBlockByNumber", "eth_getCode", "eth_call", "eth_getLogs"];

describe("@tigertally/verify, packed and installed in an empty folder without a network", function () {
  this.timeout(120_000);
  let installed: InstalledPackage;
  before(async () => {
    installed = await installPackage();
  });
  after(() => installed?.remove());

  const manifest = () => JSON.parse(readFileSync(join(installed.path, "package.json"), "utf8"));

  it("is the only thing that was installed, in step with the root's version, with exact dependencies inside", () => {
    expect(readdirSync(join(installed.folder, "node_modules")).filter((name) => !name.startsWith("."))).to.deep.equal([
      "@tigertally",
    ]);
    const { version, type, sideEffects, dependencies, bundleDependencies } = manifest();
    expect({ version, type, sideEffects }).to.deep.equal({ version: ROOT.version, type: "module", sideEffects: false });
    expect(bundleDependencies).to.deep.equal(["@noble/curves", "@noble/ed25519", "@noble/hashes"]);
    for (const name of bundleDependencies) {
      expect(dependencies[name]).to.equal(ROOT.dependencies[name]);
      const carried = JSON.parse(readFileSync(join(installed.path, "node_modules", name, "package.json"), "utf8"));
      expect(carried.version).to.equal(dependencies[name]);
    }
  });

  it("has a README, the licence, and of our code only what verifying needs", () => {
    expect(readFileSync(join(installed.path, "LICENSE"), "utf8")).to.contain("Apache License");
    expect(readFileSync(join(installed.path, "README.md"), "utf8")).to.contain("@tigertally/verify");
    expect(readdirSync(join(installed.path, "lib")).sort()).to.deep.equal(["adapters", "core", "verify"]);
    expect(readdirSync(join(installed.path, "lib/adapters"))).to.deep.equal(["node-crypto"]);
  });

  it("names no file that is not there", () => {
    const targets = Object.values<string | Record<string, string>>(manifest().exports).flatMap((target) =>
      typeof target === "string" ? [target] : Object.values(target),
    );
    expect(targets.filter((target) => !existsSync(join(installed.path, target)))).to.deep.equal([]);
    const withMap = readdirSync(join(installed.path, "lib"), { recursive: true, encoding: "utf8" }).filter(
      (file) =>
        /\.(?:js|ts)$/.test(file) &&
        readFileSync(join(installed.path, "lib", file), "utf8").includes("sourceMappingURL"),
    );
    expect(withMap).to.deep.equal([]);
  });

  for (const [name, module, moduleResolution] of [
    ["NodeNext", ts.ModuleKind.NodeNext, ts.ModuleResolutionKind.NodeNext],
    ["bundler", ts.ModuleKind.ESNext, ts.ModuleResolutionKind.Bundler],
  ] as const) {
    it(`gives a consumer strict types under ${name} resolution, without skipping the check of its own`, () => {
      const file = join(installed.folder, "consumer.ts");
      cpSync(here("consumer.ts.txt"), file);
      const program = ts.createProgram([file], {
        module,
        moduleResolution,
        target: ts.ScriptTarget.ES2023,
        lib: ["lib.es2023.d.ts", "lib.dom.d.ts"],
        strict: true,
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        skipLibCheck: false,
        // TypeScript's own library is not what is examined, and takes most of the time.
        skipDefaultLibCheck: true,
        types: [],
        noEmit: true,
      });
      const problems = ts.getPreEmitDiagnostics(program);
      expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "))).to.deep.equal([]);
      expect(program.getSourceFiles().some(({ fileName }) => fileName.startsWith(installed.path))).to.equal(true);
    });
  }

  for (const [what, file, source, entry] of [
    ["the library", "tigertally-verify.js", library, "verify-certificate"],
    ["the verification of archive packages", "tigertally-verify-archive.js", archiveLibrary, "archive/verify-archive"],
  ] as const)
    describe(`${what}, as one file for browsers`, () => {
      const path = () => join(installed.path, "browser", file);

      it(`has at most ${MAX_SCRIPT_BYTES} bytes over the wire`, function () {
        const { length } = gzipSync(readFileSync(path()), { level: 9 });
        this.test!.title += ` (${length})`;
        expect(length).to.be.at.most(MAX_SCRIPT_BYTES);
      });

      it("imports nothing, names no Node module and evaluates no text as code", () => {
        const text = readFileSync(path(), "utf8");
        const { importedFiles } = ts.preProcessFile(text, true, true);
        expect(importedFiles.map(({ fileName }) => fileName)).to.deep.equal([]);
        expect(text).not.to.match(/\beval\(|new Function\(|["'`]node:|\bprocess\.env\b|\bimport\(/);
      });

      it("exports what its modules export", async () => {
        expect(Object.keys(await import(path())).sort()).to.deep.equal(Object.keys(source).sort());
      });

      it("has a map that names sources of the package and no path of the machine that built it", () => {
        const { sources } = JSON.parse(readFileSync(`${path()}.map`, "utf8"));
        expect(sources).to.include(`../lib/verify/${entry}.js`);
        for (const each of sources) expect(each).to.match(/^\.\.\/(?:lib|node_modules\/@noble)\//);
      });
    });

  it("judges a sealed file and an archive package in each form as the library does", async () => {
    const world = makeArchiveWorld();
    const issued = world.issueAnchored();
    const [sealed, packed] = [await world.sealed(issued), await world.pack(issued)];
    const load = (name: string) => import(join(installed.path, name));
    const revocationLists = world.lists(world.listOf(world.office));
    const { trust, registry, pinned } = world;
    const now = world.now();
    const crypto = undefined as never;
    const report = await world.verify(sealed, { crypto, rerender: undefined as never, now });
    expect(report.checks).to.deep.include({ check: "seal", outcome: "pass" });
    for (const form of ["lib/verify/index.js", "browser/tigertally-verify.js"]) {
      const { verifyCertificate } = (await load(form)) as typeof library;
      expect(await verifyCertificate({ bytes: sealed }, { trust, registry, now, revocationLists })).to.deep.equal(
        report,
      );
    }
    const archiveReport = await world.open(packed, { crypto, rerender: undefined as never, now });
    expect(archiveReport).to.include({ verdict: "valid", reason: null });
    for (const form of ["lib/verify/archive.js", "browser/tigertally-verify-archive.js"]) {
      const { verifyArchive, parseMultikey } = (await load(form)) as typeof archiveLibrary;
      const keys = pinned.map(({ text }) => parseMultikey(text));
      expect(await verifyArchive(packed, { trust, pinned: keys, now })).to.deep.equal(archiveReport);
    }
  });

  it("has an example page that loads nothing from elsewhere and runs no inline script or style", () => {
    const html = readFileSync(join(PAGE, "index.html"), "utf8");
    expect(html).not.to.match(/<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=|(?:src|href)="(?:https?:)?\/\//);
    const imports = ts.preProcessFile(readFileSync(join(PAGE, "page.js"), "utf8")).importedFiles;
    expect(imports.map(({ fileName }) => fileName).sort()).to.deep.equal(["./tigertally-verify.js", "./trust.js"]);
  });

  describe("running the example against a registry", () => {
    let settled: SettledWorld;
    let node: HostileNode;
    before(async () => {
      settled = await settleWorld();
      // Passes everything on; it is there to see what is asked.
      node = await HostileNode.start(settled.local.chain.url, () => undefined);
    });
    after(async () => {
      await node?.stop();
      await settled?.local.close();
    });

    const write = (name: string, content: object | string): string => {
      writeFileSync(join(installed.folder, name), typeof content === "string" ? content : canonicalBytes(content));
      return name;
    };
    const example = async (...files: readonly string[]) => {
      cpSync(EXAMPLE, join(installed.folder, "verify-package.mjs"));
      const { chain, deployment } = settled.local;
      const log = join(installed.folder, "network.log");
      writeFileSync(log, "");
      const args = ["--import", here("watch-network.mjs"), "verify-package.mjs"];
      const env = { PATH: process.env.PATH, NETWORK_LOG: log };
      const child = spawn(process.execPath, [...args, node.url, String(chain.chainId), deployment.registry, ...files], {
        cwd: installed.folder,
        env,
      });
      let said = "";
      let complained = "";
      child.stdout.on("data", (part) => (said += part));
      child.stderr.on("data", (part) => (complained += part));
      const code = await new Promise((resolve) => child.on("close", resolve));
      expect(complained).to.equal("");
      return { code, lines: said.trim().split("\n"), network: new Set(readFileSync(log, "utf8").trim().split("\n")) };
    };

    it("tells genuine, revoked and tampered files apart, and reaches nothing but the registry's reads", async () => {
      const { world, issued } = settled;
      const [genuine, revoked, other] = issued.map((one) => world.documentOf(one));
      const tampered = structuredClone(genuine!) as unknown as { certificate: { credentialSubject: object } };
      Object.assign(tampered.certificate.credentialSubject, { certificateNumber: "JY13401000000024" });
      const files = [
        write("genuine.json", genuine!),
        write("revoked.json", revoked!),
        write("tampered.json", tampered),
        write("swapped.json", { ...genuine!, evidence: other!.evidence }),
        write("code.txt", world.codeOf(issued[0])),
      ];
      const { code, lines, network } = await example(...files);
      expect(lines).to.deep.equal([
        "genuine.json: valid",
        "revoked.json: not-in-force (status.revoked)",
        "tampered.json: not-genuine (integrity.signature-wrong)",
        "swapped.json: not-genuine (integrity.token-mismatch)",
        // The example has no mirror to prove a bare code with.
        "code.txt: undecided (anchor.evidence-missing)",
      ]);
      expect(code).to.equal(1);
      expect([...network]).to.deep.equal([`connect ${new URL(node.url).hostname}:${new URL(node.url).port}`]);
      const methods = new Set(node.asked.map(({ method }) => method));
      for (const method of methods) expect(method).to.be.oneOf(READS);
      expect(methods).to.include("eth_call");
    });

    it("ends with 0 when every file is valid", async () => {
      const { code, lines } = await example(write("genuine.json", settled.world.documentOf(settled.issued[2])));
      expect({ code, lines }).to.deep.equal({ code: 0, lines: ["genuine.json: valid"] });
    });

    describe("and its example page in Chromium", () => {
      const browser = withBrowser();
      let page: { url: string; stop(): Promise<void> };
      before(async () => {
        const { chain, deployment } = settled.local;
        const trust = { chainId: chain.chainId, registry: deployment.registry, maxAnchorDelay: 86_400 };
        const files = {
          "tigertally-verify.js": readFileSync(join(installed.path, "browser/tigertally-verify.js"), "utf8"),
          "trust.js": `export const trust = ${JSON.stringify(trust)};\nexport const nodes = [new URL("chain", location.href).href];\n`,
        };
        page = await servePage({ page: PAGE, files, node: node.url });
      });
      after(() => page?.stop());

      it("tells genuine from tampered under its policy, and sends nothing but the registry's reads", async () => {
        const { world, issued } = settled;
        const genuine = canonicalBytes(world.documentOf(issued[0]));
        const text = new TextDecoder().decode(genuine);
        const tampered = text.replace("JY13401000000016", "JY13401000000024");
        const { page: tab, context, faults } = await browser.page();
        const asked: { url: string; body: string }[] = [];
        context.on("request", (request) => asked.push({ url: request.url(), body: request.postData() ?? "" }));
        await tab.goto(page.url);
        const choose = async (name: string, content: string): Promise<string> => {
          const buffer = Buffer.from(content);
          await tab.locator("#file").setInputFiles({ name, mimeType: "application/json", buffer });
          await tab.locator("#answer[data-verdict]:not([data-verdict=''])").waitFor();
          return (await tab.locator("#answer").getAttribute("data-verdict")) ?? "";
        };
        expect(await choose("genuine.json", text)).to.equal("valid");
        expect(await tab.locator("#fields").textContent()).to.contain("虎符示例餐饮有限公司");
        await tab.reload();
        expect(await choose("tampered.json", tampered)).to.equal("not-genuine");
        expect(await tab.locator("#fields").textContent()).to.equal("");
        expect(faults).to.deep.equal([]);
        for (const { url } of asked) expect(url.startsWith(page.url), url).to.equal(true);
        const posted = asked.flatMap(({ body }) => (body === "" ? [] : [JSON.parse(body) as { method: string }]));
        expect(posted).not.to.have.length(0);
        for (const { method } of posted) expect(method).to.be.oneOf(READS);
        expect(asked.map(({ body }) => body).join("")).not.to.contain("JY134");
      });
    });
  });
});
