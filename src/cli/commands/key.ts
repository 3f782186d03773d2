// SPDX-License-Identifier: Apache-2.0
import type { Command } from "commander";
import { TallyError } from "../../core/errors.js";
import type { RegionKeyPurpose } from "../../domain/agencies/index.js";
import type { KeyRecord } from "../../verify/registry.js";
import { readInstant } from "../arguments.js";
import { EXIT } from "../exit-codes.js";
import { instant } from "../instant.js";
import { addPaper, type PaperOptions, paperOf } from "../paper-options.js";
import type { CommandContext, Tally } from "../tally.js";
import { actingFor } from "./issue.js";

export function addKey(program: Command, context: CommandContext): void {
  const key = program.command("key").description("signing keys of this region and its agencies");

  key
    .command("add <owner>")
    .description(
      "create a signing key of an agency (its USCC), register it, and sign with it as soon as it is in effect",
    )
    .option("--for <purpose>", REGION_KEY)
    .action((owner: string, { for: purpose }: KeyOptions) =>
      context.withTally(async (tally) => {
        const of = regionPurpose(tally, owner, purpose);
        const { administration, regionKeys, actor } = tally;
        const { keyDigest, effectiveFrom } =
          of === null ? await administration.addKey(actor, owner) : await regionKeys.add(actor, of);
        if (effectiveFrom !== null)
          context.say(takesEffect(keyDigest, effectiveFrom, `tally key add ${owner}${optionOf(of)}`));
        context.out(keyDigest);
      }),
    );

  key
    .command("rotate <owner>")
    .description("a new key takes over; what was signed with the old one is anchored, then the old one is retired")
    .option("--for <purpose>", REGION_KEY)
    .action((owner: string, { for: purpose }: KeyOptions) =>
      context.withTally(async (tally) => {
        const of = regionPurpose(tally, owner, purpose);
        const { administration, regionKeys, actor } = tally;
        const { keyDigest, retired, effectiveFrom } =
          of === null ? await administration.rotateKey(actor, owner) : await regionKeys.rotate(actor, of);
        if (effectiveFrom !== null)
          context.say(takesEffect(keyDigest, effectiveFrom, `tally key rotate ${owner}${optionOf(of)}`));
        else if (of === "bundle") context.say(INTRODUCED);
        else context.say(retired === null ? "there was no key before" : `key ${retired} retired`);
        context.out(keyDigest);
      }),
    );

  key
    .command("retire <keyDigest>")
    .description("retire a key after anchoring what it signed")
    .action((keyDigest: string) =>
      context.withTally(async ({ administration, actor }) => {
        await administration.retireKey(actor, keyDigest);
        context.say(`key ${keyDigest} retired`);
      }),
    );

  addPaper(key.command("mark-compromised <keyDigest>"))
    .description("declare that a key was stolen: what was anchored under it from that time on does not count")
    .requiredOption("--since <time>", "RFC 3339 time; may lie in the past, can only be moved earlier later")
    .action((keyDigest: string, { since, ...paper }: { since: string } & PaperOptions) =>
      context.withTally(async ({ administration, actor }) => {
        const seconds = readInstant("since", since);
        const { held, replacement } = await administration.claimCompromise(actor, keyDigest, seconds, paperOf(paper));
        context.say(
          `key ${keyDigest} marked compromised since ${since}; ${held} pending certificates held for reissue`,
        );
        if (replacement !== null) {
          const { agency, keyDigest: fresh, effectiveFrom } = replacement;
          if (effectiveFrom === null) context.say(`the agency signs with ${fresh} now`);
          else
            context.say(
              `the agency signs nothing now; ${takesEffect(fresh, effectiveFrom, `tally key add ${agency}`)}`,
            );
        }
        context.say(`what has to be issued again: tally key reissue ${keyDigest}`);
      }),
    );

  key
    .command("reissue <keyDigest>")
    .description("certificates that need a new one because their key is compromised")
    .option("--json", "one object a line")
    .option(
      "--issue",
      "issue each again under its agency's new key, as a correction; exit code 65 when one was refused",
    )
    .option("--basis <text>", "legal basis, for the audit log; with --issue")
    .option("--document <number>", "number of the decision document, for the audit log; with --issue")
    .action((keyDigest: string, { json, issue, ...paper }: ReissueOptions) =>
      context.withTally(async (tally) => {
        if (issue) return reissue(context, tally, keyDigest, paper);
        const { administration, actor } = tally;
        let count = 0;
        for await (const certificateIdentifier of administration.certificatesToReissue(actor, keyDigest)) {
          context.out(json ? JSON.stringify({ certificateIdentifier }) : certificateIdentifier);
          count += 1;
        }
        context.say(`${count} certificates to issue again`);
      }),
    );

  key
    .command("list")
    .description("key files of this data directory, and what the registry says of each signing key")
    .option("--json", "one object a line")
    .action(({ json }: { json?: boolean }) =>
      context.withTally(async (tally) => {
        const snapshot = await tally.registry.snapshot();
        for (const { owner, purpose, name, createdAt } of await tally.listKeys()) {
          const isAccount = purpose === "account";
          // The registry has the key of the seal CA, which answers for those of seals.
          const isRegistered = !isAccount && purpose !== "seal";
          const state = isRegistered ? keyState(await snapshot.findKey(name), snapshot.head.time) : "";
          const named = isAccount ? { address: name } : { keyDigest: name, state };
          if (json) context.out(JSON.stringify({ owner, purpose, ...named, createdAt }));
          else context.out(`${purpose.padEnd(12)} ${owner.padEnd(18)} ${name}  ${createdAt}  ${state}`.trimEnd());
        }
      }),
    );
}

interface ReissueOptions extends PaperOptions {
  readonly json?: boolean;
  readonly issue?: boolean;
}

/** One certificate after another: what was done stays done, and the command given again goes on with the rest. */
async function reissue(
  context: CommandContext,
  tally: Tally,
  keyDigest: string,
  { basis, document }: PaperOptions,
): Promise<void> {
  const owner = (await (await tally.registry.snapshot()).findKey(keyDigest))?.agency ?? null;
  let issued = 0;
  let refused = 0;
  for await (const identifier of tally.administration.certificatesToReissue(tally.actor, keyDigest)) {
    if (owner === null) break;
    const line = { certificateIdentifier: identifier };
    const request = {
      ...(basis === undefined ? {} : { legalBasis: basis }),
      ...(document === undefined ? {} : { documentNumber: document }),
    };
    try {
      const fresh = await tally.issuance.correctCertificate(actingFor(tally, owner), identifier, request);
      context.out(JSON.stringify({ ...line, ok: true, reissuedAs: fresh.certificateIdentifier }));
      issued += 1;
    } catch (error) {
      // Revoked meanwhile, a type that is retired: the next one may go. No key, no agency: none would.
      if (!(error instanceof TallyError) || !PASSED_OVER.has(error.code)) throw error;
      context.out(JSON.stringify({ ...line, ok: false, error: { code: error.code, message: error.message } }));
      refused += 1;
    }
  }
  context.say(`${issued} issued again, ${refused} refused`);
  if (refused > 0) context.exitWith(EXIT.refused);
}

const PASSED_OVER: ReadonlySet<string> = new Set([
  "certificate.state-conflict",
  "certificate.claims-invalid",
  "certificate.not-renderable",
  "type.retired",
]);

function keyState(key: KeyRecord | null, now: number): string {
  if (key === null) return "not in the registry";
  const { interval, compromises } = key;
  if (compromises.length > 0) {
    const since = instant(Math.min(...compromises.map((claim) => claim.since)));
    const inForce = compromises.some(({ effectiveAt }) => effectiveAt <= now);
    return `compromised since ${since}${inForce ? "" : " (disputed)"}`;
  }
  if (interval.until !== null) return `retired ${instant(interval.until)}`;
  return interval.from > now ? `from ${instant(interval.from)}` : `in force since ${instant(interval.from)}`;
}

function takesEffect(keyDigest: string, effectiveFrom: number, again: string): string {
  return `key ${keyDigest} takes effect at ${instant(effectiveFrom)}; give ${again} after that, which puts it to use`;
}

const INTRODUCED =
  "the oldest bundle key signs until it is retired: its bundles tell verifiers the new one; when they have had time, tally key retire <old>";

interface KeyOptions {
  readonly for?: string;
}

const REGION_KEY = "status-list or bundle: a key of the region itself, whose code is the owner";
const REGION_PURPOSES: readonly string[] = ["status-list", "bundle"] satisfies RegionKeyPurpose[];

/** Null for a key of an agency. Throws `request.invalid` for an owner that cannot have a key of the purpose. */
function regionPurpose({ region }: Tally, owner: string, purpose: string | undefined): RegionKeyPurpose | null {
  if (purpose === undefined && owner !== region) return null;
  if (owner === region && purpose !== undefined && REGION_PURPOSES.includes(purpose))
    return purpose as RegionKeyPurpose;
  const message = `a key of region ${region} itself is named ${region} --for ${REGION_PURPOSES.join(" or ")}; an agency's by its code alone`;
  throw new TallyError("request.invalid", message, { field: "for" });
}

function optionOf(purpose: RegionKeyPurpose | null): string {
  return purpose === null ? "" : ` --for ${purpose}`;
}
