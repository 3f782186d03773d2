// SPDX-License-Identifier: Apache-2.0
import { createCipheriv, createDecipheriv, randomBytes, scrypt } from "node:crypto";
import { fromBase64Url, toBase64Url } from "../../core/base64.js";
import { canonicalBytes } from "../../core/canonical-json.js";
import { TallyError } from "../../core/errors.js";
import { parseJson } from "../../core/strict-json.js";

/** Each has secrets of 32 bytes. */
const ALGORITHMS = ["ed25519", "secp256k1", "hmac-sha256", "p-256"] as const;

/** What anyone may read about a key without the passphrase. */
export interface KeyFileHeader {
  readonly purpose: string;
  readonly algorithm: (typeof ALGORITHMS)[number];
  /** Key digest of a signing key, label of an account, id of a key of pick-up links. */
  readonly name: string;
  /** Multikey text, or address of an account; a key of pick-up links has none, and says its id again. */
  readonly publicKey: string;
  readonly owner: string;
  /** RFC 3339. */
  readonly createdAt: string;
}

interface Encryption {
  readonly kdf: "scrypt";
  readonly N: number;
  readonly r: number;
  readonly p: number;
  readonly salt: string;
  readonly cipher: "aes-256-gcm";
  readonly nonce: string;
}

interface KeyFile extends KeyFileHeader {
  readonly format: "tigertally-key";
  readonly version: 1;
  readonly encryption: Encryption;
  /** The 32-byte secret and the 16-byte tag of GCM. */
  readonly ciphertext: string;
}

export interface OpenedKey {
  readonly header: KeyFileHeader;
  readonly secret: Uint8Array;
}

/** 128 MiB and about a third of a second for each guess (RFC 7914; OWASP's recommendation). */
export const SCRYPT_N = 2 ** 17;
/** A file that asks for more could hang or starve the process. */
const LARGEST_N = 2 ** 20;
const SMALLEST_N = 2 ** 10;

/**
 * Text of a key file: 32 secret bytes under scrypt and AES-256-GCM. Everything else in the file is authenticated as
 * associated data (its canonical JSON), so a key cannot be passed off as another agency's or given another purpose.
 */
export async function sealKey(
  header: KeyFileHeader,
  secret: Uint8Array,
  passphrase: string,
  N = SCRYPT_N,
): Promise<string> {
  const salt = randomBytes(16);
  const nonce = randomBytes(12);
  const open = {
    format: "tigertally-key",
    version: 1,
    ...header,
    encryption: {
      kdf: "scrypt",
      N,
      r: 8,
      p: 1,
      salt: toBase64Url(salt),
      cipher: "aes-256-gcm",
      nonce: toBase64Url(nonce),
    },
  } as const;
  const cipher = createCipheriv("aes-256-gcm", await deriveKey(passphrase, open.encryption), nonce);
  cipher.setAAD(canonicalBytes(open));
  const ciphertext = toBase64Url(Buffer.concat([cipher.update(secret), cipher.final(), cipher.getAuthTag()]));
  return `${JSON.stringify({ ...open, ciphertext }, null, 2)}\n`;
}

/** What a key file says of itself. Not authenticated: good for lists; `openKey` decides. */
export function readKeyHeader(text: string, path: string): KeyFileHeader {
  const { purpose, algorithm, name, publicKey, owner, createdAt } = readKeyFile(text, path);
  return { purpose, algorithm, name, publicKey, owner, createdAt };
}

/** Rejects with `key.locked` when the passphrase is wrong or anything in the file was altered: the two look alike. */
export async function openKey(text: string, passphrase: string, path: string): Promise<OpenedKey> {
  const { ciphertext, ...open } = readKeyFile(text, path);
  const bytes = fromBase64Url(ciphertext, "ciphertext");
  const nonce = fromBase64Url(open.encryption.nonce, "encryption.nonce");
  const decipher = createDecipheriv("aes-256-gcm", await deriveKey(passphrase, open.encryption), nonce);
  decipher.setAAD(canonicalBytes(open));
  decipher.setAuthTag(bytes.slice(-16));
  try {
    const secret = Buffer.concat([decipher.update(bytes.slice(0, -16)), decipher.final()]);
    return { header: readKeyHeader(text, path), secret: new Uint8Array(secret) };
  } catch (cause) {
    throw new TallyError("key.locked", `${path}: the passphrase does not open this key, or the file was altered`, {
      cause,
    });
  }
}

function deriveKey(passphrase: string, { N, r, p, salt }: Encryption): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const memory = 128 * N * r;
    const options = { N, r, p, maxmem: 2 * memory };
    scrypt(passphrase.normalize("NFC"), fromBase64Url(salt, "encryption.salt"), 32, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

function readKeyFile(text: string, path: string): KeyFile {
  let file: Partial<KeyFile>;
  try {
    file = parseJson(text, { maxBytes: 10_000, maxDepth: 4 }) as unknown as Partial<KeyFile>;
  } catch (cause) {
    throw malformed(path, "it is not JSON", cause);
  }
  if (file?.format !== "tigertally-key") throw malformed(path, "it is not a key file");
  if (file.version !== 1) {
    throw new TallyError(
      "format.version-unsupported",
      `${path}: key file version ${String(file.version)}; this program reads version 1: use the newer program`,
    );
  }
  const { kdf, cipher, N = 0, r, p, salt, nonce } = (file.encryption ?? {}) as Partial<Encryption>;
  const known = ALGORITHMS.some((algorithm) => algorithm === file.algorithm);
  if (!known || kdf !== "scrypt" || cipher !== "aes-256-gcm") {
    throw new TallyError(
      "format.algorithm-unsupported",
      `${path}: algorithm, kdf or cipher is not one of this program`,
    );
  }
  const costs = Number.isInteger(Math.log2(N)) && N >= SMALLEST_N && N <= LARGEST_N && r === 8 && p === 1;
  if (!costs) throw malformed(path, "the costs of scrypt are out of bounds");
  const texts = [file.purpose, file.name, file.publicKey, file.owner, file.createdAt, file.ciphertext, salt, nonce];
  if (!texts.every((value) => typeof value === "string")) throw malformed(path, "a member is missing");
  if (file.ciphertext!.length !== 64 || nonce!.length !== 16) throw malformed(path, "a member has a wrong length");
  return file as KeyFile;
}

function malformed(path: string, what: string, cause?: unknown): TallyError {
  return new TallyError("format.malformed", `${path} cannot be used as a key: ${what}; put it back from a backup`, {
    cause,
  });
}
