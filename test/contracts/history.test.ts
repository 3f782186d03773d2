// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { startFromTwoRegions } from "./established.js";
import { openHardhat } from "./evm-client.js";
import {
  ANHUI,
  ascii,
  DAY,
  digestOf,
  HEFEI,
  HEFEI_APPROVALS,
  HOUR,
  multikey,
  PURPOSE,
  root,
  SHANGHAI,
  TYPE,
} from "./names.js";
import { type RebuiltState, rebuildState } from "./rebuilt-state.js";
import type { Actor, RegistryNetwork } from "./registry-network.js";

const REGIONS = [ANHUI, SHANGHAI];
const AGENCIES = [HEFEI, HEFEI_APPROVALS];
const KEYS = [multikey(1), multikey(2), multikey(3)];
const BATCHES = [1, 2].map((seed) => [root(seed), seed] as const);
const OPERATORS = ["anchorOperator", "statusOperator"] as const;
const ADMIN: Readonly<Record<string, Actor>> = { [ANHUI]: "anhui", [SHANGHAI]: "shanghai" };

interface Act {
  readonly by: Actor;
  readonly name: string;
  readonly args: readonly unknown[];
  /** Seconds after the act before. */
  readonly after: number;
}

/** Acts of a small world, a theme at a time, so that most of them meet what others did. */
function themes(network: RegistryNetwork): Readonly<Record<string, fc.Arbitrary<Act>>> {
  const region = fc.constantFrom(...REGIONS);
  const agency = fc.constantFrom(...AGENCIES);
  const key = fc.constantFrom(...KEYS);
  const digest = key.map(digestOf);
  const hash = fc.constantFrom(...BATCHES).map(([batch]) => batch);
  const size = fc.constantFrom(1, 2);
  const operator = fc.constantFrom(...OPERATORS).map((actor) => network.address(actor));
  const did = fc.constantFrom("did:web:a.example", "did:web:b.example");
  const mask = fc.bigInt({ min: 1n, max: 15n });
  const masks = fc.array(fc.tuple(fc.constantFrom(0, 511), mask), { minLength: 1, maxLength: 2 });
  const rights = fc.integer({ min: 1, max: 3 });
  const type = fc.constant(TYPE);
  const list = fc.constant(0);

  const act = (by: Actor, name: string, ...args: fc.Arbitrary<unknown>[]): fc.Arbitrary<Act> =>
    fc.record({
      by: fc.constant(by),
      name: fc.constant(name),
      args: fc.tuple(...args),
      after: fc.constantFrom(1, 1, 1, HOUR, DAY),
    });
  const anhui = (name: string, ...args: fc.Arbitrary<unknown>[]) => act("anhui", name, ...args);
  /** By the admin of the region that is the first argument. */
  const own = (name: string, ...args: fc.Arbitrary<unknown>[]) =>
    act("stranger", name, region, ...args).map((one) => ({ ...one, by: ADMIN[one.args[0] as string]! }));

  const registrations = [own("registerAgency", agency, did), act("governor", "strikeAgency", agency)];
  const delay = act("governor", "setActivationDelay", region, fc.constantFrom(0, HOUR, DAY));
  /** Both acts in one transaction, in either order. */
  const both = (by: Actor, one: string, other: string, ...args: fc.Arbitrary<unknown>[]) =>
    fc
      .tuple(fc.constantFrom([one, other], [other, one]), fc.tuple(...args))
      .chain(([names, values]) => act(by, "multicall", fc.constant(names.map((name) => network.encode(name, values)))));
  return {
    "regions and operators": fc.oneof(
      own("grantOperator", operator, rights),
      own("removeOperator", operator, rights),
      act("guardian", "vetoOperator", region, operator),
      act("guardian", "suspendRegion", region),
      act("governor", "releaseRegion", region),
      act("governor", "setRegionAdmin", fc.constant(SHANGHAI), fc.constant(network.address("successor"))),
      delay,
    ),
    agencies: fc.oneof(
      ...registrations,
      act("guardian", "vetoAgency", agency),
      anhui("suspendAgency", agency),
      anhui("releaseAgency", agency),
      anhui("publishTypeDefinition", type, fc.constantFrom(1, 2), fc.constant(root(9))),
    ),
    "authorisations and delegations": fc.oneof(
      fc.oneof(...registrations),
      anhui("authorise", agency, type),
      anhui("endAuthorisation", agency, type),
      act("guardian", "vetoAuthorisation", agency, type),
      anhui("delegateSeal", agency, agency),
      anhui("endSealDelegation", agency, agency),
      act("guardian", "vetoSealDelegation", agency, agency),
    ),
    "intervals that begin or end in one block": fc.oneof(
      both("governor", "suspendRegion", "releaseRegion", region),
      both("anhui", "suspendAgency", "releaseAgency", agency),
      both("anhui", "authorise", "endAuthorisation", agency, type),
      both("anhui", "delegateSeal", "endSealDelegation", agency, agency),
      act("governor", "suspendRegion", region),
      act("governor", "releaseRegion", region),
      anhui("suspendAgency", agency),
      act("governor", "releaseAgency", agency),
      act("governor", "authorise", agency, type),
      act("governor", "delegateSeal", agency, agency),
      delay,
    ),
    keys: fc.oneof(
      anhui("addAgencyKey", agency, fc.constant(PURPOSE.certificate), key),
      anhui("addRegionKey", fc.constant(ANHUI), fc.constant(PURPOSE.bundle), key),
      anhui("retireKey", digest),
      anhui("claimKeyCompromise", digest, fc.integer({ min: 1, max: 1000 })),
      act("guardian", "vetoKey", digest),
      act("guardian", "vetoKeyCompromise", digest),
      act("governor", "strikeAgency", agency),
      delay,
    ),
    "anchors and status words": fc.oneof(
      own("disownRoot", hash, size),
      act("guardian", "vetoDisowning", region, hash, size),
      act("anchorOperator", "anchor", region, hash, size),
      act("statusOperator", "revoke", region, list, masks),
      act("statusOperator", "suspend", region, list, masks),
      act("statusOperator", "release", region, list, masks),
      act("governor", "annulRevocations", region, list, masks, fc.constant(1)),
    ),
  };
}

const THEMES = [
  "regions and operators",
  "agencies",
  "authorisations and delegations",
  "intervals that begin or end in one block",
  "keys",
  "anchors and status words",
];

describe("Registry's history", () => {
  const network = startFromTwoRegions(openHardhat);

  beforeEach(async () => {
    for (const region of REGIONS)
      for (const [operator, rights] of [
        ["anchorOperator", 1],
        ["statusOperator", 2],
      ] as const)
        await network().act(ADMIN[region]!, "grantOperator", [region, network().address(operator), rights]);
    await network().wait(DAY);
    for (const [i, agency] of AGENCIES.entries())
      await network().act("anhui", "registerAgency", [ANHUI, agency, `did:web:${i}.example`]);
  });

  for (const theme of THEMES)
    it(`tells by its events the state of ${theme}`, async () => {
      const start = await network().keep();
      let acts = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(themes(network())[theme]!, { minLength: 40, maxLength: 40 }), async (history) => {
          await network().restore(start);
          for (const { by, name, args, after } of history)
            if (await network().tries(by, name, args, network().time + after)) acts += 1;
          await expectSameState(network(), rebuildState(await network().logs()));
        }),
        { numRuns: 8, endOnFailure: true },
      );
      // Refused acts leave no trace, so a run in which little happened would prove little.
      expect(acts).to.be.greaterThan(40);
    });
});

async function expectSameState(network: RegistryNetwork, rebuilt: RebuiltState): Promise<void> {
  const same = async (name: string, args: readonly unknown[], expected: unknown) =>
    expect(await network.view(name, args), `${name} ${args.join(" ")}`).to.deep.equal(expected);
  for (const region of REGIONS) {
    await same("findRegion", [region], Object.values(rebuilt.regions.get(region)!));
    for (const operator of OPERATORS) {
      const args = [region, network.address(operator)];
      await same("findOperator", args, rebuilt.operators.get(args.join(" ")) ?? [0, 0]);
    }
    for (const [hash] of BATCHES)
      for (const size of [1, 2])
        await same("findAnchor", [region, hash, size], rebuilt.anchors.get(`${region} ${hash} ${size}`) ?? [0, 0]);
    const words = [0, 511];
    const bits = (of: ReadonlyMap<string, bigint>) => words.map((word) => Number(of.get(`${region} 0 ${word}`) ?? 0n));
    await same("statusWords", [region, 0, words], [bits(rebuilt.revoked), bits(rebuilt.suspended)]);
  }
  for (const agency of AGENCIES) {
    const record = rebuilt.agencies.get(agency);
    await same("findAgency", [agency], record ? Object.values(record) : [ascii("", 6), 0, 0, 0, "", []]);
    await same("findAuthorisations", [agency, TYPE], rebuilt.authorisations.get(`${agency} ${TYPE}`) ?? []);
    for (const sealer of AGENCIES)
      await same("findSealDelegations", [agency, sealer], rebuilt.delegations.get(`${agency} ${sealer}`) ?? []);
  }
  for (const digest of KEYS.map(digestOf)) {
    const record = rebuilt.keys.get(digest);
    await same("findKey", [digest], record ? Object.values(record) : [ascii("", 18), ascii("", 6), 0, 0, 0, 0, []]);
  }
  for (const version of [1, 2])
    await same(
      "findTypeDefinition",
      [TYPE, version],
      rebuilt.typeDefinitions.get(`${TYPE} ${version}`) ?? [ascii("", 32), 0],
    );
}
