// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { formatUtcInstant } from "../../src/core/calendar.js";
import { canonicalBytes } from "../../src/core/canonical-json.js";
import { runCommand } from "../../src/main/run-command.js";
import { caMultikey } from "../core/seal/hand-made.js";
import {
  type BundleChanges,
  type BundleWorld,
  makeBundleWorld,
  newBundleKey,
  withBundles,
} from "../verify/bundle/signed-bundle.js";
import { ANHUI } from "../verify/fixture.js";
import { makeSealedWorld } from "../verify/sealed-world.js";

describe("tally with a trust bundle and no node", () => {
  let folder: string;
  let world: BundleWorld;
  let environment: Record<string, string>;
  let key: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tally-offline-"));
    world = makeBundleWorld();
    key = world.bundleKey.multikey.text;
    environment = {
      TALLY_DATA: join(folder, "data"),
      TALLY_CHAIN_ID: String(world.registry.chainId),
      TALLY_REGISTRY: world.registry.address,
    };
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const tally = async (...argv: string[]) => {
    const console = { out: "", said: "" };
    const code = await runCommand(argv, {
      environment,
      stdout: { write: (text) => (console.out += text) },
      stderr: { write: (text) => (console.said += text) },
    });
    return { code, ...console };
  };
  const file = (name: string, bytes: Uint8Array): string => {
    const path = join(folder, name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, bytes);
    return path;
  };
  /** A bundle issued just now, since the command has the real clock. */
  const bundle = (name: string, { head = {}, ...changes }: BundleChanges = {}): string =>
    file(
      name,
      world.bundle({ ...changes, head: { issuedAt: formatUtcInstant(Math.floor(Date.now() / 1000) * 1000), ...head } }),
    );
  const licence = () => {
    const issued = world.issueAnchored();
    return { issued, path: file(`${issued.statusIndex}.json`, canonicalBytes(world.documentOf(issued))) };
  };

  it("verifies with the pinned key's bundle, which it keeps for the next time", async () => {
    const [good, gone] = [licence(), licence()];
    world.registry.revoke(ANHUI, gone.issued.statusIndex);
    expect(await tally("trust", "bundle", "pin", key)).to.include({ code: 0 });
    const first = await tally("verify", "--bundle", bundle("b.json"), "--", good.path);
    expect(first, first.said + first.out).to.include({ code: 0 });
    expect(first.said).to.contain(`trust bundle of region ${ANHUI}, block ${world.registry.block}`);
    expect(await tally("verify", gone.path, "--bundle")).to.include({ code: 3 });
    const shown = JSON.parse((await tally("trust", "bundle", "show", "--json")).out);
    expect(shown.pins).to.deep.equal([key]);
    expect(shown.bundle).to.include({ region: ANHUI, signer: key });
    expect(shown.bundle.counts).to.include({ agencies: 2, batches: 2, statusLists: 1 });
  });

  it("verifies with a key named on the spot, and then keeps nothing", async () => {
    const { path } = licence();
    const verified = await tally("verify", path, "--bundle", bundle("b.json"), "--bundle-key", key);
    expect(verified, verified.said).to.include({ code: 0 });
    expect((await tally("trust", "bundle", "show")).out).to.equal("no bundle is kept\n");
  });

  it("leaves the state open when the bundle is too old: exit code 2", async () => {
    const { path } = licence();
    await tally("trust", "bundle", "pin", key);
    const old = { head: { issuedAt: formatUtcInstant(Date.now() - 172_800_000 - (Date.now() % 1000)) } };
    const { code, out, said } = await tally("verify", "--json", path, "--bundle", bundle("old.json", old));
    expect(code).to.equal(2);
    expect(said).to.contain("too old");
    expect(JSON.parse(out)).to.include({ authenticity: "genuine", standing: "undecided", reason: "registry.stale" });
    expect(await tally("verify", path, "--bundle", "--max-age", "604800")).to.include({ code: 0 });
  });

  it("refuses a bundle that is forged, of another chain, older, contradicting or cut off: exit code 65", async () => {
    await tally("trust", "bundle", "pin", key);
    const older = bundle("older.json");
    world.registry.advance(60);
    const { block } = world.registry;
    await tally("trust", "bundle", "accept", bundle("newer.json"));
    const fork = { number: block, hash: `0x${"ee".repeat(32)}`, time: world.registry.time };
    const bad: Record<string, string> = {
      "not pinned": bundle("1.json", { key: newBundleKey(world, ANHUI) }),
      forged: bundle("2.json", { key: { ...world.bundleKey, seed: world.newKey().seed } }),
      "of another chain": bundle("3.json", { head: { chainId: 1 } }),
      older: older,
      contradicting: bundle("4.json", { head: { block: fork } }),
      "cut off": file("5.json", world.bundle().subarray(0, 700)),
    };
    const { path } = licence();
    for (const [name, source] of Object.entries(bad)) {
      for (const argv of [
        ["trust", "bundle", "accept", source],
        ["verify", path, "--bundle", source],
      ]) {
        const { code, out, said } = await tally(...argv);
        expect(code, `${name}: ${said}`).to.equal(65);
        expect(out).to.equal("");
        expect(said).to.match(/^tally: /);
      }
    }
    const shown = JSON.parse((await tally("trust", "bundle", "show", "--json")).out);
    expect(shown.bundle.block.number).to.equal(block);
  });

  it("refuses an older one too when the key is named on the spot", async () => {
    const older = bundle("older.json");
    world.registry.advance(60);
    await tally("trust", "bundle", "pin", key);
    await tally("trust", "bundle", "accept", bundle("newer.json"));
    const { path } = licence();
    expect(await tally("verify", path, "--bundle", older, "--bundle-key", key)).to.include({ code: 65 });
  });

  it("keeps the revocation lists of an accepted bundle where verifying with nodes looks for them", async () => {
    const sealed = withBundles(makeSealedWorld());
    world = { ...sealed, verify: world.verify };
    const { chainId, registry } = { chainId: String(sealed.registry.chainId), registry: sealed.registry.address };
    await tally(
      "trust",
      "bundle",
      "pin",
      sealed.bundleKey.multikey.text,
      "--chain-id",
      chainId,
      "--registry",
      registry,
    );
    const list = sealed.listOf(sealed.office);
    expect(await tally("trust", "bundle", "accept", bundle("b.json", { revocationLists: [list] }))).to.include({
      code: 0,
    });
    const path = join(folder, "data", "trust", "revocation-lists", `${caMultikey(sealed.office.ca.key).digest}.crl`);
    expect(readFileSync(path).equals(list)).to.equal(true);
  });

  it("fetches a bundle from a region's service", async () => {
    await tally("trust", "bundle", "pin", key);
    const bytes = world.bundle();
    const server = createServer((_, res) => res.end(bytes));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await tally("trust", "bundle", "accept", url)).to.include({ code: 0 });
    await new Promise((resolve) => server.close(resolve));
    expect(await tally("trust", "bundle", "accept", url)).to.include({ code: 70 });
  });

  it("says what is missing: no network, no key, no bundle: exit code 64 or 65", async () => {
    const { path } = licence();
    expect(await tally("verify", path, "--bundle")).to.include({ code: 64 });
    expect(await tally("verify", path, "--bundle", bundle("b.json"))).to.include({ code: 65 });
    environment = { TALLY_DATA: environment.TALLY_DATA! };
    const { code, said } = await tally("trust", "bundle", "pin", key);
    expect(code).to.equal(64);
    expect(said).to.contain("TALLY_CHAIN_ID");
    const network = ["--chain-id", String(world.registry.chainId), "--registry", world.registry.address];
    expect(await tally("trust", "bundle", "pin", key, ...network)).to.include({ code: 0 });
    expect(await tally("verify", path, "--bundle", bundle("c.json"))).to.include({ code: 0 });
    expect(await tally("trust", "bundle", "unpin", key)).to.include({ code: 0 });
    expect(await tally("verify", path, "--bundle")).to.include({ code: 64 });
  });
});
