// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { whileLocked } from "../../../src/adapters/sqlite/exclusive-lock.js";
import { fileBundleShelf, filePinStore } from "../../../src/adapters/trust-files/index.js";
import { MAX_BUNDLE_BYTES } from "../../../src/verify/index.js";
import { rejection } from "../ethereum/local-registry.js";
import { pinStoreSuite } from "../pin-store.suite.js";

const temporary = () => mkdtempSync(join(tmpdir(), "tally-trust-"));

describe("pins in files", () => {
  pinStoreSuite(async () => {
    const folder = temporary();
    return {
      store: filePinStore(join(folder, "trust"), whileLocked),
      reopen: () => filePinStore(join(folder, "trust"), whileLocked),
      close: async () => rmSync(folder, { recursive: true }),
    };
  });

  it("are nobody else's, and leave no temporary file", async () => {
    const folder = temporary();
    const store = filePinStore(folder, whileLocked);
    await store.keepBundle(Uint8Array.of(1));
    expect(readdirSync(folder)).to.deep.equal(["newest-bundle.json"]);
    expect(statSync(join(folder, "newest-bundle.json")).mode & 0o077).to.equal(0);
    rmSync(folder, { recursive: true });
  });

  it("are not guessed when their file is damaged: config.invalid names it", async () => {
    const folder = temporary();
    const path = join(folder, "pins.json");
    for (const text of [
      "",
      "{",
      "[]",
      '{"format":"tigertally-pins","version":2,"chainId":1,"registry":"","keys":[]}',
    ]) {
      writeFileSync(path, text);
      const error = await rejection(filePinStore(folder, whileLocked).read());
      expect(error.code, text).to.equal("config.invalid");
      expect(error.message).to.contain(path);
    }
    rmSync(folder, { recursive: true });
  });
});

describe("the shelf of a region's bundle", () => {
  it("says where it must be able to write, when it cannot", async () => {
    const folder = temporary();
    // Nobody can write below a file, root included.
    writeFileSync(join(folder, "trust"), "");
    const inTheWay = fileBundleShelf(join(folder, "trust", "issued.json"), whileLocked);
    for (const work of [() => inTheWay.exclusively(async () => {}), () => inTheWay.keep(Uint8Array.of(1))]) {
      const error = await rejection(work());
      expect(error.code).to.equal("store.failed");
      expect(error.message).to.contain(`trust bundles are kept in ${join(folder, "trust")}, so this process must be`);
    }
    mkdirSync(join(folder, "issued.json.lock"));
    const unlockable = fileBundleShelf(join(folder, "issued.json"), whileLocked);
    const error = await rejection(unlockable.exclusively(async () => {}));
    expect(error.message)
      .to.match(/cannot be locked.*must be able to write into/)
      .and.contain(folder);
    rmSync(folder, { recursive: true });
  });

  it("keeps the newest, and reads no file that no bundle can be", async () => {
    const folder = temporary();
    const path = join(folder, "issued.json");
    const shelf = fileBundleShelf(path, whileLocked);
    expect(await shelf.newest()).to.equal(null);
    await shelf.keep(Uint8Array.of(1, 2));
    await shelf.keep(Uint8Array.of(3));
    expect([...(await fileBundleShelf(path, whileLocked).newest())!]).to.deep.equal([3]);
    truncateSync(path, MAX_BUNDLE_BYTES + 1);
    expect(await rejection(shelf.newest())).to.have.property("code", "store.failed");
    rmSync(folder, { recursive: true });
  });

  it("says so when it cannot write: store.failed", async () => {
    const folder = temporary();
    writeFileSync(join(folder, "file"), "");
    const shelf = fileBundleShelf(join(folder, "file", "issued.json"), whileLocked);
    expect(await rejection(shelf.keep(Uint8Array.of(1)))).to.have.property("code", "store.failed");
    expect(await rejection(shelf.exclusively(async () => {}))).to.have.property("code", "store.failed");
    rmSync(folder, { recursive: true });
  });
});
