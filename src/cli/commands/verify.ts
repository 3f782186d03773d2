// SPDX-License-Identifier: Apache-2.0
import type { Command } from "commander";
import { derOrPem } from "../../core/der/pem.js";
import { TallyError } from "../../core/errors.js";
import { MAX_REVOCATION_LIST_BYTES, readRevocationList } from "../../core/seal/read-revocation-list.js";
import { type DocumentInput, MAX_BUNDLE_BYTES } from "../../verify/index.js";
import type { Report } from "../../verify/report.js";
import type { Language } from "../../words/reason-texts.js";
import { parseTime, readCount } from "../arguments.js";
import { exitCodeOf } from "../exit-codes.js";
import { reportRow, reportText } from "../report-text.js";
import type { CommandContext, Verifier, VerifyOptions } from "../tally.js";

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
      "verify PDFs, JSON documents or QR texts; exit code 0 valid, 3 not in force, 1 not genuine, 2 undecided",
    )
    .argument("[documents...]", "files, QR texts, or - for standard input (the default)")
    .option("--at <time>", "judge the validity period at this date or RFC 3339 time; status is always today's")
    .option("--matter <code>", "matter 事项 for which the licence is presented, for the recognition list")
    .option(
      "--bundle [file]",
      "ask no node: take the registry from this trust bundle (a file or -), or from the newest that is kept",
    )
    .option("--bundle-key <key...>", "take the bundle from these keys, instead of the pinned ones, and do not keep it")
    .option("--max-age <seconds>", "states are undecided with an older bundle; default TALLY_BUNDLE_MAX_AGE")
    .option(
      "--revocation-list <file...>",
      "revocation lists of seal CAs (DER or PEM), beside those of the data directory or the bundle",
    )
    .option("--lang <language>", "en or zh", "en")
    .option("--json", "one report as JSON a line")
    .action(async (documents: string[], options: Options) => {
      const language = readLanguage(options.lang);
      const names = documents.length === 0 ? ["-"] : documents;
      const revocationLists = await readLists(context, options);
      await withRegistry(context, options, async (verifier) => {
        const verifyOptions = { ...readVerifyOptions(options, verifier), ...revocationLists };
        const reports: Report[] = [];
        for (const name of names) {
          const report = await verifier.verify(await readDocument(context, name), verifyOptions);
          reports.push(report);
          if (options.json) context.out(JSON.stringify({ name, ...report }));
          else context.out(names.length === 1 ? reportText(report, language) : reportRow(name, report, language));
        }
        context.exitWith(exitCodeOf(reports.map(({ verdict }) => verdict)));
      });
    });
}

/** Read and checked before anything is verified: a list that is none would leave seals undecided without a word. */
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

/** Nodes, or the trust bundle that is asked for. */
async function withRegistry(
  context: CommandContext,
  { bundle, bundleKey = [], maxAge }: Options,
  use: (verifier: Verifier) => Promise<void>,
): Promise<void> {
  if (bundle === undefined) {
    if (bundleKey.length === 0 && maxAge === undefined) return context.withVerifier(use);
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

async function readDocument(context: CommandContext, name: string): Promise<DocumentInput> {
  if (name === "-" || context.isFile(name)) {
    try {
      return { bytes: await context.read(name, LARGEST_DOCUMENT), name };
    } catch (error) {
      // Too large is an answer about the document, not a mistake of the caller.
      if (error instanceof TallyError && error.code === "request.too-large") return { bytes: oversized(), name };
      throw error;
    }
  }
  if (/^\d+$|#\d+$/.test(name)) return { text: name };
  throw new TallyError("request.invalid", `${name} is neither a file nor the text of a QR code`, { field: "document" });
}

/** One byte more than the library reads, so that it gives its own answer for a file of any size. */
function oversized(): Uint8Array {
  const bytes = new Uint8Array(LARGEST_DOCUMENT + 1);
  bytes.set(new TextEncoder().encode("%PDF-1.7\n"));
  return bytes;
}

function readVerifyOptions({ at, matter }: Options, { region }: Verifier): VerifyOptions {
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

export function readLanguage(text: string): Language {
  if (text === "en" || text === "zh") return text;
  throw new TallyError("request.invalid", `--lang: "${text}" is neither en nor zh`, { field: "lang" });
}
