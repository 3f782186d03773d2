// SPDX-License-Identifier: Apache-2.0
import { address, array, byteString, count, fixedBytes, text, tuple, uint } from "./abi.js";

/**
 * Selectors and return types of the views of contracts/interfaces/IRegistry.sol. Written by hand so that the browser needs
 * no keccak and no ABI library; test/verify/registry-views.test.ts compares every row with the compiled interface.
 */
const interval = tuple({ from: count(64), until: count(64) });
const retroactiveAct = tuple({ since: count(64), effectiveAt: count(64) });

export const FIND_REGION = {
  signature: "findRegion(bytes6)",
  selector: "8720682b",
  returns: {
    record: tuple({ admin: address, activationDelay: count(32), addedAt: count(64), suspensions: array(interval) }),
  },
} as const;

export const FIND_AGENCY = {
  signature: "findAgency(bytes18)",
  selector: "86b125b9",
  returns: {
    record: tuple({
      region: fixedBytes(6),
      term: count(32),
      activeFrom: count(64),
      removedAt: count(64),
      did: text,
      suspensions: array(interval),
    }),
  },
} as const;

export const FIND_KEY = {
  signature: "findKey(bytes32)",
  selector: "71783def",
  returns: {
    record: tuple({
      agency: fixedBytes(18),
      region: fixedBytes(6),
      purpose: count(8),
      algorithm: count(16),
      activeFrom: count(64),
      retiredAt: count(64),
      compromises: array(retroactiveAct),
    }),
  },
} as const;

export const FIND_AUTHORISATIONS = {
  signature: "findAuthorisations(bytes18,bytes21)",
  selector: "0ec3dfa9",
  returns: { intervals: array(interval) },
} as const;

export const FIND_SEAL_DELEGATIONS = {
  signature: "findSealDelegations(bytes18,bytes18)",
  selector: "9e2a4b74",
  returns: { intervals: array(interval) },
} as const;

export const FIND_ANCHOR = {
  signature: "findAnchor(bytes6,bytes32,uint32)",
  selector: "75724020",
  returns: { record: tuple({ anchoredAt: count(64), disownedEffectiveAt: count(64) }) },
} as const;

export const FIND_TYPE_DEFINITION = {
  signature: "findTypeDefinition(bytes21,uint32)",
  selector: "774ee97f",
  returns: { record: tuple({ digest: fixedBytes(32), publishedAt: count(64) }) },
} as const;

export const STATUS_WORDS = {
  signature: "statusWords(bytes6,uint32,uint16[])",
  selector: "8f95c339",
  returns: { revoked: array(uint(256)), suspended: array(uint(256)) },
} as const;

export const VIEWS = [
  FIND_REGION,
  FIND_AGENCY,
  FIND_KEY,
  FIND_AUTHORISATIONS,
  FIND_SEAL_DELEGATIONS,
  FIND_ANCHOR,
  FIND_TYPE_DEFINITION,
  STATUS_WORDS,
] as const;

export const KEY_ADDED = {
  signature: "KeyAdded(bytes8,bytes32,bytes18,bytes6,uint8,uint16,uint64,bytes)",
  topic: "0xb230d829b354d9b658f0effd8bf8d348d605ffa8cd40cc4932d4440b31281ea4",
  data: { region: fixedBytes(6), purpose: count(8), algorithm: count(16), activeFrom: count(64), multikey: byteString },
} as const;
