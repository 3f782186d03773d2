// SPDX-License-Identifier: Apache-2.0
import type { CommandContext, Restored } from "../cli/tally.js";
import type { KeptAccess } from "../domain/anchoring/index.js";
import { accessEndedAt } from "./backup/end-access.js";
import { markMongoRestored } from "./backup/mark-mongo-restored.js";
import { restoreBackup } from "./backup/restore-backup.js";
import type { Config } from "./config.js";
import { checkRegion, type DataDirectory } from "./data-directory.js";
import { openSettings } from "./settings.js";
import { commandLine, commandLogger, type Stderr, withDeployment } from "./with-tally.js";

export interface RestoreSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>> | undefined;
  readonly stderr: Stderr;
  readonly say: (line: string) => void;
}

/** `CommandContext.restore`. */
export async function restoreDirectory(
  { from, data, chainJournal, kept }: Parameters<CommandContext["restore"]>[0],
  { environment, stderr, say }: RestoreSurroundings,
): Promise<Restored> {
  const target = openSettings({ dataDirectory: data }, environment).config.dataDirectory;
  const { manifest, directory, at } = await restoreBackup({
    ...{ from, data: target, kept, actor: commandLine(), now: Date.now },
    ...(chainJournal === undefined ? {} : { chainJournal }),
  });
  const { config } = openSettings({ dataDirectory: target }, environment);
  const { region, createdAt: backupOf } = manifest;
  const unfinished = await unfinishedBecause(config, directory, { stderr, say });
  const ended = accessEndedAt({ config, directory, say }, at);
  return { region, backupOf, dataDirectory: directory.root, ended, unfinished };
}

/** `CommandContext.restoredMongo`. */
export async function markRestored(
  kept: KeptAccess,
  { environment, stderr, say }: RestoreSurroundings,
): Promise<Omit<Restored, "backupOf">> {
  const { config, directory } = openSettings({}, environment);
  checkRegion(directory, config.region);
  const at = await markMongoRestored({ config, directory, kept, actor: commandLine(), now: Date.now, say });
  return {
    region: config.region,
    dataDirectory: directory.root,
    ended: accessEndedAt({ config, directory, say }, at),
    unfinished: await unfinishedBecause(config, directory, { stderr, say }),
  };
}

/** Compares a restored store with the chain; why that could not be done, or null. */
async function unfinishedBecause(
  config: Config,
  directory: DataDirectory,
  { stderr, say }: Pick<RestoreSurroundings, "stderr" | "say">,
): Promise<string | null> {
  try {
    await withDeployment(config, directory, commandLogger(config, stderr), async () => {}, "refuse", say);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
