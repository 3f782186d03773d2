// SPDX-License-Identifier: Apache-2.0
import { capOfGwei } from "../adapters/ethereum/fees.js";
import { ethersGovernance } from "../adapters/ethereum/registry-governance.js";
import { type Account, type AccountFiles, accountOfNobody } from "../adapters/keys/index.js";
import { effectOf, type RegistryGovernance } from "../domain/agencies/index.js";
import { actingAccount, adminLabel, newestAccount, operatorLabel, withoutAccount } from "./acting-account.js";
import type { Config } from "./config.js";
import type { PinnedNetwork } from "./pinned-network.js";

export interface AccountsInOfficeOptions {
  readonly config: Config;
  readonly network: PinnedNetwork;
  readonly accounts: AccountFiles;
  /** Of a chain that stamps its blocks with this machine's clock; else null. */
  readonly blockClock: (() => number) | null;
}

/** Who acts for the region on chain: of several accounts for one role the one that the registry has in office. */
export interface AccountsInOffice {
  readonly operator: Account;
  /** The operator by now, of those that were made here. */
  operatorInOffice(current: Account): Promise<Account>;
  /** Sends as the region's admin; refuses in words where its account is not kept. */
  readonly admin: RegistryGovernance;
  /** Sends from the account with this label, e.g. `governor`; for `admin-340000` from the one in office. */
  governance(label: string): Promise<RegistryGovernance>;
}

export async function openAccountsInOffice(options: AccountsInOfficeOptions): Promise<AccountsInOffice> {
  const { config, network, accounts, blockClock } = options;
  const { region } = config;
  const governanceOf = ({ privateKey }: Account): RegistryGovernance =>
    ethersGovernance({
      ...network,
      privateKey,
      timeoutMs: config.chainTimeoutMs,
      fees: capOfGwei(config.maxFeeGwei),
      confirmations: config.confirmations,
    });
  const operatorInOffice = (current: Account): Promise<Account> => {
    const known = governanceOf(current);
    return actingAccount(accounts, operatorLabel(region), async (address) => {
      const since = await known.operatorSince(region, address);
      return since !== null && effectOf(since, { time: await known.headTime() }, blockClock).effectiveFrom === null;
    });
  };
  const adminInOffice = (first: Account): Promise<Account> =>
    actingAccount(accounts, adminLabel(region), async (address) => {
      return (await governanceOf(first).findRegion(region))?.admin === address;
    });
  // Opening a key file takes most of a second on purpose; two at once take no longer.
  const [operator, adminAccount] = await Promise.all([
    newestAccount(accounts, operatorLabel(region)).then((newest) =>
      // Without one nothing is anchored, and everything else goes on, `tally operator rotate` among it.
      newest === null ? accountOfNobody() : operatorInOffice(newest),
    ),
    newestAccount(accounts, adminLabel(region)).then((newest) => newest && adminInOffice(newest)),
  ]);
  const admin = adminAccount === null ? withoutAccount(`admin of region ${region}`) : governanceOf(adminAccount);

  return {
    operator,
    operatorInOffice,
    admin,
    async governance(label) {
      if (label === adminLabel(region)) return admin;
      if (label !== "guardian") return governanceOf(await accounts.open(label));
      return governanceOf(
        await actingAccount(accounts, label, (address) => governanceOf(accountOfNobody()).isGuardian(address)),
      );
    },
  };
}
