// SPDX-License-Identifier: Apache-2.0
import { createHash, createPrivateKey, type KeyObject, sign } from "node:crypto";
import { nodeCrypto } from "../src/adapters/node-crypto/index.js";
import { TallyError } from "../src/core/errors.js";
import { buildTree } from "../src/core/merkle.js";
import { checkClaims, type IssueRequest, prepareCertificates, subjectOf } from "../src/domain/issuance/index.js";
import { AGENCY, foodPermitType, NOW, prepareContext, requests, SEED } from "./licences.js";
import type { BenchRow } from "./main.js";
import { PeakRss } from "./peak-rss.js";

const SIZES = [1_000, 10_000, 100_000] as const;
/** Small sizes are done again and again, since other work on the machine disturbs a run of a fraction of a second. */
const REPETITIONS = { 1000: 10, 10000: 2, 100000: 1 } as const;
/** Ours and raw take turns after so many, so that whatever else the machine does slows down both. */
const TURN = 500;
/** As many at once as the service signs between two looks at its other work. */
const WAVE = 25;

/**
 * Issuing in memory: schema and content checks, identifier, canonical form, certificate and token signatures, digests, then the
 * batch tree and every inclusion proof. Beside it what no implementation can do without: as many node:crypto signatures and
 * SHA-256 over as many bytes, the tree's hashes and its proofs.
 */
export async function run(_options: { json: boolean }): Promise<BenchRow[]> {
  await measure(3_000, new PeakRss());
  const rows: BenchRow[] = [];
  for (const n of SIZES) {
    const rss = new PeakRss();
    const total = { issue: 0, raw: 0 };
    for (let i = 0; i < REPETITIONS[n]; i++) {
      const { issue, raw } = await measure(n, rss);
      total.issue += issue;
      total.raw += raw;
    }
    const certificates = n * REPETITIONS[n];
    rows.push({
      bench: "issue",
      n,
      perSecond: (certificates / total.issue) * 1000,
      baselinePerSecond: (certificates / total.raw) * 1000,
      ratio: total.raw / total.issue,
      peakRssMb: rss.megabytes,
    });
  }
  return rows;
}

/** Milliseconds for one batch of `n`, ours and raw. */
async function measure(n: number, rss: PeakRss): Promise<{ issue: number; raw: number }> {
  const permits = requests(n);
  const ours = new Issuing();
  const raw = new Raw();
  for (let done = 0; done < n; done += TURN) {
    const input = [...take(permits, Math.min(TURN, n - done))];
    await ours.issue(input);
    raw.sign(input.length, ours.lengths);
    rss.look();
  }
  ours.prove();
  raw.prove();
  return { issue: ours.ms, raw: raw.ms };
}

/** Mean lengths in bytes of what is signed and hashed. */
interface Lengths {
  readonly certificate: number;
  readonly token: number;
}

/** Compiled once, as in the service. */
const type = foodPermitType();
const context = prepareContext(type);

class Issuing {
  ms = 0;
  private readonly leaves: Uint8Array[] = [];
  private readonly sums = { certificate: 0, token: 0 };

  async issue(input: readonly IssueRequest[]): Promise<void> {
    const { leaves, sums } = this;
    const start = performance.now();
    for (let done = 0; done < input.length; done += WAVE) {
      const items = input.slice(done, done + WAVE).map((request, i) => {
        const claims = checkClaims(request, type, AGENCY.code, NOW);
        const subject = subjectOf({ crypto: nodeCrypto, type, agency: AGENCY }, claims);
        return { context, claims, subject, statusIndex: leaves.length + i };
      });
      for (const prepared of await prepareCertificates(items)) {
        if (prepared instanceof TallyError) throw prepared;
        sums.certificate += prepared.certificate.length;
        sums.token += prepared.token.length;
        leaves.push(prepared.leafHash);
      }
    }
    this.ms += performance.now() - start;
  }

  prove(): void {
    const start = performance.now();
    const tree = buildTree(nodeCrypto, this.leaves);
    for (let i = 0; i < tree.size; i++) tree.path(i);
    this.ms += performance.now() - start;
  }

  get lengths(): Lengths {
    const count = this.leaves.length;
    return { certificate: this.sums.certificate / count, token: this.sums.token / count };
  }
}

/** The same signatures, digests, tree and proofs on bytes of the same length, written without any of our code. */
class Raw {
  ms = 0;
  private readonly key = privateKey(SEED);
  private readonly leaves: Buffer[] = [];

  sign(count: number, lengths: Lengths): void {
    const certificate = Buffer.alloc(Math.round(lengths.certificate), 65);
    const token = Buffer.alloc(Math.round(lengths.token), 66);
    const start = performance.now();
    for (let i = 0; i < count; i++) {
      certificate.writeUInt32BE(i, 0);
      token.writeUInt32BE(i, 0);
      // Document and proof configuration are hashed, the two digests signed; the signed document is hashed again.
      const document = sha256(certificate);
      sign(null, Buffer.concat([sha256(certificate.subarray(0, 400)), document]), this.key);
      const digest = sha256(certificate);
      sign(null, token, this.key);
      this.leaves.push(sha256(LEAF, digest, sha256(token)));
    }
    this.ms += performance.now() - start;
  }

  prove(): void {
    const start = performance.now();
    proofs(this.leaves);
    this.ms += performance.now() - start;
  }
}

const LEAF = Buffer.of(0, 1);
const NODE = Buffer.of(1);

function proofs(leaves: readonly Buffer[]): Buffer[][] {
  const levels: Buffer[][] = [[...leaves]];
  for (let below = levels[0] as Buffer[]; below.length > 1; ) {
    const above: Buffer[] = [];
    for (let i = 0; i < below.length; i += 2)
      above.push(
        i + 1 < below.length ? sha256(NODE, below[i] as Buffer, below[i + 1] as Buffer) : (below[i] as Buffer),
      );
    levels.push(above);
    below = above;
  }
  return leaves.map((_, index) =>
    levels.flatMap((level, depth) => {
      const sibling = level[(index >> depth) ^ 1];
      return sibling === undefined ? [] : [sibling];
    }),
  );
}

function sha256(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function privateKey(seed: Uint8Array): KeyObject {
  const prefix = Buffer.from("302e020100300506032b657004220420", "hex");
  return createPrivateKey({ key: Buffer.concat([prefix, seed]), format: "der", type: "pkcs8" });
}

function* take<T>(items: Iterator<T>, count: number): Generator<T> {
  for (let i = 0; i < count; i++) {
    const next = items.next();
    if (next.done) return;
    yield next.value;
  }
}
