// SPDX-License-Identifier: Apache-2.0

/** What somebody who is signed in may do at this desk. Views and navigation ask for rights, never for roles. */
export type Right = "certificates.read" | "certificates.issue" | "certificates.change";

/** Roles of API tokens. Accounts will bring rights of their own. */
const RIGHTS: Readonly<Record<string, readonly Right[]>> = {
  issuer: ["certificates.read", "certificates.issue", "certificates.change"],
  reader: ["certificates.read"],
  operator: [],
};

export function rightsOf(role: string): ReadonlySet<Right> {
  return new Set(RIGHTS[role] ?? []);
}
