// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { addShanghaiAgency, establishAnhui } from "./established.js";
import {
  ANCHOR,
  ANHUI,
  ascii,
  digestOf,
  HEFEI,
  HEFEI_APPROVALS,
  multikey,
  PUDONG,
  PURPOSE,
  root,
  STATUS,
  TYPE,
} from "./names.js";
import { type Actor, artifact, expectRefusal, type RegistryNetwork } from "./registry-network.js";

const EVERYBODY: readonly Actor[] = [
  "governor",
  "guardian",
  "anhui",
  "shanghai",
  "anchorOperator",
  "statusOperator",
  "stranger",
];
const MASKS = [[0, 1n]];
const OTHER_TYPE = ascii("11340100MB123456AA002", 21);
const KEY = digestOf(multikey(1));

interface Permission {
  readonly act: string;
  readonly may: readonly Actor[];
  readonly args: (address: (actor: Actor) => string) => readonly unknown[];
  /** Acts that make this one possible. */
  readonly after?: (network: RegistryNetwork) => Promise<unknown>;
}

const admin =
  (act: string, ...args: readonly unknown[]) =>
  (network: RegistryNetwork) =>
    network.act("anhui", act, args);
const always =
  (...args: readonly unknown[]) =>
  () =>
    args;

/** Who may do what. A state-changing function of the interface without a row fails below. */
const PERMISSIONS: readonly Permission[] = [
  { act: "addRegion", may: ["governor"], args: (address) => [ascii("440000"), address("successor"), 0] },
  { act: "setRegionAdmin", may: ["governor"], args: (address) => [ANHUI, address("successor")] },
  { act: "setActivationDelay", may: ["governor"], args: always(ANHUI, 0) },
  { act: "suspendRegion", may: ["governor", "guardian"], args: always(ANHUI) },
  {
    act: "releaseRegion",
    may: ["governor"],
    args: always(ANHUI),
    after: (network) => network.act("guardian", "suspendRegion", [ANHUI]),
  },
  { act: "strikeAgency", may: ["governor"], args: always(HEFEI) },
  {
    act: "annulRevocations",
    may: ["governor"],
    args: always(ANHUI, 0, MASKS, 1),
    after: (network) => network.act("statusOperator", "revoke", [ANHUI, 0, MASKS]),
  },

  {
    act: "vetoAgency",
    may: ["guardian"],
    args: always(HEFEI_APPROVALS),
    after: admin("registerAgency", ANHUI, HEFEI_APPROVALS, "did:web:x.example"),
  },
  {
    act: "vetoAuthorisation",
    may: ["guardian"],
    args: always(HEFEI, OTHER_TYPE),
    after: admin("authorise", HEFEI, OTHER_TYPE),
  },
  {
    act: "vetoSealDelegation",
    may: ["guardian"],
    args: always(HEFEI, PUDONG),
    after: admin("delegateSeal", HEFEI, PUDONG),
  },
  {
    act: "vetoKey",
    may: ["guardian"],
    args: always(digestOf(multikey(2))),
    after: admin("addAgencyKey", HEFEI, PURPOSE.audit, multikey(2)),
  },
  { act: "vetoKeyCompromise", may: ["guardian"], args: always(KEY), after: admin("claimKeyCompromise", KEY, 1) },
  {
    act: "vetoOperator",
    may: ["guardian"],
    args: (address) => [ANHUI, address("anchorOperator")],
    after: (network) => network.act("anhui", "grantOperator", [ANHUI, network.address("anchorOperator"), STATUS]),
  },
  {
    act: "vetoDisowning",
    may: ["guardian"],
    args: always(ANHUI, root(1), 1),
    after: admin("disownRoot", ANHUI, root(1), 1),
  },

  { act: "registerAgency", may: ["anhui"], args: always(ANHUI, HEFEI_APPROVALS, "did:web:x.example") },
  { act: "suspendAgency", may: ["anhui"], args: always(HEFEI) },
  { act: "releaseAgency", may: ["governor", "anhui"], args: always(HEFEI), after: admin("suspendAgency", HEFEI) },
  { act: "authorise", may: ["governor", "anhui"], args: always(HEFEI, OTHER_TYPE) },
  { act: "endAuthorisation", may: ["anhui"], args: always(HEFEI, TYPE) },
  { act: "delegateSeal", may: ["governor", "anhui"], args: always(HEFEI, PUDONG) },
  {
    act: "endSealDelegation",
    may: ["anhui"],
    args: always(HEFEI, PUDONG),
    after: admin("delegateSeal", HEFEI, PUDONG),
  },
  { act: "addAgencyKey", may: ["anhui"], args: always(HEFEI, PURPOSE.certificate, multikey(2)) },
  { act: "addRegionKey", may: ["anhui"], args: always(ANHUI, PURPOSE.bundle, multikey(2)) },
  { act: "retireKey", may: ["anhui"], args: always(KEY) },
  { act: "claimKeyCompromise", may: ["anhui"], args: always(KEY, 1) },
  { act: "grantOperator", may: ["anhui"], args: (address) => [ANHUI, address("stranger"), ANCHOR] },
  { act: "removeOperator", may: ["anhui"], args: (address) => [ANHUI, address("anchorOperator"), ANCHOR] },
  { act: "disownRoot", may: ["anhui"], args: always(ANHUI, root(1), 1) },
  { act: "publishTypeDefinition", may: ["anhui"], args: always(TYPE, 1, root(1)) },

  { act: "anchor", may: ["anchorOperator"], args: always(ANHUI, root(1), 1) },
  { act: "revoke", may: ["statusOperator"], args: always(ANHUI, 0, MASKS) },
  { act: "suspend", may: ["statusOperator"], args: always(ANHUI, 0, MASKS) },
  { act: "release", may: ["statusOperator"], args: always(ANHUI, 0, MASKS) },
];

/** Inherited from OpenZeppelin, whose own tests cover them. */
const INHERITED = [
  "acceptDefaultAdminTransfer",
  "beginDefaultAdminTransfer",
  "cancelDefaultAdminTransfer",
  "changeDefaultAdminDelay",
  "grantRole",
  "multicall",
  "renounceRole",
  "revokeRole",
  "rollbackDefaultAdminDelay",
];

export function permissionsBehaviour(network: () => RegistryNetwork): void {
  describe("permission", () => {
    beforeEach(async () => {
      await establishAnhui(network());
      await addShanghaiAgency(network());
    });

    for (const { act, may, args, after } of PERMISSIONS)
      it(`to ${act} is with ${may.join(" and ")} alone`, async () => {
        await after?.(network());
        const values = args((actor) => network().address(actor));
        for (const actor of EVERYBODY.filter((other) => !may.includes(other))) {
          const { name, args: about } = await network().refusal(actor, act, values);
          expect(name, actor).to.match(
            /^(AccessControlUnauthorizedAccount|Not(RegionAdmin|AnchorOperator|StatusOperator|GovernorOrGuardian))$/,
          );
          expect(about, actor).to.include(network().address(actor));
        }
        const ready = await network().keep();
        for (const actor of may) {
          await network().restore(ready);
          await network().act(actor, act, values);
        }
      });

    it("is stated for every act", () => {
      const acts = artifact.abi
        .filter(({ type, stateMutability }) => type === "function" && stateMutability === "nonpayable")
        .map(({ name }) => name);
      expect([...PERMISSIONS.map(({ act }) => act), ...INHERITED]).to.have.members(acts);
    });

    it("to hand on a region is not with its admin", async () => {
      const refusal = await network().refusal("anhui", "setRegionAdmin", [ANHUI, network().address("successor")]);
      const governorRole = await network().view("DEFAULT_ADMIN_ROLE", []);
      expectRefusal(refusal, "AccessControlUnauthorizedAccount", network().address("anhui"), governorRole);
    });
  });
}
