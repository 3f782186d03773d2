// SPDX-License-Identifier: Apache-2.0
import { type KeyFilesOptions, PickUpKeyFiles } from "../adapters/keys/index.js";
import { createPickUps, type PickUpDependencies, type PickUps } from "../domain/holders/index.js";
import { type Config, SETTINGS } from "./config.js";

export interface PickUpParts
  extends Pick<PickUpDependencies, "store" | "issuance" | "copies" | "renderPdf" | "audit" | "now"> {
  readonly config: Config;
  readonly pages: PagesAddress;
  readonly keyFiles: KeyFilesOptions;
}

/** Delivery to holders, with its keys. */
export function openPickUps({ config, pages, keyFiles, ...rest }: PickUpParts): PickUps {
  return createPickUps({
    ...rest,
    // Several processes need the same key, so none of them makes one by itself.
    keys: new PickUpKeyFiles(keyFiles, { makesFirst: config.role === "all" }),
    pagesUrl: pages.url,
    rules: {
      linkMs: config.pickUpDays * 86_400_000,
      sessionMs: config.pickUpSessionMinutes * 60_000,
      tries: config.pickUpTries,
    },
  });
}

/** Where the holder's browser finds the pages. */
export interface PagesAddress {
  url(): string;
  /** Where the service listens: with `TALLY_PORT=0` its port is known only then. */
  listensAt(url: string): void;
}

/** The public URL, or this machine's own address as long as none is set. */
export function pagesAddress(config: Pick<Config, "publicUrl" | "bindAddress" | "port">): PagesAddress {
  let { port } = config;
  return {
    url() {
      if (hasPublicUrl(config)) return config.publicUrl;
      const host = ["0.0.0.0", "::"].includes(config.bindAddress) ? "localhost" : config.bindAddress;
      return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
    },
    listensAt(url) {
      port = Number(new URL(url).port || 80);
    },
  };
}

/** Whether the service is for other machines than this one, and they would be given addresses of this one. */
export function lacksPublicUrl(config: Pick<Config, "publicUrl" | "bindAddress">): boolean {
  return !hasPublicUrl(config) && !/^(?:localhost|127(?:\.\d+){3}|::1)$/i.test(config.bindAddress);
}

export function hasPublicUrl({ publicUrl }: Pick<Config, "publicUrl">): boolean {
  return publicUrl !== SETTINGS.publicUrl.fallback;
}
