// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from "node:crypto";
import { hexlify, Wallet } from "ethers";
import { TallyError } from "../../core/errors.js";
import { fromHex, toHex } from "../../core/hex.js";
import { type KeyFileHeader, openKey, readKeyHeader, sealKey } from "./encrypted-key-file.js";
import type { KeyFilesOptions } from "./encrypted-key-files.js";
import { KeyDirectory } from "./key-directory.js";

/** An account of the chain: who it acts for, e.g. "governor", "guardian", "admin-340000", "operator-340000". */
export interface AccountInfo {
  readonly label: string;
  /** EIP-55. */
  readonly address: string;
  readonly createdAt: string;
}

export interface Account extends AccountInfo {
  /** 0x and 64 hex digits. Never logged. */
  readonly privateKey: string;
}

/** An account whose key nobody has needed yet. */
export interface SealedAccount extends Pick<AccountInfo, "label" | "address"> {
  open(): Promise<string>;
}

const LABEL = /^[a-z0-9][a-z0-9-]{0,39}$/;

/** Accounts that send transactions, in encrypted files like the signing keys'. An opened account stays in memory. */
export class AccountFiles {
  readonly #files: KeyDirectory;
  readonly #options: KeyFilesOptions;
  readonly #open = new Map<string, Promise<Account>>();

  constructor(options: KeyFilesOptions) {
    this.#files = new KeyDirectory(options.directory);
    this.#options = options;
  }

  /** Makes an account at random; rejects with `request.conflict` when the label is taken. */
  async create(label: string): Promise<Account> {
    checkLabel(label);
    const { passphrase, scryptN, now = Date.now } = this.#options;
    const { address, privateKey } = randomWallet();
    const header: KeyFileHeader = {
      purpose: "account",
      algorithm: "secp256k1",
      name: label,
      publicKey: address,
      owner: label,
      createdAt: new Date(now()).toISOString(),
    };
    await this.#files.add(fileName(label), await sealKey(header, fromHex(privateKey.slice(2)), passphrase, scryptN));
    const account = { label, address, createdAt: header.createdAt, privateKey };
    this.#open.set(label, Promise.resolve(account));
    return account;
  }

  async list(): Promise<readonly AccountInfo[]> {
    const headers = (await this.#files.readAll()).map(({ path, text }) => readKeyHeader(text, path));
    return headers
      .filter(({ purpose }) => purpose === "account")
      .map(({ name, publicKey, createdAt }) => ({ label: name, address: publicKey, createdAt }));
  }

  /** Rejects with `key.unknown` or `key.locked`. However many ask, a file is decrypted once. */
  async open(label: string): Promise<Account> {
    checkLabel(label);
    const known = this.#open.get(label);
    if (known !== undefined) return known;
    const opening = this.#load(label);
    this.#open.set(label, opening);
    // A wrong passphrase must not stick: the file may have been put right since.
    opening.catch(() => this.#open.delete(label));
    return opening;
  }

  /** For who may never need the key: it is decrypted when it is asked for, and the address is what the file says until then. */
  sealed({ label, address }: Pick<AccountInfo, "label" | "address">): SealedAccount {
    return { label, address, open: async () => (await this.open(label)).privateKey };
  }

  async #load(label: string): Promise<Account> {
    const file = await this.#files.read(fileName(label));
    if (!file) throw new TallyError("key.unknown", `there is no account ${label} here`);
    const { header, secret } = await openKey(file.text, this.#options.passphrase, file.path);
    const { address, privateKey } = new Wallet(`0x${toHex(secret)}`);
    if (header.name !== label || header.publicKey !== address) {
      throw new TallyError(
        "key.locked",
        `${file.path} holds another account than its name says: restore it from a backup`,
      );
    }
    return { label, address, createdAt: header.createdAt, privateKey };
  }

  /** The account of the label; made, and so durable, when there is none. */
  async sealedOrNew(label: string): Promise<SealedAccount> {
    const known = (await this.list()).find((account) => account.label === label);
    return this.sealed(known ?? (await this.create(label)));
  }
}

/** An account that has no role anywhere and is kept nowhere: for who only reads, where none is at hand. */
export function accountOfNobody(): SealedAccount {
  const { address, privateKey } = randomWallet();
  return { label: "nobody", address, open: async () => privateKey };
}

/** Not ethers' `createRandom`: it derives the key from a phrase that nobody is ever told, which takes a good part of a start. */
function randomWallet(): Wallet {
  return new Wallet(hexlify(randomBytes(32)));
}

function fileName(label: string): string {
  return `account-${label}`;
}

function checkLabel(label: string): void {
  if (LABEL.test(label)) return;
  throw new TallyError("request.invalid", "an account label takes 1 to 40 lower-case letters, digits and hyphens", {
    field: "label",
  });
}
