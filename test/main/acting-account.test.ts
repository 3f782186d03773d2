// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { AccountFiles } from "../../src/adapters/keys/index.js";
import { accountsFor, actingAccount, createSuccessor, withoutAccount } from "../../src/main/acting-account.js";
import { workspace } from "./service-process.js";

describe("the account that acts in a role", () => {
  const here = workspace();
  after(() => here.remove());
  let folders = 0;

  async function threeOperators() {
    folders += 1;
    const directory = here.path(`keys-${folders}`);
    const accounts = new AccountFiles({ directory, passphrase: "a passphrase for tests", scryptN: 2 ** 10 });
    for (let made = 0; made < 3; made++) await createSuccessor(accounts, "operator-340000");
    await accounts.create("operator-340000-x");
    await accounts.create("operator-3400001");
    const known = await accountsFor(accounts, "operator-340000");
    return { accounts, known, addresses: known.map(({ address }) => address) };
  }

  it("is numbered in the order in which they were made, and nobody else's label counts", async () => {
    const { known } = await threeOperators();
    expect(known.map(({ label }) => label)).to.deep.equal([
      "operator-340000",
      "operator-340000-2",
      "operator-340000-3",
    ]);
  });

  it("is the newest that holds the role", async () => {
    const { accounts, addresses } = await threeOperators();
    const acting = (...holders: (string | undefined)[]) =>
      actingAccount(accounts, "operator-340000", async (address) => holders.includes(address));
    expect((await acting(addresses[0], addresses[1]))?.address).to.equal(addresses[1]);
    expect((await acting(...addresses))?.address).to.equal(addresses[2]);
  });

  it("is the newest when none does, and when nobody can be asked", async () => {
    const { accounts, addresses } = await threeOperators();
    const refused = async (): Promise<boolean> => {
      throw new Error("unreachable");
    };
    expect((await actingAccount(accounts, "operator-340000", async () => false))?.address).to.equal(addresses[2]);
    expect((await actingAccount(accounts, "operator-340000", refused))?.address).to.equal(addresses[2]);
  });

  it("is nobody where none was made, and is chosen without its key file being decrypted", async () => {
    const { accounts, known, addresses } = await threeOperators();
    expect(await actingAccount(accounts, "admin-340000", async () => true)).to.equal(null);
    const locked = new AccountFiles({ directory: here.path(`keys-${folders}`), passphrase: "another passphrase" });
    const acting = await actingAccount(locked, "operator-340000", async (address) => address === addresses[1]);
    expect(acting).to.include({ label: known[1]!.label, address: addresses[1] });
    let refused: unknown;
    await acting!.open().catch((error) => (refused = error));
    expect(refused).to.have.property("code", "key.locked");
  });

  it("that is not here refuses in words, and can be awaited", async () => {
    const absent = await Promise.resolve(withoutAccount("admin of region 340000"));
    let refused: unknown;
    await absent.findRegion("340000").catch((error) => (refused = error));
    expect(refused).to.have.property("code", "key.unknown");
  });
});
