// SPDX-License-Identifier: Apache-2.0
import type { Command } from "commander";
import { derOrPem } from "../../core/der/pem.js";
import { TallyError } from "../../core/errors.js";
import { MAX_REVOCATION_LIST_BYTES, readRevocationList } from "../../core/seal/read-revocation-list.js";
import { type ArchiveReport, looksLikeZip, MAX_ARCHIVE_BYTES } from "../../verify/archive.js";
import { type DocumentInput, MAX_BUNDLE_BYTES } from "../../verify/index.js";
import type { Report } from "../../verify/report.js";
import type { Language } from "../../words/reason-texts.js";
import { archiveText } from "../archive-text.js";
import { parseTime, readCount } from "../arguments.js";
import { exitCodeOf } from "../exit-codes.js";
import { reportRow, reportText } from "../report-text.js";
import type { ArchiveVerifier, CommandContext, Verifier, VerifyOptions } from "../tally.js";

interface Options {
  readonly at?: string;
  readonly json?: boolean;
  readonly lang: string;
  readonly matter?: string;
  readonly bundle?: string | true;
  readonly bundleKey?: readonly string[];
  readonly maxAge?: string;
  readonly revocationList?: readonly string[];
}

/** No licence is larger; what lies beyond is refused before it is read. */
const LARGEST_DOCUMENT = 20 * 2 ** 20;

export function addVerify(program: Command, context: CommandContext): void {
  program
    .command("verify")
    .description(
      "verify PDFs, JSON documents, QR texts or archive packages; exit code 0 valid, 3 not in force, 1 not genuine, 2 undecided",
    )
    .argument("[documents...]", "files, QR texts, or - for standard input (the default)")
    .option("--at <time>", "judge the validity period at this date or RFC 3339 time; status is always today's")
    .option("--matter <code>", "matter 事项 for which the licence is presented, for the recognition list")
    .option(
      "--bundle [file]",
      "ask no node: take the registry from this trust bundle (a file or -), or from the newest that is kept",
    )
    .option(
      "--bundle-key <key...>",
      "take the bundle, or archive packages, from these keys instead of the pinned ones, and do not keep it",
    )
    .option("--max-age <seconds>", "states are undecided with an older bundle; default TALLY_BUNDLE_MAX_AGE")
    .option(
      "--revocation-list <file...>",
      "revocation lists of seal CAs (DER or PEM), beside those of the data directory or the bundle; without a data directory the services of TALLY_PEERS are asked",
    )
    .option("--lang <language>", "en or zh", "en")
    .option("--json", "one report as JSON a line")
    .addHelpText(
      "after",
      "\nAn archive package (.zip) is judged by the registry packed in it, when a pinned key signed it: every answer is as of then, and no node is asked.",
    )
    .action(async (documents: string[], options: Options) => {
      const language = readLanguage(options.lang);
      const names = documents.length === 0 ? ["-"] : documents;
      const revocationLists = await readLists(context, options);
      // One after another: a shell names more files than a process may have open.
      const given: Given[] = [];
      for (const name of names) given.push(await givenDocument(context, name));
      const packages = await archivesAmong(context, given, options);
      await withRegistry(
        context,
        options,
        { isNeeded: given.some(({ isArchive }) => !isArchive), packages },
        async (verifier) => {
          const reports: (Report | ArchiveReport)[] = [];
          for (const document of given) {
            const report = document.isArchive
              ? await packages!.verify(await archiveBytes(context, document), readVerifyOptions(options, packages!))
              : await verifier!.verify(await readDocument(context, document), {
                  ...readVerifyOptions(options, verifier!),
                  ...revocationLists,
                });
            reports.push(report);
            tell(context, document.name, report, { json: options.json === true, isOnly: names.length === 1, language });
          }
          context.exitWith(exitCodeOf(reports.map(({ verdict }) => verdict)));
        },
      );
    });
}

function tell(
  context: CommandContext,
  name: string,
  report: Report | ArchiveReport,
  { json, isOnly, language }: { readonly json: boolean; readonly isOnly: boolean; readonly language: Language },
): void {
  if (json) context.out(JSON.stringify({ name, ...report }));
  else if (!isOnly) context.out(reportRow(name, report, language));
  else context.out("form" in report ? archiveText(report, language) : reportText(report, language));
}

/** A document as it is named on the command line. */
interface Given {
  readonly name: string;
  readonly isArchive: boolean;
  /** What standard input had, which can be read once only. */
  readonly bytes: Uint8Array | null;
}

/** Looks at the beginning of a file: nodes are not asked for packages, which carry their registry. */
async function givenDocument(context: CommandContext, name: string): Promise<Given> {
  if (name === "-") {
    const bytes = await bounded(context, name, MAX_ARCHIVE_BYTES);
    return { name, isArchive: looksLikeZip(bytes), bytes };
  }
  if (!context.isFile(name)) return { name, isArchive: false, bytes: null };
  for await (const chunk of context.stream(name)) return { name, isArchive: looksLikeZip(chunk), bytes: null };
  return { name, isArchive: false, bytes: null };
}

async function archivesAmong(
  context: CommandContext,
  given: readonly Given[],
  { bundle, bundleKey = [] }: Options,
): Promise<ArchiveVerifier | null> {
  if (!given.some(({ isArchive }) => isArchive)) return null;
  if (bundle === undefined) return context.archiveVerifier(bundleKey);
  throw new TallyError(
    "request.invalid",
    "--bundle does not go with an archive package, which carries its own; to know the state of now, verify the licence.pdf in it",
    { field: "bundle" },
  );
}

function archiveBytes(context: CommandContext, { name, bytes }: Given): Promise<Uint8Array> | Uint8Array {
  return bytes ?? bounded(context, name, MAX_ARCHIVE_BYTES);
}

/** Read and checked before anything is verified: a list that is none would leave seals without a judgement, and nobody would know why. */
async function readLists(
  context: CommandContext,
  { revocationList = [] }: Options,
): Promise<Pick<VerifyOptions, "revocationLists">> {
  if (revocationList.length === 0) return {};
  const revocationLists: Uint8Array[] = [];
  for (const name of revocationList) {
    const list = derOrPem(await context.read(name, 2 * MAX_REVOCATION_LIST_BYTES), "X509 CRL", name);
    try {
      readRevocationList(list);
    } catch (cause) {
      const message = `--revocation-list: ${name} is no revocation list of a seal CA: ${(cause as Error).message}`;
      throw new TallyError("request.invalid", message, { field: "revocation-list", cause });
    }
    revocationLists.push(list);
  }
  return { revocationLists };
}

/** Nodes, or the trust bundle that is asked for; neither where only packages are verified. */
async function withRegistry(
  context: CommandContext,
  { bundle, bundleKey = [], maxAge }: Options,
  { isNeeded, packages }: { readonly isNeeded: boolean; readonly packages: ArchiveVerifier | null },
  use: (verifier: Verifier | null) => Promise<void>,
): Promise<void> {
  if (bundle === undefined) {
    if ((bundleKey.length === 0 || packages !== null) && maxAge === undefined)
      return isNeeded ? context.withVerifier(use) : use(null);
    throw new TallyError("request.invalid", "--bundle-key and --max-age go with --bundle", { field: "bundle" });
  }
  if (bundle === true && bundleKey.length > 0)
    throw new TallyError("request.invalid", "--bundle-key goes with the file of a bundle", { field: "bundle-key" });
  const bytes = bundle === true ? null : await context.read(bundle, MAX_BUNDLE_BYTES);
  const maxAgeSeconds = maxAge === undefined ? null : readCount("max-age", maxAge, 31_536_000);
  await context.withBundle({ bytes, keys: bundleKey, maxAgeSeconds }, async (verifier) => {
    const { block, issuedAt, region } = verifier.bundle;
    context.say(`trust bundle of region ${region}, block ${block.number}, issued ${issuedAt}`);
    if (verifier.ageSeconds > verifier.maxAgeSeconds)
      context.say("it is too old to state whether a licence is in force; take a newer one");
    await use(verifier);
  });
}

async function readDocument(context: CommandContext, { name, bytes }: Given): Promise<DocumentInput> {
  // Too large is an answer about the document: the library gives its own.
  if (bytes !== null) return { bytes, name };
  if (context.isFile(name)) return { bytes: await bounded(context, name, LARGEST_DOCUMENT), name };
  if (/^\d+$|#\d+$/.test(name)) return { text: name };
  throw new TallyError("request.invalid", `${name} is neither a file nor the text of a QR code`, { field: "document" });
}

/** What is larger than `maxBytes` is not a mistake of the caller: one byte more than the library reads then, so that it says so itself. */
async function bounded(context: CommandContext, name: string, maxBytes: number): Promise<Uint8Array> {
  try {
    return await context.read(name, maxBytes);
  } catch (error) {
    if (!(error instanceof TallyError) || error.code !== "request.too-large") throw error;
    const bytes = new Uint8Array(maxBytes + 1);
    bytes.set(new TextEncoder().encode("%PDF-1.7\n"));
    return bytes;
  }
}

function readVerifyOptions({ at, matter }: Options, { region }: Pick<Verifier, "region">): VerifyOptions {
  return {
    ...(at === undefined ? {} : { at: readTime(at) }),
    ...(region === null || matter === undefined ? {} : { purpose: { region, matter } }),
  };
}

/** A bare date means noon of that day in Shanghai: inside any period that includes the day. */
function readTime(text: string): Date {
  const time = parseTime(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T12:00:00+08:00` : text);
  if (time !== null) return time;
  throw new TallyError("request.invalid", `--at: "${text}" is not a date (2026-12-31) or an RFC 3339 time`, {
    field: "at",
  });
}

function readLanguage(text: string): Language {
  if (text === "en" || text === "zh") return text;
  throw new TallyError("request.invalid", `--lang: "${text}" is neither en nor zh`, { field: "lang" });
}
