// SPDX-License-Identifier: Apache-2.0
import type { SealedAccount } from "../adapters/keys/index.js";
import type { AnchorChain } from "../domain/anchoring/index.js";

/**
 * The chain as the operator of the region that is in office when something is sent: a service that runs while its operator is
 * replaced goes on with the new account, without a restart. `inOffice` is asked before every transaction.
 */
export function operatorChain(
  first: SealedAccount,
  inOffice: () => Promise<SealedAccount>,
  connect: (operator: SealedAccount) => AnchorChain,
): AnchorChain {
  let operator = first;
  let chain = connect(operator);

  const current = async (): Promise<AnchorChain> => {
    const found = await inOffice();
    if (found.address !== operator.address) {
      operator = found;
      chain = connect(operator);
    }
    return chain;
  };

  return {
    ...chain,
    submitAnchor: async (batch) => (await current()).submitAnchor(batch),
    submitStatus: async (changes, maySend) => (await current()).submitStatus(changes, maySend),
  };
}
