// SPDX-License-Identifier: Apache-2.0
import { EXIT } from "../cli/exit-codes.js";
import { openNetwork } from "./network.js";
import { openSettings } from "./settings.js";
import { stopSignal } from "./stop-signal.js";

/**
 * Runs the embedded chain of the data directory by itself until SIGINT or SIGTERM, so that several processes can share it. Prints one JSON
 * line `{"ready":true,"url",…}` on stdout when it answers. Answers the exit code.
 */
export async function chainUntilStopped({
  environment,
  say,
}: {
  environment: Readonly<Record<string, string | undefined>> | undefined;
  say: (text: string) => void;
}): Promise<number> {
  const stopped = stopSignal();
  const { config, directory } = openSettings({}, environment);
  const network = await openNetwork({ config: { ...config, chainUrls: [] }, directory, say, whose: "own" });
  const { urls, chainId } = network;
  process.stdout.write(`${JSON.stringify({ ready: true, url: urls[0], chainId })}\n`);
  const why = await Promise.race([stopped, network.ended.then(() => "the chain has ended")]);
  say(`stopping: ${why}`);
  await network.close();
  return why === "told to" ? EXIT.ok : EXIT.failed;
}
