// SPDX-License-Identifier: Apache-2.0
import { capOfGwei } from "../adapters/ethereum/fees.js";
import { ethersGovernance } from "../adapters/ethereum/registry-governance.js";
import { type AccountFiles, accountOfNobody, type SealedAccount } from "../adapters/keys/index.js";
import { effectOf, type RegistryGovernance } from "../domain/agencies/index.js";
import { actingAccount, adminLabel, operatorLabel, withoutAccount } from "./acting-account.js";
import type { Config } from "./config.js";
import type { PinnedNetwork } from "./pinned-network.js";

export interface AccountsInOfficeOptions {
  readonly config: Config;
  readonly network: PinnedNetwork;
  readonly accounts: AccountFiles;
  /** Of a chain that stamps its blocks with this machine's clock; else null. */
  readonly blockClock: (() => number) | null;
}

/**
 * Who acts for the region on chain: of several accounts for one role the one that the registry has in office. A key file is decrypted
 * when its account first sends something, since that takes most of a second on purpose, and most processes send for few roles or none.
 */
export interface AccountsInOffice {
  readonly operator: SealedAccount;
  /** The operator by now, of those that were made here. */
  operatorInOffice(): Promise<SealedAccount>;
  /** Sends as the region's admin; refuses in words where its account is not kept. */
  readonly admin: RegistryGovernance;
  /** Decrypts the account that is in office now; nothing where none is kept here. */
  open(role: "operator" | "admin"): Promise<void>;
  /** Sends from the account with this label, e.g. `governor`; for `admin-340000` from the one in office. */
  governance(label: string): Promise<RegistryGovernance>;
}

export async function openAccountsInOffice(options: AccountsInOfficeOptions): Promise<AccountsInOffice> {
  const { config, network, accounts, blockClock } = options;
  const { region } = config;
  const governanceOf = (account: SealedAccount): RegistryGovernance =>
    ethersGovernance({
      ...network,
      privateKey: account,
      timeoutMs: config.chainTimeoutMs,
      fees: capOfGwei(config.maxFeeGwei),
      confirmations: config.confirmations,
    });
  // Most have one account for each role: then nothing is asked, and nobody is needed.
  let nobody: SealedAccount | undefined;
  const anyAccount = (): SealedAccount => {
    nobody ??= accountOfNobody();
    return nobody;
  };
  let governance: RegistryGovernance | undefined;
  const reading = (): RegistryGovernance => {
    governance ??= governanceOf(anyAccount());
    return governance;
  };
  // Without one nothing is anchored, and everything else goes on, `tally operator rotate` among it.
  const operatorInOffice = async (): Promise<SealedAccount> =>
    (await actingAccount(accounts, operatorLabel(region), async (address) => {
      const since = await reading().operatorSince(region, address);
      return since !== null && effectOf(since, { time: await reading().headTime() }, blockClock).effectiveFrom === null;
    })) ?? anyAccount();
  const [operator, adminAccount] = await Promise.all([
    operatorInOffice(),
    actingAccount(accounts, adminLabel(region), async (address) => {
      return (await reading().findRegion(region))?.admin === address;
    }),
  ]);
  const admin = adminAccount === null ? withoutAccount(`admin of region ${region}`) : governanceOf(adminAccount);

  return {
    operator,
    operatorInOffice,
    admin,
    async open(role) {
      await (role === "operator" ? operator : adminAccount)?.open();
    },
    async governance(label) {
      if (label === adminLabel(region)) return admin;
      const acting =
        label === "guardian" ? await actingAccount(accounts, label, (address) => reading().isGuardian(address)) : null;
      return governanceOf(acting ?? accounts.sealed(await accounts.open(label)));
    },
  };
}
