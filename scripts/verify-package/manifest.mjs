// SPDX-License-Identifier: Apache-2.0

/**
 * The manifest of @tigertally/verify. The version is the root's; the dependencies are exactly those that the packed code imports, at
 * exactly the versions it was tested with. They travel inside the file (`bundleDependencies`): a verifier in a closed network installs
 * one file, and its one digest covers all code that decides.
 */
export function manifestOf({ root, packages }) {
  const dependencies = Object.fromEntries(packages.map((name) => [name, exactVersion(root, name)]));
  return {
    name: "@tigertally/verify",
    version: root.version,
    description:
      "Verifies Tiger Tally electronic licences: a PDF, a JSON document or a QR code, without asking who issued it.",
    keywords: ["electronic licence", "verifiable credentials", "verification", "电子证照"],
    license: root.license,
    type: "module",
    engines: root.engines,
    sideEffects: false,
    exports: {
      ".": { types: "./lib/verify/index.d.ts", default: "./lib/verify/index.js" },
      "./archive": { types: "./lib/verify/archive.d.ts", default: "./lib/verify/archive.js" },
      "./node-crypto": {
        types: "./lib/adapters/node-crypto/index.d.ts",
        node: "./lib/adapters/node-crypto/index.js",
      },
      "./browser": { types: "./lib/verify/index.d.ts", default: "./browser/tigertally-verify.js" },
      "./browser/archive": {
        types: "./lib/verify/archive.d.ts",
        default: "./browser/tigertally-verify-archive.js",
      },
      "./package.json": "./package.json",
    },
    types: "./lib/verify/index.d.ts",
    files: ["lib", "browser"],
    dependencies,
    bundleDependencies: Object.keys(dependencies),
  };
}

function exactVersion(root, name) {
  const version = root.dependencies[name];
  if (!/^\d+\.\d+\.\d+$/.test(version ?? ""))
    throw new Error(`${name} must be a dependency of the root at one exact version, not ${version}`);
  return version;
}
