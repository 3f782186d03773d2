// SPDX-License-Identifier: Apache-2.0
import { addShanghaiAgency } from "./established.js";
import {
  ANCHOR,
  ANHUI,
  ascii,
  DAY,
  digestOf,
  HEFEI,
  HEFEI_DID,
  multikey,
  PUDONG,
  PURPOSE,
  root,
  SHANGHAI,
  STATUS,
  TYPE,
} from "./names.js";
import { type Actor, artifact, type RegistryNetwork } from "./registry-network.js";

export interface GasRow {
  readonly act: string;
  readonly gas: number;
  /** Gas that the act may not exceed. */
  readonly bound: number | null;
}

export const CODE_SIZE_BOUND = 24_576;
const WORDS = 200;

export function runtimeCodeSize(): number {
  return (artifact.deployedBytecode.length - 2) / 2;
}

/** Every act once on a network that holds only its regions, in an order that gives the same figures each time. */
export async function measureGas(network: RegistryNetwork): Promise<readonly GasRow[]> {
  const rows: GasRow[] = [{ act: "deployment", gas: network.deployGas, bound: null }];
  const measure = async (act: string, bound: number | null, actor: Actor, name: string, args: readonly unknown[]) => {
    const { gas } = await network.act(actor, name, args);
    rows.push({ act, gas, bound });
  };
  const perWord = async (act: string, bound: number, name: string, masks: readonly unknown[]) => {
    const { gas } = await network.act("statusOperator", name, [ANHUI, 1, masks]);
    rows.push({ act, gas: Math.ceil(gas / masks.length), bound });
  };
  const anchorOperator = network.address("anchorOperator");
  const statusOperator = network.address("statusOperator");
  const region = ascii("440000");

  await measure("addRegion", null, "governor", "addRegion", [region, network.address("successor"), DAY]);
  await measure("registerAgency", null, "anhui", "registerAgency", [ANHUI, HEFEI, HEFEI_DID]);
  await addShanghaiAgency(network);
  await measure("authorise", null, "anhui", "authorise", [HEFEI, TYPE]);
  await measure("delegateSeal", null, "anhui", "delegateSeal", [HEFEI, PUDONG]);
  await measure("addAgencyKey, Ed25519", null, "anhui", "addAgencyKey", [HEFEI, PURPOSE.certificate, multikey(1)]);
  await measure("grantOperator, one right", null, "anhui", "grantOperator", [ANHUI, anchorOperator, ANCHOR]);
  await network.act("anhui", "grantOperator", [ANHUI, statusOperator, STATUS]);
  await network.wait(DAY);
  await measure("publishTypeDefinition", null, "anhui", "publishTypeDefinition", [TYPE, 1, root(0)]);

  await measure("anchor, 1 entry", 52_000, "anchorOperator", "anchor", [ANHUI, root(1), 1]);
  await measure("anchor, 1,048,576 entries", 52_000, "anchorOperator", "anchor", [ANHUI, root(2), 2 ** 20]);
  await measure("anchor, largest call data", 52_000, "anchorOperator", "anchor", [ANHUI, root(3), 0xfffff]);
  await measure("anchor, repeated", null, "anchorOperator", "anchor", [ANHUI, root(1), 1]);
  await measure("disownRoot", null, "anhui", "disownRoot", [ANHUI, root(1), 1]);
  await measure("vetoDisowning", null, "guardian", "vetoDisowning", [ANHUI, root(1), 1]);

  for (const name of ["revoke", "suspend"] as const) {
    await measure(`${name}, 1 bit in a fresh word`, null, "statusOperator", name, [ANHUI, 0, [[511, 1n]]]);
    await measure(`${name}, 1 bit in a used word`, 34_000, "statusOperator", name, [ANHUI, 0, [[511, 1n << 200n]]]);
  }
  await measure("release, 1 bit of several", 34_000, "statusOperator", "release", [ANHUI, 0, [[511, 1n << 200n]]]);
  await measure("release, the last bit of a word", 34_000, "statusOperator", "release", [ANHUI, 0, [[511, 1n]]]);
  await measure("annulRevocations, 1 bit", null, "governor", "annulRevocations", [ANHUI, 0, [[511, 1n]], 1]);
  for (const name of ["revoke", "suspend"] as const) {
    await perWord(`${name}, ${WORDS} fresh words, a word`, 27_000, name, everyByte(0x01));
    await perWord(`${name}, ${WORDS} used words, a word`, 9_000, name, everyByte(0x02));
  }
  await perWord(`release, ${WORDS} words, a word`, 9_000, "release", everyByte(0x02));
  const wholeList = Array.from({ length: 512 }, (_, word) => [word, maskOf(0x01)]);
  await measure("revoke, the 512 words of a fresh list", 16_000_000, "statusOperator", "revoke", [ANHUI, 2, wholeList]);

  await measure("claimKeyCompromise", null, "anhui", "claimKeyCompromise", [digestOf(multikey(1)), 1]);
  await measure("vetoKeyCompromise", null, "guardian", "vetoKeyCompromise", [digestOf(multikey(1))]);
  await measure("retireKey", null, "anhui", "retireKey", [digestOf(multikey(1))]);
  await measure("endAuthorisation", null, "anhui", "endAuthorisation", [HEFEI, TYPE]);
  await measure("suspendAgency", null, "anhui", "suspendAgency", [HEFEI]);
  await measure("releaseAgency", null, "anhui", "releaseAgency", [HEFEI]);
  await measure("strikeAgency", null, "governor", "strikeAgency", [HEFEI]);
  await measure("removeOperator", null, "anhui", "removeOperator", [ANHUI, anchorOperator, ANCHOR]);
  await measure("suspendRegion", null, "guardian", "suspendRegion", [SHANGHAI]);
  await measure("releaseRegion", null, "governor", "releaseRegion", [SHANGHAI]);
  return rows;
}

/** A mask with a bit in each of its bytes: the dearest call data. */
function everyByte(octet: number): readonly unknown[] {
  return Array.from({ length: WORDS }, (_, i) => [i + 256, maskOf(octet)]);
}

function maskOf(octet: number): bigint {
  return BigInt(`0x${octet.toString(16).padStart(2, "0").repeat(32)}`);
}
