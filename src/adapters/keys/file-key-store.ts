// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import { toHex } from "../../core/hex.js";
import { encodeMultikey, keyDigest } from "../../core/multikey.js";
import type { KeyInfo, KeyStore, Signer } from "../../domain/agencies/signer.js";
import type { KeyPurpose } from "../../verify/registry.js";
import { nodeCrypto } from "../node-crypto/index.js";
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

const KEY_DIGEST = /^[0-9a-f]{64}$/;

/** Signing keys in encrypted files, one a key, named after purpose and key digest. An opened key stays in memory. */
export class FileKeyStore implements KeyStore {
  readonly #files: KeyDirectory;
  readonly #options: KeyFilesOptions;
  readonly #open = new Map<string, Promise<Signer>>();

  constructor(options: KeyFilesOptions) {
    this.#files = new KeyDirectory(options.directory);
    this.#options = options;
  }

  async createKey(owner: string, purpose: KeyPurpose): Promise<KeyInfo> {
    const { passphrase, scryptN, now = Date.now } = this.#options;
    const seed = nodeCrypto.randomBytes(32);
    const multikey = encodeMultikey(nodeCrypto.publicKey(seed));
    const header: KeyFileHeader = {
      purpose,
      algorithm: "ed25519",
      name: toHex(keyDigest(nodeCrypto, multikey.bytes)),
      publicKey: multikey.text,
      owner,
      createdAt: new Date(now()).toISOString(),
    };
    await this.#files.add(fileName(header.name), await sealKey(header, seed, passphrase, scryptN));
    seed.fill(0);
    return infoOf(header);
  }

  async list(): Promise<readonly KeyInfo[]> {
    const headers = (await this.#files.readAll()).map(({ path, text }) => readKeyHeader(text, path));
    return headers
      .filter(({ algorithm }) => algorithm === "ed25519")
      .map(infoOf)
      .sort((one, other) => (one.createdAt < other.createdAt ? -1 : one.createdAt > other.createdAt ? 1 : 0));
  }

  open(digest: string): Promise<Signer> {
    const known = this.#open.get(digest);
    if (known) return known;
    const opening = this.#load(digest);
    this.#open.set(digest, opening);
    // A wrong passphrase must not stick: the file may have been put right since.
    opening.catch(() => this.#open.delete(digest));
    return opening;
  }

  async #load(digest: string): Promise<Signer> {
    // The digest becomes a file name.
    const file = KEY_DIGEST.test(digest) ? await this.#files.read(fileName(digest)) : null;
    if (!file) {
      throw new TallyError(
        "key.unknown",
        `key ${digest.slice(0, 64)} is not kept here: restore its file, or rotate to a new key`,
      );
    }
    const { header, secret } = await openKey(file.text, this.#options.passphrase, file.path);
    const multikey = encodeMultikey(nodeCrypto.publicKey(secret));
    if (toHex(keyDigest(nodeCrypto, multikey.bytes)) !== digest || header.algorithm !== "ed25519") {
      throw new TallyError("key.locked", `${file.path} holds another key than its name says: restore it from a backup`);
    }
    return { keyDigest: digest, multikey: multikey.text, sign: (message) => nodeCrypto.signLater(secret, message) };
  }
}

function fileName(digest: string): string {
  return `key-${digest}`;
}

function infoOf({ name, publicKey, owner, purpose, createdAt }: KeyFileHeader): KeyInfo {
  return { keyDigest: name, multikey: publicKey, owner, purpose: purpose as KeyPurpose, createdAt };
}
