// SPDX-License-Identifier: Apache-2.0
// The jars of a judge that runs on Java, fetched by Maven once.
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { program } from "./sample-licences.mjs";

const cache = fileURLToPath(new URL("../../../node_modules/.cache/judges/", import.meta.url));

/** The folder with what `folder/pom.xml` names, or the program that is missing: { jars } or { missing }. */
export function mavenJars(name, folder) {
  if (program("java", "-version") === null) return { missing: "java" };
  const jars = join(cache, name);
  if (existsSync(jars)) return { jars };
  // Moved into place when complete, so that an interrupted run leaves nothing half-done.
  const partial = `${jars}-${process.pid}`;
  mkdirSync(partial, { recursive: true });
  const pom = join(folder, "pom.xml");
  const maven = program(
    "mvn",
    "-q",
    "-B",
    "-f",
    pom,
    "dependency:copy-dependencies",
    "-DincludeScope=runtime",
    `-DoutputDirectory=${partial}`,
  );
  if (maven === null) return { missing: "mvn" };
  if (maven.status !== 0) throw new Error(`mvn could not fetch ${name}: ${maven.stdout}${maven.stderr}`);
  renameSync(partial, jars);
  return { jars };
}
