// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { FileKeyStore, PickUpKeyFiles } from "../../../src/adapters/keys/index.js";
import { toHex } from "../../../src/core/hex.js";

describe("keys of pick-up links", () => {
  let directory: string;
  let now = 1_000_000;
  const options = (passphrase = "a long passphrase") => ({ directory, passphrase, scryptN: 1_024, now: () => now });

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "tally-pick-up-keys-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const files = () => readdirSync(directory).filter((name) => name.startsWith("pick-up-"));
  const failure = (work: Promise<unknown>) => work.then(() => null).catch((error: unknown) => error);

  it("are made at first use, and the same for every process from then on", async () => {
    const key = await new PickUpKeyFiles(options()).current();
    expect(key.secret).to.have.length(32);
    expect(await new PickUpKeyFiles(options()).current()).to.deep.equal(key);
    expect(files()).to.have.length(1);
  });

  it("stand in no file in clear, and are no signing keys", async () => {
    const { secret } = await new PickUpKeyFiles(options()).current();
    const text = readFileSync(join(directory, files()[0]!), "utf8");
    expect(text).not.to.include(toHex(secret));
    expect(text).not.to.include(Buffer.from(secret).toString("base64url"));
    expect(await new FileKeyStore(options()).list()).to.deep.equal([]);
  });

  it("rotate: the newest is current, a running process follows within a minute, and older ones still open", async () => {
    const running = new PickUpKeyFiles(options());
    const old = await running.current();
    now += 5_000;
    const { id } = await new PickUpKeyFiles(options()).rotate();
    now += 60_000;
    expect((await running.current()).id).to.equal(id);
    expect(await running.open(old.id)).to.deep.equal(old);
  });

  it("say so when a key is gone, locked, or another than its name", async () => {
    const { id } = await new PickUpKeyFiles(options()).current();
    const fresh = (passphrase?: string) => new PickUpKeyFiles(options(passphrase));
    expect(await failure(fresh().open("0".repeat(16)))).to.have.property("code", "key.unknown");
    expect(await failure(fresh().open("../../secret"))).to.have.property("code", "key.unknown");
    expect(await failure(fresh("another passphrase").current())).to.have.property("code", "key.locked");
    renameSync(join(directory, `pick-up-${id}.json`), join(directory, `pick-up-${"0".repeat(16)}.json`));
    expect(await failure(fresh().open("0".repeat(16)))).to.have.property("code", "key.locked");
  });

  it("are tried again after a failure", async () => {
    const { id } = await new PickUpKeyFiles(options()).current();
    const path = join(directory, `pick-up-${id}.json`);
    const text = readFileSync(path, "utf8");
    const keys = new PickUpKeyFiles(options());
    writeFileSync(path, text.replace(/"owner": "pick-up"/, '"owner": "another"'));
    expect(await failure(keys.current())).to.have.property("code", "key.locked");
    writeFileSync(path, text);
    expect((await keys.current()).id).to.equal(id);
  });
});
