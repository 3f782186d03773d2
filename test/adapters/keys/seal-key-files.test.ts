// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { FileKeyStore, SealKeyFiles } from "../../../src/adapters/keys/index.js";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import type { TallyError } from "../../../src/core/errors.js";
import { toHex } from "../../../src/core/hex.js";
import { encodeP256Multikey, keyDigest } from "../../../src/core/multikey.js";
import { lowSignature } from "../../../src/core/p256.js";

const AGENCY = "11340000002986061E";
const passphrase = "correct horse battery staple";

describe("files of seal keys", () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "tally-seal-keys-"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const store = (given = passphrase) => new SealKeyFiles({ directory, passphrase: given, scryptN: 1024 });
  const onlyFile = (): string => join(directory, readdirSync(directory)[0]!);
  const alter = (change: (file: Record<string, unknown>) => void) => {
    const file = JSON.parse(readFileSync(onlyFile(), "utf8"));
    change(file);
    writeFileSync(onlyFile(), JSON.stringify(file));
  };

  it("sign in another process's store with the key that was made", async () => {
    const { keyDigest: digest, multikey } = await store().createKey(AGENCY, "seal");
    const key = await store().open(digest);
    const message = Uint8Array.of(1, 2, 3);
    const signature = await key.sign(message);
    expect(nodeCrypto.verifyP256(key.publicKey, message, lowSignature(signature))).to.equal(true);
    expect(key).to.include({ keyDigest: digest, multikey });
    const names = encodeP256Multikey(key.publicKey);
    expect(names.text).to.equal(multikey);
    expect(toHex(keyDigest(nodeCrypto, names.bytes))).to.equal(digest);
  });

  it("are listed oldest first, without a passphrase; the signing keys beside them are not, nor the other way round", async () => {
    let time = 1_800_000_000_000;
    const keys = new SealKeyFiles({ directory, passphrase, scryptN: 1024, now: () => time++ });
    const signing = new FileKeyStore({ directory, passphrase, scryptN: 1024 });
    const first = await keys.createKey("340000", "seal-ca");
    const second = await keys.createKey(AGENCY, "seal");
    const other = await signing.createKey(AGENCY, "certificate");
    expect(await store("another").list()).to.deep.equal([first, second]);
    expect(await signing.list()).to.deep.equal([other]);
    expect(await rejection(signing.open(first.keyDigest))).to.include({ code: "key.unknown" });
    expect(await rejection(keys.open(other.keyDigest))).to.include({ code: "key.unknown" });
  });

  it("do not open with another passphrase, nor for another owner or purpose than they were made for", async () => {
    const { keyDigest: digest } = await store().createKey(AGENCY, "seal");
    expect(await rejection(store("wrong").open(digest))).to.include({ code: "key.locked" });
    const original = readFileSync(onlyFile(), "utf8");
    for (const [member, value] of [
      ["owner", "11310000MB1234567X"],
      ["purpose", "seal-ca"],
      ["algorithm", "ed25519"],
      ["name", "0".repeat(64)],
    ] as const) {
      alter((file) => (file[member] = value));
      expect(await rejection(store().open(digest)), member).to.include({ code: "key.locked" });
      writeFileSync(onlyFile(), original);
    }
    await store().open(digest);
  });

  it("are not taken for what another file's name says", async () => {
    const { keyDigest: digest } = await store().createKey(AGENCY, "seal");
    const other = "ab".repeat(32);
    renameSync(onlyFile(), join(directory, `seal-key-${other}.json`));
    expect(await rejection(store().open(other))).to.include({ code: "key.locked" });
    expect(await rejection(store().open(digest))).to.include({ code: "key.unknown" });
    expect(await rejection(store().open("../etc/passwd"))).to.include({ code: "key.unknown" });
  });
});

async function rejection(promise: Promise<unknown>): Promise<TallyError> {
  try {
    await promise;
  } catch (error) {
    return error as TallyError;
  }
  throw new Error("nothing was refused");
}
