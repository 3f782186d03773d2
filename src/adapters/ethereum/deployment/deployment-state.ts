// SPDX-License-Identifier: Apache-2.0
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { TallyError } from "../../../core/errors.js";
import { shape } from "../../../core/shape.js";
import { parseJson } from "../../../core/strict-json.js";

/** What a deployment has begun: enough for another run to know every address and number of it. */
export interface DeploymentState {
  readonly chainId: number;
  readonly genesis: string;
  readonly deployer: string;
  readonly firstNonce: number;
  readonly planDigest: string;
  /** Newest block when it began: the contracts are younger. */
  readonly startBlock: number;
  /** Every transaction that was sent, for people: step and hash. */
  readonly sent: readonly { readonly step: string; readonly tx: string }[];
}

const read = shape("config.invalid");
const HASH = /^0x[0-9a-f]{64}$/;

/** Null when there is no such file. Throws `config.invalid` for one that is damaged: nothing may be deployed beside it. */
export function readDeploymentState(path: string): DeploymentState | null {
  if (!existsSync(path)) return null;
  try {
    const value = read.object(parseJson(readFileSync(path)), "", [
      ...["format", "version", "chainId", "genesis", "deployer", "firstNonce", "planDigest", "startBlock", "sent"],
    ]);
    read.oneOf(value.format, "/format", ["tigertally-deployment-state"]);
    read.oneOf(value.version, "/version", [1]);
    return {
      chainId: read.integer(value.chainId, "/chainId", 1, Number.MAX_SAFE_INTEGER),
      genesis: read.matching(value.genesis, "/genesis", HASH, "a block hash"),
      deployer: read.matching(value.deployer, "/deployer", /^0x[0-9a-fA-F]{40}$/, "an address"),
      firstNonce: read.integer(value.firstNonce, "/firstNonce", 0, Number.MAX_SAFE_INTEGER),
      planDigest: read.matching(value.planDigest, "/planDigest", /^[0-9a-f]{64}$/, "a digest"),
      startBlock: read.integer(value.startBlock, "/startBlock", 0, Number.MAX_SAFE_INTEGER),
      sent: read.array(value.sent, "/sent", 0, 10_000).map((item, i) => {
        const { step, tx } = read.object(item, `/sent/${i}`, ["step", "tx"]);
        return {
          step: read.text(step, `/sent/${i}/step`),
          tx: read.matching(tx, `/sent/${i}/tx`, HASH, "a transaction hash"),
        };
      }),
    };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TallyError(
      "config.invalid",
      `the state file ${path} cannot be used: ${why}. Put it back from a backup; without it a second network could be deployed`,
      { field: "state", cause },
    );
  }
}

/** Flushed before it is seen under its name, so that a crash leaves the old state or the new one. */
export function writeDeploymentState(path: string, state: DeploymentState): void {
  writeJsonFile(path, { format: "tigertally-deployment-state", version: 1, ...state });
}

export function writeJsonFile(path: string, value: object, mode = 0o600): void {
  const temporary = `${path}.new`;
  const file = openSync(temporary, "w", mode);
  writeSync(file, `${JSON.stringify(value, null, 2)}\n`);
  fsyncSync(file);
  closeSync(file);
  renameSync(temporary, path);
}
