// SPDX-License-Identifier: Apache-2.0
import { toHex } from "../../core/hex.js";
import { encodeMultikey, keyDigest } from "../../core/multikey.js";
import type { KeyStore, Signer } from "../../domain/agencies/signer.js";
import type { KeyPurpose } from "../../verify/registry.js";
import { nodeCrypto } from "../node-crypto/index.js";
import { EncryptedKeyFiles, type KeyAlgorithm, type KeyFilesOptions } from "./encrypted-key-files.js";

/** Signing keys in encrypted files. */
export class FileKeyStore extends EncryptedKeyFiles<KeyPurpose, Signer> implements KeyStore {
  constructor(options: KeyFilesOptions) {
    super(options, ED25519);
  }
}

const ED25519: KeyAlgorithm<Signer> = {
  algorithm: "ed25519",
  filePrefix: "key-",
  missing: (digest) => `key ${digest} is not kept here: restore its file, or rotate to a new key`,
  newSecret: () => nodeCrypto.randomBytes(32),
  namesOf(secret) {
    const { bytes, text } = encodeMultikey(nodeCrypto.publicKey(secret));
    return { multikey: text, digest: toHex(keyDigest(nodeCrypto, bytes)) };
  },
  opened: (secret, { digest, multikey }) => ({
    keyDigest: digest,
    multikey,
    sign: (message) => nodeCrypto.signLater(secret, message),
  }),
};
