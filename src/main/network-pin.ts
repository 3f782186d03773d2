// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { TallyError } from "../core/errors.js";
import type { JsonObject } from "../core/json.js";
import { shape } from "../core/shape.js";
import { parseJson } from "../core/strict-json.js";
import type { GivenSettings } from "./config.js";

/** What identifies a network, as its deployer publishes it and everybody else pins it. */
export interface NetworkPin {
  readonly chainId: number;
  /** Hash of block 0; two chains may share an id, never this. */
  readonly genesis: string;
  readonly registry: string;
  readonly registryBlock: number;
  /** SHA-256 of the registry's code, lower-case hex. */
  readonly registryCode: string;
  readonly governor?: string;
  readonly guardian?: string;
  /** In a data directory: the nodes that its owner chose. The published file names none. */
  readonly chainUrls?: readonly string[];
  readonly quorum?: number;
}

const read = shape("config.invalid");
const ADDRESS = /^0x[0-9a-fA-F]{40}$/;

export function pinFileOf(pin: NetworkPin): JsonObject {
  return { format: "tigertally-network", version: 1, ...(pin as unknown as JsonObject) };
}

/** Reads a pin strictly; throws `config.invalid` with the file and the member at fault. */
export function readPin(path: string): NetworkPin {
  try {
    const file = read.object(
      parseJson(readFileSync(path)),
      "",
      ["format", "version", "chainId", "genesis", "registry", "registryBlock", "registryCode"],
      ["governor", "guardian", "chainUrls", "quorum"],
    );
    read.oneOf(file.format, "/format", ["tigertally-network"]);
    read.oneOf(file.version, "/version", [1]);
    const optionalAddress = (name: "governor" | "guardian") =>
      file[name] === undefined ? {} : { [name]: read.matching(file[name], `/${name}`, ADDRESS, "an address") };
    return {
      chainId: read.integer(file.chainId, "/chainId", 1, Number.MAX_SAFE_INTEGER),
      genesis: read.matching(file.genesis, "/genesis", /^0x[0-9a-f]{64}$/, "a block hash"),
      registry: read.matching(file.registry, "/registry", ADDRESS, "an address"),
      registryBlock: read.integer(file.registryBlock, "/registryBlock", 0, Number.MAX_SAFE_INTEGER),
      registryCode: read.matching(file.registryCode, "/registryCode", /^[0-9a-f]{64}$/, "a SHA-256 digest"),
      ...optionalAddress("governor"),
      ...optionalAddress("guardian"),
      ...(file.chainUrls === undefined
        ? {}
        : {
            chainUrls: read
              .array(file.chainUrls, "/chainUrls", 1, 16)
              .map((url) => read.text(url, "/chainUrls", { maxLength: 1_000 })),
          }),
      ...(file.quorum === undefined ? {} : { quorum: read.integer(file.quorum, "/quorum", 1, 16) }),
    };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TallyError("config.invalid", `${path} does not pin a network: ${why}`, { field: "TALLY_NETWORK", cause });
  }
}

/** The pin as settings, which what is given on the command line or in the environment goes before. */
export function settingsOf(pin: NetworkPin): GivenSettings {
  const { chainUrls, quorum } = pin;
  return {
    chainId: String(pin.chainId),
    registry: pin.registry,
    genesis: pin.genesis,
    registryBlock: String(pin.registryBlock),
    registryCode: pin.registryCode,
    ...(chainUrls === undefined ? {} : { chainUrls: chainUrls.join(",") }),
    ...(quorum === undefined ? {} : { quorum: String(quorum) }),
  };
}
