// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import {
  answers,
  blocksOf,
  PLAIN_ENVIRONMENT,
  type Ran,
  type Ready,
  run,
  type ServiceProcess,
  startService,
  startServiceWith,
  TALLY,
  tally,
  tallyWith,
  until,
  workspace,
} from "./service-process.js";

const SLOW = 240_000;
const EXAMPLE = fileURLToPath(new URL("../../examples/verify.mjs", import.meta.url));

describe("tally serve", function () {
  this.timeout(SLOW);
  const here = workspace();
  const data = here.path("data");

  /** What a first start with demo data was seen to do, from its start to Ctrl-C. */
  const first = {} as {
    ready: Ready;
    said: string;
    commands: Ran[];
    licence: Uint8Array;
    list: string;
    example: Ran;
    metrics: string;
    blocks: unknown[];
    exit: { code: number | null; signal: string | null };
  };

  before(async () => {
    const service = await startServiceWith({ TALLY_MONITOR_PORT: "0", TALLY_LOG: "info" }, data, "--demo-data");
    try {
      first.ready = service.ready;
      await until(() => service.stderr().includes("verify licence.pdf"), 10_000);
      const folder = here.path("elsewhere");
      mkdirSync(folder);
      first.commands = [];
      for (const command of suggestedCommands(service.stderr())) {
        const words = command.replace("npx tally", `'${process.execPath}' '${TALLY}'`);
        first.commands.push(await run("/bin/sh", ["-c", words], { cwd: folder, env: PLAIN_ENVIRONMENT }));
      }
      first.list = first.commands[0]?.out ?? "";
      first.licence = readFileSync(join(folder, "licence.pdf"));
      const { chain, chainId, registry } = service.ready;
      const example = [EXAMPLE, join(folder, "licence.pdf"), chain, String(chainId), registry];
      first.example = await run(process.execPath, example, { cwd: folder, env: PLAIN_ENVIRONMENT });
      // The seal on the file that was downloaded is anchored like a licence.
      await until(() => /"certificates":0,[^\n]*"batch-anchored"/.test(service.stderr()), 60_000);
      await until(async () => {
        first.metrics = await (await fetch(`${service.ready.monitor}/metrics`)).text();
        return figureOf(first.metrics, "mirror_missing_batches") === 0;
      }, 60_000);
      first.blocks = await blocksOf(service.ready.chain);
      await fetch(`${service.ready.url}/healthz`, { headers: { "X-Request-Id": "soon-in-the-log" } });
      await until(() => service.stderr().includes("soon-in-the-log"), 10_000);
      await fetch(`${service.ready.url}/healthz`, { headers: { "X-Request-Id": "last-in-the-log" } });
      first.exit = await service.interrupt();
      first.said = service.stderr();
    } finally {
      await service.kill();
    }
  });

  after(() => here.remove());

  describe("with a new data directory", () => {
    it("says in one line where it is", () => {
      expect(first.ready).to.deep.include({ ready: true, region: "340000" });
      expect(first.ready.registry).to.match(/^0x[0-9a-fA-F]{40}$/);
    });

    it("prints three commands that work as they are, from any folder", () => {
      expect(first.commands.map(({ code }) => code)).to.deep.equal([0, 0, 0]);
      expect(JSON.parse(first.list).certificates).to.have.length(2);
      expect(Buffer.from(first.licence.subarray(0, 5)).toString()).to.equal("%PDF-");
      expect(first.commands[2]?.out)
        .to.contain("VALID: genuine and in force")
        .and.to.match(/pass +seal/)
        .and.to.contain("sealed by: 合肥市市场监督管理局（样例）");
    });

    it("anchors what a stranger verifies with the library and a node alone", () => {
      expect(first.example).to.include({ code: 0, out: "valid: genuine, in-force\n" });
    });

    it("leaves a trust bundle by which its licence is valid when nothing runs any more", async () => {
      const bundle = join(data, "trust", "issued-bundle.json");
      const { proof } = JSON.parse(readFileSync(bundle, "utf8")) as { proof: { verificationMethod: string } };
      const [, key] = proof.verificationMethod.split("#") as [string, string];
      const words = [
        TALLY,
        "verify",
        join(here.path("elsewhere"), "licence.pdf"),
        "--bundle",
        bundle,
        "--bundle-key",
        key,
      ];
      const { chainId, registry } = first.ready;
      const env = {
        ...PLAIN_ENVIRONMENT,
        TALLY_DATA: here.path("nowhere"),
        TALLY_CHAIN_ID: String(chainId),
        TALLY_REGISTRY: registry,
      };
      const { code, out, said } = await run(process.execPath, words, { cwd: here.path("elsewhere"), env });
      expect(code, said + out).to.equal(0);
      expect(said).to.contain("trust bundle of region 340000");
      expect(out).to.match(/pass +seal/);
    });

    it("tells its figures on the port for monitoring", () => {
      const figure = (name: string): number => figureOf(first.metrics, name);
      expect(figure('up{part="chain"}')).to.equal(1);
      expect(figure('up{part="store"}')).to.equal(1);
      expect(figure("outbox_entries")).to.equal(0);
      expect(figure("chain_head_block")).to.be.greaterThan(0);
      expect(figure("mirror_missing_batches")).to.equal(0);
    });

    it("says what the passphrase beside the keys protects and what not, and that cheap key files are for tests only", () => {
      expect(first.said).to.match(/passphrase .* lies beside them/);
      expect(first.said).to.match(/TALLY_KEY_FILE_COST is 10: .* for tests only/);
    });

    it("writes its log while it runs, and the last lines when it ends", () => {
      for (const requestId of ["soon-in-the-log", "last-in-the-log"])
        expect(first.said).to.match(new RegExp(`"requestId":"${requestId}".*"route":"/healthz","status":200`));
    });

    it("ends with code 0 on Ctrl-C, with all that it started", async () => {
      expect(first.exit).to.deep.equal({ code: 0, signal: null });
      expect(await answers(first.ready.url)).to.equal(false);
      expect(await answers(first.ready.chain)).to.equal(false);
      expect(first.said).not.to.match(/embedded chain has ended|"level":[56]0/);
    });
  });

  describe("started again", () => {
    let again: ServiceProcess;
    let copy: string;

    before(async () => {
      copy = here.copyOf(data);
      again = await startService(copy, "--demo-data");
    });
    after(() => again?.interrupt());

    it("has the same registry on the same chain, block by block", async () => {
      expect(again.ready).to.include({ registry: first.ready.registry, chainId: first.ready.chainId });
      expect(await blocksOf(again.ready.chain)).to.deep.equal(first.blocks);
    });

    it("has the same certificates, and still takes the token that it showed once", async () => {
      const [, token] = /Bearer (\S+)'/.exec(first.said) ?? [];
      const response = await fetch(`${again.ready.url}/v1/certificates`, {
        headers: { authorization: `Bearer ${token}` },
      });
      expect(JSON.parse(await response.text()).certificates).to.deep.equal(JSON.parse(first.list).certificates);
    });

    it("makes no demo data a second time", () => {
      expect(again.stderr()).not.to.contain("making demo data");
    });

    it("shares its chain with commands", async () => {
      const { code, out } = await tally(copy, "trust");
      expect(code).to.equal(0);
      expect(JSON.parse(out)).to.include({ registry: first.ready.registry });
      expect(JSON.parse(out).head.hash).to.equal((first.blocks.at(-1) as { hash: string }).hash);
    });

    it("refuses a second service on its directory, and goes on", async () => {
      const { code, said } = await tally(copy, "serve");
      expect(code).to.equal(64);
      expect(said).to.contain("another service runs on").and.to.contain("TALLY_DATA");
      expect(await answers(`${again.ready.url}/openapi.json`)).to.equal(true);
      expect((await tally(copy, "trust")).code).to.equal(0);
    });

    it("is not changed by tally init", async () => {
      const journal = readFileSync(join(copy, "chain/journal.jsonl"));
      const keys = readdirSync(join(copy, "keys"));
      const { code, out } = await tally(copy, "init", "--json");
      expect(code).to.equal(0);
      expect(JSON.parse(out)).to.deep.include({ registry: first.ready.registry, next: [] });
      expect(readFileSync(join(copy, "chain/journal.jsonl")).equals(journal)).to.equal(true);
      expect(readdirSync(join(copy, "keys"))).to.deep.equal(keys);
    });

    it("verifies for a stranger who has no data directory, only the network's values", async () => {
      const file = here.path("elsewhere/licence.pdf");
      const env = {
        ...PLAIN_ENVIRONMENT,
        TALLY_DATA: here.path("none"),
        TALLY_CHAIN_URLS: again.ready.chain,
        TALLY_CHAIN_ID: String(again.ready.chainId),
        TALLY_REGISTRY: again.ready.registry,
      };
      for (const [settings, seal] of [
        [{}, { check: "seal", outcome: "not-applicable", reason: "seal.revocation-unknown" }],
        // With a service that he chose there is a revocation list, too.
        [{ TALLY_PEERS: again.ready.url }, { check: "seal", outcome: "pass" }],
      ]) {
        const { code, out } = await run(process.execPath, [TALLY, "verify", file, "--json"], {
          env: { ...env, ...settings },
        });
        expect(code, out).to.equal(0);
        const report = JSON.parse(out);
        expect(report).to.include({ verdict: "valid", authenticity: "genuine", standing: "in-force" });
        expect(report.checks).to.deep.include(seal).and.to.deep.include({ check: "content", outcome: "pass" });
      }
    });
  });

  it("leaves no chain behind when it is killed with signal 9, and nothing is lost", async () => {
    const copy = here.copyOf(data);
    const service = await startService(copy);
    await service.kill();
    await until(async () => !(await answers(service.ready.chain)), 15_000);
    const { code, out, said } = await tally(copy, "trust");
    expect(code, said).to.equal(0);
    expect(JSON.parse(out)).to.include({ registry: first.ready.registry });
    expect(JSON.parse(out).head.hash).to.equal((first.blocks.at(-1) as { hash: string }).hash);
  });

  describe("on a directory that is not what it was", () => {
    /** Serves a damaged copy, which must fail and change nothing. */
    async function refused(damage: (directory: string) => void, environment: Record<string, string> = {}) {
      const copy = here.copyOf(data);
      damage(copy);
      const before = contentOf(copy);
      const outcome = await tallyWith({ TALLY_DATA: copy, ...environment }, "serve", "--demo-data");
      expect(contentOf(copy)).to.deep.equal(before);
      expect(outcome.out).to.equal("");
      return outcome;
    }

    it("refuses to serve another region than the directory's", async () => {
      const { code, said } = await refused(() => {}, { TALLY_REGION: "310000" });
      expect(code).to.equal(64);
      expect(said).to.contain("belongs to region 340000, not 310000").and.to.contain("TALLY_REGION");
    });

    it("names the way out when the journal of the chain is damaged", async () => {
      const { code, said } = await refused((copy) => {
        const path = join(copy, "chain/journal.jsonl");
        const lines = readFileSync(path, "utf8").split("\n");
        lines[2] = lines[2]!.replace(/"time":\d/, '"time":9');
        writeFileSync(path, lines.join("\n"));
      });
      expect(code).to.equal(70);
      expect(said).to.contain("journal.jsonl").and.to.contain("line 3").and.to.contain("backup");
    });

    for (const [what, gone] of [
      ["the chain", ["chain"]],
      ["the journal of the chain", ["chain/journal.jsonl"]],
      ["the record of the deployment", ["deployment.json"]],
      ["chain and record", ["chain", "deployment.json"]],
    ] as const) {
      it(`deploys nothing in place of what is gone: ${what}`, async () => {
        const { code, said } = await refused((copy) => {
          for (const path of gone) rmSync(join(copy, path), { recursive: true });
        });
        expect(code).to.equal(70);
        expect(said).to.contain("is gone").and.to.contain("backup").and.to.contain("TALLY_DATA");
      });
    }

    it("takes no other contract for its registry", async () => {
      const { code, said } = await refused((copy) => {
        const path = join(copy, "deployment.json");
        const record = JSON.parse(readFileSync(path, "utf8"));
        writeFileSync(path, JSON.stringify({ ...record, registry: `0x${"12".repeat(20)}` }));
      });
      expect(code).to.equal(70);
      expect(said).to.contain("there is no code at 0x1212").and.to.contain("backup");
    });
  });
});

/** The indented lines after "Three commands to try:". */
function figureOf(metrics: string, name: string): number {
  return Number(new RegExp(`^tally_${name} (\\S+)$`, "m").exec(metrics)?.[1] ?? Number.NaN);
}

function suggestedCommands(said: string): string[] {
  return said
    .slice(said.indexOf("Three commands to try:"))
    .split("\n")
    .filter((line) => line.startsWith("  "))
    .map((line) => line.trim());
}

/** What matters of a data directory: everything but locks and what SQLite keeps beside its file. */
function contentOf(directory: string): Record<string, string> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/lock|-shm$|-wal$|-journal$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return Object.fromEntries(files.map((file) => [file, readFileSync(file).toString("base64")]));
}
