// SPDX-License-Identifier: Apache-2.0
// npm 11 leaves platform packages out of the lock file when the registry it was pointed at does not offer them, and `npm ci`
// then refuses its own lock file everywhere. This puts the missing entries back (name, version, platform); run it after
// `npm install`. With --check it only says whether something is missing.
import { readFileSync, writeFileSync } from "node:fs";

const path = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(path, "utf8"));
const check = process.argv.includes("--check");

/** Parts of a package's name that tell where it runs. */
const SYSTEMS = { android: "android", darwin: "darwin", linux: "linux", win32: "win32" };
const PROCESSORS = { arm64: "arm64", x64: "x64", amd64: "x64" };

const missing = Object.entries(lock.packages).flatMap(([, { optionalDependencies = {}, dev }]) =>
  Object.entries(optionalDependencies)
    .filter(([name]) => lock.packages[`node_modules/${name}`] === undefined)
    .map(([name, version]) => ({ name, version, dev }))
    .filter(({ name, version }) => platformOf(name) !== null && /^\d+\.\d+\.\d+$/.test(version)),
);

for (const { name, version, dev } of missing) {
  lock.packages[`node_modules/${name}`] = { version, ...platformOf(name), ...(dev ? { dev } : {}), optional: true };
}
if (check && missing.length > 0) {
  console.error(
    `package-lock.json lacks ${missing.map(({ name }) => name).join(", ")}; run: node scripts/complete-lockfile.mjs`,
  );
  process.exit(1);
}
if (missing.length > 0) {
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([one], [other]) => (one < other ? -1 : 1)));
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`${missing.length} platform packages put back`);
}

function platformOf(name) {
  const parts = name.split("-");
  const os = parts.map((part) => SYSTEMS[part]).find(Boolean);
  const cpu = parts.map((part) => PROCESSORS[part]).find(Boolean);
  return os && cpu ? { cpu: [cpu], os: [os], ...(parts.includes("musl") ? { libc: ["musl"] } : {}) } : null;
}
