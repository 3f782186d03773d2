// SPDX-License-Identifier: Apache-2.0
import { Wallet } from "ethers";
import { ethersAnchorChain } from "../../adapters/ethereum/anchor-chain.js";
import { nodeCrypto } from "../../adapters/node-crypto/index.js";
import { dateInShanghai, formatUtcInstant } from "../../core/calendar.js";
import { toHex } from "../../core/hex.js";
import { keyDigest, parseMultikey } from "../../core/multikey.js";
import type { Signer } from "../../domain/agencies/signer.js";
import type { AnchorChain } from "../../domain/anchoring/index.js";
import type { Actor } from "../../domain/audit/index.js";
import type { Deployment } from "../compose.js";
import {
  AnhuiClient,
  type DemoAgency,
  type FetchedLicence,
  type foundAgencies,
  foundLateAgency,
  permitNumber,
  until,
} from "./anhui.js";
import { type RegionProcess, tally } from "./region-process.js";
import { ANHUI, FOOD_PERMIT, SHANGHAI, type Stage } from "./stage.js";

/** Everything that Anhui leaves behind when it is switched off. */
export interface Rehearsed {
  readonly imported: number;
  readonly genuine: FetchedLicence;
  readonly another: FetchedLicence;
  readonly released: FetchedLicence;
  readonly suspended: FetchedLicence;
  readonly revoked: FetchedLicence;
  readonly notYetValid: FetchedLicence;
  readonly keyRetired: FetchedLicence;
  readonly keyStolenLater: FetchedLicence;
  readonly keyStolenBefore: FetchedLicence;
  readonly agencySuspended: FetchedLicence;
  readonly late: FetchedLicence;
  /** `genuine` with its agency's seal, and `keyRetired` with the seal of another agency, to which sealing for it was delegated. */
  readonly sealed: FetchedLicence;
  readonly sealedByAnother: FetchedLicence;
  readonly copied: CopiedLicence;
  /** The last block in which the late agency did not exist. */
  readonly blockBeforeLate: number;
}

/** A reader's copy of `genuine`. */
export interface CopiedLicence {
  readonly pdf: Uint8Array;
  /** RFC 3339: the day after its last. */
  readonly over: string;
}

export interface Stolen {
  /** The keys of agencies, as somebody who stole them would use them. */
  signerOf(agency: DemoAgency): Promise<Signer>;
  /** An account that may anchor for a region though its region's service knows nothing of it. */
  anchoringFor(region: string): AnchorChain;
}

const ADMINISTRATOR: Actor = { kind: "system", id: "demo", role: "operator", requestId: "demo" };

/** What happens in Anhui before it is switched off. */
export async function rehearse(
  anhui: Deployment,
  agencies: Awaited<ReturnType<typeof foundAgencies>>,
  stage: Stage,
  service: RegionProcess,
  say: (text: string) => void,
): Promise<Rehearsed> {
  const client = new AnhuiClient(service.url);
  const { main } = agencies;

  say("Anhui imports examples/food-permits.csv");
  const { imported, first } = await importExamples(stage, main);

  say("Anhui issues, suspends, releases and revokes");
  const wanted: readonly [Exclude<keyof Rehearsed, "genuine" | Later>, DemoAgency, object?][] = [
    ["another", main],
    ["released", main],
    ["suspended", main],
    ["revoked", main],
    ["notYetValid", main, { validFrom: "2027-06-01", validUntil: "2031-05-31" }],
    ["keyRetired", agencies.retired],
    ["keyStolenLater", agencies.robbedLater],
    ["keyStolenBefore", agencies.robbedBefore],
    ["agencySuspended", agencies.suspended],
  ];
  const issued: [string, DemoAgency, string][] = [];
  for (const [name, agency, change] of wanted) issued.push([name, agency, await client.issue(agency, change)]);
  const fetched: Record<string, FetchedLicence> = { genuine: await client.fetchAnchored(main, first) };
  for (const [name, agency, identifier] of issued) fetched[name] = await client.fetchAnchored(agency, identifier);
  const done = fetched as unknown as Omit<Rehearsed, Later>;

  await client.change(main, done.released.identifier, "suspend");
  await client.change(main, done.suspended.identifier, "suspend");
  await client.change(main, done.revoked.identifier, "revoke");
  await statusReaches(anhui, done.released, "suspended");
  await client.change(main, done.released.identifier, "release");
  await statusReaches(anhui, done.released, "clear");

  say("keys are rotated and stolen, an agency is suspended");
  const { administration } = anhui;
  await administration.rotateKey(ADMINISTRATOR, agencies.retired.code);
  await administration.suspendAgency(ADMINISTRATOR, agencies.suspended.code);
  await administration.claimCompromise(ADMINISTRATOR, keyOf(done.keyStolenLater), anchoredAt(done.keyStolenLater) + 1);
  await administration.claimCompromise(
    ADMINISTRATOR,
    keyOf(done.keyStolenBefore),
    anchoredAt(done.keyStolenBefore) - 60,
  );

  const blockBeforeLate = (await anhui.chain.head()).block;
  const newcomer = await foundLateAgency(anhui);
  const late = await client.fetchAnchored(newcomer, await client.issue(newcomer));

  say("Anhui makes a reader's copy for a landlord");
  const copied = await copyOf(client, main, done.genuine);

  say("Anhui has its agencies' seals made, and lets one of them seal for another");
  await anhui.seals.authority.establish(ADMINISTRATOR);
  await anhui.seals.authority.issueSeal(ADMINISTRATOR, main.code);
  await anhui.seals.delegations.delegate(ADMINISTRATOR, agencies.retired.code, main.code);
  const sealed = await client.fetchNow(main, done.genuine.identifier);
  const sealedByAnother = await client.fetchNow(agencies.retired, done.keyRetired.identifier);
  return { ...done, imported, late, blockBeforeLate, sealed, sealedByAnother, copied };
}

/** What is not among the licences that are issued first. */
type Later = "imported" | "blockBeforeLate" | "late" | "sealed" | "sealedByAnother" | "copied";

const DAY_MS = 86_400_000;

async function copyOf(client: AnhuiClient, agency: DemoAgency, { identifier }: FetchedLicence): Promise<CopiedLicence> {
  const last = Date.now() + 30 * DAY_MS;
  const request = { user: "合肥样例物业管理有限公司", matter: "租赁合同备案", until: dateInShanghai(last) };
  const pdf = await client.copyAnchored(agency, identifier, request);
  return { pdf, over: formatUtcInstant(last + DAY_MS) };
}

/** A certificate that was issued and downloaded, and whose batch never came: Anhui is switched off right afterwards. */
export async function issuePending(
  { main }: Awaited<ReturnType<typeof foundAgencies>>,
  { url }: RegionProcess,
): Promise<FetchedLicence> {
  const client = new AnhuiClient(url);
  return client.fetchNow(main, await client.issue(main, { certificateNumber: permitNumber(999) }));
}

/** `tally import --anchor` in Anhui's directory, beside its running service. */
async function importExamples(stage: Stage, { code }: DemoAgency): Promise<{ imported: number; first: string }> {
  const args = ["import", "examples/food-permits.csv", "--agency", code, "--type", FOOD_PERMIT, "--anchor"];
  const { code: exit, stdout, stderr } = await tally(stage.settings[ANHUI], args);
  const results = stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as { ok: boolean; certificateIdentifier?: string });
  const good = results.filter(({ ok }) => ok);
  if (exit !== 0 || good.length !== results.length || good.length < 1_000) {
    throw new Error(
      `the import issued ${good.length} of ${results.length} rows (exit code ${exit}): ${stderr.slice(-1_000)}`,
    );
  }
  return { imported: good.length, first: good[Math.floor(good.length / 3)]!.certificateIdentifier! };
}

async function statusReaches(
  { chain }: Deployment,
  { document }: FetchedLicence,
  wanted: "suspended" | "clear",
): Promise<void> {
  const [{ statusListIndex, statusListNumber }] = document.certificate.credentialStatus;
  const position = Number(statusListIndex);
  const bit = 1n << BigInt(255 - (position & 255));
  await until(`the chain shows ${wanted}`, async () => {
    const { suspended } = await chain.statusWord(statusListNumber, position >> 8, 0);
    return ((suspended & bit) !== 0n) === (wanted === "suspended");
  });
}

/** Digest of the key that signed it. */
function keyOf({ document }: FetchedLicence): string {
  const { bytes } = parseMultikey(document.certificate.proof.verificationMethod.split("#")[1]!);
  return toHex(keyDigest(nodeCrypto, bytes));
}

function anchoredAt({ document }: FetchedLicence): number {
  const { evidence } = document;
  return "batch" in evidence ? Date.parse(evidence.anchors[0]!.time) / 1000 : 0;
}

/** Steals what a thief would want: the agencies' keys, and an operator's rights in both regions. */
export async function steal(anhui: Deployment, shanghai: Deployment, stage: Stage): Promise<Stolen> {
  const thief = Wallet.createRandom();
  for (const [region, deployment] of [
    [ANHUI, anhui],
    [SHANGHAI, shanghai],
  ] as const) {
    await (await deployment.governance(`admin-${region}`)).grantOperator(region, thief.address, ["anchor"]);
  }
  const chains = new Map<string, AnchorChain>();
  return {
    async signerOf({ code }) {
      const { keyDigest } = (await anhui.agencies.findAgency(code))!;
      return anhui.keys.open(keyDigest!);
    },
    anchoringFor(region) {
      const { chainUrl, chainId, registry } = stage;
      const known =
        chains.get(region) ??
        ethersAnchorChain({ urls: [chainUrl], chainId, registry, region, privateKey: thief.privateKey });
      chains.set(region, known);
      return known;
    },
  };
}
