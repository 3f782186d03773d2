// SPDX-License-Identifier: Apache-2.0
import { createReadStream, existsSync, statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { EXIT } from "../cli/exit-codes.js";
import type { CommandContext } from "../cli/tally.js";
import { TallyError } from "../core/errors.js";
import { readProfile } from "./data-directory.js";
import { openSettings } from "./settings.js";
import { versionOf } from "./version.js";

/** Where a command reads, writes and finds its settings; everything absent is this process's own. */
export interface Console {
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: AsyncIterable<Uint8Array>;
  readonly stdout?: { write(text: string): unknown };
  readonly stderr?: { write(text: string): unknown; readonly isTTY?: boolean };
}

/** What commands get to work with. Code and settings are loaded when a command first needs them, since most need little of either. */
export function createContext({
  environment,
  stdin = process.stdin,
  stdout = process.stdout,
  stderr = process.stderr,
}: Console = {}): CommandContext & { exitCode(): number } {
  let exitCode: number = EXIT.ok;
  let showsProgress = false;
  const say = (text: string): void => {
    stderr.write(`${text}\n`);
  };
  const open = (path: string): AsyncIterable<Uint8Array> => (path === "-" ? stdin : fileBytes(path));
  return {
    exitCode: () => exitCode,
    exitWith: (code) => {
      exitCode = code;
    },
    out: (text) => {
      stdout.write(`${text}\n`);
    },
    say,
    showProgress: (text) => {
      if (stderr.isTTY !== true || (text === null && !showsProgress)) return;
      showsProgress = text !== null;
      stderr.write(`\r\x1b[K${text ?? ""}`);
    },
    read: (path, maxBytes) => readBounded(open(path), path, maxBytes),
    stream: open,
    write: (path, bytes) => writeFile(path, bytes),
    isFile: (path) => existsSync(path) && statSync(path).isFile(),

    async withTally(use, { withoutChain = false } = {}) {
      const { withTally } = await import("./with-tally.js");
      const otherwise = withoutChain ? "wait" : "refuse";
      return withTally({ ...openSettings({}, environment), otherwise, stderr, say }, use);
    },

    async withVerifier(use) {
      const { config, directory } = openSettings({}, environment);
      if (readProfile(directory) === null) {
        const { openVerifier } = await import("./stand-alone-verifier.js");
        return use(openVerifier(config));
      }
      const { withTally } = await import("./with-tally.js");
      return withTally({ config, directory, otherwise: "report", stderr, say }, use);
    },

    async withBundle(options, use) {
      const { openOfflineVerifier } = await import("./offline-verifier.js");
      const { config, directory } = openSettings({}, environment);
      return use(await openOfflineVerifier(config, directory, options));
    },

    async archiveVerifier(keys) {
      const { openArchiveVerifier } = await import("./archive-verifier.js");
      const { config, directory } = openSettings({}, environment);
      return openArchiveVerifier(config, directory, keys);
    },

    async bundleKeeper() {
      const { bundleKeeperOf } = await import("./bundle-keeper.js");
      return bundleKeeperOf(openSettings({}, environment).directory);
    },

    async trustedNetwork() {
      const { networkOf, noNetwork } = await import("./offline-verifier.js");
      const { config, directory } = openSettings({}, environment);
      const network = networkOf(config, directory);
      if (network === null) throw noNetwork();
      return network;
    },

    async fetchBundle(url) {
      const { fetchBundle } = await import("../adapters/http-peer/index.js");
      const { config } = openSettings({}, environment);
      return fetchBundle({ url, timeoutMs: Math.max(config.chainTimeoutMs, BUNDLE_TIMEOUT_MS) });
    },

    async renderer() {
      const { createRenderer } = await import("../render/index.js");
      const { readFallbackFonts } = await import("./fallback-fonts.js");
      const { config } = openSettings({}, environment);
      return createRenderer({ verifyHost: config.verifyHost, fonts: readFallbackFonts(config) });
    },

    now: () => new Date(),

    async governanceAccount(label) {
      const { governanceAccount } = await import("./governance-context.js");
      return governanceAccount(openSettings({}, environment), label);
    },

    async withTimelock(use) {
      const { withTimelock } = await import("./governance-context.js");
      return withTimelock({ ...openSettings({}, environment), say }, use);
    },

    async withOffice(account, use) {
      const { withOffice } = await import("./governance-context.js");
      return withOffice({ ...openSettings({}, environment), say }, account, use);
    },

    async withGovernance(account, use) {
      const { withGovernance } = await import("./governance-context.js");
      return withGovernance({ ...openSettings({}, environment), say }, account, use);
    },

    async init(options) {
      const { openNetwork } = await import("./network.js");
      const { initRegion } = await import("./init.js");
      const { config, directory } = openSettings({ ...options }, environment);
      const network = await openNetwork({ config, directory, say });
      try {
        return await initRegion(config, directory, network, say);
      } finally {
        await network.close();
      }
    },

    async backup({ to, withPassphrase }) {
      const { makeBackup } = await import("./backup/make-backup.js");
      const { config, directory } = openSettings({}, environment);
      return makeBackup({ config, directory, to, withPassphrase, version: versionOf() });
    },

    async restoredMongo(kept) {
      const { markRestored } = await import("./restore-command.js");
      return markRestored(kept, { environment, stderr, say });
    },

    async restore(options) {
      const { restoreDirectory } = await import("./restore-command.js");
      return restoreDirectory(options, { environment, stderr, say });
    },

    async doctor(options, tell) {
      const { examine } = await import("./doctor/examine.js");
      return examine(environment, options, tell);
    },

    async chain() {
      const { chainUntilStopped } = await import("./chain-command.js");
      exitCode = await chainUntilStopped({ environment, say });
    },

    async serve(options) {
      const { serveUntilStopped } = await import("./serve-command.js");
      exitCode = await serveUntilStopped({ ...options, environment, say });
    },
  };
}

/** A bundle of a whole network is megabytes. */
const BUNDLE_TIMEOUT_MS = 60_000;

/** Opens the file when it is read: a stream that fails before anyone listens would end the process. */
async function* fileBytes(path: string): AsyncIterable<Uint8Array> {
  yield* createReadStream(path);
}

async function readBounded(stream: AsyncIterable<Uint8Array>, path: string, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop closes the stream.
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > maxBytes) throw new TallyError("request.too-large", `${path} is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
