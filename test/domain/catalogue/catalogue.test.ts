// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { sqliteAuditStore } from "../../../src/adapters/sqlite/audit-store.js";
import { sqliteCatalogueStore } from "../../../src/adapters/sqlite/catalogue-store.js";
import { type Database, openDatabase } from "../../../src/adapters/sqlite/database.js";
import { canonicalBytes } from "../../../src/core/canonical-json.js";
import { toHex } from "../../../src/core/hex.js";
import { parseJson } from "../../../src/core/strict-json.js";
import type { Actor } from "../../../src/domain/audit/index.js";
import { type Catalogue, createCatalogue } from "../../../src/domain/catalogue/index.js";
import { createRenderer } from "../../../src/render/index.js";

const FOLDER = new URL("../../../catalogue/", import.meta.url);
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));
const operator: Actor = { kind: "cli", id: "root", role: "operator", requestId: "r" };
const FOOD = "11340000MB1A2B3CXU001";

// biome-ignore lint/suspicious/noExplicitAny: definitions are taken apart to be made wrong.
function foodPermit(change: (definition: any) => void = () => {}): any {
  const definition = JSON.parse(readFileSync(new URL("food-business-permit.json", FOLDER), "utf8"));
  change(definition);
  return definition;
}

describe("the catalogue", () => {
  let database: Database;
  let catalogue: Catalogue;
  beforeEach(() => {
    database = openDatabase(":memory:");
    const { checkLayout } = createRenderer({ verifyHost: "verify.tigertally.example" });
    catalogue = createCatalogue({
      store: sqliteCatalogueStore(database),
      crypto: nodeCrypto,
      checkLayout,
      now: () => 1000,
    });
  });
  afterEach(() => database.close());

  const refusal = async (work: Promise<unknown>) => {
    try {
      await work;
    } catch (error) {
      return error as { code: string; field?: string };
    }
    throw new Error("expected a refusal");
  };

  for (const name of FILES) {
    it(`publishes ${name} as it is shipped, printable layout included`, async () => {
      const bytes = readFileSync(new URL(name, FOLDER));
      const { definition, digest, published } = await catalogue.publishType(operator, bytes);
      expect(published).to.equal(true);
      const canonical = canonicalBytes(parseJson(bytes));
      expect(digest).to.equal(toHex(nodeCrypto.sha256(canonical)));
      expect(await catalogue.findType(definition.typeCode, definition.version)).to.deep.equal({ bytes: canonical });
    });
  }

  it("takes the same version again, and no other content under it", async () => {
    await catalogue.publishType(operator, foodPermit());
    expect(await catalogue.publishType(operator, JSON.stringify(foodPermit()))).to.include({ published: false });
    const changed = foodPermit((definition) => {
      definition.name.en = "Other";
    });
    expect(await refusal(catalogue.publishType(operator, changed))).to.include({ code: "type.immutable" });
    expect(await catalogue.listTypes()).to.have.length(1);
  });

  it("issues under the newest version that is not retired", async () => {
    await catalogue.publishType(operator, foodPermit());
    await catalogue.publishType(
      operator,
      foodPermit((definition) => (definition.version = 2)),
    );
    expect((await catalogue.typeForIssue(FOOD)).definition.version).to.equal(2);
    const { retiredAt } = await catalogue.retireType(operator, FOOD, 2);
    expect(retiredAt).to.equal("1970-01-01T00:00:01.000Z");
    expect((await catalogue.typeForIssue(FOOD)).definition.version).to.equal(1);
    expect(await refusal(catalogue.typeForIssue(FOOD, 2))).to.include({ code: "type.retired" });
    expect((await catalogue.compiledType(FOOD, 2)).definition.version).to.equal(2);
    expect(await refusal(catalogue.typeForIssue("unknown"))).to.include({ code: "type.unknown" });
  });

  it("compiles a version once", async () => {
    await catalogue.publishType(operator, foodPermit());
    expect(await catalogue.typeForIssue(FOOD)).to.equal(await catalogue.compiledType(FOOD, 1));
  });

  it("logs what was published and retired, by digest", async () => {
    const { digest } = await catalogue.publishType(operator, foodPermit());
    await catalogue.retireType(operator, FOOD, 1);
    await catalogue.retireType(operator, FOOD, 1);
    const events = await sqliteAuditStore(database).list({ order: "oldest-first", limit: 9 });
    expect(events.map(({ action, object }) => `${action} ${object}`)).to.deep.equal([
      `type-published ${FOOD}/1`,
      `type-retired ${FOOD}/1`,
    ]);
    expect(toHex(events[0]!.digestAfter!)).to.equal(digest);
  });

  it("lets the operator alone publish", async () => {
    const work = catalogue.publishType({ ...operator, role: "issuer" }, foodPermit());
    expect(await refusal(work)).to.include({ code: "request.forbidden" });
  });

  // biome-ignore lint/suspicious/noExplicitAny: definitions are taken apart to be made wrong.
  const wrong: readonly [string, (definition: any) => void][] = [
    ["a schema keyword that does not exist", (d) => (d.fields.schema.properties.premises.minimumLength = 1)],
    ["a schema keyword with a value that it cannot have", (d) => (d.fields.schema.properties.premises.minLength = -1)],
    ["a format that does not exist", (d) => (d.fields.schema.properties.premises.format = "address")],
    ["a schema that leaves fields open", (d) => delete d.fields.schema.additionalProperties],
    ["a number pattern that is no regular expression", (d) => (d.number.pattern = "JY[")],
    ["a code with more bytes than print readably", (d) => (d.qr.face[0].maxBytes = 400)],
    ["a layout whose code leaves the page", (d) => (d.layout.qr.x = 200)],
    ["an unknown member", (d) => (d.colour = "red")],
  ];
  for (const [what, change] of wrong) {
    it(`refuses ${what}`, async () => {
      expect(await refusal(catalogue.publishType(operator, foodPermit(change)))).to.include({ code: "type.invalid" });
      expect(await catalogue.listTypes()).to.deep.equal([]);
    });
  }
});
