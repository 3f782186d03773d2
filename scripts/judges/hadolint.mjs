// SPDX-License-Identifier: Apache-2.0
// hadolint reads the Dockerfile and must find nothing. A Dockerfile with known faults shows that it would.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

const FAULTY = `FROM node
USER root
RUN cd /tmp && sudo true
`;

export async function run() {
  const hadolint = [process.env.HADOLINT, join(root, ".venv/bin/hadolint"), "hadolint"]
    .filter(Boolean)
    .find((name) => !spawnSync(name, ["--version"]).error);
  if (hadolint === undefined) return [{ judge: "hadolint", skipped: "hadolint" }];
  const version = /\d[\d.]*/.exec(spawnSync(hadolint, ["--version"], { encoding: "utf8" }).stdout)?.[0];
  const line = (subject, expected, dockerfile) => {
    const { stdout } = spawnSync(hadolint, ["--format", "json", "-"], { input: dockerfile, encoding: "utf8" });
    const got = [...new Set(JSON.parse(stdout).map(({ code }) => code))].sort().join(" ") || "none";
    return { judge: "hadolint", version, subject, expected, got, ok: got === expected };
  };
  return [
    line("Dockerfile", "none", readFileSync(join(root, "Dockerfile"), "utf8")),
    line("a Dockerfile with faults", "DL3002 DL3003 DL3004 DL3006 DL3066", FAULTY),
  ];
}
