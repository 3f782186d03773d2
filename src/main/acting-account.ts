// SPDX-License-Identifier: Apache-2.0

import type { Account, AccountFiles, AccountInfo, SealedAccount } from "../adapters/keys/index.js";
import { TallyError } from "../core/errors.js";
import type { RegistryGovernance } from "../domain/agencies/index.js";

export const adminLabel = (region: string): string => `admin-${region}`;
export const operatorLabel = (region: string): string => `operator-${region}`;

/**
 * The accounts that were made here for one role, oldest first. The first has the role's plain label, those that replace it
 * are numbered: `operator-340000`, `operator-340000-2`, `operator-340000-3`. None is ever removed or overwritten.
 */
export async function accountsFor(accounts: AccountFiles, role: string): Promise<readonly AccountInfo[]> {
  const numbered = (await accounts.list()).flatMap((account) => {
    const number = numberOf(account.label, role);
    return number === null ? [] : [{ account, number }];
  });
  return numbered.sort((one, other) => one.number - other.number).map(({ account }) => account);
}

/** Makes one more account for the role; durable when it resolves. */
export async function createSuccessor(accounts: AccountFiles, role: string): Promise<Account> {
  const newest = (await accountsFor(accounts, role)).at(-1);
  if (newest === undefined) return accounts.create(role);
  return accounts.create(`${role}-${numberOf(newest.label, role)! + 1}`);
}

/**
 * The account that acts in the role: the newest one that `holdsRole`. When none does, or when the chain cannot be asked, the
 * newest: the registry then refuses its acts in words. Null when none was made here. Its key is opened when it is first needed.
 */
export async function actingAccount(
  accounts: AccountFiles,
  role: string,
  holdsRole: (address: string) => Promise<boolean>,
): Promise<SealedAccount | null> {
  const known = await accountsFor(accounts, role);
  const newest = known.at(-1);
  if (newest === undefined) return null;
  if (known.length === 1) return accounts.sealed(newest);
  try {
    for (const account of known.toReversed()) if (await holdsRole(account.address)) return accounts.sealed(account);
  } catch {
    return accounts.sealed(newest);
  }
  return accounts.sealed(newest);
}

/** The one that replaced the others, where there are several; a first one is made. */
export async function newestOrFirst(accounts: AccountFiles, role: string): Promise<SealedAccount> {
  const newest = (await accountsFor(accounts, role)).at(-1);
  return newest === undefined ? accounts.sealedOrNew(role) : accounts.sealed(newest);
}

/** For a data directory that does not hold an account, lost or kept elsewhere: whatever is asked of it is refused in words. */
export function withoutAccount(role: string): RegistryGovernance {
  const refuse = async (): Promise<never> => {
    throw new TallyError(
      "key.unknown",
      `the account of the ${role} is not kept here; run the command where it is, or see docs/operations.md for a lost one`,
    );
  };
  return new Proxy({ account: "" } as RegistryGovernance, {
    // Not a promise: whoever awaits it must get it.
    get: (target, name) => (name === "account" ? target.account : name === "then" ? undefined : refuse),
  });
}

function numberOf(label: string, role: string): number | null {
  if (label === role) return 1;
  const match = label.startsWith(`${role}-`) ? /^[1-9]\d{0,3}$/.exec(label.slice(role.length + 1)) : null;
  return match === null ? null : Number(match[0]);
}
