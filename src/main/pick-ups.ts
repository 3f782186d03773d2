// SPDX-License-Identifier: Apache-2.0
import { type KeyFilesOptions, PickUpKeyFiles } from "../adapters/keys/index.js";
import { createPickUps, type PickUpDependencies, type PickUps } from "../domain/holders/index.js";
import { type Config, SETTINGS } from "./config.js";

export interface PickUpParts extends Pick<PickUpDependencies, "store" | "issuance" | "renderPdf" | "audit" | "now"> {
  readonly config: Config;
  readonly keyFiles: KeyFilesOptions;
}

/** Delivery to holders, with its keys. */
export function openPickUps({ config, keyFiles, ...rest }: PickUpParts): PickUps {
  return createPickUps({
    ...rest,
    keys: new PickUpKeyFiles(keyFiles),
    pagesUrl: pagesUrlOf(config),
    rules: {
      linkMs: config.pickUpDays * 86_400_000,
      sessionMs: config.pickUpSessionMinutes * 60_000,
      tries: config.pickUpTries,
    },
  });
}

/** Where the holder's browser finds the pages: the public URL, or this machine's own address as long as none is set. */
export function pagesUrlOf({
  publicUrl,
  bindAddress,
  port,
}: Pick<Config, "publicUrl" | "bindAddress" | "port">): string {
  if (publicUrl !== SETTINGS.publicUrl.fallback) return publicUrl;
  const host = ["0.0.0.0", "::"].includes(bindAddress) ? "localhost" : bindAddress;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
