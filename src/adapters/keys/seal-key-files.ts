// SPDX-License-Identifier: Apache-2.0
import { createECDH, createPrivateKey, generateKeyPairSync, sign } from "node:crypto";
import { TallyError } from "../../core/errors.js";
import { toHex } from "../../core/hex.js";
import { encodeP256Multikey, keyDigest } from "../../core/multikey.js";
import type { SealKey, SealKeyInfo, SealKeyPurpose, SealKeyStore } from "../../domain/seals/index.js";
import { nodeCrypto } from "../node-crypto/index.js";
import { type KeyFileHeader, openKey, readKeyHeader, sealKey } from "./encrypted-key-file.js";
import type { KeyFilesOptions } from "./file-key-store.js";
import { KeyDirectory } from "./key-directory.js";

const KEY_DIGEST = /^[0-9a-f]{64}$/;

/** The P-256 keys of seals and of their certificate authority, in encrypted files beside the signing keys. An opened key stays in memory. */
export class SealKeyFiles implements SealKeyStore {
  readonly #files: KeyDirectory;
  readonly #options: KeyFilesOptions;
  readonly #open = new Map<string, Promise<SealKey>>();

  constructor(options: KeyFilesOptions) {
    this.#files = new KeyDirectory(options.directory);
    this.#options = options;
  }

  async createKey(owner: string, purpose: SealKeyPurpose): Promise<SealKeyInfo> {
    const { passphrase, scryptN, now = Date.now } = this.#options;
    const { d = "" } = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" });
    const secret = new Uint8Array(Buffer.from(d, "base64url"));
    const { multikey, digest } = namesOf(publicKeyOf(secret));
    const header: KeyFileHeader = {
      purpose,
      algorithm: "p-256",
      name: digest,
      publicKey: multikey,
      owner,
      createdAt: new Date(now()).toISOString(),
    };
    await this.#files.add(fileName(digest), await sealKey(header, secret, passphrase, scryptN));
    secret.fill(0);
    return infoOf(header);
  }

  async list(): Promise<readonly SealKeyInfo[]> {
    const headers = (await this.#files.readAll()).map(({ path, text }) => readKeyHeader(text, path));
    return headers
      .filter(({ algorithm }) => algorithm === "p-256")
      .map(infoOf)
      .sort((one, other) => (one.createdAt < other.createdAt ? -1 : one.createdAt > other.createdAt ? 1 : 0));
  }

  open(digest: string): Promise<SealKey> {
    const known = this.#open.get(digest);
    if (known) return known;
    const opening = this.#load(digest);
    this.#open.set(digest, opening);
    // A wrong passphrase must not stick: the file may have been put right since.
    opening.catch(() => this.#open.delete(digest));
    return opening;
  }

  async #load(digest: string): Promise<SealKey> {
    // The digest becomes a file name.
    const file = KEY_DIGEST.test(digest) ? await this.#files.read(fileName(digest)) : null;
    if (!file) {
      throw new TallyError(
        "key.unknown",
        `the seal key ${digest.slice(0, 64)} is not kept here: restore its file, or renew the seal with a new key`,
      );
    }
    const { header, secret } = await openKey(file.text, this.#options.passphrase, file.path);
    if (header.algorithm !== "p-256" || header.name !== digest)
      throw new TallyError("key.locked", `${file.path} holds another key than its name says: restore it from a backup`);
    const publicKey = publicKeyOf(secret);
    const { multikey, digest: found } = namesOf(publicKey);
    if (found !== digest)
      throw new TallyError("key.locked", `${file.path} holds another key than its name says: restore it from a backup`);
    return { keyDigest: digest, multikey, publicKey, sign: signerOf(secret, publicKey) };
  }
}

/** Throws `key.locked` for 32 bytes that are no secret of the curve: 0, or the order and more. */
function publicKeyOf(secret: Uint8Array): Uint8Array {
  const curve = createECDH("prime256v1");
  try {
    curve.setPrivateKey(secret);
  } catch (cause) {
    throw new TallyError("key.locked", "the key file holds no P-256 secret: restore it from a backup", { cause });
  }
  return new Uint8Array(curve.getPublicKey());
}

function signerOf(secret: Uint8Array, publicKey: Uint8Array): SealKey["sign"] {
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64url");
  const [x, y] = [base64(publicKey.subarray(1, 33)), base64(publicKey.subarray(33))];
  const key = createPrivateKey({ key: { kty: "EC", crv: "P-256", d: base64(secret), x, y }, format: "jwk" });
  secret.fill(0);
  // In place: it takes a tenth of a millisecond, less than to hand it to a thread and back.
  return (message) => new Uint8Array(sign("sha256", message, { key, dsaEncoding: "ieee-p1363" }));
}

function namesOf(publicKey: Uint8Array): { readonly multikey: string; readonly digest: string } {
  const { bytes, text } = encodeP256Multikey(publicKey);
  return { multikey: text, digest: toHex(keyDigest(nodeCrypto, bytes)) };
}

function fileName(digest: string): string {
  return `seal-key-${digest}`;
}

function infoOf({ name, publicKey, owner, purpose, createdAt }: KeyFileHeader): SealKeyInfo {
  return { keyDigest: name, multikey: publicKey, owner, purpose: purpose as SealKeyPurpose, createdAt };
}
