// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { type Issued, makeWorld, type World } from "./fixture.js";

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** Every object and array inside, the value itself included. */
function containersIn(value: Json): (Json[] | { [name: string]: Json })[] {
  if (typeof value !== "object" || value === null) return [];
  return [value, ...Object.values(value).flatMap(containersIn)];
}

const EMPTY: fc.Arbitrary<Json> = fc.constantFrom<Json>([], {}, null, "", 0, false);

/** What peers overlook: empty containers slipped in, values changed in kind but not in look, members taken away or moved. */
const MUTATIONS: Readonly<
  Record<string, (container: Json[] | { [name: string]: Json }, key: string, extra: Json) => boolean>
> = {
  "something added": (container, key, extra) => {
    if (Array.isArray(container)) return container.push(extra) > 0;
    if (Object.hasOwn(container, `${key}x`)) return false;
    container[`${key}x`] = extra;
    return true;
  },
  "a value turned into text": (container, key) => {
    const value = (container as { [name: string]: Json })[key];
    if (value === undefined || typeof value === "string") return false;
    (container as { [name: string]: Json })[key] =
      typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
    return true;
  },
  "a value replaced by something empty": (container, key, extra) => {
    const members = container as { [name: string]: Json };
    if (JSON.stringify(members[key]) === JSON.stringify(extra)) return false;
    members[key] = extra;
    return true;
  },
  "a member deleted": (container, key) => {
    if (Array.isArray(container)) return container.splice(Number(key), 1).length > 0;
    return delete container[key];
  },
  "a text changed by one character": (container, key) => {
    const members = container as { [name: string]: Json };
    const value = members[key];
    if (typeof value !== "string") return false;
    members[key] = `${value}.`;
    return true;
  },
  "a value wrapped in a list": (container, key) => {
    const members = container as { [name: string]: Json };
    members[key] = [members[key]!];
    return true;
  },
};

describe("verifyCertificate, of a certificate that was changed after signing,", () => {
  const world: World = makeWorld();
  const issued: Issued = world.issueAnchored();

  for (const [what, mutate] of Object.entries(MUTATIONS))
    it(`is never satisfied by ${what}`, async () => {
      let tried = 0;
      await fc.assert(
        fc.asyncProperty(fc.nat(), fc.nat(), EMPTY, async (which, where, extra) => {
          const document = structuredClone(world.documentOf(issued)) as unknown as { certificate: Json };
          const containers = containersIn(document.certificate);
          const container = containers[which % containers.length]!;
          const keys = Object.keys(container);
          const key = keys[where % Math.max(1, keys.length)] ?? "";
          fc.pre(mutate(container, key, extra));
          tried++;
          const report = await world.verify(document);
          // A format or an algorithm with another name may be a later one; it proves nothing either.
          const wanted = /-unsupported$/.test(report.reason ?? "") ? "undecided" : "not-genuine";
          expect(report.authenticity, JSON.stringify(document.certificate)).to.equal(wanted);
        }),
        { numRuns: 150 },
      );
      expect(tried).to.be.greaterThan(100);
    });

  it("is satisfied by another order of members and other white space, which mean the same", async () => {
    const reversed = (value: Json): Json => {
      if (typeof value !== "object" || value === null) return value;
      if (Array.isArray(value)) return value.map(reversed);
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([name, member]) => [name, reversed(member)]),
      );
    };
    const text = JSON.stringify(reversed(world.documentOf(issued) as unknown as Json), null, 3);
    expect((await world.verify(text)).verdict).to.equal("valid");
  });
});
