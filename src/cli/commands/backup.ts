// SPDX-License-Identifier: Apache-2.0
import type { Command } from "commander";
import type { CommandContext } from "../tally.js";

export function addBackup(program: Command, context: CommandContext): void {
  program
    .command("backup")
    .description("save store, keys and embedded chain of this data directory, while its service runs")
    .requiredOption("--to <folder>", "a folder that does not exist yet")
    .option("--with-passphrase", "put the passphrase of the key files into it too: whoever has the backup has the keys")
    .option("--json", "print the manifest")
    .action(async ({ to, withPassphrase, json }: { to: string; withPassphrase?: boolean; json?: boolean }) => {
      const manifest = await context.backup({ to, withPassphrase: withPassphrase === true });
      const { region, createdAt, files, passphraseIncluded, chainIncluded } = manifest;
      const bytes = files.reduce((sum, { size }) => sum + size, 0);
      context.say(`region ${region} as of ${createdAt}: ${files.length} files, ${bytes} bytes in ${to}`);
      context.say(
        passphraseIncluded
          ? "the passphrase is in it: keep this backup as you keep the keys"
          : "the passphrase is not in it: without it the keys cannot be opened; keep it elsewhere",
      );
      if (!chainIncluded) context.say("the chain is the network's and is not in it");
      if (json) context.out(JSON.stringify(manifest));
    });
}
