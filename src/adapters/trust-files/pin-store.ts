// SPDX-License-Identifier: Apache-2.0
import { join } from "node:path";
import { TallyError } from "../../core/errors.js";
import { shape } from "../../core/shape.js";
import { parseJson } from "../../core/strict-json.js";
import type { PinStore, TrustState } from "../../domain/sharing/index.js";
import { MAX_BUNDLE_BYTES } from "../../verify/bundle/index.js";
import { type Exclusively, guarded } from "./guarded.js";
import { readWhole, remove, writeWhole } from "./whole-file.js";

const MAX_PINS_BYTES = 65_536;

/** `pins.json`, `newest-bundle.json` and `pins.lock` in one folder, which is made when it is needed. */
export function filePinStore(folder: string, exclusively: Exclusively): PinStore {
  const pins = join(folder, "pins.json");
  const bundle = join(folder, "newest-bundle.json");
  return {
    async read() {
      const bytes = await readWhole(pins, MAX_PINS_BYTES);
      return bytes && readPins(bytes, pins);
    },
    write: ({ network, pins: keys }) => {
      const content = { format: "tigertally-pins", version: 1, ...network, keys };
      return writeWhole(pins, new TextEncoder().encode(`${JSON.stringify(content, null, 2)}\n`));
    },
    newestBundle: () => readWhole(bundle, MAX_BUNDLE_BYTES),
    keepBundle: (bytes) => (bytes ? writeWhole(bundle, bytes) : remove(bundle)),
    exclusively: guarded(join(folder, "pins.lock"), exclusively),
  };
}

const { object, array, integer, matching, oneOf } = shape("config.invalid");

function readPins(bytes: Uint8Array, path: string): TrustState {
  try {
    const value = object(parseJson(bytes), "", ["format", "version", "chainId", "registry", "keys"], ["genesis"]);
    oneOf(value.format, "/format", ["tigertally-pins"]);
    oneOf(value.version, "/version", [1]);
    return {
      network: {
        chainId: integer(value.chainId, "/chainId", 1, Number.MAX_SAFE_INTEGER),
        registry: matching(value.registry, "/registry", /^0x[0-9a-fA-F]{40}$/, "an address"),
        ...(value.genesis === undefined
          ? {}
          : { genesis: matching(value.genesis, "/genesis", /^0x[0-9a-f]{64}$/, "the hash of a block") }),
      },
      pins: array(value.keys, "/keys", 0, 256).map((key, i) =>
        matching(key, `/keys/${i}`, /^z[1-9A-HJ-NP-Za-km-z]{40,60}$/, "a Multikey"),
      ),
    };
  } catch (cause) {
    const message = `${path} cannot be read (${(cause as Error).message}); put it back from a backup, or remove it and pin the keys again`;
    throw new TallyError("config.invalid", message, { cause });
  }
}
