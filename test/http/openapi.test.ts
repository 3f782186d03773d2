// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "chai";
import type { Router } from "express";
import { ERROR_CODES } from "../../src/core/errors.js";
import { createApp } from "../../src/http/app.js";
import { openApiDocument, PATHS } from "../../src/http/openapi/document.js";
import { SCHEMAS } from "../../src/http/openapi/schemas/index.js";
import { STATUS, TITLE } from "../../src/http/problem/status.js";
import { compile } from "../../src/http/validation/schema-check.js";
import { client } from "./client.js";
import { type Service, startService } from "./world.js";

interface Layer {
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
  readonly handle: { readonly stack?: readonly Layer[] };
}

/** `GET /v1/types/{typeCode}` for every route of the app, however deep its router. */
function routesOf(layers: readonly Layer[]): string[] {
  return layers.flatMap(({ route, handle }) => {
    if (route === undefined) return routesOf(handle.stack ?? []);
    const path = route.path.replaceAll(/:(\w+)/g, "{$1}");
    return Object.keys(route.methods).map((method) => `${method.toUpperCase()} ${path}`);
  });
}

const described = Object.entries(PATHS).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
);

describe("the OpenAPI document", () => {
  let service: Service;

  before(async () => {
    service = await startService();
  });
  after(() => service.close());

  const routes = () => routesOf((createApp(service.deps).router as Router).stack as unknown as Layer[]);

  it("describes every route", () => {
    expect(routes().filter((route) => !described.includes(route))).to.deep.equal([]);
  });

  it("describes no operation that has no route", () => {
    expect(described.filter((operation) => !routes().includes(operation))).to.deep.equal([]);
  });

  it("would be found out if a route were missing", () => {
    const app = createApp(service.deps);
    app.get("/v1/secret", (_req, res) => {
      res.end();
    });
    const all = routesOf((app.router as Router).stack as unknown as Layer[]);
    expect(all.filter((route) => !described.includes(route))).to.deep.equal(["GET /v1/secret"]);
  });

  it("is served as it is written", async () => {
    const { json } = await client(service.url).get("/openapi.json");
    expect(json).to.deep.equal(JSON.parse(JSON.stringify(openApiDocument("0.1.0"))));
    expect(json.openapi).to.equal("3.1.0");
  });

  it("has an operation id for every operation, none twice", () => {
    const ids = Object.values(PATHS).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));
    expect(new Set(ids).size).to.equal(ids.length);
  });

  it("names every parameter of a path in its operations", () => {
    for (const [path, methods] of Object.entries(PATHS)) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const { parameters = [] } of Object.values(methods)) {
        const named = parameters.filter((one) => one.in === "path").map(({ name }) => name);
        expect(named, path).to.have.members(inPath);
      }
    }
  });

  it("refers to nothing that is not there", () => {
    const document = openApiDocument("0") as Record<string, unknown>;
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path!);
    expect(references.length).to.be.greaterThan(50);
    for (const reference of new Set(references)) {
      const target = reference
        .split("/")
        .reduce<unknown>((at, name) => (at as Record<string, unknown>)?.[name], document);
      expect(target, reference).to.be.an("object");
    }
  });

  it("has schemas that are schemas", () => {
    const judge = new Ajv2020();
    for (const [name, schema] of Object.entries(SCHEMAS)) {
      expect(judge.validateSchema(schema), `${name}: ${judge.errorsText()}`).to.equal(true);
    }
    expect(judge.validateSchema({ type: "strng" })).to.equal(false);
  });

  for (const name of Object.keys(SCHEMAS)) {
    it(`has a schema ${name} that compiles and is used`, () => {
      expect(() => compile({ $ref: `#/components/schemas/${name}` })).not.to.throw();
      const text = JSON.stringify(openApiDocument("0"));
      expect(text).to.include(`#/components/schemas/${name}"`);
    });
  }
});

describe("docs/errors.md", () => {
  const rows = new Map(
    [
      ...readFileSync(new URL("../../docs/errors.md", import.meta.url), "utf8").matchAll(
        /^\| `([\w.-]+)` \| (\d{3}) \| (.+?) \|/gm,
      ),
    ].map(([, code, status, title]) => [code!, { status: Number(status), title }]),
  );

  it("lists every code with its status and title", () => {
    for (const code of ERROR_CODES) {
      expect(rows.get(code), code).to.deep.equal({ status: STATUS[code], title: TITLE[code] });
    }
  });

  it("lists no code that does not exist", () => {
    expect([...rows.keys()].filter((code) => !(ERROR_CODES as readonly string[]).includes(code))).to.deep.equal([]);
  });
});
