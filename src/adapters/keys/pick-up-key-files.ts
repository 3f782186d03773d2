// SPDX-License-Identifier: Apache-2.0
import { createHash, randomBytes } from "node:crypto";
import { TallyError } from "../../core/errors.js";
import type { PickUpKey, PickUpKeys } from "../../domain/holders/index.js";
import { type KeyFileHeader, openKey, readKeyHeader, sealKey } from "./encrypted-key-file.js";
import type { KeyFilesOptions } from "./encrypted-key-files.js";
import { KeyDirectory } from "./key-directory.js";

const PURPOSE = "pick-up";
const KEY_ID = /^[0-9a-f]{16}$/;

/** A key that another process made counts here after this time. */
const LOOK_AGAIN_MS = 60_000;

/**
 * Keys of pick-up links, in encrypted files beside the signing keys. Opened when first needed, because opening takes long on
 * purpose; an opened key stays in memory.
 */
export class PickUpKeyFiles implements PickUpKeys {
  readonly #files: KeyDirectory;
  readonly #options: KeyFilesOptions;
  readonly #makesFirst: boolean;
  readonly #open = new Map<string, Promise<PickUpKey>>();
  #current: { readonly key: Promise<PickUpKey>; readonly until: number } | null = null;

  /** Without `makesFirst` there must be a key: for one of several processes, each of which would make one that the others lack. */
  constructor(options: KeyFilesOptions, { makesFirst = true }: { readonly makesFirst?: boolean } = {}) {
    this.#makesFirst = makesFirst;
    this.#files = new KeyDirectory(options.directory);
    this.#options = options;
  }

  current(): Promise<PickUpKey> {
    const now = this.#now();
    if (this.#current !== null && this.#current.until > now) return this.#current.key;
    const key = this.#newest();
    this.#current = { key, until: now + LOOK_AGAIN_MS };
    // A wrong passphrase must not stick: the file may have been put right since.
    key.catch(() => {
      this.#current = null;
    });
    return key;
  }

  open(id: string): Promise<PickUpKey> {
    const known = this.#open.get(id);
    if (known !== undefined) return known;
    const opening = this.#load(id);
    this.#open.set(id, opening);
    opening.catch(() => this.#open.delete(id));
    return opening;
  }

  async rotate(): Promise<PickUpKey> {
    const key = await this.#create();
    this.#current = null;
    return key;
  }

  /** Makes the first key when there is none. */
  async ensure(): Promise<void> {
    if ((await this.#newestName()) === null) await this.#create();
  }

  async #newest(): Promise<PickUpKey> {
    const newest = await this.#newestName();
    if (newest !== null) return this.open(newest);
    if (this.#makesFirst) return this.#create();
    throw new TallyError(
      "key.unknown",
      "no key of pick-up links is kept here: put in the pick-up-*.json that tally init made, the same for every process",
    );
  }

  async #newestName(): Promise<string | null> {
    const headers = (await this.#files.readAll()).map(({ path, text }) => readKeyHeader(text, path));
    const newest = headers
      .filter(({ purpose }) => purpose === PURPOSE)
      .sort((one, other) => (one.createdAt + one.name < other.createdAt + other.name ? -1 : 1))
      .at(-1);
    return newest?.name ?? null;
  }

  async #create(): Promise<PickUpKey> {
    const { passphrase, scryptN } = this.#options;
    const secret = new Uint8Array(randomBytes(32));
    const id = idOf(secret);
    const createdAt = new Date(this.#now()).toISOString();
    const header: KeyFileHeader = {
      ...{ purpose: PURPOSE, algorithm: "hmac-sha256", name: id, publicKey: id, owner: PURPOSE, createdAt },
    };
    await this.#files.add(fileName(id), await sealKey(header, secret, passphrase, scryptN));
    const key = { id, secret };
    this.#open.set(id, Promise.resolve(key));
    return key;
  }

  async #load(id: string): Promise<PickUpKey> {
    // The id becomes a file name.
    const file = KEY_ID.test(id) ? await this.#files.read(fileName(id)) : null;
    if (!file) {
      throw new TallyError(
        "key.unknown",
        `key ${id.slice(0, 16)} of pick-up links is not kept here: restore its file, or send the holder a new link`,
      );
    }
    const { header, secret } = await openKey(file.text, this.#options.passphrase, file.path);
    if (header.purpose !== PURPOSE || idOf(secret) !== id) {
      throw new TallyError("key.locked", `${file.path} holds another key than its name says: restore it from a backup`);
    }
    return { id, secret };
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }
}

/** Names the key without telling anything of it that helps. */
function idOf(secret: Uint8Array): string {
  return createHash("sha256").update("tigertally pick-up key\0").update(secret).digest("hex").slice(0, 16);
}

function fileName(id: string): string {
  return `pick-up-${id}`;
}
