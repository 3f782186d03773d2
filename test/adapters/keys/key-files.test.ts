// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Wallet } from "ethers";
import { AccountFiles } from "../../../src/adapters/keys/account-files.js";
import { SCRYPT_N } from "../../../src/adapters/keys/encrypted-key-file.js";
import { FileKeyStore } from "../../../src/adapters/keys/file-key-store.js";
import { readOrMakePassphrase, readPassphrase } from "../../../src/adapters/keys/passphrase-file.js";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { toHex } from "../../../src/core/hex.js";
import { decodeMultikey, keyDigest, parseMultikey } from "../../../src/core/multikey.js";

const AGENCY = "11340000002986061E";
const passphrase = "correct horse battery staple";

describe("key files", () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "tally-keys-"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const store = (given = passphrase): FileKeyStore => new FileKeyStore({ directory, passphrase: given, scryptN: 1024 });
  const accounts = (given = passphrase): AccountFiles =>
    new AccountFiles({ directory, passphrase: given, scryptN: 1024 });
  const onlyFile = (): string => join(directory, readdirSync(directory)[0]!);

  it("sign in another process's store with the key that was made", async () => {
    const { keyDigest: digest, multikey } = await store().createKey(AGENCY, "certificate");
    const signer = await store().open(digest);
    const message = Uint8Array.of(1, 2, 3);
    const signature = await signer.sign(message);
    expect(signer.multikey).to.equal(multikey);
    expect(toHex(keyDigest(nodeCrypto, parseMultikey(multikey).bytes))).to.equal(digest);
    expect(nodeCrypto.verify(decodeMultikey(multikey), message, signature)).to.equal(true);
  });

  it("are listed oldest first, without a passphrase and without accounts", async () => {
    let time = 1_800_000_000_000;
    const keys = new FileKeyStore({ directory, passphrase, scryptN: 1024, now: () => time++ });
    const first = await keys.createKey(AGENCY, "certificate");
    const second = await keys.createKey("340000", "status-list");
    await accounts().create("governor");
    expect(await store("another passphrase").list()).to.deep.equal([first, second]);
  });

  it("open with their passphrase only, and again after a wrong one", async () => {
    const { keyDigest: digest } = await store().createKey(AGENCY, "certificate");
    const error = await rejection(store("correct horse battery stable").open(digest));
    expect(error.code).to.equal("key.locked");
    expect(error.message).to.contain("passphrase");
    await store().open(digest);
  });

  it("hold nothing of the secret in the clear and can be read by their owner alone", async () => {
    const { privateKey } = await accounts().create("governor");
    expect(readFileSync(onlyFile(), "utf8").toLowerCase()).not.to.contain(privateKey.slice(2));
    expect(statSync(onlyFile()).mode & 0o777).to.equal(0o600);
  });

  it("cost scrypt with N = 2^17 unless a test says otherwise", async () => {
    const keys = new FileKeyStore({ directory, passphrase });
    await keys.createKey(AGENCY, "certificate");
    const { encryption } = JSON.parse(readFileSync(onlyFile(), "utf8")) as { encryption: { kdf: string; N: number } };
    expect(encryption).to.include({ kdf: "scrypt", N: 131_072 });
    expect(SCRYPT_N).to.equal(131_072);
  });

  for (const member of ["owner", "purpose", "publicKey", "createdAt"]) {
    it(`do not open when their ${member} was changed`, async () => {
      const { keyDigest: digest } = await store().createKey(AGENCY, "certificate");
      const file = JSON.parse(readFileSync(onlyFile(), "utf8")) as Record<string, string>;
      writeFileSync(onlyFile(), JSON.stringify({ ...file, [member]: `${file[member]}0` }));
      expect((await rejection(store().open(digest))).code).to.equal("key.locked");
    });
  }

  for (const [what, change, code] of [
    ["another version", { version: 2 }, "format.version-unsupported"],
    ["another algorithm", { algorithm: "sm2" }, "format.algorithm-unsupported"],
    ["an unknown cipher", { encryption: { cipher: "rot13" } }, "format.algorithm-unsupported"],
    ["a cost that would take all memory", { encryption: { N: 2 ** 30 } }, "format.malformed"],
    ["a cost that is no cost", { encryption: { N: 2 } }, "format.malformed"],
    ["a cut ciphertext", { ciphertext: "AAAA" }, "format.malformed"],
  ] as const) {
    it(`are refused by name with ${what}`, async () => {
      const { keyDigest: digest } = await store().createKey(AGENCY, "certificate");
      const file = JSON.parse(readFileSync(onlyFile(), "utf8")) as Record<string, object>;
      const encryption = { ...file.encryption, ...("encryption" in change ? change.encryption : {}) };
      writeFileSync(onlyFile(), JSON.stringify({ ...file, ...change, encryption }));
      expect((await rejection(store().open(digest))).code).to.equal(code);
    });
  }

  it("do not stand in for one another under another's name", async () => {
    const mine = await store().createKey(AGENCY, "certificate");
    const other = await store().createKey("11310000002986061E", "certificate");
    renameSync(join(directory, `key-${mine.keyDigest}.json`), join(directory, `key-${other.keyDigest}.json`));
    expect((await rejection(store().open(other.keyDigest))).code).to.equal("key.locked");
  });

  it("that are not there are unknown, whatever the name asks for", async () => {
    for (const name of ["00".repeat(32), "../../etc/passwd", ""]) {
      expect((await rejection(store().open(name))).code).to.equal("key.unknown");
    }
  });

  it("keep accounts by label and never overwrite one", async () => {
    const made = await accounts().create("operator-340000");
    const opened = await accounts().open("operator-340000");
    expect(opened).to.deep.equal(made);
    expect(new Wallet(opened.privateKey).address).to.equal(made.address);
    expect((await rejection(accounts().create("operator-340000"))).code).to.equal("request.conflict");
    const sealed = await accounts().sealedOrNew("operator-340000");
    expect([sealed.address, await sealed.open()]).to.deep.equal([made.address, made.privateKey]);
    expect(readdirSync(directory)).to.have.lengthOf(1);
    for (const label of ["", "../x", "Governor"]) {
      expect((await rejection(accounts().create(label))).code).to.equal("request.invalid");
    }
  });

  it("take a passphrase that is made once and then kept", async () => {
    const path = join(directory, "passphrase");
    const first = await readOrMakePassphrase(path);
    expect(first.made).to.equal(true);
    expect(statSync(path).mode & 0o777).to.equal(0o600);
    expect(await readOrMakePassphrase(path)).to.deep.equal({ passphrase: first.passphrase, made: false });
    writeFileSync(path, "short\n");
    expect((await rejection(readPassphrase(path))).code).to.equal("config.invalid");
  });
});

async function rejection(promise: Promise<unknown>): Promise<Error & { code: string }> {
  try {
    await promise;
  } catch (error) {
    return error as Error & { code: string };
  }
  throw new Error("it did not reject");
}
