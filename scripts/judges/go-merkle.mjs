// SPDX-License-Identifier: Apache-2.0
// transparency-dev/merkle, the tree code of Certificate Transparency: it must accept every inclusion proof of ours, refuse the
// mutated ones, and agree with our own verifier on each.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeCrypto } from "../../dist/adapters/node-crypto/index.js";
import { buildTree, equalBytes, fromHex, leafHash, licenceEntry, rootAbove, toHex } from "../../dist/core/index.js";

const FOLDER = fileURLToPath(new URL("go-merkle/", import.meta.url));
const VERSION = /merkle (v\S+)/.exec(readFileSync(join(FOLDER, "go.mod"), "utf8"))[1];
/** Small sizes whole, then a few around powers of two. */
const SIZES = [...Array.from({ length: 33 }, (_, i) => i + 1), 64, 100, 127, 128, 129, 1000, 1023, 1025];

export async function run() {
  if (spawnSync("go", ["version"]).status !== 0)
    return [{ judge: "go-merkle", subject: "inclusion proofs", skipped: "go" }];
  const directory = mkdtempSync(join(tmpdir(), "tally-go-merkle-"));
  try {
    const binary = join(directory, "judge");
    const build = spawnSync("go", ["build", "-o", binary, "."], { cwd: FOLDER, encoding: "utf8" });
    if (build.status !== 0) throw new Error(`go build failed: ${build.stderr}`);
    const proofs = SIZES.flatMap(proofsOf);
    return [
      judged(binary, "every inclusion proof of ours", proofs, "accepted"),
      ...Object.entries(MUTATIONS).map(([name, mutate]) =>
        judged(binary, `proofs with ${name}`, proofs.map(mutate).filter(Boolean), "refused"),
      ),
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function proofsOf(size) {
  const entries = Array.from({ length: size }, (_, i) =>
    licenceEntry(digest(`certificate ${size}/${i}`), digest(`token ${size}/${i}`)),
  );
  const tree = buildTree(
    nodeCrypto,
    entries.map((entry) => leafHash(nodeCrypto, entry)),
  );
  const step = Math.max(1, Math.floor(size / 40));
  return entries
    .map((entry, index) => ({
      index,
      size,
      entry: toHex(entry),
      path: tree.path(index).map(toHex),
      root: toHex(tree.root),
    }))
    .filter(({ index }) => index % step === 0 || index === size - 1);
}

/** Null where the mutation does not apply. */
const MUTATIONS = {
  "a bit of the entry flipped": (p) => ({ ...p, entry: flipped(p.entry) }),
  "a bit of the root flipped": (p) => ({ ...p, root: flipped(p.root) }),
  "a bit of the path flipped": (p) => p.path.length > 0 && { ...p, path: [flipped(p.path[0]), ...p.path.slice(1)] },
  "the next index": (p) => p.size > 1 && { ...p, index: (p.index + 1) % p.size },
  "an index outside the tree": (p) => ({ ...p, index: p.size }),
  "the first hash of the path missing": (p) => p.path.length > 0 && { ...p, path: p.path.slice(1) },
  "the last hash of the path missing": (p) => p.path.length > 0 && { ...p, path: p.path.slice(0, -1) },
  "a hash too many": (p) => ({ ...p, path: [...p.path, p.root] }),
  "the double size": (p) => ({ ...p, size: 2 * p.size }),
};

function judged(binary, subject, proofs, expected) {
  const { stdout, stderr, status } = spawnSync(binary, {
    input: proofs.map((p) => JSON.stringify(p)).join("\n"),
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(`the Go program failed: ${stderr}`);
  const theirs = stdout.trim().split("\n");
  const agree = proofs.filter((proof, i) => theirs[i] === expected && verdict(proof) === expected).length;
  const got = `${agree} of ${proofs.length} ${expected} by both`;
  return {
    judge: "go-merkle",
    version: VERSION,
    subject,
    expected: `${proofs.length} of ${proofs.length} ${expected} by both`,
    got,
    ok: agree === proofs.length && theirs.length === proofs.length,
  };
}

function verdict({ index, size, entry, path, root }) {
  const leaf = leafHash(nodeCrypto, fromHex(entry));
  const reached = rootAbove(nodeCrypto, leaf, { index, size, path: path.map((hash) => fromHex(hash)) });
  return reached !== null && equalBytes(reached, fromHex(root)) ? "accepted" : "refused";
}

function digest(text) {
  return nodeCrypto.sha256(new TextEncoder().encode(text));
}

function flipped(hex) {
  const bytes = fromHex(hex);
  bytes[bytes.length - 1] ^= 1;
  return toHex(bytes);
}
