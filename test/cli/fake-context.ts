// SPDX-License-Identifier: Apache-2.0
import { buildProgram } from "../../src/cli/program.js";
import type { CommandContext, VerifyOptions } from "../../src/cli/tally.js";
import { TallyError } from "../../src/core/errors.js";
import type { DocumentInput } from "../../src/verify/index.js";
import type { Report, Verdict } from "../../src/verify/report.js";
import { archiveReport } from "./reports.js";

export interface Asked {
  readonly document: DocumentInput;
  readonly options: VerifyOptions | undefined;
}

export interface FakeConsole {
  /** Files by name; "-" is standard input. */
  readonly files?: Readonly<Record<string, string | number | Uint8Array>>;
  /** The report for the content of a file, or for the text of a code. */
  readonly verify?: (content: string) => Report;
  /** The verdict about every archive package. */
  readonly archive?: Verdict;
}

/** The newest trust bundle that this console keeps, as `withBundle` reads it. */
export const BUNDLE = JSON.stringify({
  bundle: { region: "340000", block: { number: 7 }, issuedAt: "2026-03-04T00:00:00Z" },
  ageSeconds: 100,
  limit: 1_000,
});
const KEPT = new TextEncoder().encode(BUNDLE);

/** What a command did with a console and a verifier made for the test. A number as content is a file of that many bytes. */
export async function runVerify(argv: readonly string[], { files = {}, verify, archive = "valid" }: FakeConsole) {
  const out: string[] = [];
  const said: string[] = [];
  const asked: Asked[] = [];
  const bundles: { readonly keys: readonly string[]; readonly isKept: boolean }[] = [];
  const archives: { readonly bytes: Uint8Array; readonly keys: readonly string[] }[] = [];
  let [exitCode, open, mostOpen] = [0, 0, 0];
  const unused = (): never => {
    throw new Error("tally verify needs no such thing");
  };
  const context: CommandContext = {
    out: (text) => out.push(text),
    say: (text) => said.push(text),
    async read(path, maxBytes) {
      const content = files[path];
      if (content === undefined) throw new Error(`read ${path}`);
      const size = typeof content === "number" ? content : content.length;
      if (size > maxBytes) throw new TallyError("request.too-large", `${path} is larger than ${maxBytes} bytes`);
      return content instanceof Uint8Array ? content : new TextEncoder().encode(String(content));
    },
    async *stream(path) {
      mostOpen = Math.max(mostOpen, ++open);
      try {
        yield (await this.read(path, Number.POSITIVE_INFINITY)).subarray(0, 64);
      } finally {
        open--;
      }
    },
    write: unused,
    isFile: (path) => path !== "-" && path in files,
    exitWith: (code) => {
      exitCode = code;
    },
    withTally: unused,
    renderer: unused,
    governanceAccount: unused,
    withTimelock: unused,
    withOffice: unused,
    withGovernance: unused,
    withVerifier: (use) =>
      use({
        region: "310000",
        async verify(document, options) {
          asked.push({ document, options });
          return verify!("text" in document ? document.text : new TextDecoder().decode(document.bytes));
        },
      }),
    withBundle: async ({ bytes, keys, maxAgeSeconds }, use) => {
      const { bundle, ageSeconds, limit } = JSON.parse(new TextDecoder().decode(bytes ?? KEPT));
      bundles.push({ keys, isKept: bytes === null });
      const maxAge = maxAgeSeconds ?? limit;
      return context.withVerifier((verifier) => use({ ...verifier, bundle, ageSeconds, maxAgeSeconds: maxAge }));
    },
    archiveVerifier: async (keys) => ({
      region: null,
      async verify(bytes) {
        archives.push({ bytes, keys });
        return archiveReport(archive);
      },
    }),
    bundleKeeper: unused,
    trustedNetwork: unused,
    fetchBundle: unused,
    now: () => new Date(0),
    init: unused,
    backup: unused,
    restore: unused,
    restoredMongo: unused,
    doctor: unused,
    showProgress: () => {},
    chain: unused,
    serve: unused,
  };
  await buildProgram(context, "0.0.0").parseAsync(["verify", ...argv], { from: "user" });
  return { out, said, asked, bundles, archives, exitCode, open, mostOpen };
}
