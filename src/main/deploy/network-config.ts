// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { getAddress } from "ethers";
import type { NetworkPlan } from "../../adapters/ethereum/deployment/network-plan.js";
import { TallyError } from "../../core/errors.js";
import type { JsonValue } from "../../core/json.js";
import { shape } from "../../core/shape.js";
import { parseJson } from "../../core/strict-json.js";

/** What `npm run deploy` is told. Paths are absolute. docs/network.md describes the file. */
export interface NetworkConfig {
  readonly plan: NetworkPlan;
  readonly urls: readonly string[];
  readonly quorum: number | null;
  readonly genesis: string | null;
  readonly confirmations: number;
  readonly timeoutMs: number;
  readonly maxFeeGwei: number;
  readonly accountFile: string;
  readonly passphraseFile: string;
  readonly stateFile: string;
  readonly outputFile: string;
}

const read = shape("config.invalid");

/** Reads the file strictly: what it does not know is refused, since a slip in it lasts as long as the network. */
export function readNetworkConfig(path: string): NetworkConfig {
  const file = read.object(parseFile(path), "", [
    ...["format", "version", "chain", "deployer", "governor", "guardian", "regions", "state", "output"],
  ]);
  read.oneOf(file.format, "/format", ["tigertally-network-config"]);
  read.oneOf(file.version, "/version", [1]);
  const here = (value: JsonValue | undefined, at: string): string =>
    resolve(dirname(path), read.text(value, at, { maxLength: 1_000 }));

  const chain = read.object(
    file.chain,
    "/chain",
    ["id", "urls"],
    ["genesis", "quorum", "confirmations", "timeoutMs", "maxFeeGwei"],
  );
  const urls = read.array(chain.urls, "/chain/urls", 1, 16).map((url, i) => httpUrl(url, `/chain/urls/${i}`));
  const deployer = read.object(file.deployer, "/deployer", ["accountFile", "passphraseFile"]);
  return {
    plan: planOf(file, read.integer(chain.id, "/chain/id", 1, Number.MAX_SAFE_INTEGER)),
    urls,
    quorum:
      chain.quorum === undefined
        ? null
        : read.integer(chain.quorum, "/chain/quorum", Math.floor(urls.length / 2) + 1, urls.length),
    genesis:
      chain.genesis === undefined
        ? null
        : read.matching(chain.genesis, "/chain/genesis", /^0x[0-9a-f]{64}$/, "a block hash in lower case"),
    confirmations: read.integer(chain.confirmations ?? 0, "/chain/confirmations", 0, 1_000),
    timeoutMs: read.integer(chain.timeoutMs ?? 5_000, "/chain/timeoutMs", 10, 600_000),
    maxFeeGwei: read.integer(chain.maxFeeGwei ?? 500, "/chain/maxFeeGwei", 1, 1_000_000_000),
    accountFile: here(deployer.accountFile, "/deployer/accountFile"),
    passphraseFile: here(deployer.passphraseFile, "/deployer/passphraseFile"),
    stateFile: here(file.state, "/state"),
    outputFile: here(file.output, "/output"),
  };
}

const LONGEST_DELAY = 365 * 86_400;

function planOf(file: Readonly<Record<string, JsonValue | undefined>>, chainId: number): NetworkPlan {
  const governor = read.object(
    file.governor,
    "/governor",
    ["minDelaySeconds", "proposers", "executors"],
    ["cancellers"],
  );
  const { executors } = governor;
  const regions = read.array(file.regions, "/regions", 1, 64).map((value, i) => {
    const at = `/regions/${i}`;
    const region = read.object(value, at, ["code", "admin", "activationDelaySeconds"]);
    return {
      code: read.matching(region.code, `${at}/code`, /^\d{6}$/, "a region code of six digits (GB/T 2260)"),
      admin: address(region.admin, `${at}/admin`),
      activationDelaySeconds: read.integer(
        ...([region.activationDelaySeconds, `${at}/activationDelaySeconds`, 0, LONGEST_DELAY] as const),
      ),
    };
  });
  refuseRepeated(
    regions.map(({ code }) => code),
    "/regions",
  );
  return {
    chainId,
    minDelaySeconds: read.integer(governor.minDelaySeconds, "/governor/minDelaySeconds", 0, LONGEST_DELAY),
    proposers: addresses(governor.proposers, "/governor/proposers", 1),
    executors: executors === "anyone" ? "anyone" : addresses(executors, "/governor/executors", 1),
    cancellers: addresses(governor.cancellers ?? [], "/governor/cancellers", 0),
    guardian: address(file.guardian, "/guardian"),
    regions,
  };
}

function addresses(value: JsonValue | undefined, at: string, min: number): readonly string[] {
  const found = read.array(value, at, min, 32).map((item, i) => address(item, `${at}/${i}`));
  refuseRepeated(found, at);
  return found;
}

/** In mixed case the address carries its own check (EIP-55), and a slip is found. */
function address(value: JsonValue | undefined, at: string): string {
  const text = read.matching(value, at, /^0x[0-9a-fA-F]{40}$/, "an address (0x and 40 hex digits)");
  if (/^0x0{40}$/.test(text)) throw read.fail(at, "must not be the zero address");
  try {
    return getAddress(text);
  } catch {
    throw read.fail(at, "is mistyped: its upper and lower case do not fit (EIP-55)");
  }
}

function refuseRepeated(values: readonly string[], at: string): void {
  const repeated = values.find((value, i) => values.indexOf(value) !== i);
  if (repeated !== undefined) throw read.fail(at, `names ${repeated} twice`);
}

function httpUrl(value: JsonValue | undefined, at: string): string {
  const text = read.text(value, at, { maxLength: 1_000 });
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && ["http:", "https:"].includes(url.protocol)) return text;
  throw read.fail(at, "must be an http or https URL");
}

function parseFile(path: string): JsonValue {
  try {
    return parseJson(readFileSync(path));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TallyError("config.invalid", `${path} cannot be read: ${why}`, { field: "config", cause });
  }
}
