// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fictionalPermits } from "../scripts/fictional-permits.js";
import { nodeCrypto } from "../src/adapters/node-crypto/index.js";
import { TallyError } from "../src/core/errors.js";
import { generateUscc } from "../src/core/identifiers/uscc.js";
import type { Agency } from "../src/domain/agencies/index.js";
import { type Actor, eventBy } from "../src/domain/audit/index.js";
import {
  checkClaims,
  type NewCertificate,
  type PrepareContext,
  prepareCertificates,
  subjectOf,
} from "../src/domain/issuance/index.js";
import type { Stores } from "../src/main/stores.js";
import { sceneOver } from "../test/domain/anchoring/scene.js";
import { AGENCY, foodPermitType, prepareContext, REGION, requestOf } from "./licences.js";

/** Of a store that was filled: what to look up in it, by the same place in each list one certificate. */
export interface Filled {
  readonly certificates: number;
  readonly sample: readonly Sampled[];
}

export interface Sampled {
  readonly identifier: string;
  readonly agency: string;
  readonly number: string;
  readonly holderCode: string;
  readonly issueDate: string;
  readonly state: "valid" | "suspended" | "revoked-penalty";
}

const AGENCIES = 40;
/** As many as issuance signs between two looks at its other work. */
const WAVE = 25;
const GROUP = 500;
const BATCH = 10_000;
const SAMPLE = 2_000;
/** One in twenty belongs to a company with a hundred shops. */
const SHOPS = 100;
const ACTOR: Actor = { kind: "system", id: "bench", role: "operator", requestId: "bench" };
const RECORD = "filled.json";

/** What the directory's store was filled with; null when it was not, or not to the end. */
export function filledIn(directory: string): Filled | null {
  const record = join(directory, RECORD);
  return existsSync(record) ? (JSON.parse(readFileSync(record, "utf8")) as Filled) : null;
}

/**
 * Fills an empty store with so many food business permits of forty agencies and four years, signed as issued, one in 101
 * revoked, one suspended, all anchored in batches of 10,000. The chain is one in memory, so what it says is not kept.
 */
export async function fill(
  stores: Stores,
  { directory, certificates, say }: { directory: string; certificates: number; say: (line: string) => void },
): Promise<Filled> {
  const scene = sceneOver({
    ...{ store: stores.anchoring, certificates: stores.certificates, audit: stores.audit },
    close: () => {},
  });
  const { worker } = scene.startWorker({ batchSize: BATCH });
  const { submitter } = scene.startSubmitter({ maxWords: 64, maxChanges: 10_000 });
  const isSampled = sampling(certificates);
  const sample: Sampled[] = [];
  const began = performance.now();
  let n = 0;
  for await (const group of signed(certificates)) {
    const items = group.map((certificate) => ({
      certificate,
      event: eventBy(ACTOR, {
        time: certificate.issuedAt,
        action: "certificate-issued",
        object: certificate.identifier,
        digestAfter: certificate.digest,
      }),
    }));
    const outcomes = await stores.certificates.addIssued(items);
    const refused = outcomes.find(({ stored }) => !stored);
    if (refused !== undefined)
      throw new Error(
        `a certificate was not stored (${JSON.stringify(refused)}): when ${directory} is what a fill that was broken off left, remove it`,
      );
    for (const certificate of group) {
      const state = await settle(stores, certificate, n);
      if (isSampled(n)) sample.push(sampled(certificate, state));
      n++;
    }
    if (n % BATCH === 0 || n === certificates) {
      while ((await worker.runOnce()).more);
      while ((await submitter.runOnce()).more);
      say(`${n} of ${certificates} certificates, ${Math.round(n / ((performance.now() - began) / 1000))} a second`);
    }
  }
  while ((await worker.runOnce({ flush: true })).more);
  const { pending } = await stores.anchoring.counts();
  if (pending !== 0) throw new Error(`${pending} certificates were not anchored`);
  const filled = { certificates, sample };
  writeFileSync(join(directory, RECORD), JSON.stringify(filled));
  return filled;
}

/** One of every so many, each time at another place, so that no rhythm of the data is in it. */
function sampling(certificates: number): (n: number) => boolean {
  const every = Math.max(1, Math.floor(certificates / SAMPLE));
  return (n) => n % every === (Math.floor(n / every) * 7_919) % every;
}

/** In groups, as an import hands them to the store. */
async function* signed(count: number): AsyncGenerator<NewCertificate[]> {
  const type = foodPermitType();
  const contexts = Array.from({ length: AGENCIES }, (_, i): PrepareContext => {
    return { ...prepareContext(type), agency: agencyOf(i) };
  });
  const permits = fictionalPermits(7);
  let shopsOf = "";
  let group: NewCertificate[] = [];
  for (let n = 0; n < count; ) {
    const items = Array.from({ length: Math.min(WAVE, count - n, GROUP - group.length) }, () => {
      const permit = permits.next().value;
      if (n % (20 * SHOPS) === 0) shopsOf = permit.holderCode;
      const month = String(1 + ((n * 7) % 12)).padStart(2, "0");
      const request = requestOf({
        ...permit,
        holderCode: n % 20 === 0 ? shopsOf : permit.holderCode,
        issueDate: permit.issueDate.replace("-03-", `-${month}-`),
      });
      const context = contexts[(n * 31) % AGENCIES]!;
      const claims = checkClaims(request, type, context.agency.code, context.now);
      const subject = subjectOf({ crypto: nodeCrypto, type, agency: context.agency }, claims);
      return { context, claims, subject, statusIndex: n++ };
    });
    for (const prepared of await prepareCertificates(items)) {
      if (prepared instanceof TallyError) throw prepared;
      group.push(prepared);
    }
    if (group.length === GROUP || n === count) {
      yield group;
      group = [];
    }
  }
}

function agencyOf(i: number): Agency {
  const code = generateUscc({
    department: "1",
    category: "1",
    region: REGION,
    body: `MB${String(i).padStart(6, "0")}`,
  });
  return { ...AGENCY, code, name: `${AGENCY.name}${i}`, did: `did:web:tally.example:agencies:${code}` };
}

async function settle(
  { certificates }: Stores,
  { identifier, issuedAt }: NewCertificate,
  n: number,
): Promise<Sampled["state"]> {
  // No multiple of the number of agencies, so that each has some.
  const turn = n % 101;
  if (turn !== 50 && turn !== 75) return "valid";
  const [to, statusAction, action] =
    turn === 50
      ? (["revoked-penalty", "revoke", "certificate-revoked"] as const)
      : (["suspended", "suspend", "certificate-suspended"] as const);
  const event = eventBy(ACTOR, { time: issuedAt, action, object: identifier });
  const change = { identifier, from: "valid", to, resumeState: "valid", statusAction, at: issuedAt, event } as const;
  const outcome = await certificates.changeState(change);
  if (outcome !== "changed") throw new Error(`${identifier} was not changed: ${outcome}`);
  return to;
}

function sampled({ identifier, agency, number, holders, issueDate }: NewCertificate, state: Sampled["state"]): Sampled {
  return { identifier, agency, number, holderCode: holders[0]!.code, issueDate, state };
}
