// SPDX-License-Identifier: Apache-2.0
import type { Command } from "commander";
import { toPem } from "../../core/der/pem.js";
import { TallyError } from "../../core/errors.js";
import { REVOCATION_REASONS, type RevocationReason, type SealCertificateRecord } from "../../domain/seals/index.js";
import { readCount } from "../arguments.js";
import { instant } from "../instant.js";
import { addPaper, type PaperOptions, paperOf } from "../paper-options.js";
import { printable } from "../printable.js";
import type { CommandContext, Tally } from "../tally.js";

export function addSeal(program: Command, context: CommandContext): void {
  const seal = program.command("seal").description("electronic seals 电子印章 of this region's agencies");

  seal
    .command("ca")
    .description("make the region's seal CA, which issues the certificates of seals, and register its key")
    .action(() =>
      context.withTally(async ({ seals, actor }) => {
        const { record, effectiveFrom } = await seals.authority.establish(actor);
        context.say(
          effectiveFrom === null
            ? "the seal CA is in the registry; tally seal issue <agency> makes a seal"
            : `the seal CA counts from ${instant(effectiveFrom)} on; nothing is sealed before`,
        );
        context.out(record.keyDigest);
      }),
    );

  seal
    .command("issue <agency>")
    .description("a new key and certificate for the agency's seal, which it seals with from now on")
    .option("--name <name>", "what is set along the ring; absent: the agency's own name")
    .option("--code <number>", "the line below, 4 to 20 digits and capital letters; absent: a number of its area")
    .option("--no-star", "leave the centre blank")
    .option("--years <number>", "how long the certificate lasts, 1 to 3; absent: 3")
    .action((agency: string, { name, code, star, years }: IssueOptions) =>
      context.withTally(async ({ seals, actor }) => {
        const terms = {
          ...{ star },
          ...(name === undefined ? {} : { name }),
          ...(code === undefined ? {} : { code }),
          ...(years === undefined ? {} : { years: readCount("years", years, 3) }),
        };
        const { serial, validity } = await seals.authority.issueSeal(actor, agency, terms);
        context.say(`agency ${agency} seals with it until ${instant(validity.until)}`);
        context.out(serial);
      }),
    );

  seal
    .command("list [agency]")
    .description("seals of this region's agencies, or of one, the oldest first")
    .option("--json", "one object a line")
    .action((agency: string | undefined, { json }: { json?: boolean }) =>
      context.withTally(async (tally) => {
        const now = context.now().getTime() / 1000;
        for (const code of agency === undefined ? await allAgencies(tally) : [agency])
          for (const record of await tally.seals.authority.sealsOf(code)) {
            if (json) context.out(JSON.stringify(sealLine(record, now)));
            else context.out(sealText(record, now));
          }
      }),
    );

  seal
    .command("certificate <serial>")
    .description("the certificate of a seal or of the CA, PEM")
    .action((serial: string) =>
      context.withTally(async ({ seals }) => {
        const record = await seals.authority.findCertificate(serial);
        context.out(toPem(record.certificate, "CERTIFICATE").trimEnd());
      }),
    );

  addPaper(seal.command("revoke <serial>"))
    .description("take a seal back: it seals nothing more, and the revocation list says so at once")
    .requiredOption("--reason <reason>", REVOCATION_REASONS.join(", "))
    .action((serial: string, { reason, ...paper }: { reason: string } & PaperOptions) =>
      context.withTally(async ({ seals, actor }) => {
        const { number } = await seals.authority.revokeSeal(actor, serial, readReason(reason), paperOf(paper));
        context.say(`seal ${serial} is revoked, and in revocation list ${number}`);
      }),
    );

  seal
    .command("crl")
    .description("the newest revocation list of the region's seal CA, PEM")
    .option("--ca <keyDigest>", "of an earlier CA; absent: of the newest")
    .action(({ ca }: { ca?: string }) =>
      context.withTally(async ({ seals }) => {
        const authorities = await seals.authority.authorities();
        const list = authorities.find(({ record }) => ca === undefined || record.keyDigest === ca)?.list;
        if (!list) throw new TallyError("key.unknown", "no such seal CA here: tally seal ca makes the region's");
        context.say(`list ${list.number} of ${instant(list.thisUpdate)}, the next until ${instant(list.nextUpdate)}`);
        context.out(toPem(list.list, "X509 CRL").trimEnd());
      }),
    );

  addPaper(seal.command("delegate <agency> <sealer>"))
    .description(
      "let another agency seal what the agency issues, an approval bureau for instance; the registry says so",
    )
    .action((agency: string, sealer: string, paper: PaperOptions) =>
      context.withTally(async ({ seals, actor }) => {
        const { effectiveFrom } = await seals.delegations.delegate(actor, agency, sealer, paperOf(paper));
        const when = effectiveFrom === null ? "now" : `from ${instant(effectiveFrom)} on`;
        context.say(`agency ${sealer} may seal for ${agency} ${when}`);
      }),
    );

  addPaper(seal.command("end-delegation <agency> <sealer>"))
    .description("from now on the sealer seals nothing of the agency; what it sealed before stays good")
    .action((agency: string, sealer: string, paper: PaperOptions) =>
      context.withTally(async ({ seals, actor }) => {
        await seals.delegations.end(actor, agency, sealer, paperOf(paper));
        context.say(`agency ${sealer} no longer seals for ${agency}`);
      }),
    );
}

interface IssueOptions {
  readonly name?: string;
  readonly code?: string;
  readonly star: boolean;
  readonly years?: string;
}

async function allAgencies({ agencies }: Tally): Promise<readonly string[]> {
  return (await agencies.listAgencies()).map(({ code }) => code);
}

function sealLine({ serial, holder, validity, appearance, revocation, ca }: SealCertificateRecord, now: number) {
  return {
    ...{ serial, agency: holder, ca, state: stateOf(validity, revocation, now) },
    ...{ validFrom: instant(validity.from), validUntil: instant(validity.until) },
    ...(revocation === null ? {} : { revokedAt: instant(revocation.at), reason: revocation.reason }),
    ...appearance,
  };
}

function sealText(record: SealCertificateRecord, now: number): string {
  const { serial, holder, validity, appearance, revocation } = record;
  const state = stateOf(validity, revocation, now);
  const since = revocation === null ? `until ${instant(validity.until)}` : `since ${instant(revocation.at)}`;
  return printable(`${serial}  ${holder}  ${state} ${since}  ${appearance?.name ?? ""} ${appearance?.code ?? ""}`);
}

function stateOf(
  { from, until }: SealCertificateRecord["validity"],
  revocation: SealCertificateRecord["revocation"],
  now: number,
): "revoked" | "in force" | "ended" | "not yet in force" {
  if (revocation !== null) return "revoked";
  if (now < from) return "not yet in force";
  return now <= until ? "in force" : "ended";
}

function readReason(text: string): RevocationReason {
  const reason = REVOCATION_REASONS.find((each) => each === text);
  if (reason !== undefined) return reason;
  const message = `reason: ${JSON.stringify(text)} is none of ${REVOCATION_REASONS.join(", ")}`;
  throw new TallyError("request.invalid", message, { field: "reason" });
}
