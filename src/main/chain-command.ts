// SPDX-License-Identifier: Apache-2.0
import { EXIT } from "../cli/exit-codes.js";
import { openNetwork } from "./network.js";
import { openSettings } from "./settings.js";
import { stopSignal } from "./stop-signal.js";

/** Of JSON-RPC. A fixed one, so that whoever uses the chain finds it again after it was restarted. */
const CUSTOMARY_PORT = 8545;

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
  const signal = stopSignal();
  const { config, directory } = openSettings({}, environment);
  const chainPort = config.chainPort ?? CUSTOMARY_PORT;
  const network = await openNetwork({ config: { ...config, chainUrls: [], chainPort }, directory, say, whose: "own" });
  const { urls, chainId } = network;
  process.stdout.write(`${JSON.stringify({ ready: true, url: urls[0], chainId })}\n`);
  const why = await Promise.race([signal.told, network.ended.then(() => "the chain has ended")]);
  say(`stopping: ${why}`);
  await network.close();
  signal.forget();
  return why === "told to" ? EXIT.ok : EXIT.failed;
}
