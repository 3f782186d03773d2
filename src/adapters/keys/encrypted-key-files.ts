// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import { type KeyFileHeader, openKey, readKeyHeader, sealKey } from "./encrypted-key-file.js";
import { KeyDirectory } from "./key-directory.js";

export interface KeyFilesOptions {
  readonly directory: string;
  readonly passphrase: string;
  /** Cost of scrypt for new files, a power of two; less than the default protects a copied file badly. */
  readonly scryptN?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** How the registry and the files name a key. */
export interface KeyNames {
  /** Lower-case hex. */
  readonly digest: string;
  readonly multikey: string;
}

/** What sets the keys of one algorithm apart from others. */
export interface KeyAlgorithm<Opened> {
  readonly algorithm: KeyFileHeader["algorithm"];
  /** Of the names of its files, before the digest. */
  readonly filePrefix: string;
  /** Of a key whose file is not here: what is missing, and the way out. */
  missing(digest: string): string;
  newSecret(): Uint8Array;
  /** Throws `key.locked` for what is no secret of the algorithm. */
  namesOf(secret: Uint8Array): KeyNames;
  /** The secret is its own from here on. */
  opened(secret: Uint8Array, names: KeyNames): Opened;
}

interface KeptKey<Purpose extends string> {
  readonly keyDigest: string;
  readonly multikey: string;
  readonly owner: string;
  readonly purpose: Purpose;
  readonly createdAt: string;
}

const KEY_DIGEST = /^[0-9a-f]{64}$/;

/** Keys of one algorithm in encrypted files, one a key, named after the key's digest. An opened key stays in memory. */
export class EncryptedKeyFiles<Purpose extends KeyFileHeader["purpose"], Opened> {
  readonly #files: KeyDirectory;
  readonly #options: KeyFilesOptions;
  readonly #keys: KeyAlgorithm<Opened>;
  readonly #open = new Map<string, Promise<Opened>>();

  constructor(options: KeyFilesOptions, keys: KeyAlgorithm<Opened>) {
    this.#files = new KeyDirectory(options.directory);
    this.#options = options;
    this.#keys = keys;
  }

  async createKey(owner: string, purpose: Purpose): Promise<KeptKey<Purpose>> {
    const { passphrase, scryptN, now = Date.now } = this.#options;
    const { algorithm } = this.#keys;
    const secret = this.#keys.newSecret();
    const { digest: name, multikey: publicKey } = this.#keys.namesOf(secret);
    const header = { purpose, algorithm, name, publicKey, owner, createdAt: new Date(now()).toISOString() };
    await this.#files.add(this.#fileName(name), await sealKey(header, secret, passphrase, scryptN));
    secret.fill(0);
    return keptKey(header);
  }

  /** The oldest first. */
  async list(): Promise<readonly KeptKey<Purpose>[]> {
    const headers = (await this.#files.readAll()).map(({ path, text }) => readKeyHeader(text, path));
    return headers
      .filter(({ algorithm }) => algorithm === this.#keys.algorithm)
      .map((header) => keptKey<Purpose>(header))
      .sort((one, other) => (one.createdAt < other.createdAt ? -1 : one.createdAt > other.createdAt ? 1 : 0));
  }

  /** Rejects with `key.unknown` for one that is not here, and with `key.locked`. */
  open(digest: string): Promise<Opened> {
    const known = this.#open.get(digest);
    if (known !== undefined) return known;
    const opening = this.#load(digest);
    this.#open.set(digest, opening);
    // A wrong passphrase must not stick: the file may have been put right since.
    opening.catch(() => this.#open.delete(digest));
    return opening;
  }

  async #load(digest: string): Promise<Opened> {
    // The digest becomes a file name.
    const file = KEY_DIGEST.test(digest) ? await this.#files.read(this.#fileName(digest)) : null;
    if (!file) throw new TallyError("key.unknown", this.#keys.missing(digest.slice(0, 64)));
    const { header, secret } = await openKey(file.text, this.#options.passphrase, file.path);
    const names = header.algorithm === this.#keys.algorithm ? this.#keys.namesOf(secret) : null;
    if (names?.digest !== digest || header.name !== digest)
      throw new TallyError("key.locked", `${file.path} holds another key than its name says: restore it from a backup`);
    return this.#keys.opened(secret, names);
  }

  #fileName(digest: string): string {
    return `${this.#keys.filePrefix}${digest}`;
  }
}

function keptKey<Purpose extends string>(header: KeyFileHeader): KeptKey<Purpose> {
  const { name, publicKey, owner, purpose, createdAt } = header;
  return { keyDigest: name, multikey: publicKey, owner, purpose: purpose as string as Purpose, createdAt };
}
