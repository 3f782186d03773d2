// SPDX-License-Identifier: Apache-2.0
import { setTimeout as pause } from "node:timers/promises";
import { type JsonRpcProvider, type Result, ZeroAddress } from "ethers";
import { toHex } from "../../core/hex.js";
import { parseRegistryKey } from "../../core/multikey.js";
import type {
  OperatorRight,
  RegistryAct,
  RegistryGovernance,
  Veto,
} from "../../domain/agencies/registry-governance.js";
import type { KeyPurpose } from "../../verify/registry.js";
import { KEY_PURPOSES } from "../../verify/registry-records.js";
import { addressOf } from "./address.js";
import { chainFailure } from "./chain-failure.js";
import type { ChainIdentity } from "./chain-identity.js";
import { agencyBytes, digestBytes, regionBytes, typeBytes } from "./codes.js";
import { providerFor } from "./provider.js";
import { type ReceiptWait, receiptOf } from "./receipts.js";
import { GUARDIAN_ROLE, REGISTRY } from "./registry-interface.js";
import { Sender, type SenderOptions } from "./sender.js";

export interface EthersGovernanceOptions
  extends ChainIdentity,
    Pick<SenderOptions, "privateKey" | "fees" | "now">,
    ReceiptWait {
  readonly urls: readonly string[];
  /** Nodes that must agree; more than half of them, which is the default. */
  readonly quorum?: number;
  readonly registry: string;
  readonly timeoutMs?: number;
}

const RIGHT_BITS: Readonly<Record<OperatorRight, number>> = { anchor: 1, status: 2 };

/** The acts of the account whose key this is, through ethers, one after another. */
export function ethersGovernance(options: EthersGovernanceOptions): RegistryGovernance {
  const { registry, now = Date.now } = options;
  const provider = providerFor(options);
  const sender = new Sender({ ...options, provider });

  const act = async (doing: string, name: string, args: readonly unknown[]): Promise<RegistryAct> => {
    const tx = await sender.send(doing, { to: registry, data: REGISTRY.encodeFunctionData(name, args) });
    const { block, time } = await receiptOf(provider, tx, doing, options);
    return { tx, block, time };
  };

  /** For acts that end something. An interval ends at the time of its block, so what came before must be a second older. */
  const end = async (doing: string, name: string, args: readonly unknown[]): Promise<RegistryAct> => {
    await secondAfterHead(provider, now, doing);
    return act(doing, name, args);
  };

  const view = async (name: string, args: readonly unknown[]): Promise<Result> => {
    const doing = `reading ${name}`;
    try {
      const data = REGISTRY.encodeFunctionData(name, args);
      return REGISTRY.decodeFunctionResult(name, await provider.call({ to: registry, data }))[0] as Result;
    } catch (error) {
      throw chainFailure(doing, error);
    }
  };

  return {
    account: sender.address,

    addRegion: async (region, admin, delay) =>
      act(`adding region ${region}`, "addRegion", [regionBytes(region), admin, delay]),
    setRegionAdmin: async (region, admin) =>
      end(`setting the admin of region ${region}`, "setRegionAdmin", [regionBytes(region), admin]),
    setActivationDelay: async (region, delay) =>
      act(`setting the activation delay of region ${region}`, "setActivationDelay", [regionBytes(region), delay]),
    suspendRegion: async (region) => end(`suspending region ${region}`, "suspendRegion", [regionBytes(region)]),
    releaseRegion: async (region) => act(`releasing region ${region}`, "releaseRegion", [regionBytes(region)]),
    strikeAgency: async (agency) => end(`striking agency ${agency}`, "strikeAgency", [agencyBytes(agency)]),
    annulRevocations: async (region, list, masks, reason) =>
      act(`annulling revocations of region ${region}`, "annulRevocations", [regionBytes(region), list, masks, reason]),

    grantGuardian: async (guardian) =>
      act(`making ${guardian} a guardian`, "grantRole", [GUARDIAN_ROLE, addressOf(guardian)]),
    revokeGuardian: async (guardian) =>
      act(`ending that ${guardian} is a guardian`, "revokeRole", [GUARDIAN_ROLE, addressOf(guardian)]),

    veto: async (veto) => {
      const { name, args } = vetoCall(veto);
      return act(`the veto of the ${veto.of.replace("-", " ")}`, name, args);
    },

    registerAgency: async (region, agency, did) =>
      act(`registering agency ${agency}`, "registerAgency", [regionBytes(region), agencyBytes(agency), did]),
    suspendAgency: async (agency) => end(`suspending agency ${agency}`, "suspendAgency", [agencyBytes(agency)]),
    releaseAgency: async (agency) => act(`releasing agency ${agency}`, "releaseAgency", [agencyBytes(agency)]),
    authorise: async (agency, typeCode) =>
      act(`authorising ${agency} for ${typeCode}`, "authorise", [agencyBytes(agency), typeBytes(typeCode)]),
    endAuthorisation: async (agency, typeCode) =>
      end(`ending the authorisation of ${agency} for ${typeCode}`, "endAuthorisation", [
        agencyBytes(agency),
        typeBytes(typeCode),
      ]),
    delegateSeal: async (agency, sealer) =>
      act(`letting ${sealer} seal for ${agency}`, "delegateSeal", [agencyBytes(agency), agencyBytes(sealer)]),
    endSealDelegation: async (agency, sealer) =>
      end(`ending that ${sealer} seals for ${agency}`, "endSealDelegation", [agencyBytes(agency), agencyBytes(sealer)]),
    addAgencyKey: async (agency, purpose, multikey) =>
      act(`adding a key of agency ${agency}`, "addAgencyKey", [
        agencyBytes(agency),
        purposeNumber(purpose),
        multikeyBytes(multikey),
      ]),
    addRegionKey: async (region, purpose, multikey) =>
      act(`adding a key of region ${region}`, "addRegionKey", [
        regionBytes(region),
        purposeNumber(purpose),
        multikeyBytes(multikey),
      ]),
    retireKey: async (digest) => end(`retiring key ${digest}`, "retireKey", [digestBytes(digest, "keyDigest")]),
    claimKeyCompromise: async (digest, since) =>
      act(`marking key ${digest} compromised`, "claimKeyCompromise", [digestBytes(digest, "keyDigest"), since]),
    grantOperator: async (region, operator, rights) =>
      act(`granting ${rights.join(" and ")} to ${operator}`, "grantOperator", [
        regionBytes(region),
        operator,
        rightsNumber(rights),
      ]),
    removeOperator: async (region, operator, rights) =>
      end(`taking ${rights.join(" and ")} from ${operator}`, "removeOperator", [
        regionBytes(region),
        operator,
        rightsNumber(rights),
      ]),
    disownRoot: async (region, root, size) =>
      act(`disowning batch ${root} of ${size}`, "disownRoot", [regionBytes(region), digestBytes(root, "root"), size]),
    publishTypeDefinition: async (typeCode, version, digest) =>
      act(`publishing type ${typeCode} version ${version}`, "publishTypeDefinition", [
        typeBytes(typeCode),
        version,
        digestBytes(digest, "digest"),
      ]),

    isGuardian: async (guardian) => {
      const has: unknown = await view("hasRole", [GUARDIAN_ROLE, addressOf(guardian)]);
      return has === true;
    },
    findRegion: async (region) => {
      const { admin, activationDelay, addedAt, suspensions } = await view("findRegion", [regionBytes(region)]);
      if (addedAt === 0n || admin === ZeroAddress) return null;
      const suspended = (suspensions as Result[]).some(({ until }) => until === 0n);
      return { admin: admin as string, activationDelaySeconds: Number(activationDelay), suspended };
    },
    findOperatorRights: async (region, operator) => {
      const { anchorFrom, statusFrom } = await view("findOperator", [regionBytes(region), operator]);
      return [...(anchorFrom === 0n ? [] : ["anchor" as const]), ...(statusFrom === 0n ? [] : ["status" as const])];
    },
    operatorSince: async (region, operator) => {
      const { anchorFrom, statusFrom } = await view("findOperator", [regionBytes(region), operator]);
      return anchorFrom === 0n || statusFrom === 0n ? null : Math.max(Number(anchorFrom), Number(statusFrom));
    },
    headTime: async () => {
      try {
        const head = (await provider.send("eth_getBlockByNumber", ["latest", false])) as { timestamp: string };
        return Number(head.timestamp);
      } catch (error) {
        throw chainFailure("reading the head", error);
      }
    },
  };
}

function vetoCall(veto: Veto): { name: string; args: readonly unknown[] } {
  switch (veto.of) {
    case "agency":
      return { name: "vetoAgency", args: [agencyBytes(veto.agency)] };
    case "authorisation":
      return { name: "vetoAuthorisation", args: [agencyBytes(veto.agency), typeBytes(veto.typeCode)] };
    case "seal-delegation":
      return { name: "vetoSealDelegation", args: [agencyBytes(veto.agency), agencyBytes(veto.sealer)] };
    case "key":
      return { name: "vetoKey", args: [digestBytes(veto.keyDigest, "keyDigest")] };
    case "key-compromise":
      return { name: "vetoKeyCompromise", args: [digestBytes(veto.keyDigest, "keyDigest")] };
    case "operator":
      return { name: "vetoOperator", args: [regionBytes(veto.region), veto.operator] };
    case "disowning":
      return { name: "vetoDisowning", args: [regionBytes(veto.region), digestBytes(veto.root, "root"), veto.size] };
  }
}

/** Waits until the clock is past the newest block, at most two seconds: a chain ahead of our clock does not hold us up. */
async function secondAfterHead(provider: JsonRpcProvider, now: () => number, doing: string): Promise<void> {
  try {
    const head = (await provider.send("eth_getBlockByNumber", ["latest", false])) as { timestamp: string };
    const wait = (Number(head.timestamp) + 1) * 1000 - now();
    if (wait > 0) await pause(Math.min(wait, 2_000));
  } catch (error) {
    throw chainFailure(doing, error);
  }
}

function purposeNumber(purpose: KeyPurpose): number {
  return KEY_PURPOSES.indexOf(purpose);
}

function multikeyBytes(multikey: string): string {
  return `0x${toHex(parseRegistryKey(multikey).bytes)}`;
}

function rightsNumber(rights: readonly OperatorRight[]): number {
  return rights.reduce((bits, right) => bits | RIGHT_BITS[right], 0);
}
